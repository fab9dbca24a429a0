"""Labelled examples, as every stage sees them."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class LabelledImages:
    """Images with one class each.

    Attributes:
        images: uint8, shape (N, height, width) for grey or (N, height, width, 3) for colour images, 0…255.
        labels: int64, shape (N,), indices into ``class_names``.
        class_names: What the labels mean, in index order.
    """

    images: NDArray[np.uint8]
    labels: NDArray[np.int64]
    class_names: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.labels)

    def rows(self, rows: NDArray[np.int64]) -> "LabelledImages":
        """Return a copy of the given rows."""
        return LabelledImages(self.images[rows], self.labels[rows], self.class_names)
