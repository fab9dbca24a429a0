"""Accuracy against confidence."""

from typing import TYPE_CHECKING

import numpy as np

from classification_lab.pipelines.evaluation.calibration import Reliability
from classification_lab.pipelines.evaluation.figures.style import BLUE, GREY, SKY, legend, new_figure, tidy
from classification_lab.pipelines.evaluation.intervals import wilson_interval

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def draw_reliability(reliability: Reliability) -> "Figure":
    """Draw the share of hits in each bin of confidence with its 95% interval, and below it how many rows are there."""
    from matplotlib.ticker import PercentFormatter

    filled = np.flatnonzero(reliability.counts)
    confidence, accuracy = reliability.confidence[filled], reliability.accuracy[filled]
    ends = np.array([wilson_interval(int(reliability.hits[i]), int(reliability.counts[i])) for i in filled])
    figure = new_figure(6.4, 6.4)
    error = reliability.expected_calibration_error
    figure.suptitle(f"Reliability on the test set, expected calibration error {error:.3f}")
    upper, lower = figure.subplots(2, 1, sharex=True, height_ratios=[3, 1])
    upper.plot([0, 1], [0, 1], color=GREY, linestyle="--", label="perfectly calibrated")
    spread = np.abs(ends.T - accuracy)
    upper.errorbar(confidence, accuracy, spread, fmt="o-", color=BLUE, capsize=3, label="this model, 95% interval")
    upper.set(ylabel="Accuracy (share right)", ylim=(0, 1.02))
    upper.yaxis.set_major_formatter(PercentFormatter(1, decimals=0))
    legend(tidy(upper), loc="upper left")
    width = np.diff(reliability.edges)
    shares = reliability.counts / reliability.counts.sum()
    lower.bar(reliability.edges[:-1], shares, width, align="edge", color=SKY, edgecolor="white")
    lower.set(xlabel="Confidence (greatest class probability)", ylabel="Share of rows", xlim=(0, 1.01))
    lower.xaxis.set_major_formatter(PercentFormatter(1, decimals=0))
    lower.yaxis.set_major_formatter(PercentFormatter(1, decimals=0))
    tidy(lower, grid="y")
    return figure
