import numpy as np
import pytest

from classification_lab.labelled import LabelledImages
from classification_lab.pipelines.preparation.nodes import split_train_validation


def labelled(labels: list[int], classes: int = 3) -> LabelledImages:
    images = np.zeros((len(labels), 2, 2), np.uint8)
    return LabelledImages(images, np.array(labels), tuple(f"class {index}" for index in range(classes)))


def test_every_row_stands_on_one_side_and_every_class_keeps_its_share() -> None:
    train = labelled([0] * 100 + [1] * 60 + [2] * 40)
    splits = split_train_validation(train, 0.15, "train", seed=1)
    rows = np.concatenate([splits["train"], splits["validation"]])
    np.testing.assert_array_equal(np.sort(rows), np.arange(200))
    np.testing.assert_array_equal(np.bincount(train.labels[splits["validation"]]), [15, 9, 6])


def test_the_final_fit_learns_from_what_it_is_told() -> None:
    train = labelled([0, 1, 2] * 50)
    apart = split_train_validation(train, 0.2, "train", seed=1)
    np.testing.assert_array_equal(apart["final"], apart["train"])
    together = split_train_validation(train, 0.2, "train_and_validation", seed=1)
    np.testing.assert_array_equal(together["final"], np.arange(150))
    with pytest.raises(ValueError, match="train_and_validation, not 'everything'"):
        split_train_validation(train, 0.2, "everything", seed=1)  # type: ignore[arg-type]


def test_the_seed_decides() -> None:
    train = labelled([0, 1, 2] * 50)
    first, again, other = (split_train_validation(train, 0.2, "train", seed)["validation"] for seed in (1, 1, 2))
    np.testing.assert_array_equal(first, again)
    assert (first != other).any()


def test_a_class_with_a_single_example_is_named() -> None:
    with pytest.raises(ValueError, match="only one of class 2"):
        split_train_validation(labelled([0, 0, 0, 1, 1, 1, 2]), 0.3, "train", seed=1)


@pytest.mark.parametrize("share", [0, 1, -0.1, 15])
def test_a_share_that_is_none_is_refused(share: float) -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        split_train_validation(labelled([0, 1, 2] * 5), share, "train", seed=1)
