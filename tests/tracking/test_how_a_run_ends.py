import logging
import os
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import mlflow
import pytest
from mlflow.entities import Run

from classification_lab.tracking.store import TrackingError

from .conftest import KedroRun, client_of, parents, start_command


def test_an_error_leaves_the_run_failed_with_its_reason(project: Path, kedro_run: KedroRun) -> None:
    with pytest.raises(ZeroDivisionError):
        kedro_run({"tiny": {"training": {"fail": True}}})

    (run,) = parents(project)
    assert run.info.status == "FAILED"
    assert run.data.tags["reason"] == "ZeroDivisionError: the loss is not a number"
    assert "the loss is not a number" in run.data.tags["mlflow.note.content"]
    assert "in train" in mlflow.artifacts.load_text(f"{run.info.artifact_uri}/error.txt")
    assert mlflow.active_run() is None


def test_the_next_run_after_an_error_is_a_new_one(project: Path, kedro_run: KedroRun) -> None:
    with pytest.raises(ZeroDivisionError):
        kedro_run({"tiny": {"training": {"fail": True}}})
    kedro_run()

    assert [run.info.status for run in parents(project)] == ["FAILED", "FINISHED"]


def test_nothing_of_tracking_stays_behind(project: Path, kedro_run: KedroRun) -> None:  # noqa: ARG001
    handlers = list(logging.getLogger("classification_lab").handlers)
    before = signal.getsignal(signal.SIGTERM), signal.getsignal(signal.SIGINT), os.environ.get("MLFLOW_TRACKING_URI")

    kedro_run()

    assert logging.getLogger("classification_lab").handlers == handlers
    after = signal.getsignal(signal.SIGTERM), signal.getsignal(signal.SIGINT), os.environ.get("MLFLOW_TRACKING_URI")
    assert before == after
    assert mlflow.active_run() is None


def test_a_store_that_does_not_answer_stops_the_run_before_it_computes(
    project: Path, kedro_run: KedroRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "http://127.0.0.1:9")
    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "0")

    with pytest.raises(TrackingError, match=r"http://127\.0\.0\.1:9 does not answer"):
        kedro_run()
    assert not (project / "data/08_reporting").exists()


def test_a_store_that_dies_on_the_way_costs_no_results(
    project: Path, kedro_run: KedroRun, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(*_: object, **__: object) -> None:
        raise ConnectionError("nobody is there")

    monkeypatch.setattr("mlflow.MlflowClient.log_batch", die)

    with pytest.raises(TrackingError, match="Everything is computed and stored under data/"):
        kedro_run()

    assert list((project / "data/08_reporting/tiny/metrics.json").rglob("metrics.json"))
    told = [record for record in caplog.records if "Tracking stopped: ConnectionError" in record.getMessage()]
    assert len(told) == 1


@pytest.mark.slow  # on a loaded machine, three processes starting at once can outlast its patience
def test_interrupted_and_killed_runs_are_never_left_running(project: Path) -> None:
    nap = ("run", "--pipelines=tiny", "--params=tiny.training.nap=150")
    signals = (signal.SIGINT, signal.SIGTERM, signal.SIGKILL)
    processes = {number: start_command(project, *nap) for number in signals}
    _wait_until(lambda: len([run for run in parents(project) if "epoch/loss" in run.data.metrics]) == 3, processes)
    for number, process in processes.items():
        process.send_signal(number)
    codes = {number: process.wait(30) for number, process in processes.items()}

    states = {run.data.tags["pid"]: run for run in parents(project)}
    by_signal = {number: states[str(process.pid)] for number, process in processes.items()}
    assert codes[signal.SIGINT] == codes[signal.SIGTERM] == 130
    assert _end(by_signal[signal.SIGINT]) == ("KILLED", "interrupted with Ctrl-C (SIGINT)")
    assert _end(by_signal[signal.SIGTERM]) == ("KILLED", "terminated (SIGTERM)")
    assert _end(by_signal[signal.SIGKILL]) == ("RUNNING", None)  # nobody was left to say so

    assert start_command(project, "run", "--pipelines=tiny").wait(60) == 0
    orphan = client_of(project).get_run(by_signal[signal.SIGKILL].info.run_id)
    assert orphan.info.status == "KILLED"
    assert orphan.data.tags["reason"].startswith("killed: its process")
    assert sorted(run.info.status for run in parents(project)) == ["FINISHED", "KILLED", "KILLED", "KILLED"]


def test_four_runs_at_once_create_one_store_and_come_out_complete(new_project: Path) -> None:
    processes = [start_command(new_project, "run", "--pipelines=tiny") for _ in range(4)]
    outputs = [process.communicate(timeout=120) for process in processes]

    assert [process.returncode for process in processes] == [0, 0, 0, 0], outputs
    runs = parents(new_project)
    assert [run.info.status for run in runs] == ["FINISHED"] * 4
    assert all(run.data.metrics["test_accuracy"] == 0.75 for run in runs)
    found = client_of(new_project).search_runs([runs[0].info.experiment_id])
    assert len(found) == 4 * (1 + 3)


def _end(run: Run) -> tuple[str, str | None]:
    return run.info.status, run.data.tags.get("reason")


def _wait_until(condition: Callable[[], bool], processes: "dict[signal.Signals, subprocess.Popen[str]]") -> None:
    deadline = time.monotonic() + 120
    while not condition():
        assert time.monotonic() < deadline
        assert all(process.poll() is None for process in processes.values())
        time.sleep(0.2)
