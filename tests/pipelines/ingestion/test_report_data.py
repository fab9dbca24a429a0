"""The report on the data: counts, duplicates, digests."""

import json
import logging

import numpy as np
import pytest

from classification_lab.labelled import LabelledImages
from classification_lab.pipelines.ingestion.nodes import report_data


def labelled(pixels: list[int], labels: list[int]) -> LabelledImages:
    """Make 2x2 images, each of one grey."""
    images = np.array(pixels, np.uint8)[:, None, None].repeat(2, 1).repeat(2, 2)
    return LabelledImages(images, np.array(labels, np.int64), ("hat", "coat"))


TRAIN = labelled([1, 2, 2, 2, 3, 3], [0, 0, 0, 1, 1, 1])


def test_classes_and_duplicates_are_counted(caplog: pytest.LogCaptureFixture) -> None:
    # In train too: 1 with its label, 1 with another, 2 with either label; not in train: 7, twice.
    report = report_data(TRAIN, labelled([1, 1, 2, 7, 7], [0, 1, 1, 0, 0]))
    assert report["image_shape"] == [2, 2]
    assert report["class_names"] == ["hat", "coat"]
    assert report["train"]["images"] == 6
    assert report["train"]["class_counts"] == {"hat": 3, "coat": 3}
    assert report["train"]["duplicate_images"] == 3
    assert report["test"]["class_counts"] == {"hat": 3, "coat": 2}
    assert report["test"]["duplicate_images"] == 2
    assert report["in_train_and_test"] == {"images": 3, "with_another_label": 1}
    assert caplog.messages == ["3 of the 5 test images also stand in the train set (1 of them with another label)"]


def test_clean_data_raise_no_warning_and_absent_classes_count_zero(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        report = report_data(TRAIN, labelled([8, 9], [1, 1]))
    assert report["in_train_and_test"] == {"images": 0, "with_another_label": 0}
    assert report["test"]["class_counts"] == {"hat": 0, "coat": 2}
    assert caplog.messages == []


def test_digests_tell_data_apart_and_nothing_else() -> None:
    test = labelled([8, 9], [0, 1])
    report = report_data(TRAIN, test)
    assert report_data(TRAIN, labelled([8, 9], [0, 1])) == report

    for other in (
        labelled([8, 10], [0, 1]),
        labelled([8, 9], [1, 1]),
        LabelledImages(test.images, test.labels, ("hat", "shoe")),
        LabelledImages(test.images.reshape(2, 1, 4), test.labels, test.class_names),
    ):
        changed = report_data(TRAIN, other)
        assert changed["digest"] != report["digest"]
        assert changed["test"]["digest"] != report["test"]["digest"]
        assert changed["train"]["digest"] == report["train"]["digest"]

    assert report_data(test, TRAIN)["digest"] != report["digest"]


def test_the_report_is_json() -> None:
    report = report_data(TRAIN, TRAIN)
    assert json.loads(json.dumps(report)) == report
