import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import mlflow
import numpy as np
import pytest
from kedro.io import DatasetError
from mlflow import MlflowClient

from classification_lab.datasets.registered_model import RegisteredModelDataset
from classification_lab.labelled import LabelledImages
from classification_lab.models import EstimatorParameters, build_estimator
from classification_lab.models.image_classifier import ImageClassifier
from classification_lab.pipelines.registration.nodes import describe_model
from classification_lab.tracking.store import Store

_CARD = "# Model card\n" + "A long story. " * 1000


@pytest.fixture(scope="module")
def model() -> ImageClassifier:
    parameters = EstimatorParameters.model_validate(
        {
            "network": {"stackwise_num_filters": [2], "stackwise_num_repeats": [1], "dense_width": 4},
            "optimizer": {"name": "sgd", "learning_rate": 0.01},
            "training": {"epochs": 1, "batch_size": 50, "precision": "float32"},
        }
    )
    rng = np.random.default_rng(0)
    images = rng.integers(0, 256, (100, 28, 28), dtype=np.uint8)
    return build_estimator(parameters, ("low", "middle", "high"), seed=0).fit(images, np.arange(100) % 3)


@pytest.fixture
def client(empty_store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[MlflowClient]:
    """A client of an empty store, with an active run in it."""
    shutil.copytree(empty_store, tmp_path / "mlruns")
    monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)
    store = Store.of_project(tmp_path, "sqlite:///mlruns/mlflow.db", "mlruns/artifacts")
    client = store.open()
    monkeypatch.setenv("MLFLOW_TRACKING_URI", store.uri)
    mlflow.set_tracking_uri(store.uri)
    run = client.create_run(store.experiment_id(client, "tiny"), tags={"git_commit": "abc"})
    mlflow.start_run(run_id=run.info.run_id)
    yield client
    mlflow.end_run()


def _save(model: ImageClassifier, train: LabelledImages) -> None:
    described = describe_model(model, {"test_accuracy": 0.5}, _CARD, train, {"digest": "d" * 64})
    RegisteredModelDataset(name="tiny", alias="challenger").save(described)


@pytest.mark.usefixtures("client")
def test_loaded_back_it_gives_the_same_probabilities_for_raw_images(
    model: ImageClassifier, train_images: LabelledImages
) -> None:
    _save(model, train_images)

    served = mlflow.pyfunc.load_model("models:/tiny@challenger")
    probabilities = served.predict(train_images.images)
    np.testing.assert_array_equal(probabilities, model.predict_proba(train_images.images))
    assert probabilities.dtype == np.float32


@pytest.mark.usefixtures("client")
def test_another_process_that_knows_nothing_of_the_project_can_use_it(
    model: ImageClassifier, train_images: LabelledImages, tmp_path: Path
) -> None:
    _save(model, train_images)
    np.save(tmp_path / "images.npy", train_images.images[:5])
    code = (
        "import sys, mlflow, numpy as np\n"
        "model = mlflow.pyfunc.load_model('models:/tiny@challenger')\n"
        "import classification_lab\n"
        "assert 'artifacts/code' in classification_lab.__file__, classification_lab.__file__\n"
        "np.save('probabilities.npy', model.predict(np.load('images.npy')))\n"
    )

    subprocess.run([sys.executable, "-c", code], cwd=tmp_path, check=True)

    expected = model.predict_proba(train_images.images[:5])
    np.testing.assert_allclose(np.load(tmp_path / "probabilities.npy"), expected, atol=1e-6)


def test_every_save_is_a_new_version_and_takes_the_alias(
    model: ImageClassifier, client: MlflowClient, train_images: LabelledImages
) -> None:
    path = list(sys.path)
    _save(model, train_images)
    _save(model, train_images)

    version = client.get_model_version_by_alias("tiny", "challenger")
    assert int(version.version) == 2
    assert version.tags["git_commit"] == "abc"
    assert version.tags["data_digest"] == "d" * 64
    assert version.tags["test_accuracy"] == "0.5"
    assert version.tags["class_names"] == "low, middle, high"
    assert version.description.startswith("# Model card")
    assert len(version.description) == 5000
    assert sys.path == path


@pytest.mark.usefixtures("client")
def test_signature_example_and_requirements_come_with_it(model: ImageClassifier, train_images: LabelledImages) -> None:
    _save(model, train_images)

    info = mlflow.models.get_model_info("models:/tiny@challenger")
    assert str(info.signature.inputs) == "[Tensor('uint8', (-1, 28, 28))]"
    assert str(info.signature.outputs) == "[Tensor('float32', (-1, 3))]"
    served = mlflow.pyfunc.load_model("models:/tiny@challenger")
    np.testing.assert_array_equal(served.input_example, train_images.images[:3])
    requirements = Path(mlflow.artifacts.download_artifacts("models:/tiny@challenger/requirements.txt"))
    assert all("==" in line for line in requirements.read_text().split())


@pytest.mark.usefixtures("client")
@pytest.mark.parametrize("change", [lambda images: images / 255, lambda images: images[:, :20]])
def test_it_refuses_what_are_no_raw_images(
    model: ImageClassifier, train_images: LabelledImages, change: Callable[..., Any]
) -> None:
    _save(model, train_images)

    with pytest.raises(mlflow.MlflowException, match="schema"):
        mlflow.pyfunc.load_model("models:/tiny@challenger").predict(change(train_images.images))


def test_without_a_run_it_says_so(model: ImageClassifier, train_images: LabelledImages) -> None:
    with pytest.raises(DatasetError, match="only be registered within a tracked run"):
        _save(model, train_images)
