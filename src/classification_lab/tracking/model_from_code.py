"""What MLflow runs to get the model: code, no pickle, so that a later Python can still load it."""

from mlflow.models import set_model

from classification_lab.tracking.served_model import ServedModel

set_model(ServedModel())
