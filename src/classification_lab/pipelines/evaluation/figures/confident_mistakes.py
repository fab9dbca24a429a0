"""A sheet of the images that the model is most confidently wrong about."""

from typing import TYPE_CHECKING

import numpy as np

from classification_lab.labelled import LabelledImages
from classification_lab.pipelines.evaluation.figures.style import (
    BLUE,
    VERMILION,
    empty_figure,
    new_figure,
    shorten,
)
from classification_lab.pipelines.evaluation.outcomes import Outcome

if TYPE_CHECKING:
    from matplotlib.figure import Figure

TITLE = "Most confident mistakes on the test set"
COLUMNS, ROWS = 6, 4


def draw_confident_mistakes(outcome: Outcome, data: LabelledImages) -> "Figure":
    """Draw up to 24 wrongly classified images, the most confident first.

    Args:
        outcome: Rows of ``data``.
        data: The images.
    """
    wrong = np.flatnonzero(outcome.predicted != outcome.labels)
    if not len(wrong):
        return empty_figure(TITLE, f"None of the {len(outcome):,} test examples is wrong.")
    confidence = outcome.probabilities[wrong, outcome.predicted[wrong]]
    shown = wrong[np.argsort(-confidence, kind="stable")[: COLUMNS * ROWS]]
    rows = -(-len(shown) // COLUMNS)
    figure = new_figure(1.75 * COLUMNS, 2.2 * rows + 0.8)
    figure.suptitle(f"{TITLE}: {len(shown)} of {len(wrong):,} (true class above, prediction below)")
    grid = figure.subplots(rows, COLUMNS, squeeze=False).ravel()
    for axes in grid:
        axes.axis("off")
    for axes, index in zip(grid, shown, strict=False):
        row, true, predicted = int(outcome.rows[index]), outcome.labels[index], outcome.predicted[index]
        axes.imshow(data.images[row], cmap="gray", vmin=0, vmax=255, interpolation="nearest")
        axes.set_title(shorten(data.class_names[true], 16), fontsize=9, color=BLUE, pad=3)
        said = f"{shorten(data.class_names[predicted], 16)}\n{outcome.probabilities[index, predicted]:.1%}"
        axes.text(0.5, -0.04, said, ha="center", va="top", fontsize=9, color=VERMILION, transform=axes.transAxes)
    return figure
