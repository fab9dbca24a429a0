"""Models in the MLflow registry."""

from __future__ import annotations

import logging
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kedro.io import AbstractDataset, DatasetError

import classification_lab
from classification_lab.described_model import DescribedModel

if TYPE_CHECKING:
    from mlflow.models import ModelSignature
    from mlflow.pyfunc import PyFuncModel

logger = logging.getLogger(__name__)

# What a model of the project needs to predict; each in the version that is installed, which is the locked one.
_NEEDED = ("mlflow", "numpy", "pydantic", "scikit-learn", "keras")
_NEEDED_BY_BACKEND = {"tensorflow": ("tensorflow", "tensorflow-cpu"), "jax": ("jax",), "torch": ("torch",)}
_LONGEST_DESCRIPTION = 5000  # characters, in MLflow's database


class RegisteredModelDataset(AbstractDataset[DescribedModel, "PyFuncModel"]):
    """Saving logs a model to the active MLflow run and makes it the newest version of a registered model.

    It is logged as code and files, without pickle: `tracking/model_from_code.py`, a copy of this package, and what the
    estimator's ``save`` writes.
    """

    def __init__(self, *, name: str, alias: str, metadata: dict[str, Any] | None = None) -> None:
        """Describe the entry.

        Args:
            name: Of the registered model.
            alias: What the newest version is called from now on.
            metadata: For tools that read the catalog.
        """
        self._name = name
        self._alias = alias
        self.metadata = metadata

    def save(self, data: DescribedModel) -> None:
        """Log, register and describe the model.

        Raises:
            DatasetError: If no MLflow run is active to log it to.
        """
        import mlflow

        run = mlflow.active_run()
        if run is None:
            raise DatasetError(f"'{self._name}' can only be registered within a tracked run (`kedro run`)")
        with tempfile.TemporaryDirectory() as folder, _same_module_path():
            estimator = Path(folder) / "estimator"
            data.estimator.save(estimator)
            logged = mlflow.pyfunc.log_model(
                name="model",
                python_model=str(Path(classification_lab.__file__).parent / "tracking" / "model_from_code.py"),
                artifacts={"estimator": str(estimator)},
                code_paths=[str(Path(classification_lab.__file__).parent)],
                pip_requirements=_requirements(),
                signature=_signature(data),
                input_example=data.examples,
            )
        client = mlflow.MlflowClient()
        tags = {
            "git_commit": mlflow.get_run(run.info.run_id).data.tags.get("git_commit", "unknown"),
            "data_digest": data.data_digest,
            "class_names": ", ".join(data.estimator.class_names),
            **{name: f"{value:.6g}" for name, value in data.scores.items()},
        }
        _ensure_registered(client, self._name)
        registered = client.create_model_version(
            self._name,
            source=logged.model_uri,
            run_id=run.info.run_id,
            model_id=logged.model_id,
            tags=tags,
            description=data.card[:_LONGEST_DESCRIPTION],
        )
        client.set_registered_model_alias(self._name, self._alias, registered.version)
        logger.info("registered %s version %s, alias %s", self._name, registered.version, self._alias)

    def load(self) -> PyFuncModel:
        """Return the version that has the alias, from the store that MLflow is set to."""
        import mlflow

        model: PyFuncModel = mlflow.pyfunc.load_model(f"models:/{self._name}@{self._alias}")
        return model

    def _describe(self) -> dict[str, Any]:
        return {"name": self._name, "alias": self._alias}


@contextmanager
def _same_module_path() -> Iterator[None]:
    """Undo what MLflow leaves on ``sys.path`` when it tries a model that it logs: folders that are gone."""
    before = list(sys.path)
    try:
        yield
    finally:
        sys.path[:] = before


def _ensure_registered(client: Any, name: str) -> None:
    from mlflow.exceptions import MlflowException

    try:
        client.create_registered_model(name)
    except MlflowException as error:
        if error.error_code != "RESOURCE_ALREADY_EXISTS":
            raise


def _signature(data: DescribedModel) -> ModelSignature:
    import numpy as np
    from mlflow.models import ModelSignature
    from mlflow.types import Schema, TensorSpec

    return ModelSignature(
        Schema([TensorSpec(np.dtype(np.uint8), (-1, *data.examples.shape[1:]))]),
        Schema([TensorSpec(np.dtype(np.float32), (-1, len(data.estimator.class_names)))]),
    )


def _requirements() -> list[str]:
    found = []
    backend = os.environ.get("KERAS_BACKEND", "tensorflow")
    for name in _NEEDED + _NEEDED_BY_BACKEND[backend]:
        try:
            found.append(f"{name}=={version(name)}")
        except PackageNotFoundError:
            continue
    return found
