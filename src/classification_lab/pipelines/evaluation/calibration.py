"""Does a model that says 90 % hit nine times out of ten?"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from classification_lab.pipelines.evaluation.outcomes import Outcome

BINS = 15  # as in the paper, so that figures can be compared with published ones


@dataclass(frozen=True)
class Reliability:
    """Confidence (greatest class probability) against accuracy, in bins of equal width over 0…1.

    Attributes:
        edges: Shape (bins + 1,).
        counts: Rows in each bin, shape (bins,).
        hits: Rows of each bin whose predicted class is the true one, shape (bins,).
        confidence: Mean confidence of each bin, shape (bins,); NaN where a bin is empty.
    """

    edges: NDArray[np.float64]
    counts: NDArray[np.int64]
    hits: NDArray[np.int64]
    confidence: NDArray[np.float64]

    @property
    def accuracy(self) -> NDArray[np.float64]:
        """Share of hits in each bin, shape (bins,); NaN where a bin is empty."""
        accuracy = np.full(len(self.counts), np.nan)
        np.divide(self.hits, self.counts, out=accuracy, where=self.counts > 0)
        return accuracy

    @property
    def expected_calibration_error(self) -> float:
        """Mean distance between confidence and accuracy over the bins, weighted by their rows.

        Source: Guo, Pleiss, Sun, Weinberger: On Calibration of Modern Neural Networks, ICML 2017, equation 3.
        """
        gaps = np.abs(self.accuracy - self.confidence)
        return float(np.nansum(gaps * self.counts) / self.counts.sum())


def measure_reliability(outcome: Outcome, bins: int = BINS) -> Reliability:
    """Sort the rows of an outcome into bins by confidence; a bin holds its upper edge, not its lower one."""
    confidence = outcome.probabilities.max(axis=1).astype(np.float64)
    edges = np.linspace(0, 1, bins + 1)
    place = np.clip(np.searchsorted(edges, confidence, side="left") - 1, 0, bins - 1)
    counts = np.bincount(place, minlength=bins)
    hits = np.bincount(place, weights=outcome.predicted == outcome.labels, minlength=bins).astype(np.int64)
    sums = np.bincount(place, weights=confidence, minlength=bins)
    means = np.divide(sums, counts, out=np.full(bins, np.nan), where=counts > 0)
    return Reliability(edges, counts, hits, means)
