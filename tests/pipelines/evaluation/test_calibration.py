import numpy as np
import pytest

from classification_lab.pipelines.evaluation.calibration import measure_reliability
from classification_lab.pipelines.evaluation.outcomes import Outcome


def constructed(confidences: list[float], hits: list[bool]) -> Outcome:
    first = np.array(confidences, dtype=np.float32)
    probabilities = np.stack([first, 1 - first], axis=1)
    labels = np.where(hits, 0, 1)
    return Outcome(np.arange(len(first)), labels, np.zeros(len(first), np.int64), probabilities)


def test_error_of_a_constructed_case():
    # Bin (0.9, 1]: 4 rows, confidence 0.95, accuracy 0.5. Bin (0.6, 0.7]: 6 rows, confidence 0.65, accuracy 2/3.
    given = constructed([0.95] * 4 + [0.65] * 6, [True, True, False, False] + [True] * 4 + [False] * 2)
    reliability = measure_reliability(given, bins=10)
    assert reliability.expected_calibration_error == pytest.approx(0.4 * 0.45 + 0.6 * (2 / 3 - 0.65), abs=1e-6)
    assert reliability.counts[[6, 9]].tolist() == [6, 4]
    assert reliability.counts.sum() == 10


def test_certain_and_right_is_calibrated_certain_and_wrong_is_not():
    assert measure_reliability(constructed([1.0] * 3, [True] * 3)).expected_calibration_error == 0
    assert measure_reliability(constructed([1.0] * 3, [False] * 3)).expected_calibration_error == 1


def test_calibrated_probabilities_have_a_small_error():
    generator = np.random.default_rng(0)
    confidences = generator.uniform(0.5, 1, 50_000)
    given = constructed(confidences.tolist(), (generator.random(50_000) < confidences).tolist())
    assert measure_reliability(given).expected_calibration_error < 0.01
