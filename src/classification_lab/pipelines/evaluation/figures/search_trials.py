"""The trials of a search, sorted by what became of them."""

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import optuna
    from optuna.trial import FrozenTrial


class Trials(NamedTuple):
    """Finished trials; those that still run stand in none of the lists."""

    feasible: list["FrozenTrial"]
    infeasible: list["FrozenTrial"]
    pruned: list["FrozenTrial"]
    failed: list["FrozenTrial"]


def sort_trials(study: "optuna.Study") -> Trials:
    """Sort trials by state; a complete trial is infeasible when it breaks a constraint (a value above 0)."""
    from optuna.trial import TrialState

    trials = study.get_trials(deepcopy=False)
    complete = [trial for trial in trials if trial.state == TrialState.COMPLETE]
    broken = [trial for trial in complete if any(value > 0 for value in trial.constraints.values())]
    numbers = {trial.number for trial in broken}
    return Trials(
        feasible=[trial for trial in complete if trial.number not in numbers],
        infeasible=broken,
        pruned=[trial for trial in trials if trial.state == TrialState.PRUNED],
        failed=[trial for trial in trials if trial.state == TrialState.FAIL],
    )


def reached(trial: "FrozenTrial") -> float:
    """Objective of a trial; for a pruned one, the last value that it reported (NaN when it reported none)."""
    if trial.value is not None:
        return trial.value
    last = trial.last_step
    return float("nan") if last is None else trial.intermediate_values[last]
