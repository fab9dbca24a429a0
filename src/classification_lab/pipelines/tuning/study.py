"""Life of an Optuna study: open, repair after a kill, count what is missing, name the winner."""

from datetime import datetime, timedelta

from classification_lab.heavy_types import BaseStorage, FrozenTrial, Study, Trial
from classification_lab.processes import is_gone, process_identity

_PROCESS = "process"  # user attribute of a trial: who runs it
_KILLED = "killed"  # user attribute of a trial whose process died


def open_study(storage: BaseStorage, name: str) -> Study:
    """Open or create a study; trials that a dead process of this machine left running are failed and queued again."""
    import optuna

    study = optuna.create_study(storage=storage, study_name=name, direction="maximize", load_if_exists=True)
    for trial in study.get_trials(deepcopy=False, states=(optuna.trial.TrialState.RUNNING,)):
        if _is_lost(trial):
            storage.set_trial_user_attr(trial._trial_id, _KILLED, True)
            study.tell(trial.number, state=optuna.trial.TrialState.FAIL)
            study.enqueue_trial(trial.params)
    return study


def _is_lost(trial: FrozenTrial) -> bool:
    if identity := trial.user_attrs.get(_PROCESS):
        return is_gone(identity)
    # Killed in the moment before it was signed, unless that moment is now.
    return trial.datetime_start is None or datetime.now() - trial.datetime_start > timedelta(seconds=10)


def sign(trial: Trial) -> None:
    """Write on a trial which process runs it."""
    trial.set_user_attr(_PROCESS, process_identity())


def spent_trials(study: Study) -> list[FrozenTrial]:
    """Return the trials that count against the budget: finished, failed or running, but not killed and queued again."""
    import optuna

    waiting = optuna.trial.TrialState.WAITING
    return [
        trial
        for trial in study.get_trials(deepcopy=False)
        if trial.state != waiting and not trial.user_attrs.get(_KILLED)
    ]


def winner(study: Study) -> tuple[FrozenTrial | None, bool]:
    """Return the best complete trial and whether it is feasible; among infeasible ones, the one that breaks least."""
    import optuna

    complete = study.get_trials(deepcopy=False, states=(optuna.trial.TrialState.COMPLETE,))
    feasible = [trial for trial in complete if trial.user_attrs["overfit_excess"] <= 0]
    if feasible:
        return max(feasible, key=_value), True
    return min(complete, key=lambda trial: trial.user_attrs["overfit_excess"], default=None), False


def _value(trial: FrozenTrial) -> float:
    return trial.value if trial.value is not None else float("-inf")
