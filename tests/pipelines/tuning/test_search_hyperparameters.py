import logging
from pathlib import Path
from typing import Any

import numpy as np
import optuna
import pytest

from classification_lab.datasets.study import open_storage
from classification_lab.events import TrialEnd
from classification_lab.labelled import LabelledImages
from classification_lab.models import EstimatorParameters
from classification_lab.models.image_classifier import ImageClassifier
from classification_lab.pipelines.preparation.nodes import split_train_validation
from classification_lab.pipelines.tuning.nodes import choose_best, search_hyperparameters, tabulate_trials
from classification_lab.pipelines.tuning.space import TuningParameters
from classification_lab.processes import process_identity

COMPLETE, FAIL, PRUNED = optuna.trial.TrialState.COMPLETE, optuna.trial.TrialState.FAIL, optuna.trial.TrialState.PRUNED
SPACE = {
    "optimizer.learning_rate": {"type": "float", "low": 0.001, "high": 0.05, "log": True},
    "training.batch_size": {"type": "categorical", "choices": [32, 64]},
}


@pytest.fixture
def storage(tmp_path: Path) -> optuna.storages.RDBStorage:
    return open_storage(tmp_path / "studies.db", None)


@pytest.fixture
def search(
    storage: optuna.storages.RDBStorage, train_images: LabelledImages, estimator_parameters: EstimatorParameters
) -> Any:
    """A search on the fixture with one-epoch trials; keyword arguments change its tuning parameters."""
    splits = split_train_validation(train_images, 0.3, "train", seed=1)
    # The smallest network and the plainest optimizer: here, the time goes into building graphs.
    parameters = estimator_parameters.with_values(
        {
            "training.epochs": 2,
            "flip_averaging": False,
            "optimizer.name": "sgd",
            "network.stackwise_num_filters": [4],
            "network.stackwise_num_repeats": [1],
        }
    )

    def run(storage: optuna.storages.RDBStorage = storage, **changes: Any) -> optuna.Study:
        tuning = TuningParameters.model_validate(
            {"trials": 3, "minutes": 10, "space": SPACE, "proxy": {"data_share": 0.5}, "pruning": {"startup_trials": 9}}
            | changes
        )
        return search_hyperparameters(train_images, splits, storage, parameters, tuning, seed=7)

    return run


def parameters_of(study: optuna.Study) -> list[dict[str, Any]]:
    return [trial.params for trial in study.trials if trial.state == COMPLETE]


def test_known_good_settings_come_first_and_each_trial_is_announced(
    search: Any, caplog: pytest.LogCaptureFixture
) -> None:
    known_good = {"optimizer.learning_rate": 0.02, "training.batch_size": 64}
    with caplog.at_level(logging.INFO, "classification_lab"):
        study = search(known_good=[known_good])
    assert study.trials[0].params == known_good
    events = [record.event for record in caplog.records if hasattr(record, "event")]
    assert [event.number for event in events] == [0, 1, 2]
    assert all(isinstance(event, TrialEnd) and event.state == "complete" for event in events)
    assert events[0].parameters == known_good
    assert set(events[0].metrics) == {"validation_f1_macro", "validation_accuracy", "overfit_gap"}
    assert sorted(events[0].curve) == [1, 2]
    assert "trial 1/3" in caplog.text


def test_a_finished_study_is_not_continued_and_a_larger_budget_adds_what_is_missing(search: Any) -> None:
    first = parameters_of(search(trials=2))
    assert parameters_of(search(trials=2)) == first
    assert parameters_of(search(trials=3))[:2] == first
    assert len(parameters_of(search(trials=3))) == 3


def test_a_study_in_two_parts_ends_like_one_in_one(search: Any, tmp_path: Path) -> None:
    search(trials=1)
    in_parts = search(trials=3)
    at_once = search(storage=open_storage(tmp_path / "other.db", None), trials=3)
    assert parameters_of(in_parts) == parameters_of(at_once)
    assert [trial.value for trial in in_parts.trials] == [trial.value for trial in at_once.trials]


def test_trials_of_a_killed_process_are_failed_and_run_again(search: Any) -> None:
    study = search(trials=1)
    lost = study.ask()
    lost.suggest_float("optimizer.learning_rate", 0.001, 0.05, log=True)
    lost.suggest_categorical("training.batch_size", [32, 64])
    lost.set_user_attr("process", process_identity() | {"process_started": "0.0"})
    lost_parameters = lost.params
    study = search(trials=3)
    states = [trial.state for trial in study.trials]
    assert states == [COMPLETE, FAIL, COMPLETE, COMPLETE]
    assert study.trials[2].params == lost_parameters


