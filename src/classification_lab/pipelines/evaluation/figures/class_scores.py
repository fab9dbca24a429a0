"""Precision, recall and F1 of each class."""

from typing import TYPE_CHECKING

import numpy as np

from classification_lab.pipelines.evaluation.figures.style import (
    BLACK,
    SKY,
    VERMILION,
    legend,
    new_figure,
    shorten,
    tidy,
)

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure


def draw_class_scores(per_class: "pd.DataFrame") -> "Figure":
    """Draw F1 as a bar, precision and recall as marks on it, the best class on top.

    Args:
        per_class: A row per class: ``class``, ``support``, ``precision``, ``recall``, ``f1``.
    """
    ordered = per_class.sort_values("f1", kind="stable")
    places = range(len(ordered))
    many = len(ordered) > 30
    figure = new_figure(8.5, 1.9 + (0.2 if many else 0.34) * len(ordered))
    axes = tidy(figure.add_subplot(), grid="x")
    axes.barh(places, ordered["f1"], height=0.62, color=SKY, label="F1")
    axes.plot(ordered["precision"], places, "D", color=BLACK, markersize=5, label="precision")
    axes.plot(
        ordered["recall"], places, "|", color=VERMILION, markersize=8 if many else 13, markeredgewidth=3, label="recall"
    )
    names = [f"{shorten(name)} ({count:,})" for name, count in zip(ordered["class"], ordered["support"], strict=True)]
    axes.set_yticks(places, names, fontsize=8 if many else 10)
    for place, value in zip(places, ordered["f1"], strict=True):
        axes.text(1.02, place, f"{value:.3f}", va="center", fontsize=8 if many else 9)
    axes.text(1.02, len(ordered) - 0.35, "F1", va="bottom", fontsize=9, fontweight="bold")
    axes.set(xlim=(0, 1.1), ylim=(-0.6, len(ordered) - 0.4), xlabel="Score (fraction)")
    axes.set_xticks(np.linspace(0, 1, 6))
    axes.set_ylabel("Class (test examples)")
    axes.set_title("Scores by class, test set", pad=34)
    handles, labels = axes.get_legend_handles_labels()
    legend(
        axes,
        handles=[handles[-1], *handles[:-1]],
        labels=[labels[-1], *labels[:-1]],
        ncols=3,
        loc="lower center",
        bbox_to_anchor=(0.45, 1.0),
    )
    return figure
