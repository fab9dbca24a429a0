"""How much a score would move on other examples of the same kind: 95% intervals.

They describe the draw of the examples only, not the luck of initialisation and shuffling: for that, train with several
seeds.
"""

import numpy as np
from numpy.typing import NDArray

from classification_lab.pipelines.evaluation.scores import class_scores, macro

LEVEL = 0.95
RESAMPLES = 1000  # the usual minimum for percentiles in the tails; the ends then repeat to about ±0.0003 at 10 000 rows


def wilson_interval(hits: int, total: int) -> tuple[float, float]:
    """Ends of the 95% Wilson score interval of a proportion.

    Source: Wilson 1927; Newcombe, Statistics in Medicine 17 (1998), 857-872, method 3.
    """
    from scipy.stats import binomtest

    interval = binomtest(hits, total).proportion_ci(LEVEL, method="wilson")
    return float(interval.low), float(interval.high)


def bootstrap_macro_f1(confusion: NDArray[np.int64], seed: int) -> tuple[float, float]:
    """Ends of the 95% percentile bootstrap interval of macro-F1.

    Drawing rows with replacement means drawing a confusion matrix from a multinomial distribution, and macro-F1 depends
    on nothing else; so this is the bootstrap over rows, without touching the rows.

    Args:
        confusion: Counts, true class by predicted class, shape (k, k).
        seed: Of the draws.
    """
    generator = np.random.default_rng(seed)
    shares = (confusion / confusion.sum()).ravel()
    at_once = max(1, 1_000_000 // confusion.size)  # bounds the memory to some 20 MB for any number of classes
    draws = []
    for start in range(0, RESAMPLES, at_once):
        size = min(at_once, RESAMPLES - start)
        counts = generator.multinomial(confusion.sum(), shares, size).reshape(size, *confusion.shape)
        draws.append(macro(class_scores(counts).f1, counts))
    low, high = np.quantile(np.concatenate(draws), [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return float(low), float(high)
