"""Search the hyper-parameters on train and validation data; the test data is not seen here."""

import hashlib
import json
import logging
from datetime import UTC, datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from classification_lab.events import TrialEnd
from classification_lab.heavy_types import BaseStorage, DataFrame, Study
from classification_lab.labelled import LabelledImages
from classification_lab.models import EstimatorParameters, build_estimator
from classification_lab.pipelines.tuning.space import Dimension, TuningParameters
from classification_lab.pipelines.tuning.study import open_study, sign, spent_trials, winner
from classification_lab.progress import duration

_GAP_SAMPLE = 3000  # training images on which a trial's training accuracy is measured: ±0.5 points

logger = logging.getLogger(__name__)


def search_hyperparameters(
    train: LabelledImages,
    splits: dict[str, NDArray[np.int64]],
    study_storage: BaseStorage,
    estimator: EstimatorParameters,
    tuning: TuningParameters,
    seed: int,
) -> Study:
    """Run the trials that the study still lacks.

    A study belongs to one combination of data, split, estimator, search space and seed; any other gets its own. Each
    trial's sampler is seeded by the trial's place, so that a study that was interrupted ends like one that was not.

    Args:
        train: Training data; validation rows are those of ``splits``.
        splits: Row numbers of ``train`` and ``validation``.
        study_storage: Where the study lives.
        estimator: What the trials vary.
        tuning: Space, budget, proxy, pruning.
        seed: Of the sampler, of the proxy's subset and of every trial's training.

    Raises:
        ValueError: If the space names a parameter that the estimator does not have, or a value that it refuses.
    """
    import optuna

    optuna.logging.set_verbosity(optuna.logging.ERROR)  # a line of our own for each trial
    _check_space(estimator, tuning)
    if estimator.training.early_stopping_patience and len(splits["final"]) > len(splits["train"]):
        raise ValueError(
            "estimator.training.early_stopping_patience watches the validation images, but final_fit "
            "train_and_validation trains on them. Set final_fit to train, or the patience to null."
        )
    study = open_study(study_storage, _study_name(train, splits, estimator, tuning, seed))
    if not tuning.enabled:
        return study
    study.pruner = optuna.pruners.MedianPruner(
        tuning.pruning.startup_trials, n_warmup_steps=tuning.pruning.warm_up_epochs
    )
    for settings in tuning.known_good:
        encoded = {name: Dimension.encode(value) for name, value in settings.items()}
        study.enqueue_trial(encoded, skip_if_exists=True)
    fit_on = train.rows(_proxy_rows(train.labels, splits["train"], tuning.proxy.data_share, seed))
    validate_on = train.rows(splits["validation"])
    logger.info("study %s: %d of %d trials done", study.study_name, len(spent_trials(study)), tuning.trials)
    while (done := len(spent_trials(study))) < tuning.trials:
        if (spent := _seconds_spent(study)) > tuning.minutes * 60:
            logger.info("%d of %d trials: the budget of %g minutes is spent", done, tuning.trials, tuning.minutes)
            break
        study.sampler = optuna.samplers.TPESampler(seed=seed + done, n_startup_trials=4)
        number = _run_trial(study, estimator, tuning, fit_on, validate_on, seed)
        left = (_seconds_spent(study) - spent) * (tuning.trials - done - 1)
        _announce(study, number, f"{done + 1}/{tuning.trials}", left)
    return study


def choose_best(study: Study, estimator: EstimatorParameters) -> dict[str, Any]:
    """Name the winning hyper-parameters: the highest validation macro-F1 among the trials within the over-fit limit.

    Returns:
        ``values`` by dotted path (empty if the study has no finished trial: the estimator's own parameters hold),
        ``trial``, ``validation_f1_macro``, ``overfit_gap``, ``feasible``, ``study``.
    """
    best, feasible = winner(study)
    if best is None:
        logger.warning("the study holds no finished trial: training uses the parameters as configured")
        return {"study": study.study_name, "values": {}}
    if not feasible:
        logger.warning(
            "no trial kept the over-fit gap within its limit; trial %d, which exceeds it least, is used",
            best.number,
        )
    values = best.user_attrs["values"]
    estimator.with_values(values)
    shown = ", ".join(
        f"{name} {value:.3g}" if isinstance(value, float) else f"{name} {value}" for name, value in values.items()
    )
    logger.info("best of %d: trial-%03d, macro-F1 %.4f: %s", len(study.trials), best.number, best.value, shown)
    return {
        "study": study.study_name,
        "trial": best.number,
        "values": values,
        "validation_f1_macro": best.value,
        "overfit_gap": best.user_attrs["overfit_gap"],
        "feasible": feasible,
    }


def tabulate_trials(study: Study) -> DataFrame:
    """Return one row a trial: number, state, value, seconds, gap and hyper-parameters."""
    import pandas as pd

    rows = [
        {
            "trial": trial.number,
            "state": trial.state.name.lower(),
            "validation_f1_macro": trial.value,
            "overfit_gap": trial.user_attrs.get("overfit_gap"),
            "seconds": trial.duration.total_seconds() if trial.duration else None,
            **trial.params,
        }
        for trial in study.get_trials(deepcopy=False)
    ]
    return pd.DataFrame(rows)


