import json
from pathlib import Path

import pytest

from .conftest import KedroRun, children, client_of, parents


def test_parameters_metrics_tags_data_and_artifacts(project: Path, kedro_run: KedroRun) -> None:
    kedro_run({"tiny": {"training": {"note": "a note"}}})

    (run,) = parents(project)
    assert run.info.status == "FINISHED"
    assert run.data.params["tiny.training.epochs"] == "2"
    assert run.data.params["tiny.training.note"] == "a note"
    assert run.data.params["digits.class_names"] == '["zero", "one"]'
    assert run.data.params["seed"] == "7"
    assert run.data.params["best_hyperparameters.optimizer.learning_rate"] == "0.1"
    assert run.data.metrics["test_accuracy"] == 0.75
    assert run.data.metrics["validation_accuracy"] == 0.8  # the final one, not the last epoch's
    assert {"seconds/tiny.train", "seconds/digits.report", "seconds/data", "seconds/total"} <= run.data.metrics.keys()
    assert 50 < run.data.metrics["peak_memory_mb"] < 100_000
    assert run.data.tags["pipeline"] == "tiny"
    assert run.data.tags["git_commit"] == "not a git checkout"
    assert {"command", "git_dirty", "uv_lock_sha256", "hardware.cpu", "version.kedro"} <= run.data.tags.keys()
    assert run.data.tags["data_digest"] == "0123456789abcdef" * 4
    assert [entry.dataset.name for entry in run.inputs.dataset_inputs] == ["digits"]
    artifacts = client_of(project).list_artifacts(run.info.run_id, "reporting")
    assert [artifact.path for artifact in artifacts] == ["reporting/curve.html"]
    (best,) = client_of(project).list_artifacts(run.info.run_id, "models")
    assert best.path == "models/best_hyperparameters.json"
    assert (project / "mlruns/artifacts/tiny" / run.info.run_id / "artifacts/reporting/curve.html").exists()


def test_the_name_of_the_run_is_the_version_of_what_it_saved(project: Path, kedro_run: KedroRun) -> None:
    kedro_run()

    (run,) = parents(project)
    assert (project / "data/08_reporting/tiny/metrics.json" / run.info.run_name / "metrics.json").exists()


def test_curves_of_every_epoch(project: Path, kedro_run: KedroRun) -> None:
    kedro_run({"tiny": {"training": {"epochs": 4}}})

    (run,) = parents(project)
    history = client_of(project).get_metric_history(run.info.run_id, "epoch/loss")
    assert [(point.step, point.value) for point in history] == [
        (1, 0.1),
        (2, 0.05),
        (3, pytest.approx(0.1 / 3)),
        (4, 0.025),
    ]


def test_epochs_of_an_earlier_process_come_from_the_history(project: Path, kedro_run: KedroRun) -> None:
    kedro_run()
    table = project / "data/06_models/tiny/history.csv"
    assert table.exists()
    kedro_run({"tiny": {"training": {"silent_epochs": 1, "epochs": 3}}})

    history = client_of(project).get_metric_history(parents(project)[-1].info.run_id, "epoch/loss")
    assert sorted(point.step for point in history) == [1, 2, 3]


def test_a_child_run_for_each_trial(project: Path, kedro_run: KedroRun) -> None:
    kedro_run()

    complete, pruned, failed = children(project, parents(project)[0])
    assert [run.info.run_name for run in (complete, pruned, failed)] == ["trial-000", "trial-001", "trial-002"]
    assert [run.info.status for run in (complete, pruned, failed)] == ["FINISHED", "KILLED", "FAILED"]
    assert [run.data.tags["trial_state"] for run in (complete, pruned, failed)] == ["complete", "pruned", "fail"]
    assert failed.data.tags["error"] == "out of memory"
    assert pruned.data.params == {"optimizer.learning_rate": "0.1"}
    assert complete.data.metrics["validation_f1_macro"] == 0.5
    assert complete.info.end_time - complete.info.start_time == 60_000
    curve = client_of(project).get_metric_history(complete.info.run_id, "epoch/validation_f1_macro")
    assert [(point.step, point.value) for point in curve] == [(1, 0.4), (2, 0.5)]


def test_more_and_longer_parameters_than_one_request_takes(project: Path, kedro_run: KedroRun) -> None:
    many = {f"key{number}": number for number in range(250)}
    kedro_run({"tiny": {"training": {"many": many, "note": "x" * 10_000}}})

    (run,) = parents(project)
    assert run.info.status == "FINISHED"
    assert run.data.params["tiny.training.many.key249"] == "249"
    assert 1000 < len(run.data.params["tiny.training.note"]) < 10_000


def test_data_and_hyperparameters_of_earlier_runs_are_told_again(project: Path, kedro_run: KedroRun) -> None:
    kedro_run()
    kedro_run(node_names=["tiny.train"])

    again = parents(project)[-1]
    assert again.data.tags["data_digest"] == "0123456789abcdef" * 4
    assert again.data.params["best_hyperparameters.optimizer.learning_rate"] == "0.1"
    assert "digits.class_names" not in again.data.params


def test_the_default_pipeline_goes_by_its_name(project: Path, kedro_run: KedroRun) -> None:
    kedro_run(pipeline=None)

    assert [run.data.tags["pipeline"] for run in parents(project)] == ["tiny"]


def test_preparing_data_alone_is_no_experiment(project: Path, kedro_run: KedroRun) -> None:
    kedro_run(pipeline="digits")

    assert json.loads((project / "data/08_reporting/digits/data_report.json").read_text())["classes"] == 2
    assert parents(project, "digits") == []
