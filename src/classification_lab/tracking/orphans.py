"""Runs whose process was killed before it could say so."""

from __future__ import annotations

from typing import TYPE_CHECKING

from classification_lab.processes import is_gone, process_identity

if TYPE_CHECKING:
    from mlflow import MlflowClient


def close_orphans(client: MlflowClient) -> list[str]:
    """Mark runs KILLED that this machine started and whose process is gone; return their names."""
    me = process_identity()
    experiments = [experiment.experiment_id for experiment in client.search_experiments()]
    running = client.search_runs(
        experiments, f"attributes.status = 'RUNNING' and tags.host = '{me['host']}'", max_results=1000
    )
    orphans = [run for run in running if is_gone(run.data.tags)]
    for run in orphans:
        reason = f"killed: its process {run.data.tags['pid']} was gone when a later run looked"
        client.set_tag(run.info.run_id, "reason", reason)
        client.set_terminated(run.info.run_id, "KILLED")
    return [str(run.info.run_name) for run in orphans]
