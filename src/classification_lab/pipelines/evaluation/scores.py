"""Scores of class predictions, all from one confusion matrix and the probabilities.

Undefined ratios (a class without rows, or one that is never predicted) count as 0, and a macro average runs over the
classes that stand in the labels or in the predictions: scikit-learn's conventions, so the numbers are the same.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from classification_lab.pipelines.evaluation.outcomes import Outcome

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


class Counts(NamedTuple):
    """One class against the rest: hits and misses, each of shape (…, k)."""

    tp: Integers
    fp: Integers
    tn: Integers
    fn: Integers


class ClassScores(NamedTuple):
    """Scores of each class against the rest, each of shape (…, k)."""

    precision: Floats
    recall: Floats
    f1: Floats
    specificity: Floats


def confusion_of(outcome: Outcome) -> Integers:
    """Number of rows by true class (first axis) and predicted class (second), shape (k, k)."""
    k = outcome.probabilities.shape[1]
    return np.bincount(outcome.labels * k + outcome.predicted, minlength=k * k).reshape(k, k)


def counts_of(confusion: Integers) -> Counts:
    """True and false positives and negatives of each class.

    Args:
        confusion: One confusion matrix or many, shape (…, k, k).
    """
    tp = np.diagonal(confusion, axis1=-2, axis2=-1)
    fp = confusion.sum(axis=-2) - tp
    fn = confusion.sum(axis=-1) - tp
    tn = confusion.sum(axis=(-2, -1))[..., None] - tp - fp - fn
    return Counts(tp, fp, tn, fn)


def class_scores(confusion: Integers) -> ClassScores:
    """Precision, recall, F1 and specificity of each class of one or many confusion matrices, shape (…, k, k)."""
    tp, fp, tn, fn = counts_of(confusion)
    return ClassScores(
        precision=_ratio(tp, tp + fp),
        recall=_ratio(tp, tp + fn),
        f1=_ratio(2 * tp, 2 * tp + fp + fn),
        specificity=_ratio(tn, tn + fp),
    )


def macro(scores: Floats, confusion: Integers) -> Floats:
    """Unweighted mean over the classes that occur in the labels or the predictions, shape (…)."""
    tp, fp, _, fn = counts_of(confusion)
    return np.asarray(np.mean(scores, axis=-1, where=tp + fp + fn > 0))


def average_scores(confusion: Integers) -> dict[str, float]:
    """``accuracy``, ``precision_macro``, ``precision_micro``, ``precision_weighted``, … of one confusion matrix.

    With exactly one class per row, micro precision, recall and F1 all equal the accuracy.
    """
    scores, support = class_scores(confusion), confusion.sum(axis=1)
    accuracy = float(np.trace(confusion) / confusion.sum())
    averages = {"accuracy": accuracy}
    for name in ("precision", "recall", "f1"):
        values = getattr(scores, name)
        averages[f"{name}_macro"] = float(macro(values, confusion))
        averages[f"{name}_micro"] = accuracy
        averages[f"{name}_weighted"] = float(np.average(values, weights=support))
    averages["specificity_macro"] = float(macro(scores.specificity, confusion))
    return averages


def roc_areas(outcome: Outcome) -> Floats:
    """Area under the one-vs-rest ROC curve of each class, shape (k,); NaN where a class has no rows or all of them."""
    from sklearn.metrics import roc_auc_score

    def area(column: int) -> float:
        positive = outcome.labels == column
        if positive.all() or not positive.any():
            return np.nan
        return float(roc_auc_score(positive, outcome.probabilities[:, column]))

    return np.array([area(column) for column in range(outcome.probabilities.shape[1])])


def log_loss_of(outcome: Outcome) -> float:
    """Mean negative natural logarithm of the probability given to the true class."""
    from sklearn.metrics import log_loss

    k = outcome.probabilities.shape[1]
    return float(log_loss(outcome.labels, outcome.probabilities, labels=np.arange(k)))


def _ratio(part: Integers, whole: Integers) -> Floats:
    return np.divide(part, whole, out=np.zeros(np.shape(part), dtype=np.float64), where=whole > 0)
