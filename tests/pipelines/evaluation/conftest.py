from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from classification_lab.labelled import LabelledImages
from classification_lab.pipelines.evaluation.outcomes import Outcome, tabulate


def make_outcome(n_classes: int, n: int, seed: int = 0, skill: float = 3.0) -> Outcome:
    """Softmax of noise plus ``skill`` for the true class; the last classes are rarer."""
    generator = np.random.default_rng(seed)
    weights = np.linspace(3, 1, n_classes)
    labels = generator.choice(n_classes, n, p=weights / weights.sum())
    scores = generator.normal(0, 1.2, (n, n_classes))
    scores[np.arange(n), labels] += skill
    probabilities = np.exp(scores - scores.max(axis=1, keepdims=True))
    probabilities = (probabilities / probabilities.sum(axis=1, keepdims=True)).astype(np.float32)
    return Outcome(np.arange(n), labels, probabilities.argmax(axis=1), probabilities)


def make_images(outcome: Outcome, class_names: tuple[str, ...]) -> LabelledImages:
    pixels = np.random.default_rng(1).integers(0, 256, (len(outcome), 8, 8), dtype=np.uint8)
    return LabelledImages(pixels, outcome.labels, class_names)


def make_predictions(n_classes: int, n_train: int, n_test: int) -> pd.DataFrame:
    train, test = make_outcome(n_classes, n_train, seed=1, skill=4.0), make_outcome(n_classes, n_test, seed=2)
    shuffled = np.random.default_rng(3).permutation(n_train)
    splits = {"train": shuffled[n_train // 5 :], "validation": shuffled[: n_train // 5]}
    return tabulate(train.probabilities, train.labels, test.probabilities, test.labels, splits)


@pytest.fixture
def outcome() -> Callable[..., Outcome]:
    return make_outcome


@pytest.fixture
def images() -> Callable[..., LabelledImages]:
    return make_images


@pytest.fixture
def predictions() -> pd.DataFrame:
    return make_predictions(5, 1000, 600)
