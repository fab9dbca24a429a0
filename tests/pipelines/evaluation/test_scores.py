import numpy as np
import pytest
import sklearn.metrics as reference

from classification_lab.pipelines.evaluation import scores
from classification_lab.pipelines.evaluation.outcomes import Outcome

AVERAGED = {
    "precision": reference.precision_score,
    "recall": reference.recall_score,
    "f1": reference.f1_score,
}


def test_one_class_against_the_rest_by_hand():
    confusion = np.array([[4, 1, 0], [2, 3, 0], [0, 0, 5]])
    tp, fp, tn, fn = scores.counts_of(confusion)
    assert tp.tolist() == [4, 3, 5]
    assert fp.tolist() == [2, 1, 0]
    assert tn.tolist() == [8, 9, 10]
    assert fn.tolist() == [1, 2, 0]
    found = scores.class_scores(confusion)
    np.testing.assert_allclose(found.precision, [4 / 6, 3 / 4, 1])
    np.testing.assert_allclose(found.recall, [4 / 5, 3 / 5, 1])
    np.testing.assert_allclose(found.f1, [8 / 11, 2 / 3, 1])
    np.testing.assert_allclose(found.specificity, [8 / 10, 9 / 10, 1])


@pytest.mark.parametrize("skill", [0.5, 3.0])
def test_averages_equal_scikit_learns(outcome, skill):
    given = outcome(7, 900, skill=skill)
    found = scores.average_scores(scores.confusion_of(given))
    for name, function in AVERAGED.items():
        for average in ("macro", "micro", "weighted"):
            expected = function(given.labels, given.predicted, average=average)
            assert found[f"{name}_{average}"] == pytest.approx(expected, abs=1e-12)
    assert found["accuracy"] == pytest.approx(np.mean(given.labels == given.predicted))


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.UndefinedMetricWarning")
def test_classes_without_rows_or_predictions_count_as_in_scikit_learn():
    labels, predicted = np.array([0, 0, 1, 1, 2]), np.array([0, 1, 1, 3, 0])  # class 4 occurs nowhere
    given = Outcome(np.arange(5), labels, predicted, np.zeros((5, 5), np.float32))
    found = scores.average_scores(scores.confusion_of(given))
    for name, function in AVERAGED.items():
        assert found[f"{name}_macro"] == pytest.approx(function(labels, predicted, average="macro"))


def test_areas_equal_scikit_learns_and_are_nan_where_undefined(outcome):
    given = outcome(4, 500, skill=1.0)
    expected = reference.roc_auc_score(given.labels, given.probabilities, multi_class="ovr", average=None)
    np.testing.assert_allclose(scores.roc_areas(given), expected)
    kept = given.labels != 2
    fewer = Outcome(given.rows[kept], given.labels[kept], given.predicted[kept], given.probabilities[kept])
    assert np.isnan(scores.roc_areas(fewer)).tolist() == [False, False, True, False]


def test_log_loss_by_hand():
    probabilities = np.array([[0.5, 0.25, 0.25], [0.1, 0.8, 0.1]], dtype=np.float32)
    given = Outcome(np.arange(2), np.array([0, 1]), np.array([0, 1]), probabilities)
    assert scores.log_loss_of(given) == pytest.approx(-(np.log(0.5) + np.log(0.8)) / 2, rel=1e-6)
