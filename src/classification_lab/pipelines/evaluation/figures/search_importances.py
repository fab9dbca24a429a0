"""How much each hyper-parameter mattered."""

import textwrap
from typing import TYPE_CHECKING

from classification_lab.pipelines.evaluation.figures.search_trials import sort_trials
from classification_lab.pipelines.evaluation.figures.style import BLUE, empty_figure, new_figure, tidy

if TYPE_CHECKING:
    import optuna
    from matplotlib.figure import Figure

TITLE = "Hyper-parameter search: importances"
ENOUGH_TRIALS = 50  # PED-ANOVA looks at the best tenth and wants five trials there


def draw_search_importances(study: "optuna.Study") -> "Figure":
    """Draw the share of each hyper-parameter in what sets the best trials apart.

    Source: Watanabe, Bansal, Hutter: PED-ANOVA, IJCAI 2023 (Optuna's default).
    """
    from matplotlib.ticker import PercentFormatter
    from optuna.importance import PedAnovaImportanceEvaluator

    trials = sort_trials(study)
    complete = [*trials.feasible, *trials.infeasible]
    if len(complete) < 2:
        sentence = f"Importances need at least two complete trials; this search has {len(complete)}."
        return empty_figure(TITLE, sentence)
    if len({trial.value for trial in complete}) == 1:
        return empty_figure(TITLE, "All complete trials reached the same value: no hyper-parameter stands out.")
    found = PedAnovaImportanceEvaluator().evaluate(study)
    total = sum(found.values())
    if not total > 0:
        return empty_figure(TITLE, "The best trials differ from the others in no hyper-parameter.")
    names = list(found)[::-1]
    figure = new_figure(8.5, 2.0 + 0.36 * len(names))
    axes = tidy(figure.add_subplot(), grid="x")
    shares = [found[name] / total for name in names]
    bars = axes.barh([textwrap.fill(name, 40) for name in names], shares, color=BLUE, height=0.6)
    axes.bar_label(bars, [f"{share:.0%}" for share in shares], padding=4)
    axes.set(xlabel="Importance (share)", xlim=(0, 1.12 * max(shares)))
    axes.xaxis.set_major_formatter(PercentFormatter(1, decimals=0))
    note = f"from {len(complete)} complete trials"
    if len(complete) < ENOUGH_TRIALS:
        note += f": a hint only, fewer than {ENOUGH_TRIALS}"
    figure.suptitle(TITLE)
    axes.set_title(note, fontsize=10)
    return figure
