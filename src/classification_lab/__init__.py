"""Classification Lab."""

import os
import sys

from classification_lab.quiet import QuietTensorFlowImport

# Libraries read these when they are first imported, so they are set here: every process of the project, the
# workers of a search included, imports this package first. What the environment says already wins.
for _name, _value in {
    "TF_CPP_MIN_LOG_LEVEL": "2",  # of TensorFlow's C++ side, errors only
    "GRPC_VERBOSITY": "ERROR",
    "MLFLOW_LOGGING_LEVEL": "WARNING",
    "MLFLOW_SUPPRESS_PRINTING_URL_TO_STDOUT": "true",
    "MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR": "false",
    "MLFLOW_DISABLE_TELEMETRY": "true",
    "KEDRO_DISABLE_TELEMETRY": "true",
    "GIT_PYTHON_REFRESH": "quiet",  # MLflow uses GitPython, which complains where git is not installed
}.items():
    os.environ.setdefault(_name, _value)

sys.meta_path.insert(0, QuietTensorFlowImport())
