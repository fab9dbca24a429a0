"""The main experiment on the fixture, through the real pipeline, the real store and the real command."""

import mlflow
import numpy as np
import pandas as pd
import pytest

from classification_lab.labelled import LabelledImages
from projects import Project

EXPERIMENT = "fmnist_cnn"


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> tuple[Project, str]:
    """A project in which the experiment ran once, and what its console showed."""
    project = Project(tmp_path_factory.mktemp("finished"))
    return project, project.run(f"--pipeline={EXPERIMENT}")


def test_the_console_tells_the_stages_and_nothing_that_nobody_needs(finished: tuple[Project, str]) -> None:
    _, console = finished
    lines = console.splitlines()
    stages = [line.split()[1] for line in lines if len(line.split()) == 2]
    assert [stage for stage in stages if stage != "done"] == [
        "ingestion",
        "preparation",
        "tuning",
        "training",
        "evaluation",
        "registration",
    ]
    assert len(lines) < 35
    assert "trial 2/2" in console
    assert "epoch 3/3" in console
    assert "warning" not in console.lower()
    assert "deprecat" not in console.lower()


def test_the_metrics_that_others_rely_on_are_stored_and_tracked(finished: tuple[Project, str]) -> None:
    project, _ = finished
    names = {
        *("test_accuracy", "test_precision_macro", "test_recall_macro", "test_f1_macro", "test_roc_auc_macro"),
        *("test_log_loss", "train_accuracy", "validation_accuracy", "overfit_gap"),
    }
    stored = project.metrics(EXPERIMENT)
    assert names <= set(stored)
    client = mlflow.MlflowClient(project.store)
    experiment = client.get_experiment_by_name(EXPERIMENT)
    assert experiment is not None
    runs = client.search_runs([experiment.experiment_id])
    parents = [run for run in runs if "mlflow.parentRunId" not in run.data.tags]
    assert len(parents) == 1
    assert len(runs) == 3, "one run, and one for each of two trials"
    assert {run.info.status for run in runs} == {"FINISHED"}
    assert {name: parents[0].data.metrics[name] for name in names} == {name: stored[name] for name in names}
    assert {"git_commit", "git_dirty", "command", "pipeline", "data_digest"} <= set(parents[0].data.tags)
    assert len(client.get_metric_history(parents[0].info.run_id, "epoch/accuracy")) == 3


def test_the_registered_model_takes_raw_images_and_predicts_what_the_run_predicted(
    finished: tuple[Project, str], test_images: LabelledImages, monkeypatch: pytest.MonkeyPatch
) -> None:
    project, _ = finished
    monkeypatch.setenv("MLFLOW_TRACKING_URI", project.store)  # put back after the test, unlike what follows
    mlflow.set_tracking_uri(project.store)
    model = mlflow.pyfunc.load_model(f"models:/{EXPERIMENT}@challenger")
    probabilities = model.predict(test_images.images)
    predictions = pd.read_parquet(project.versions(f"07_model_output/{EXPERIMENT}/predictions.parquet")[-1])
    expected = predictions[predictions["split"] == "test"].sort_values("row")
    columns = [f"probability_{index}" for index in range(10)]
    np.testing.assert_allclose(probabilities, expected[columns], atol=1e-6)


def test_a_second_clone_gets_identical_metrics_and_predictions(finished: tuple[Project, str], project: Project) -> None:
    first, _ = finished
    project.run(f"--pipelines={EXPERIMENT}")
    assert project.metrics(EXPERIMENT) == first.metrics(EXPERIMENT)
    first_predictions, predictions = (
        pd.read_parquet(clone.versions(f"07_model_output/{EXPERIMENT}/predictions.parquet")[0])
        for clone in (first, project)
    )
    pd.testing.assert_frame_equal(first_predictions, predictions, check_exact=True)


def test_killed_in_tuning_and_in_training_it_continues_to_the_same_result(
    finished: tuple[Project, str], project: Project
) -> None:
    first, _ = finished
    project.kill_at("trial 1/2", f"--pipeline={EXPERIMENT}")
    project.kill_at("epoch 2/3", f"--pipeline={EXPERIMENT}")
    console = project.run(f"--pipeline={EXPERIMENT}")
    assert "trial " not in console.split("best of")[0], "both trials were finished before"
    assert "after epoch 2" in console
    assert "epoch 1/3" not in console
    assert project.metrics(EXPERIMENT) == first.metrics(EXPERIMENT)
    client = mlflow.MlflowClient(project.store)
    experiment = client.get_experiment_by_name(EXPERIMENT)
    assert experiment is not None
    runs = client.search_runs([experiment.experiment_id])
    assert sorted(run.info.status for run in runs if "mlflow.parentRunId" not in run.data.tags) == [
        "FINISHED",
        "KILLED",
        "KILLED",
    ]
    assert not [path for path in (project.folder / "data").rglob("*") if "partial" in path.name]


def test_an_old_model_is_evaluated_again_without_training(finished: tuple[Project, str]) -> None:
    project, _ = finished
    version = project.versions(f"06_models/{EXPERIMENT}/model")[0].parent.name
    console = project.run(
        f"--pipeline={EXPERIMENT}",
        f"--from-nodes={EXPERIMENT}.evaluation.predict",
        f"--load-versions={EXPERIMENT}.model:{version}",
    )
    assert "epoch" not in console
    assert "trial" not in console
    reports = project.versions(f"08_reporting/{EXPERIMENT}/metrics.json")
    assert reports[-1].read_text() == reports[0].read_text()


def test_tuning_can_be_turned_off_and_the_stored_best_is_used(finished: tuple[Project, str]) -> None:
    project, _ = finished
    console = project.run(
        f"--pipeline={EXPERIMENT}",
        f"--params={EXPERIMENT}.tuning.enabled=false",
        f"--to-nodes={EXPERIMENT}.tuning.choose_best",
    )
    assert "trial 1/2" not in console
    best = project.versions(f"06_models/{EXPERIMENT}/best_hyperparameters.json")
    assert best[-1].read_text() == best[0].read_text()
