"""Each trial as a line through its hyper-parameters, to its objective."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from classification_lab.pipelines.evaluation.figures.search_trials import reached, sort_trials
from classification_lab.pipelines.evaluation.figures.style import (
    BLACK,
    GREY,
    VERMILION,
    empty_figure,
    new_figure,
    shorten,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from optuna import Study
    from optuna.distributions import BaseDistribution
    from optuna.trial import FrozenTrial

TITLE = "Hyper-parameter search: parallel coordinates"


@dataclass(frozen=True)
class Scale:
    """One upright axis: where a value stands between 0 and 1, and what is written where."""

    place: Callable[[Any], float]
    ticks: dict[str, float]


def draw_search_coordinates(study: "Study") -> "Figure":
    """Draw the trials in the ranges of the search space; the better a feasible one, the darker."""
    from matplotlib import colormaps
    from optuna.study import StudyDirection

    sign = 1 if study.direction == StudyDirection.MAXIMIZE else -1
    feasible, infeasible, pruned, _ = (
        sorted((trial for trial in kind if np.isfinite(reached(trial))), key=lambda trial: sign * reached(trial))
        for kind in sort_trials(study)
    )
    trials = [*pruned, *infeasible, *feasible]
    space = {name: spread for trial in trials for name, spread in trial.distributions.items()}
    if not space:
        return empty_figure(TITLE, "No trial has a value yet, so there is nothing to draw.")
    scales = {name: _parameter_scale(spread) for name, spread in sorted(space.items())}
    values = [reached(trial) for trial in trials]
    objective = _number_scale(min(values), max(values))
    columns = np.arange(len(scales) + 1)

    def height(trial: "FrozenTrial") -> list[float]:
        places = [scales[name].place(trial.params[name]) if name in trial.params else np.nan for name in scales]
        return [*places, objective.place(reached(trial))]

    figure = new_figure(max(8.0, 1.7 * len(columns)), 5.4)
    figure.suptitle(f"{TITLE} (trials: {len(trials)})")
    axes = figure.add_subplot()
    for trial in pruned:
        axes.plot(columns, height(trial), ":", color=GREY, linewidth=1, label="pruned, to its last value")
    for trial in infeasible:
        axes.plot(columns, height(trial), "--", color=VERMILION, linewidth=1, label="breaks the constraint")
    for trial, shade in zip(feasible, colormaps["Blues"](np.linspace(0.45, 0.95, len(feasible))), strict=True):
        axes.plot(columns, height(trial), color=shade, linewidth=1.8, label="complete (darker is better)")
    for trial in feasible[-1:]:
        axes.plot(columns, height(trial), "o", color=BLACK, label=f"best, trial {trial.number}", zorder=4)
    for column, scale in zip(columns, [*scales.values(), objective], strict=True):
        _draw_scale(axes, float(column), scale)
    axes.set_xticks(columns, [*(name.replace(".", ".\n") for name in scales), "objective on\nvalidation"], fontsize=9)
    axes.set(xlim=(-0.15, len(columns) - 0.55), ylim=(-0.05, 1.05), yticks=[])
    axes.tick_params(length=0, pad=6)
    axes.spines[:].set_visible(False)
    named = {str(line.get_label()): line for line in axes.lines if not str(line.get_label()).startswith("_")}
    figure.legend(named.values(), list(named), ncols=4, loc="outside lower center", fontsize=9, frameon=False)
    return figure


def _parameter_scale(spread: "BaseDistribution") -> Scale:
    from optuna.distributions import CategoricalDistribution, IntDistribution

    if not isinstance(spread, CategoricalDistribution):
        integer = isinstance(spread, IntDistribution)
        return _number_scale(spread.low, spread.high, log=spread.log, integer=integer)  # type: ignore[attr-defined]
    last = max(1, len(spread.choices) - 1)
    return Scale(
        place=lambda value: spread.choices.index(value) / last,
        ticks={shorten(str(choice), 14): number / last for number, choice in enumerate(spread.choices)},
    )


def _number_scale(low: float, high: float, log: bool = False, integer: bool = False) -> Scale:
    from matplotlib.ticker import LogLocator, MaxNLocator

    def place(value: float) -> float:
        if high == low:
            return 0.5
        if log:
            return float(np.log(value / low) / np.log(high / low))
        return (value - low) / (high - low)

    if log:
        subs = (1.0,) if high / low >= 1000 else (1.0, 2.0, 5.0)
        marks = LogLocator(subs=subs, numticks=12).tick_values(low, high)
    else:
        marks = MaxNLocator(5, integer=integer).tick_values(low, high)
    inside = [mark for mark in marks if low <= mark <= high] or [low]
    return Scale(place, {f"{mark:.4g}": place(mark) for mark in inside})


def _draw_scale(axes: "Axes", column: float, scale: Scale) -> None:
    axes.plot([column, column], [0, 1], color=BLACK, linewidth=0.8, zorder=2.5)
    for text, place in scale.ticks.items():
        axes.plot([column - 0.02, column + 0.02], [place, place], color=BLACK, linewidth=0.8, zorder=2.5)
        box = {"facecolor": "white", "alpha": 0.75, "edgecolor": "none", "pad": 0.8}
        axes.text(column + 0.04, place, text, va="center", fontsize=8, bbox=box, zorder=5)
