"""Batches for Keras, cut from the whole array as they are needed: no copy of the data set is made."""

import math
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from classification_lab.models.augmentation import AugmentationParameters, augment

# With fewer than two, Keras leaves tf.data's autotuner on. At the end of an epoch, that sleeps out its current period,
# which doubles each time: fit() and predict() then last up to twice as long (docs/decisions/006).
_WORKERS = 2
_QUEUE = 4  # batches that lie ready


class TrainingBatches(keras.utils.PyDataset):  # type: ignore[misc]
    """One epoch: shuffled, augmented batches with one-hot labels. A last, smaller batch is left out.

    Order and augmentation depend on seed and epoch alone: a training that continues sees what it would have seen.
    """

    def __init__(
        self,
        images: NDArray[np.uint8],
        labels: NDArray[np.int64],
        n_classes: int,
        batch_size: int,
        epoch: int,
        seed: int,
        augmentation: AugmentationParameters,
    ) -> None:
        super().__init__(workers=_WORKERS, max_queue_size=_QUEUE)
        self._images, self._labels = images, labels
        self._one_hot = np.eye(n_classes, dtype=np.float32)
        self._batch_size, self._epoch, self._seed = min(batch_size, len(labels)), epoch, seed
        self._augmentation = augmentation
        self._order = np.random.default_rng([seed, epoch]).permutation(len(labels))

    def __len__(self) -> int:
        return len(self._order) // self._batch_size

    def __getitem__(self, index: int) -> tuple[Any, Any]:
        rows = self._order[index * self._batch_size : (index + 1) * self._batch_size]
        images = augment(self._images[rows], rows, self._epoch, self._seed, self._augmentation)
        return images, self._one_hot[self._labels[rows]]


class PredictionBatches(keras.utils.PyDataset):  # type: ignore[misc]
    """Images in their order, the last batch padded to full size: one shape, one compiled graph."""

    def __init__(self, images: NDArray[np.uint8], batch_size: int) -> None:
        super().__init__(workers=_WORKERS, max_queue_size=_QUEUE)
        self._images, self._batch_size = images, min(batch_size, len(images))

    def __len__(self) -> int:
        return math.ceil(len(self._images) / self._batch_size)

    def __getitem__(self, index: int) -> tuple[Any]:
        batch = np.asarray(self._images[index * self._batch_size : (index + 1) * self._batch_size])
        missing = self._batch_size - len(batch)
        return (np.pad(batch, [(0, missing)] + [(0, 0)] * (batch.ndim - 1)) if missing else batch,)
