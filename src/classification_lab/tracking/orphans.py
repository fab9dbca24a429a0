"""Runs whose process was killed before it could say so."""

from __future__ import annotations

from typing import TYPE_CHECKING

import psutil

from classification_lab.tracking.provenance import process_identity

if TYPE_CHECKING:
    from mlflow import MlflowClient
    from mlflow.entities import Run

_SAME_START = 5  # seconds; further apart, the number of the process was used again


def close_orphans(client: MlflowClient) -> list[str]:
    """Mark runs KILLED that this machine started and whose process is gone; return their names."""
    me = process_identity()
    experiments = [experiment.experiment_id for experiment in client.search_experiments()]
    running = client.search_runs(
        experiments, f"attributes.status = 'RUNNING' and tags.host = '{me['host']}'", max_results=1000
    )
    orphans = [run for run in running if not _is_alive(run)]
    for run in orphans:
        reason = f"killed: its process {run.data.tags['pid']} was gone when a later run looked"
        client.set_tag(run.info.run_id, "reason", reason)
        client.set_terminated(run.info.run_id, "KILLED")
    return [str(run.info.run_name) for run in orphans]


def _is_alive(run: Run) -> bool:
    try:
        process = psutil.Process(int(run.data.tags["pid"]))
        apart = abs(process.create_time() - float(run.data.tags["process_started"]))
        return bool(apart < _SAME_START)
    except psutil.NoSuchProcess:
        return False
    except (KeyError, ValueError, psutil.AccessDenied):
        return True
