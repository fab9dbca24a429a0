"""Check published images and labels against each other, and describe them."""

import hashlib
import logging
from collections import defaultdict
from typing import Any

import numpy as np

from classification_lab.labelled import LabelledImages
from classification_lab.raw import RawArray

logger = logging.getLogger(__name__)


class CountMismatchError(ValueError):
    """Not as many labels as images."""


class LabelOutOfRangeError(ValueError):
    """A label that no class name stands for."""


def validate_images(images: RawArray, labels: RawArray, class_names: list[str]) -> LabelledImages:
    """Put images, labels and class names together once they agree.

    Args:
        images: uint8, shape (N, height, width) or (N, height, width, 3).
        labels: Shape (N,), indices into ``class_names``.
        class_names: What the labels mean, in index order.

    Raises:
        CountMismatchError: Other numbers of images and labels, or no images at all.
        LabelOutOfRangeError: A label is no index into ``class_names``.
    """
    n_images, n_labels = len(images.values), len(labels.values)
    if n_images != n_labels:
        raise CountMismatchError(
            f"{images.source} holds {n_images:,} images, but {labels.source} holds {n_labels:,} labels."
        )
    if n_images == 0:
        raise CountMismatchError(f"{images.source} holds no images.")
    out_of_range = np.flatnonzero(labels.values >= len(class_names))
    if len(out_of_range):
        first = out_of_range[0]
        raise LabelOutOfRangeError(
            f"{labels.source}: label {labels.values[first]} of item {first} (counted from 0) is none of "
            f"0…{len(class_names) - 1}, the indices of the {len(class_names)} class names. "
            f"Labels out of range: {len(out_of_range):,} of {n_labels:,}."
        )
    size = "x".join(str(length) for length in images.values.shape[1:])
    logger.info(
        "Read %s images of %s pixels in %d classes from %s",
        f"{n_images:,}",
        size,
        len(class_names),
        images.source,
    )
    return LabelledImages(images.values, labels.values.astype(np.int64), tuple(class_names))


def report_data(train: LabelledImages, test: LabelledImages) -> dict[str, Any]:
    """Count what a reader of scores should know about the data.

    Returns:
        ``digest`` (SHA-256 over both sets), ``image_shape``, ``class_names``; for ``train`` and ``test`` each
        the number of ``images``, their ``digest`` (SHA-256 over shape, class names, pixels and labels),
        ``class_counts`` by name, and ``duplicate_images``: how many repeat an earlier image of the set.
        ``in_train_and_test``: how many ``images`` of the test set also stand in the train set, and how many
        of these only ``with_another_label``.
    """
    train_images, test_images = _image_digests(train), _image_digests(test)
    labels_in_train = defaultdict(set)
    for image, label in zip(train_images, train.labels.tolist(), strict=True):
        labels_in_train[image].add(label)
    shared = [
        label in labels_in_train[image]
        for image, label in zip(test_images, test.labels.tolist(), strict=True)
        if image in labels_in_train
    ]
    relabelled = shared.count(False)
    if shared:
        logger.warning(
            "%d of the %s test images also stand in the train set (%d of them with another label)",
            len(shared),
            f"{len(test):,}",
            relabelled,
        )

    train_digest, test_digest = _digest(train), _digest(test)
    return {
        "digest": hashlib.sha256(f"{train_digest}{test_digest}".encode()).hexdigest(),
        "image_shape": list(train.images.shape[1:]),
        "class_names": list(train.class_names),
        "train": {"images": len(train), "digest": train_digest, **_counts(train, train_images)},
        "test": {"images": len(test), "digest": test_digest, **_counts(test, test_images)},
        "in_train_and_test": {"images": len(shared), "with_another_label": relabelled},
    }


def _image_digests(data: LabelledImages) -> list[bytes]:
    """Return 16 bytes for each image, equal where the pixels are."""
    return [hashlib.blake2b(image, digest_size=16).digest() for image in np.ascontiguousarray(data.images)]


def _digest(data: LabelledImages) -> str:
    digest = hashlib.sha256(repr((data.images.shape, data.class_names)).encode())
    digest.update(np.ascontiguousarray(data.images).data)
    digest.update(np.ascontiguousarray(data.labels, dtype="<i8").data)
    return digest.hexdigest()


def _counts(data: LabelledImages, image_digests: list[bytes]) -> dict[str, Any]:
    counts = np.bincount(data.labels, minlength=len(data.class_names)).tolist()
    return {
        "class_counts": dict(zip(data.class_names, counts, strict=True)),
        "duplicate_images": len(image_digests) - len(set(image_digests)),
    }
