"""The objective of each trial, in the order they were started."""

from typing import TYPE_CHECKING, Any

import numpy as np

from classification_lab.pipelines.evaluation.figures.search_trials import reached, sort_trials
from classification_lab.pipelines.evaluation.figures.style import (
    BLACK,
    BLUE,
    GREY,
    VERMILION,
    empty_figure,
    legend,
    new_figure,
    tidy,
)

if TYPE_CHECKING:
    import optuna
    from matplotlib.figure import Figure
    from optuna.trial import FrozenTrial

TITLE = "Hyper-parameter search: history"


def draw_search_history(study: "optuna.Study") -> "Figure":
    """Draw every finished trial by what became of it, and the best feasible value so far as a line."""
    from matplotlib.ticker import MaxNLocator
    from optuna.study import StudyDirection

    trials = sort_trials(study)
    finished = sum(map(len, trials))
    if not finished:
        return empty_figure(TITLE, "No trial has finished, so there is nothing to draw.")
    figure = new_figure(8.5, 4.6)
    figure.suptitle(f"{TITLE} (trials: {finished})")
    axes = tidy(figure.add_subplot())
    kinds: tuple[tuple[list[FrozenTrial], str, str, dict[str, Any]], ...] = (
        (trials.feasible, "complete", "o", {"color": BLUE}),
        (trials.infeasible, "complete, breaks the constraint", "X", {"color": VERMILION}),
        (
            trials.pruned,
            "pruned, last value, at the edge if off the scale",
            "v",
            {"markerfacecolor": "none", "color": GREY},
        ),
    )
    low, high = _shown_range([reached(trial) for trial in (*trials.feasible, *trials.infeasible)])
    for members, label, marker, drawn in kinds:
        if members:
            numbers, values = [trial.number for trial in members], [reached(trial) for trial in members]
            shown = np.clip(values, low, high)
            axes.plot(numbers, shown, marker, label=f"{label} ({len(members)})", markersize=7, **drawn)
    if trials.failed:
        axes.plot(
            [trial.number for trial in trials.failed],
            np.full(len(trials.failed), 0.02),
            "x",
            color=BLACK,
            transform=axes.get_xaxis_transform(),
            label=f"failed, no value ({len(trials.failed)})",
        )
    if trials.feasible:
        better = np.maximum if study.direction == StudyDirection.MAXIMIZE else np.minimum
        best = better.accumulate([reached(trial) for trial in trials.feasible])
        numbers = [trial.number for trial in trials.feasible]
        last = max(trial.number for kind in trials for trial in kind)
        axes.step(
            [*numbers, last],
            [*best, best[-1]],
            where="post",
            color=BLUE,
            linewidth=1.2,
            alpha=0.7,
            label="best so far",
        )
    axes.set(xlabel="Trial number", ylabel="Objective on validation")
    axes.margins(x=0.04, y=0.1)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    legend(axes, ncols=2, loc="upper center", bbox_to_anchor=(0.5, -0.16))
    return figure


def _shown_range(values: list[float]) -> tuple[float, float]:
    """Range of the complete trials and half as much again; one pruned early may lie far off and flatten the rest."""
    if len(values) < 2:
        return -np.inf, np.inf
    margin = (max(values) - min(values)) / 2
    return min(values) - margin, max(values) + margin
