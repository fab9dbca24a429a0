"""The same code trains under other Keras back ends; each needs a process of its own."""

import os
import subprocess
import sys

import pytest

TRAIN = """
import numpy as np
from classification_lab.models import EstimatorParameters, build_estimator

parameters = EstimatorParameters.model_validate({
    "network": {"stackwise_num_filters": [4, 8], "stackwise_num_repeats": [1, 2], "dense_width": 8, "batch_norm": True},
    "optimizer": {"name": "muon", "learning_rate": 0.02, "schedule": "one_cycle", "weight_decay": 0.05},
    "training": {"epochs": 8, "batch_size": 32, "precision": "float32"},
    "augmentation": {"translation": 1}, "flip_averaging": True,
})
rng = np.random.default_rng(0)
labels = np.arange(128) % 2
images = (rng.integers(0, 100, (128, 12, 12)) + 100 * labels[:, None, None]).astype(np.uint8)
classifier = build_estimator(parameters, ("dark", "light"), seed=1).fit(images, labels)
import keras
print(keras.backend.backend(), classifier.score(images, labels))
"""


@pytest.mark.parametrize("backend", ["tensorflow", "jax"])
def test_trains_under(backend: str) -> None:
    result = subprocess.run(
        [sys.executable, "-c", TRAIN],
        env={**os.environ, "KERAS_BACKEND": backend},
        capture_output=True,
        text=True,
        check=True,
    )
    name, score = result.stdout.split()
    assert name == backend
    assert float(score) > 0.9
