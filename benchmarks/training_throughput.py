"""Training throughput, side by side in one run: images a second of the same network and batch size, in rounds.

    uv run python benchmarks/training_throughput.py

- reference recipe: float32 Keras ``fit`` fed by ImageDataGenerator (shift, flip), as textbooks do it;
- bare loop: a ``tf.function`` with a gradient tape and the same optimizer, on batches that lie ready in memory;
- pipeline: what ``fmnist_cnn`` trains with, augmentation included.

Each contender trains a warm-up epoch first; rounds take turns, so that a slow minute of the machine hits all. Medians
are printed.
"""

import argparse
import statistics
import time
import warnings
from collections.abc import Callable
from typing import Any

import keras
import numpy as np
import tensorflow as tf
import yaml
from keras.src.legacy.preprocessing.image import ImageDataGenerator

from classification_lab.models import EstimatorParameters
from classification_lab.models.augmentation import AugmentationParameters
from classification_lab.models.batches import TrainingBatches
from classification_lab.models.optimizers import build_optimizer
from classification_lab.models.precision import resolve_precision
from classification_lab.models.vgg import FIRST_LAYER, LAST_LAYER, build_vgg

SEED = 0
CLASSES = 10


def compiled(parameters: EstimatorParameters, precision: str, image_shape: tuple[int, ...] = (28, 28)) -> Any:
    """Return the experiment's network, ready to train."""
    network = build_vgg(parameters.network, image_shape, CLASSES, precision, SEED)
    optimizer = build_optimizer(parameters.optimizer, 10_000, precision, (FIRST_LAYER, LAST_LAYER))
    network.compile(optimizer, keras.losses.CategoricalCrossentropy(from_logits=True), metrics=["accuracy"])
    return network


def pipeline(parameters: EstimatorParameters, images: np.ndarray, labels: np.ndarray, augmented: bool) -> Callable:
    """Return a function that trains one epoch as the pipeline does."""
    size = parameters.training.batch_size
    network = compiled(parameters, resolve_precision(parameters.training.precision))
    augmentation = parameters.augmentation if augmented else AugmentationParameters()

    def epoch() -> None:
        batches = TrainingBatches(images, labels, CLASSES, size, 0, SEED, augmentation)
        network.fit(batches, shuffle=False, verbose=0)

    return epoch


def bare_loop(parameters: EstimatorParameters, images: np.ndarray, labels: np.ndarray) -> Callable:
    """Return a function that trains one epoch in a bare TensorFlow loop."""
    size = parameters.training.batch_size
    network = compiled(parameters, resolve_precision(parameters.training.precision))
    one_hot = np.eye(CLASSES, dtype=np.float32)[labels]
    batches = [
        (tf.constant(images[start : start + size]), tf.constant(one_hot[start : start + size]))
        for start in range(0, len(images) - size + 1, size)
    ]

    @tf.function
    def step(x: Any, y: Any) -> Any:
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(tf.nn.softmax_cross_entropy_with_logits(y, network(x, training=True)))
        gradients = tape.gradient(loss, network.trainable_variables)
        network.optimizer.apply_gradients(zip(gradients, network.trainable_variables, strict=True))
        return loss

    def epoch() -> None:
        for x, y in batches:
            step(x, y)

    return epoch


def reference(parameters: EstimatorParameters, images: np.ndarray, labels: np.ndarray) -> Callable:
    """Return a function that trains one epoch of the same network in float32 from an ImageDataGenerator."""
    size = parameters.training.batch_size
    network = compiled(parameters, "float32", (28, 28, 1))
    generator = ImageDataGenerator(width_shift_range=2, height_shift_range=2, horizontal_flip=True)
    one_hot = np.eye(CLASSES, dtype=np.float32)[labels]

    def epoch() -> None:
        network.fit(generator.flow(images[..., None], one_hot, batch_size=size, seed=SEED), verbose=0)

    return epoch


def main() -> None:
    """Measure and print."""
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--images", type=int, default=5120)
    arguments.add_argument("--rounds", type=int, default=5)
    chosen = arguments.parse_args()
    warnings.filterwarnings("ignore")
    with open("conf/base/parameters/fmnist_cnn.yml") as file:  # noqa: PTH123
        parameters = EstimatorParameters.model_validate(yaml.safe_load(file)["fmnist_cnn"]["estimator"])
    rng = np.random.default_rng(SEED)
    images = rng.integers(0, 256, (chosen.images, 28, 28), dtype=np.uint8)
    labels = rng.integers(0, CLASSES, chosen.images)
    contenders = {
        "reference recipe (float32, ImageDataGenerator)": reference(parameters, images, labels),
        "bare tf.function loop": bare_loop(parameters, images, labels),
        "pipeline without augmentation": pipeline(parameters, images, labels, augmented=False),
        "pipeline": pipeline(parameters, images, labels, augmented=True),
    }
    seconds: dict[str, list[float]] = {name: [] for name in contenders}
    for epoch in contenders.values():
        epoch()
    for _ in range(chosen.rounds):
        for name, epoch in contenders.items():
            began = time.perf_counter()
            epoch()
            seconds[name].append(time.perf_counter() - began)
    used = chosen.images // parameters.training.batch_size * parameters.training.batch_size
    medians = {name: used / statistics.median(values) for name, values in seconds.items()}
    bare = medians["bare tf.function loop"]
    print(f"{resolve_precision(parameters.training.precision)}, batch {parameters.training.batch_size}")
    for name, rate in medians.items():
        print(f"{name:<50}{rate:8,.0f} images/s   {rate / bare:.2f} of the bare loop")
    print(f"pipeline / reference recipe: {medians['pipeline'] / next(iter(medians.values())):.2f}")


if __name__ == "__main__":
    main()