def _run_trial(
    study: Study,
    estimator: EstimatorParameters,
    tuning: TuningParameters,
    fit_on: LabelledImages,
    validate_on: LabelledImages,
    seed: int,
) -> int:
    """Ask, train, tell; return the trial's number. One that raises is recorded as failed with its error."""
    import keras
    import optuna

    trial = study.ask()
    sign(trial)

    def report(line: dict[str, float]) -> None:
        trial.report(line["validation_f1_macro"], int(line["epoch"]))
        if trial.should_prune():
            raise optuna.TrialPruned

    try:
        values = {name: dimension.suggest(trial, name) for name, dimension in tuning.space.items()}
        trial.set_user_attr("values", values)
        candidate = build_estimator(_cheaper(estimator.with_values(values), tuning), fit_on.class_names, seed)
        held_out = validate_on.images, validate_on.labels
        candidate.fit(fit_on.images, fit_on.labels, validation_data=held_out, on_epoch=report)
        sample = fit_on.rows(np.arange(min(_GAP_SAMPLE, len(fit_on))))
        last = candidate.history_[-1]
        gap = float(candidate.score(sample.images, sample.labels)) - last["validation_accuracy"]
        trial.set_user_attr("overfit_gap", gap)
        trial.set_user_attr("overfit_excess", gap - tuning.max_overfit_gap)
        trial.set_user_attr("validation_accuracy", last["validation_accuracy"])
        trial.set_constraint("overfit_gap", gap - tuning.max_overfit_gap)
        study.tell(trial, last["validation_f1_macro"])
    except optuna.TrialPruned:
        study.tell(trial, state=optuna.trial.TrialState.PRUNED)
    except Exception as error:  # whatever a combination of settings provokes
        trial.set_user_attr("error", f"{type(error).__name__}: {error}")
        study.tell(trial, state=optuna.trial.TrialState.FAIL)
    finally:
        keras.backend.clear_session()  # forgets the trial's layers; TensorFlow keeps some 13 MB of graphs all the same
    return trial.number


def _announce(study: Study, number: int, place: str, seconds_left: float) -> None:
    trial = study.get_trials(deepcopy=False)[number]
    state = trial.state.name.lower()
    best, _ = winner(study)
    attributes = trial.user_attrs
    score = {
        "complete": f"macro-F1 {trial.value or 0:.4f}, gap {attributes.get('overfit_gap', 0):+.3f}",
        "pruned": f"pruned after epoch {trial.last_step}",
        "fail": f"failed: {attributes.get('error', '')}",
    }[state]
    metrics: dict[str, float] = {
        name: attributes[name] for name in ("validation_accuracy", "overfit_gap") if name in attributes
    }
    if state == "complete" and trial.value is not None:
        metrics["validation_f1_macro"] = trial.value
    logger.info(
        "trial %s  %s  %s%s%s",
        place,
        score,
        duration(trial.duration.total_seconds() if trial.duration else 0),
        f"  best {best.value:.4f}" if best else "",
        f"  about {duration(seconds_left)} left" if seconds_left else "",
        extra={
            "event": TrialEnd(
                number=trial.number,
                state=state,
                parameters=attributes.get("values", trial.params),
                metrics=metrics,
                curve=dict(trial.intermediate_values),
                started=_with_zone(trial.datetime_start),
                finished=_with_zone(trial.datetime_complete),
                tags={"error": attributes["error"]} if "error" in attributes else {},
            )
        },
    )


def _with_zone(moment: datetime | None) -> datetime:
    return (moment or datetime.now()).astimezone(UTC)


def _cheaper(estimator: EstimatorParameters, tuning: TuningParameters) -> EstimatorParameters:
    return estimator.with_values(
        {"training.epochs": max(round(estimator.training.epochs * tuning.proxy.epochs_share), 1)}
    )


def _seconds_spent(study: Study) -> float:
    return sum(trial.duration.total_seconds() for trial in spent_trials(study) if trial.duration)


def _proxy_rows(labels: NDArray[np.int64], rows: NDArray[np.int64], share: float, seed: int) -> NDArray[np.int64]:
    from sklearn.model_selection import train_test_split

    if share == 1:
        return rows
    return np.asarray(train_test_split(rows, train_size=share, stratify=labels[rows], random_state=seed)[0])


def _check_space(estimator: EstimatorParameters, tuning: TuningParameters) -> None:
    """Refuse unknown parameters and impossible values before any trial."""
    for name, dimension in tuning.space.items():
        for value in dimension.choices or (dimension.low, dimension.high):
            estimator.with_values({name: round(value) if dimension.type == "int" else value})
    for settings in tuning.known_good:
        estimator.with_values(settings)


def _study_name(
    train: LabelledImages,
    splits: dict[str, NDArray[np.int64]],
    estimator: EstimatorParameters,
    tuning: TuningParameters,
    seed: int,
) -> str:
    described = tuning.model_dump(include={"space", "proxy", "max_overfit_gap"})
    digest = hashlib.sha256(json.dumps([estimator.model_dump(), described, seed], sort_keys=True).encode())
    for array in (train.images, train.labels, splits["train"], splits["validation"]):
        digest.update(np.ascontiguousarray(array).data)
    return f"study-{digest.hexdigest()[:16]}"
