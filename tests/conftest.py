"""What many tests need: the fixture of real images, and a project folder of their own."""

import gzip
from pathlib import Path

import numpy as np
import pytest

from classification_lab.labelled import LabelledImages
from classification_lab.models import EstimatorParameters

FIXTURE = Path(__file__).parent / "fixtures" / "fmnist"
CLASS_NAMES = ("T-shirt", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot")


def _read(name: str) -> LabelledImages:
    images = gzip.decompress((FIXTURE / f"{name}-images-idx3-ubyte.gz").read_bytes())
    labels = gzip.decompress((FIXTURE / f"{name}-labels-idx1-ubyte.gz").read_bytes())
    return LabelledImages(
        np.frombuffer(images, np.uint8, offset=16).reshape(-1, 28, 28),
        np.frombuffer(labels, np.uint8, offset=8).astype(np.int64),
        CLASS_NAMES,
    )


@pytest.fixture(scope="session")
def train_images() -> LabelledImages:
    """A few hundred real training images."""
    return _read("train")


@pytest.fixture(scope="session")
def test_images() -> LabelledImages:
    """A hundred or so real test images."""
    return _read("t10k")


@pytest.fixture
def estimator_parameters() -> EstimatorParameters:
    """The default recipe on a tiny network: seconds on the fixture."""
    return EstimatorParameters.model_validate(
        {
            "network": {
                "stackwise_num_filters": [4, 8],
                "stackwise_num_repeats": [1, 2],
                "dense_width": 16,
                "dense_dropout": 0.1,
                "batch_norm": True,
            },
            "optimizer": {
                "name": "muon",
                "learning_rate": 0.02,
                "schedule": "one_cycle",
                "warm_up": 0.2,
                "weight_decay": 0.05,
                "momentum": 0.95,
            },
            "training": {"epochs": 4, "batch_size": 50, "label_smoothing": 0.1, "precision": "float32"},
            "augmentation": {"translation": 2, "flip": "alternating", "cutout": 8},
            "flip_averaging": True,
        }
    )
