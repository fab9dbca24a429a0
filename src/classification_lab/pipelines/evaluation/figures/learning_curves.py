"""Accuracy and loss against the epoch."""

from typing import TYPE_CHECKING

from classification_lab.pipelines.evaluation.figures.style import (
    BLUE,
    VERMILION,
    empty_figure,
    legend,
    new_figure,
    tidy,
)

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

TITLE = "Learning curves"


def draw_learning_curves(history: "pd.DataFrame") -> "Figure":
    """Draw accuracy and loss side by side, the validation lines where there are some.

    Args:
        history: A row per epoch: ``epoch``, ``accuracy``, ``loss``, and ``validation_accuracy``,
            ``validation_loss`` where something was held out.
    """
    if "accuracy" not in history or history.empty:
        return empty_figure(TITLE, "This model is not trained in epochs, so there is no curve to draw.")
    from matplotlib.ticker import MaxNLocator

    figure = new_figure(10, 4.2)
    figure.suptitle(TITLE)
    for axes, name in zip(figure.subplots(1, 2), ("accuracy", "loss"), strict=True):
        lines = [(name, "training, while fitting", BLUE, "o-")]
        lines += [(f"validation_{name}", "validation, after the epoch", VERMILION, "s--")]
        for column, label, colour, line in lines:
            if column in history:
                points = history[["epoch", column]].dropna()
                axes.plot(points["epoch"], points[column], line, color=colour, label=label, markersize=4)
        axes.set(title=name.capitalize(), xlabel="Epoch", ylabel=_unit(name))
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
        legend(tidy(axes))
    if "validation_accuracy" not in history:
        figure.supxlabel("Nothing was held out while this model was fitted.", fontsize=9)
    return figure


def _unit(name: str) -> str:
    return "Accuracy (fraction)" if name == "accuracy" else "Loss (nats per example)"
