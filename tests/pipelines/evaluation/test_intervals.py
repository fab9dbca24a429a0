import time

import numpy as np
import pytest

from classification_lab.pipelines.evaluation.intervals import bootstrap_macro_f1, wilson_interval
from classification_lab.pipelines.evaluation.scores import average_scores, confusion_of


@pytest.mark.parametrize(
    ("hits", "total", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_wilson_gives_the_values_of_newcombe_1998_table_i(hits, total, low, high):
    assert wilson_interval(hits, total) == pytest.approx((low, high), abs=5e-5)


def test_bootstrap_agrees_with_resampling_the_rows(outcome):
    given = outcome(4, 800, skill=1.5)
    generator = np.random.default_rng(0)
    draws = []
    for _ in range(1000):
        rows = generator.integers(0, len(given), len(given))
        confusion = np.bincount(given.labels[rows] * 4 + given.predicted[rows], minlength=16).reshape(4, 4)
        draws.append(average_scores(confusion)["f1_macro"])
    expected = np.quantile(draws, [0.025, 0.975])
    assert bootstrap_macro_f1(confusion_of(given), seed=5) == pytest.approx(expected, abs=0.006)


def test_bootstrap_is_seeded_narrows_with_more_rows_and_holds_the_estimate(outcome):
    small = confusion_of(outcome(5, 200))
    low, high = bootstrap_macro_f1(small, seed=1)
    assert bootstrap_macro_f1(small, seed=1) == (low, high)
    assert bootstrap_macro_f1(small, seed=2) != (low, high)
    assert low < average_scores(small)["f1_macro"] < high
    large_low, large_high = bootstrap_macro_f1(25 * small, seed=1)
    assert large_high - large_low == pytest.approx((high - low) / 5, rel=0.15)


def test_bootstrap_of_ten_thousand_rows_is_quick(outcome):
    confusion = confusion_of(outcome(10, 10_000))
    start = time.perf_counter()
    bootstrap_macro_f1(confusion, seed=1)
    assert time.perf_counter() - start < 2
