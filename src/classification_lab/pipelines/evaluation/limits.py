"""What a model's own numbers say against it."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from classification_lab.pipelines.evaluation.outcomes import Outcome
from classification_lab.pipelines.evaluation.scores import class_scores, confusion_of

WEAK = 0.05  # below the mean F1 of the classes: beyond what a thousand test examples of a class leave to chance
LARGE_GAP = 0.05  # the limit that the search keeps, too
CALIBRATED = 0.02  # mean distance between confidence and accuracy that does no harm in most uses


class Confusion(NamedTuple):
    """How often examples of one class were taken for another."""

    true: str
    predicted: str
    times: int
    share: float


def name_confusions(confusion: NDArray[np.int64], class_names: Sequence[str], most: int = 6) -> list[Confusion]:
    """Return the most frequent confusions, the most frequent first.

    Args:
        confusion: Counts, true class by predicted class, shape (k, k).
        class_names: k names.
        most: How many to return, at the most.
    """
    mistakes = confusion - np.diag(np.diag(confusion))
    pairs = []
    for place in np.argsort(-mistakes, axis=None, kind="stable")[:most]:
        true, predicted = np.unravel_index(place, mistakes.shape)
        if times := int(mistakes[true, predicted]):
            share = times / int(confusion[true].sum())
            pairs.append(Confusion(class_names[true], class_names[predicted], times, share))
    return pairs


def state_limits(
    metrics: Mapping[str, float], outcome: Outcome, class_names: Sequence[str], data_report: Mapping[str, Any]
) -> list[str]:
    """Write the limits that follow from the numbers, a sentence or two each.

    Args:
        metrics: Flat, ``test_accuracy``, ….
        outcome: Test rows.
        class_names: In the order of the class indices.
        data_report: What ingestion found.
    """
    scope = (
        f"Whatever it is shown, the answer is one of {len(class_names)} classes; there is no “none of them”. The "
        "scores hold for examples made the same way as the test set and for no others."
    )
    limits = [
        scope,
        *_weak_classes(metrics, outcome, class_names),
        _calibration(metrics, outcome),
        *_repeated_examples(data_report, len(outcome)),
    ]
    gap = metrics.get("overfit_gap", 0.0)
    if gap > LARGE_GAP:
        limits.append(f"It over-fits: {100 * gap:.1f} points better on the examples it learnt from than on new ones.")
    return limits


def _weak_classes(metrics: Mapping[str, float], outcome: Outcome, class_names: Sequence[str]) -> list[str]:
    confusion = confusion_of(outcome)
    support, scores = confusion.sum(axis=1), class_scores(confusion)
    limits = []
    if absent := [name for name, count in zip(class_names, support, strict=True) if not count]:
        limits.append(f"No test example, hence no score, for: {', '.join(absent)}.")
    weak = [
        int(index)
        for index in np.argsort(scores.f1, kind="stable")
        if support[index] and scores.f1[index] < metrics["test_f1_macro"] - WEAK
    ]
    if weak:
        named = (
            f"{class_names[i]} (F1 {scores.f1[i]:.3f}: {scores.recall[i]:.1%} of them are found, "
            f"{scores.precision[i]:.1%} of such answers are right)"
            for i in weak[:5]
        )
        limits.append(f"Weak classes: {'; '.join(named)}. Have such answers checked where a mistake costs.")
    return limits


def _calibration(metrics: Mapping[str, float], outcome: Outcome) -> str:
    error = metrics["test_ece"]
    excess = float(outcome.probabilities.max(axis=1).mean()) - metrics["test_accuracy"]
    direction = "more" if excess > 0 else "less"
    measured = (
        f"expected calibration error {error:.3f}; on average {100 * abs(excess):.1f} points {direction} confident "
        "than right"
    )
    if error <= CALIBRATED:
        return f"The probabilities can be taken at their word ({measured})."
    return f"The probabilities are not frequencies ({measured}): calibrate them before setting thresholds on them."


def _repeated_examples(data_report: Mapping[str, Any], n_test: int) -> list[str]:
    if "in_train_and_test" not in data_report:
        return []
    shared = next((count for count in data_report["in_train_and_test"].values() if isinstance(count, int)), 0)
    found = (
        f"{shared:,} of the {n_test:,} test examples ({shared / n_test:.2%}) also stand, exactly, in the training set."
        if shared
        else "No test example stands, exactly, in the training set as well."
    )
    return [f"{found} Near duplicates, such as the same thing recorded twice, were not looked for."]
