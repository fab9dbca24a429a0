"""What takes minutes: `make test-slow`."""

from concurrent.futures import ThreadPoolExecutor

import mlflow
import pytest

from projects import Project

pytestmark = pytest.mark.slow


def test_four_runs_at_once_on_one_store_all_come_out_complete(project: Project) -> None:
    with ThreadPoolExecutor(4) as executor:
        list(executor.map(lambda _: project.run("--pipeline=fmnist_cnn"), range(4)))
    client = mlflow.MlflowClient(project.store)
    experiment = client.get_experiment_by_name("fmnist_cnn")
    assert experiment is not None
    runs = client.search_runs([experiment.experiment_id])
    assert {run.info.status for run in runs if "mlflow.parentRunId" not in run.data.tags} == {"FINISHED"}
    assert len(project.versions("08_reporting/fmnist_cnn/metrics.json")) == 4
    assert len(client.search_model_versions("name = 'fmnist_cnn'")) == 4
