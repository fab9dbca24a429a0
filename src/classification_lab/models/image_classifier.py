"""A convolutional network behind scikit-learn's estimator contract."""

import hashlib
import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Self

import keras
import numpy as np
from keras import ops
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.metrics import f1_score, log_loss

from classification_lab.checkpoint import Checkpoint
from classification_lab.models.augmentation import AugmentationParameters
from classification_lab.models.batches import PredictionBatches, TrainingBatches
from classification_lab.models.optimizers import OptimizerParameters, build_optimizer
from classification_lab.models.precision import resolve_precision
from classification_lab.models.training import TrainingParameters
from classification_lab.models.training_state import Epoch, TrainingState
from classification_lab.models.vgg import FIRST_LAYER, LAST_LAYER, VggParameters, build_vgg

Images = NDArray[np.uint8]
Labels = NDArray[np.int64]

_PREDICTION_BATCH = 512
_NETWORK_FILE = "classifier.keras"


class ImageClassifier(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """Raw uint8 images in, class probabilities out.

    Args:
        class_names: What the labels 0…k-1 mean.
        network: Shape of the network.
        optimizer: How the weights are updated.
        training: For how long, in what batches and precision.
        augmentation: Random changes of the training images.
        flip_averaging: Whether a prediction is the mean over the image and its mirror image.
        seed: Seed of initialisation, order, augmentation and dropout.

    Attributes:
        classes_: int64, shape (k,), the labels.
        history_: One dict per epoch: ``epoch``, ``loss``, ``accuracy``, ``learning_rate``, ``seconds``,
            ``images_per_second`` and, with validation data, ``validation_loss``, ``validation_accuracy``,
            ``validation_f1_macro``.
        model_: The fitted ``keras.Model``, uint8 images → float32 probabilities.
    """

    def __init__(
        self,
        class_names: tuple[str, ...],
        network: VggParameters,
        optimizer: OptimizerParameters,
        training: TrainingParameters,
        augmentation: AugmentationParameters,
        flip_averaging: bool,
        seed: int,
    ) -> None:
        self.class_names = class_names
        self.network = network
        self.optimizer = optimizer
        self.training = training
        self.augmentation = augmentation
        self.flip_averaging = flip_averaging
        self.seed = seed

    def fit(
        self,
        X: Images,
        y: Labels,
        validation_data: tuple[Images, Labels] | None = None,
        checkpoint: Checkpoint | None = None,
        on_epoch: Callable[[Epoch], None] | None = None,
    ) -> Self:
        """Train from scratch, or from the checkpoint if it holds an unfinished training of exactly this kind.

        Args:
            X: uint8, shape (N, H, W) or (N, H, W, 3).
            y: Labels, shape (N,), 0 ≤ label < k.
            validation_data: Images and labels to score after each epoch. Never trained on.
            checkpoint: Where the state after each epoch is kept until the training is over.
            on_epoch: Called after each epoch with its line of the history; what it raises ends the training.

        Raises:
            ValueError: If images or labels are not of the stated kind, or early stopping has nothing to watch.
        """
        _check_examples(X, y, len(self.class_names))
        if self.training.early_stopping_patience and validation_data is None:
            raise ValueError(
                "training.early_stopping_patience needs validation data: with final_fit train_and_validation "
                "nothing is held out. Set the patience to null, or final_fit to train."
            )
        self.classes_ = np.arange(len(self.class_names))
        network = self._compile(X)
        state = TrainingState(network, key=self._fingerprint(X, y, validation_data) if checkpoint else "")
        if checkpoint:
            state.restore(checkpoint)
        for epoch in range(state.finished, self.training.epochs):
            if self._out_of_patience(state):
                break
            line = self._train_epoch(network, X, y, epoch)
            if validation_data is not None:
                line |= _validate(network, *validation_data)
            state.add(line, keep_best=self.training.early_stopping_patience is not None)
            if checkpoint:
                state.store(checkpoint)
            if on_epoch:
                on_epoch(line)
        if self.training.early_stopping_patience is not None:
            state.restore_best()
        self.history_ = state.history
        self.model_ = self._inference_model(network, X.shape[1:])
        if checkpoint:
            checkpoint.clear()
        return self

    def predict_proba(self, X: Images) -> NDArray[np.float32]:
        """Return class probabilities, float32, shape (N, k), of uint8 images, shape (N, H, W[, 3])."""
        if len(X) <= _PREDICTION_BATCH // 8:  # a call costs a tenth of what predict() needs to get going
            return np.asarray(ops.convert_to_numpy(self.model_(np.asarray(X), training=False)))
        batches = PredictionBatches(X, _PREDICTION_BATCH)
        return np.asarray(self.model_.predict(batches, verbose=0)[: len(X)])

    def predict(self, X: Images) -> Labels:
        """Return the most probable label of each image, int64, shape (N,)."""
        return np.asarray(self.classes_[self.predict_proba(X).argmax(axis=1)])

    def save(self, folder: Path) -> None:
        """Write the fitted estimator: the Keras model for raw images, and what it takes to describe it."""
        folder.mkdir(parents=True, exist_ok=True)
        self.model_.save(folder / _NETWORK_FILE)
        description = {
            "class_names": self.class_names,
            "network": self.network.model_dump(),
            "optimizer": self.optimizer.model_dump(),
            "training": self.training.model_dump(),
            "augmentation": self.augmentation.model_dump(),
            "flip_averaging": self.flip_averaging,
            "seed": self.seed,
        }
        (folder / "estimator.json").write_text(json.dumps(description, indent=2))

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Read what ``save`` wrote. Keras' safe mode stays on: the file cannot bring code of its own."""
        description = json.loads((folder / "estimator.json").read_text())
        estimator = cls(
            class_names=tuple(description["class_names"]),
            network=VggParameters(**description["network"]),
            optimizer=OptimizerParameters(**description["optimizer"]),
            training=TrainingParameters(**description["training"]),
            augmentation=AugmentationParameters(**description["augmentation"]),
            flip_averaging=description["flip_averaging"],
            seed=description["seed"],
        )
        estimator.classes_ = np.arange(len(estimator.class_names))
        estimator.model_ = keras.saving.load_model(folder / _NETWORK_FILE, compile=False)
        return estimator

    def _compile(self, X: Images) -> Any:
        keras.utils.set_random_seed(self.seed)
        precision = resolve_precision(self.training.precision)
        network = build_vgg(self.network, X.shape[1:], len(self.class_names), precision, self.seed)
        steps_per_epoch = max(len(X) // self.training.batch_size, 1)
        network.compile(
            build_optimizer(
                self.optimizer, self.training.epochs * steps_per_epoch, precision, (FIRST_LAYER, LAST_LAYER)
            ),
            keras.losses.CategoricalCrossentropy(from_logits=True, label_smoothing=self.training.label_smoothing),
            metrics=["accuracy"],
        )
        network.optimizer.build(network.trainable_variables)
        return network

    def _train_epoch(self, network: Any, X: Images, y: Labels, epoch: int) -> Epoch:
        batches = TrainingBatches(
            X, y, len(self.class_names), self.training.batch_size, epoch, self.seed, self.augmentation
        )
        began = time.perf_counter()
        scores = network.fit(batches, shuffle=False, verbose=0).history  # the batches shuffle themselves
        seconds = time.perf_counter() - began
        return {
            "epoch": epoch + 1,
            "loss": scores["loss"][0],
            "accuracy": scores["accuracy"][0],
            "learning_rate": float(ops.convert_to_numpy(network.optimizer.learning_rate)),
            "seconds": seconds,
            "images_per_second": len(batches) * min(self.training.batch_size, len(y)) / seconds,
        }

    def _out_of_patience(self, state: TrainingState) -> bool:
        patience = self.training.early_stopping_patience
        return patience is not None and state.finished - state.best_epoch >= patience and state.finished > 0

    def _inference_model(self, network: Any, image_shape: tuple[int, ...]) -> Any:
        # The same layers without optimizer and loss: the saved file needs no class of ours to be read.
        network = keras.Model(network.inputs[0], network.outputs[0], name=network.name)
        pixels = keras.Input(image_shape, dtype="uint8", name="pixels")
        probabilities = ops.softmax(network(pixels))
        if self.flip_averaging:
            mirrored = ops.softmax(network(ops.flip(pixels, axis=2)))
            probabilities = (probabilities + mirrored) / 2.0
        return keras.Model(pixels, probabilities, name="classifier")

    def _fingerprint(self, X: Images, y: Labels, validation_data: tuple[Images, Labels] | None) -> str:
        described = keras.__version__, keras.backend.backend(), sorted(self.get_params().items()), X.shape
        digest = hashlib.sha256(repr(described).encode())
        for array in (X, y, *(validation_data or ())):
            digest.update(np.ascontiguousarray(array).data)
        return digest.hexdigest()


def _validate(network: Any, X: Images, y: Labels) -> Epoch:
    logits = network.predict(PredictionBatches(X, _PREDICTION_BATCH), verbose=0)[: len(X)]
    probabilities = np.asarray(ops.convert_to_numpy(ops.softmax(logits)), dtype=np.float64)
    probabilities /= probabilities.sum(axis=1, keepdims=True)
    predicted = probabilities.argmax(axis=1)
    return {
        "validation_loss": float(log_loss(y, probabilities, labels=np.arange(probabilities.shape[1]))),
        "validation_accuracy": float((predicted == y).mean()),
        "validation_f1_macro": float(f1_score(y, predicted, average="macro", zero_division=0)),
    }


def _check_examples(X: Images, y: Labels, n_classes: int) -> None:
    if X.dtype != np.uint8 or X.ndim not in (3, 4):
        raise ValueError(f"images must be uint8, shape (N, H, W) or (N, H, W, C), not {X.dtype}, shape {X.shape}")
    if len(X) != len(y) or len(y) == 0:
        raise ValueError(f"need as many labels as images, at least one: {len(X)} images, {len(y)} labels")
    if y.min() < 0 or y.max() >= n_classes:
        raise ValueError(f"labels must lie in 0…{n_classes - 1}, found {y.min()}…{y.max()}")
