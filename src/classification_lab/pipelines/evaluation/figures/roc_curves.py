"""Each class against the rest: true positives against false positives."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from classification_lab.pipelines.evaluation.figures.style import (
    BLACK,
    BLUE,
    GREEN,
    ORANGE,
    PALE,
    VERMILION,
    empty_figure,
    legend,
    new_figure,
    shorten,
    tidy,
)
from classification_lab.pipelines.evaluation.outcomes import Outcome
from classification_lab.pipelines.evaluation.scores import roc_areas

if TYPE_CHECKING:
    from matplotlib.figure import Figure

TITLE = "ROC, each class against the rest, test set"
STYLES = ((VERMILION, "-"), (BLUE, "--"), (ORANGE, "-."), (GREEN, (0, (1, 1))))


def draw_roc_curves(outcome: Outcome, class_names: Sequence[str]) -> "Figure":
    """Draw a curve per class and their mean, whole and enlarged; only the classes with the least area get a colour.

    Args:
        outcome: Test rows.
        class_names: In the order of the class indices.
    """
    from matplotlib.ticker import PercentFormatter
    from sklearn.metrics import roc_curve

    areas = roc_areas(outcome)
    defined = [int(index) for index in np.argsort(areas) if np.isfinite(areas[index])]
    if not defined:
        return empty_figure(TITLE, "All test examples are of one class, so there is no ROC curve.")
    grid = np.unique(np.concatenate([np.linspace(0, 1, 501), np.logspace(-4, 0, 200)]))
    mean = np.zeros_like(grid)
    figure = new_figure(10.5, 5)
    figure.suptitle(TITLE)
    whole, corner = (tidy(axes) for axes in figure.subplots(1, 2))
    coloured = defined[: len(STYLES)]
    for index in reversed(defined):
        false_rate, true_rate, _ = roc_curve(outcome.labels == index, outcome.probabilities[:, index])
        mean += np.interp(grid, false_rate, true_rate) / len(defined)
        drawn: dict[str, Any] = {"color": PALE, "linewidth": 1, "label": "other classes"}
        if index in coloured:
            colour, line = STYLES[coloured.index(index)]
            label = f"{shorten(class_names[index])} {areas[index]:.4f}"
            drawn = {"color": colour, "linestyle": line, "linewidth": 1.6, "label": label}
        for axes in (whole, corner):
            axes.plot(false_rate, true_rate, **drawn)
    for axes in (whole, corner):
        axes.plot(grid, mean, color=BLACK, linewidth=2, label=f"mean of classes {np.nanmean(areas):.4f}")
        axes.set(xlabel="False-positive rate (of the other classes)", ylabel="True-positive rate (recall)")
        axes.xaxis.set_major_formatter(PercentFormatter(1, decimals=0))
        axes.yaxis.set_major_formatter(PercentFormatter(1, decimals=0))
    whole.plot([0, 1], [0, 1], color=PALE, linestyle=":", label="chance 0.5000")
    whole.set(title="Whole", xlim=(-0.01, 1), ylim=(0, 1.01))
    lowest = _first_shown(mean[np.searchsorted(grid, 0.005)])
    corner.set(title="Enlarged: at most 10% false positives", xlim=(-0.001, 0.1), ylim=(lowest, 1.005))
    named = {line.get_label(): line for line in reversed(whole.lines)}
    legend(whole, handles=named.values(), labels=list(named), loc="lower right", title="Area under the curve")
    return figure


def _first_shown(recall: float) -> float:
    """Lower end of the enlarged axis: where the mean curve rises steeply, rounded down to tenths."""
    return float(np.clip(np.floor(10 * recall - 1) / 10, 0, 0.9))
