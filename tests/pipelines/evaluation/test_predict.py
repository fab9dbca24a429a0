import numpy as np
import pytest

from classification_lab.labelled import LabelledImages
from classification_lab.pipelines.evaluation.nodes import predict
from classification_lab.pipelines.evaluation.outcomes import class_probabilities, outcome_of

NAMES = ("a", "b", "c")


class ByFirstPixel:
    """Says 0.8 for the class that the first pixel names; keeps account of what it was asked."""

    def __init__(self, classes=(0, 1, 2)):
        self.classes_ = np.array(classes)
        self.asked = []

    def predict_proba(self, X):
        self.asked.append(len(X))
        answer = np.full((len(X), len(self.classes_)), 0.2 / (len(self.classes_) - 1), dtype=np.float32)
        answer[np.arange(len(X)), X[:, 0, 0] % len(self.classes_)] = 0.8
        return answer


class Says:
    classes_ = np.arange(3)

    def __init__(self, answer):
        self.answer = np.array(answer)

    def predict_proba(self, _):
        return self.answer


def labelled(n: int) -> LabelledImages:
    images = np.zeros((n, 2, 2), dtype=np.uint8)
    images[:, 0, 0] = np.arange(n) % 3
    return LabelledImages(images, np.arange(n, dtype=np.int64) % 3, NAMES)


def test_rows_stand_with_their_split_and_the_model_is_asked_once_a_set():
    model = ByFirstPixel()
    splits = {"train": np.array([4, 0, 2]), "validation": np.array([1, 5])}  # row 3 stands in neither
    frame = predict(model, labelled(6), labelled(4), splits)
    assert model.asked == [6, 4]
    assert frame["split"].tolist() == ["train"] * 3 + ["validation"] * 2 + ["test"] * 4
    assert frame["row"].tolist() == [4, 0, 2, 1, 5, 0, 1, 2, 3]
    assert frame["label"].tolist() == [1, 0, 2, 1, 2, 0, 1, 2, 0]
    assert frame["predicted"].tolist() == frame["label"].tolist()
    assert frame.columns.tolist()[4:] == ["probability_0", "probability_1", "probability_2"]
    assert (frame.dtypes.iloc[4:] == np.float32).all()
    assert frame.loc[0, "probability_1"] == pytest.approx(0.8)


def test_train_means_what_the_model_was_fitted_on():
    splits = {"train": np.array([0, 2]), "validation": np.array([1])}
    frame = predict(ByFirstPixel(), labelled(3), labelled(3), splits)
    assert outcome_of(frame, "train", "train").rows.tolist() == [0, 2]
    assert outcome_of(frame, "train", "train_and_validation").rows.tolist() == [0, 2, 1]
    assert outcome_of(frame, "validation", "train_and_validation").rows.tolist() == [1]


def test_a_class_unknown_to_the_model_gets_probability_zero():
    probabilities = class_probabilities(ByFirstPixel(classes=(0, 2)), labelled(4).images, 3)
    assert probabilities.shape == (4, 3)
    assert (probabilities[:, 1] == 0).all()
    assert probabilities[1, 2] == pytest.approx(0.8)


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        ([[0.5, 0.5]] * 2, r"shape \(2, 2\); \(2, 3\)"),
        ([[0.2, 0.3, 0.5], [np.nan, 0.5, 0.5]], "not finite for 1 of 2 rows, the first is row 1"),
        ([[0.2, 0.3, 0.5], [0.9, 0.9, 0.9]], "row 1 sums to 2.7"),
        ([[-0.2, 0.7, 0.5], [0.2, 0.3, 0.5]], "its least value is -0.2"),
    ],
)
def test_what_is_no_probability_is_refused(answer, message):
    with pytest.raises(ValueError, match=message):
        class_probabilities(Says(answer), np.zeros((2, 2, 2)), 3)


@pytest.mark.parametrize(
    ("classes", "message"),
    [([0, 5], "knows the classes"), (["a", "b"], "class indices"), ([1, 1], "distinct")],
)
def test_classes_that_are_no_indices_are_refused(classes, message):
    with pytest.raises(ValueError, match=message):
        class_probabilities(ByFirstPixel(classes), np.zeros((2, 2, 2)), 3)
