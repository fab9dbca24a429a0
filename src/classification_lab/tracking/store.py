"""Where runs are stored: a SQLite file of the project, or whatever ``MLFLOW_TRACKING_URI`` names."""

from __future__ import annotations

import os
import sqlite3
import tempfile
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from filelock import BaseFileLock
    from mlflow import MlflowClient
    from sqlalchemy.engine import Engine

_SQLITE = "sqlite:///"


class TrackingError(RuntimeError):
    """Tracking failed; the message says what is lost and what is not."""


@dataclass(frozen=True)
class Store:
    """An MLflow tracking store.

    Attributes:
        uri: As MLflow takes it; a SQLite path in it is absolute.
        artifacts: Folder for the artifacts of new experiments; None where the server decides.
    """

    uri: str
    artifacts: Path | None

    @classmethod
    def of_project(cls, project: Path, tracking_uri: str, artifacts: str) -> Store:
        """Return the store in use, ``MLFLOW_TRACKING_URI`` first.

        Args:
            project: Root folder, from which relative paths count.
            tracking_uri: From the configuration.
            artifacts: Folder, from the configuration; used with a SQLite store only.
        """
        uri = os.environ.get("MLFLOW_TRACKING_URI") or tracking_uri
        if not uri.startswith(_SQLITE):
            return cls(uri, None)
        return cls(f"{_SQLITE}{project / uri.removeprefix(_SQLITE)}", project / artifacts)

    def open(self) -> MlflowClient:
        """Return a client; create the store first, or bring an older one up to date.

        MLflow does neither safely when several processes start at once, so a lock beside the file lets one do it.

        Raises:
            TrackingError: If the store does not answer.
        """
        from mlflow import MlflowClient

        try:
            if self.uri.startswith(_SQLITE):
                self._prepare_sqlite(Path(self.uri.removeprefix(_SQLITE)))
            client = MlflowClient(self.uri)
            client.search_experiments(max_results=1)
        except Exception as error:
            raise TrackingError(f"The tracking store {self.uri} does not answer: {first_line(error)}") from error
        return client

    def experiment_id(self, client: MlflowClient, name: str) -> str:
        """Return the id of the MLflow experiment with this name, made if there is none.

        Raises:
            TrackingError: If somebody has deleted it.
        """
        with self.lock():
            experiment = client.get_experiment_by_name(name)
            if experiment is None:
                location = (self.artifacts / name).as_uri() if self.artifacts else None
                return str(client.create_experiment(name, artifact_location=location))
        if experiment.lifecycle_stage != "active":
            raise TrackingError(
                f"The MLflow experiment '{name}' is deleted; `mlflow experiments restore --experiment-id "
                f"{experiment.experiment_id}` brings it back, `mlflow gc` removes it for good"
            )
        return str(experiment.experiment_id)

    def lock(self) -> BaseFileLock:
        """Return the lock for what one process at a time may do; with a server, a lock of this machine's."""
        from filelock import FileLock

        local = self.uri.startswith(_SQLITE)
        folder = Path(self.uri.removeprefix(_SQLITE)).parent if local else Path(tempfile.gettempdir())
        folder.mkdir(parents=True, exist_ok=True)
        return FileLock(folder / ".classification-lab-mlflow.lock", timeout=300)

    def _prepare_sqlite(self, file: Path) -> None:
        from mlflow.store.db import utils
        from sqlalchemy import create_engine

        with self.lock():
            with closing(sqlite3.connect(file)) as connection:
                connection.execute("PRAGMA journal_mode=WAL")  # kept in the file: readers no longer block writers
                empty = not connection.execute("SELECT 1 FROM sqlite_master").fetchone()
            engine = create_engine(self.uri)
            try:
                if empty:
                    utils._initialize_tables(engine)  # type: ignore[no-untyped-call]
                elif _is_outdated(engine):
                    _back_up(file)
                    utils._upgrade_db(engine)  # type: ignore[no-untyped-call]
            finally:
                engine.dispose()


def _is_outdated(engine: Engine) -> bool:
    from mlflow.store.db import utils

    found = utils._get_schema_version(engine)  # type: ignore[no-untyped-call]
    return bool(found != utils._get_latest_schema_revision())  # type: ignore[no-untyped-call]


def _back_up(file: Path) -> None:
    copy = file.with_suffix(f"{file.suffix}.before-upgrade")
    with closing(sqlite3.connect(file)) as old, closing(sqlite3.connect(copy)) as new:
        old.backup(new)


def first_line(error: BaseException, limit: int = 500) -> str:
    """Return an error in one line: its type and the first line of its message."""
    lines: Iterator[str] = (line.strip() for line in str(error).splitlines())
    return f"{type(error).__name__}: {next((line for line in lines if line), 'no message')}"[:limit]
