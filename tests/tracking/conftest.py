import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from kedro.framework.session import KedroSession
from kedro.framework.startup import bootstrap_project
from mlflow import MlflowClient
from mlflow.entities import Run

from classification_lab.tracking.store import Store

KedroRun = Callable[..., Any]

_REPOSITORY = Path(__file__).parents[2]
_TEMPLATE = Path(__file__).parent / "project"


@pytest.fixture(scope="session")
def empty_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("store")
    Store(f"sqlite:///{folder / 'mlflow.db'}", folder / "artifacts").open()
    return folder


@pytest.fixture
def new_project(tmp_path: Path) -> Path:
    """A project of one small experiment, with the repository's settings of tracking and console, no store yet."""
    project = tmp_path / "project"
    shutil.copytree(_TEMPLATE, project, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(_REPOSITORY / "conf/base/mlflow.yml", project / "conf/base/mlflow.yml")
    shutil.copy(_REPOSITORY / "conf/logging.yml", project / "conf/logging.yml")
    return project


@pytest.fixture
def project(new_project: Path, empty_store: Path) -> Path:
    shutil.copytree(empty_store, new_project / "mlruns")
    return new_project


@pytest.fixture
def kedro_run(project: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[KedroRun]:
    """Runs the experiment in this process."""
    monkeypatch.chdir(project)
    modules = set(sys.modules)
    path = list(sys.path)

    def run(runtime_params: dict[str, Any] | None = None, pipeline: str | None = "tiny", **options: Any) -> Any:
        bootstrap_project(project)
        with KedroSession.create(project, runtime_params=runtime_params) as session:
            return session.run(pipeline_names=[pipeline] if pipeline else None, **options)

    yield run
    sys.path[:] = path
    for name in [name for name in sys.modules if name not in modules and name.startswith("tiny_lab")]:
        del sys.modules[name]


def start_command(project: Path, *arguments: str) -> "subprocess.Popen[str]":
    """Start `kedro` in a process of its own."""
    return subprocess.Popen(
        [sys.executable, "-m", "kedro", *arguments],
        cwd=project,
        env={key: value for key, value in os.environ.items() if not key.startswith("MLFLOW_")},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        # A background job of a shell ignores Ctrl-C, and what it starts would, too.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),  # noqa: PLW1509
    )


def client_of(project: Path) -> MlflowClient:
    return MlflowClient(f"sqlite:///{project / 'mlruns' / 'mlflow.db'}")


def parents(project: Path, experiment: str = "tiny") -> list[Run]:
    """Return the runs that are nobody's child, the oldest first."""
    client = client_of(project)
    found = client.get_experiment_by_name(experiment)
    if found is None:
        return []
    runs = client.search_runs([found.experiment_id], order_by=["attributes.start_time"])
    return [run for run in runs if "mlflow.parentRunId" not in run.data.tags]


def children(project: Path, parent: Run) -> list[Run]:
    return list(
        client_of(project).search_runs(
            [parent.info.experiment_id],
            f"tags.`mlflow.parentRunId` = '{parent.info.run_id}'",
            order_by=["attributes.start_time"],
        )
    )
