"""Which classes are taken for which."""

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from classification_lab.pipelines.evaluation.figures.style import new_figure, shorten

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

MOST_WITH_RATES = 15  # classes; with more of them a cell has room for the count only
MOST_WITH_COUNTS = 25
MOST_NAMES = 60


def draw_confusion_matrix(confusion: NDArray[np.int64], class_names: Sequence[str]) -> "Figure":
    """Draw counts as numbers, shares of the true class as colour (and as numbers, where there is room).

    Args:
        confusion: Counts, true class by predicted class, shape (k, k).
        class_names: k names.
    """
    from matplotlib.colors import PowerNorm
    from matplotlib.ticker import PercentFormatter

    k = len(class_names)
    support = confusion.sum(axis=1, keepdims=True)
    rates = np.divide(confusion, support, out=np.zeros((k, k)), where=support > 0)
    side = min(13.0, max(5.0, 2 + (0.62 if k <= MOST_WITH_COUNTS else 0.24) * k))
    figure = new_figure(side + 1, side)
    axes = figure.add_subplot()
    # The square root spreads the small shares: the mistakes are what one looks for here.
    picture = axes.imshow(rates, cmap="Blues", norm=PowerNorm(0.5, vmin=0, vmax=1))
    step = math.ceil(k / MOST_NAMES)
    names = [shorten(name) for name in class_names[::step]]
    size = 10 if k <= MOST_WITH_COUNTS else 7
    axes.set_xticks(range(0, k, step), names, rotation=45, ha="right", rotation_mode="anchor", fontsize=size)
    axes.set_yticks(range(0, k, step), names, fontsize=size)
    axes.set(xlabel="Predicted class", ylabel="True class")
    axes.set_title(f"Confusion matrix, {confusion.sum():,} test examples")
    axes.spines[:].set_visible(False)
    axes.tick_params(length=0)
    bar = figure.colorbar(picture, ax=axes, shrink=0.7, ticks=[0, 0.01, 0.05, 0.1, 0.25, 0.5, 0.75, 1])
    bar.ax.yaxis.set_major_formatter(PercentFormatter(1))
    bar.set_label("Share of the true class")
    bar.outline.set_visible(False)
    if k <= MOST_WITH_COUNTS:
        _write_cells(axes, confusion, rates)
    return figure


def _write_cells(axes: "Axes", confusion: NDArray[np.int64], rates: NDArray[np.float64]) -> None:
    for (row, column), count in np.ndenumerate(confusion):
        if not count:
            continue
        colour = "white" if rates[row, column] > 0.35 else "black"
        text = {"x": column, "ha": "center", "color": colour}
        if len(confusion) <= MOST_WITH_RATES:
            axes.text(y=row - 0.05, s=f"{count:,}", va="bottom", fontsize=11, **text)
            axes.text(y=row + 0.05, s=f"{rates[row, column]:.1%}", va="top", fontsize=9, **text)
        else:
            axes.text(y=row, s=f"{count:,}", va="center", fontsize=7.5, **text)
