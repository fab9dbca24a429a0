"""The registered model as MLflow runs it: raw images in, class probabilities out."""

from pathlib import Path
from typing import Any

import numpy as np
from mlflow.pyfunc.model import PythonModel, PythonModelContext
from numpy.typing import NDArray

from classification_lab.models import load_estimator


class ServedModel(PythonModel):
    """An estimator of the project behind MLflow's interface."""

    def load_context(self, context: PythonModelContext) -> None:
        """Load the estimator from the artifacts of the model."""
        self._estimator = load_estimator(Path(context.artifacts["estimator"]))

    def predict(
        self,
        context: PythonModelContext,  # noqa: ARG002
        model_input: np.ndarray,  # MLflow knows no other hint for an array
        params: dict[str, Any] | None = None,  # noqa: ARG002
    ) -> NDArray[np.float32]:
        """Return class probabilities.

        Args:
            context: Not used; the estimator is loaded already.
            model_input: Raw images, uint8, shape (N, height, width).
            params: None are known.

        Returns:
            Shape (N, classes), columns in the order of the estimator's ``class_names``.
        """
        return self._estimator.predict_proba(model_input)