def test_a_failing_trial_is_recorded_and_does_not_end_the_study(search: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    fit = ImageClassifier.fit

    def fail_once(self: ImageClassifier, *args: Any, **kwargs: Any) -> ImageClassifier:
        if self.training.batch_size == 64:
            raise MemoryError("no memory for 64")
        return fit(self, *args, **kwargs)

    monkeypatch.setattr(ImageClassifier, "fit", fail_once)
    settings = [{"optimizer.learning_rate": 0.01, "training.batch_size": size} for size in (64, 32)]
    study = search(trials=2, known_good=settings)
    assert [trial.state for trial in study.trials] == [FAIL, COMPLETE]
    assert study.trials[0].user_attrs["error"] == "MemoryError: no memory for 64"
    assert tabulate_trials(study)["state"].tolist() == ["fail", "complete"]


def test_hopeless_trials_are_pruned(search: Any) -> None:
    settings = [{"optimizer.learning_rate": rate, "training.batch_size": 32} for rate in (0.03, 0.02, 0.001)]
    study = search(known_good=settings, pruning={"startup_trials": 2, "warm_up_epochs": 0})
    assert [trial.state for trial in study.trials] == [COMPLETE, COMPLETE, PRUNED]


def test_no_trial_starts_when_the_minutes_are_spent(search: Any, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, "classification_lab"):
        study = search(minutes=1e-6)
    assert len(study.trials) == 1
    assert "budget" in caplog.text


def test_a_trial_over_the_limit_never_wins_while_a_feasible_one_exists(
    estimator_parameters: EstimatorParameters,
) -> None:
    study = optuna.create_study(direction="maximize")
    for value, gap in [(0.95, 0.08), (0.90, 0.01), (0.91, 0.04), (0.99, 0.06)]:
        study.add_trial(_trial(value, gap))
    best = choose_best(study, estimator_parameters)
    assert (best["trial"], best["validation_f1_macro"], best["feasible"]) == (2, 0.91, True)


def test_where_no_trial_is_feasible_the_run_says_so(
    estimator_parameters: EstimatorParameters, caplog: pytest.LogCaptureFixture
) -> None:
    study = optuna.create_study(direction="maximize")
    for value, gap in [(0.95, 0.08), (0.90, 0.06)]:
        study.add_trial(_trial(value, gap))
    best = choose_best(study, estimator_parameters)
    assert (best["trial"], best["feasible"]) == (1, False)
    assert "no trial kept the over-fit gap within its limit" in caplog.text


def _trial(value: float, gap: float) -> optuna.trial.FrozenTrial:
    return optuna.trial.create_trial(
        value=value, user_attrs={"values": {}, "overfit_gap": gap, "overfit_excess": gap - 0.05}
    )


def test_turned_off_it_gives_the_stored_best(
    search: Any, estimator_parameters: EstimatorParameters, caplog: pytest.LogCaptureFixture
) -> None:
    assert choose_best(search(enabled=False), estimator_parameters)["values"] == {}
    assert "as configured" in caplog.text
    stored = choose_best(search(trials=2), estimator_parameters)
    again = search(enabled=False, trials=5)
    assert len(again.trials) == 2
    assert choose_best(again, estimator_parameters) == stored


@pytest.mark.parametrize(
    ("space", "message"),
    [
        ({"optimizer.rate": {"type": "float", "low": 0, "high": 1}}, "'optimizer.rate' is not a parameter"),
        ({"network.dense_dropout": {"type": "float", "low": 0, "high": 2}}, "dense_dropout"),
    ],
)
def test_an_impossible_space_is_refused_before_any_trial(
    search: Any, storage: optuna.storages.RDBStorage, space: dict, message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        search(space=space)
    assert not storage.get_all_studies()


def test_another_configuration_gets_another_study(search: Any) -> None:
    assert search(trials=1).study_name != search(trials=1, proxy={"data_share": 0.6}).study_name


def test_trials_see_the_share_of_training_rows_and_never_the_validation_rows(
    search: Any, monkeypatch: pytest.MonkeyPatch, train_images: LabelledImages
) -> None:
    seen: list[tuple[np.ndarray, np.ndarray]] = []
    fit = ImageClassifier.fit

    def spy(self: ImageClassifier, X: np.ndarray, y: np.ndarray, **kwargs: Any) -> ImageClassifier:
        seen.append((X, kwargs["validation_data"][0]))
        return fit(self, X, y, **kwargs)

    monkeypatch.setattr(ImageClassifier, "fit", spy)
    search(trials=1)
    fitted, validated = seen[0]
    assert len(fitted) == len(train_images) * 0.7 * 0.5
    assert not {image.tobytes() for image in fitted} & {image.tobytes() for image in validated}
