"""A model together with what has to be known about it wherever it is used."""

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray


class Estimator(Protocol):
    """A fitted classifier, as far as others need to know it."""

    @property
    def class_names(self) -> tuple[str, ...]:
        """What the columns of the probabilities stand for."""

    def predict_proba(self, X: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Return probabilities, shape (N, classes), for raw examples."""

    def save(self, folder: Path) -> None:
        """Write everything that ``classification_lab.models.load_estimator`` needs into a folder."""


@dataclass(frozen=True)
class DescribedModel:
    """A fitted estimator and its description.

    Attributes:
        estimator: The model.
        card: The model card, Markdown.
        scores: Its metrics by name.
        examples: A few raw inputs, as the model takes them.
        data_digest: Identifies the data it was trained on.
    """

    estimator: Estimator
    card: str
    scores: dict[str, float]
    examples: NDArray[np.uint8]
    data_digest: str
