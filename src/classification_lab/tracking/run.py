"""One MLflow run: what can be written into it, and how it ends."""

from __future__ import annotations

import json
import time
from datetime import datetime
from typing import TYPE_CHECKING, Any

from classification_lab.tracking.parameters import flatten, safe_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from mlflow import MlflowClient

    from classification_lab.events import TrialEnd

_PARAMETERS_A_BATCH, _METRICS_A_BATCH = 100, 1000  # MLflow's limits
_LONGEST_DIGEST = 36  # MLflow's limit; the whole digest is in the tag `data_digest`
# A pruned trial was stopped on purpose: it has no final score and no fault. The tag `trial_state` says it in words.
_STATUS_OF_TRIAL = {"complete": "FINISHED", "pruned": "KILLED", "fail": "FAILED"}


class TrackedRun:
    """An MLflow run that is open, with everything that is written into it.

    Attributes:
        run_id: MLflow's.
        name: As the MLflow UI shows it.
    """

    def __init__(self, client: MlflowClient, experiment_id: str, name: str, tags: Mapping[str, str]) -> None:
        self._client = client
        self._experiment_id = experiment_id
        self._identity = {key: tags[key] for key in ("host", "pid", "process_started")}
        self._seen_parameters: set[str] = set()
        self._seen_epochs: set[int] = set()
        self.name = name
        self.run_id = client.create_run(
            experiment_id, run_name=name, tags={key: value[:8000] for key, value in tags.items()}
        ).info.run_id

    def log_parameters(self, values: dict[str, Any], prefix: str = "") -> None:
        """Log nested parameters under dotted names; a name that the run has already stays as it is."""
        from mlflow.entities import Param

        flat = {safe_name(key): text for key, text in flatten(values, prefix).items()}
        new = [Param(key, text) for key, text in flat.items() if key not in self._seen_parameters]
        self._seen_parameters |= flat.keys()
        for batch in _batches(new, _PARAMETERS_A_BATCH):
            self._client.log_batch(self.run_id, params=batch)

    def log_metrics(self, values: Mapping[str, float], step: int = 0) -> None:
        """Log numbers under their names."""
        self._log_metrics(self.run_id, ((name, value, step) for name, value in values.items()))

    def log_epoch(self, epoch: int, values: Mapping[str, float]) -> None:
        """Log the numbers of one epoch as ``epoch/<name>``, once: a final metric may have the same name."""
        if epoch not in self._seen_epochs:
            self._seen_epochs.add(epoch)
            self.log_metrics({f"epoch/{name}": value for name, value in values.items()}, epoch)

    def log_trial(self, trial: TrialEnd) -> None:
        """Log a trial of the search as a finished child run."""
        from mlflow.entities import Param, RunTag

        child = self._client.create_run(
            self._experiment_id,
            start_time=_milliseconds(trial.started),
            run_name=f"trial-{trial.number:03d}",
            tags={"mlflow.parentRunId": self.run_id, "trial_state": trial.state, **self._identity},
        ).info.run_id
        at = _milliseconds(trial.finished)
        parameters = [Param(safe_name(key), text) for key, text in flatten(trial.parameters).items()]
        for batch in _batches(parameters, _PARAMETERS_A_BATCH):
            self._client.log_batch(child, params=batch)
        curve = [("epoch/validation_f1_macro", value, epoch) for epoch, value in trial.curve.items()]
        self._log_metrics(child, [*((name, value, 0) for name, value in trial.metrics.items()), *curve], at)
        self._client.log_batch(child, tags=[RunTag(safe_name(key), text[:8000]) for key, text in trial.tags.items()])
        self._client.set_terminated(child, _STATUS_OF_TRIAL[trial.state], at)

    def log_data(self, name: str, report: Mapping[str, Any], source: str) -> None:
        """Log a data set as an input of the run, and its digest as the tag ``data_digest``.

        Args:
            name: The data set's.
            report: What was found in it; its ``digest`` identifies the content.
            source: File of the report.
        """
        from mlflow.entities import Dataset, DatasetInput, InputTag

        self.tag({"data_digest": str(report["digest"])})
        entity = Dataset(
            name=name,
            digest=str(report["digest"])[:_LONGEST_DIGEST],
            source_type="local",
            source=json.dumps({"uri": source}),
            profile=json.dumps(report, default=str),
        )
        self._client.log_inputs(self.run_id, [DatasetInput(entity, [InputTag("mlflow.data.context", "training")])])

    def log_artifact(self, path: Path, folder: str) -> None:
        """Log a file, or the content of a folder."""
        if path.is_dir():
            self._client.log_artifacts(self.run_id, str(path), f"{folder}/{path.name}" if folder else path.name)
        else:
            self._client.log_artifact(self.run_id, str(path), folder or None)

    def log_text(self, text: str, file: str) -> None:
        """Log a text as a file."""
        self._client.log_text(self.run_id, text, file)

    def tag(self, tags: Mapping[str, str]) -> None:
        """Set tags."""
        from mlflow.entities import RunTag

        self._client.log_batch(self.run_id, tags=[RunTag(safe_name(key), text[:8000]) for key, text in tags.items()])

    def _log_metrics(self, run_id: str, values: Iterable[tuple[str, float, int]], at: int | None = None) -> None:
        from mlflow.entities import Metric

        now = at or int(time.time() * 1000)
        metrics = [Metric(safe_name(name), float(value), now, step) for name, value, step in values]
        for batch in _batches(metrics, _METRICS_A_BATCH):
            self._client.log_batch(run_id, metrics=batch)


def _batches(items: list[Any], size: int) -> Iterable[list[Any]]:
    return (items[start : start + size] for start in range(0, len(items), size))


def _milliseconds(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)
