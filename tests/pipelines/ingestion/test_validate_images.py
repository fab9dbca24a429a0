"""Images, labels and class names have to agree."""

import logging

import numpy as np
import pytest

from classification_lab.pipelines.ingestion.nodes import (
    CountMismatchError,
    LabelOutOfRangeError,
    validate_images,
)
from classification_lab.raw import RawArray

CLASS_NAMES = ["hat", "coat", "shoe"]


def raw_images(n: int) -> RawArray:
    return RawArray(np.arange(n * 6, dtype=np.uint8).reshape(n, 2, 3), "raw/images.gz")


def raw_labels(*labels: int) -> RawArray:
    return RawArray(np.array(labels, np.uint8), "raw/labels.gz")


def test_agreeing_arrays_become_labelled_images(caplog: pytest.LogCaptureFixture) -> None:
    images = raw_images(3)
    with caplog.at_level(logging.INFO):
        data = validate_images(images, raw_labels(2, 0, 0), CLASS_NAMES)
    assert data.images is images.values
    assert data.labels.dtype == np.int64
    assert data.labels.tolist() == [2, 0, 0]
    assert data.class_names == ("hat", "coat", "shoe")
    assert "Read 3 images of 2x3 pixels in 3 classes from raw/images.gz" in caplog.text


def test_a_count_mismatch_names_both_files() -> None:
    message = r"raw/images.gz holds 3 images, but raw/labels.gz holds 2 labels"
    with pytest.raises(CountMismatchError, match=message):
        validate_images(raw_images(3), raw_labels(0, 1), CLASS_NAMES)


def test_an_empty_file_is_refused() -> None:
    with pytest.raises(CountMismatchError, match=r"raw/images.gz holds no images"):
        validate_images(raw_images(0), raw_labels(), CLASS_NAMES)


def test_a_label_out_of_range_is_shown_with_its_place() -> None:
    message = r"raw/labels.gz: label 3 of item 1 .* none of 0…2, .* 3 class names.*: 2 of 4"
    with pytest.raises(LabelOutOfRangeError, match=message):
        validate_images(raw_images(4), raw_labels(0, 3, 2, 255), CLASS_NAMES)
