"""What takes minutes: `make test-slow`."""

from concurrent.futures import ThreadPoolExecutor

import mlflow
import psutil
import pytest

from classification_lab.datasets.study import open_storage
from classification_lab.labelled import LabelledImages
from classification_lab.models import EstimatorParameters
from classification_lab.pipelines.preparation.nodes import split_train_validation
from classification_lab.pipelines.tuning.nodes import search_hyperparameters
from classification_lab.pipelines.tuning.space import TuningParameters
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


def test_memory_does_not_grow_from_trial_to_trial(
    project: Project, train_images: LabelledImages, estimator_parameters: EstimatorParameters
) -> None:
    storage = open_storage(project.folder / "studies.db", None)
    splits = split_train_validation(train_images, 0.3, "train", seed=1)

    def memory_after(trials: int) -> float:
        tuning = TuningParameters.model_validate(
            {
                "trials": trials,
                "minutes": 10,
                "space": {"optimizer.learning_rate": {"type": "float", "low": 0.001, "high": 0.1}},
                "pruning": {"startup_trials": 100},
            }
        )
        search_hyperparameters(train_images, splits, storage, estimator_parameters, tuning, seed=1)
        return float(psutil.Process().memory_info().rss)

    after_ten, after_thirty = memory_after(10), memory_after(30)
    assert after_thirty < 1.05 * after_ten
