"""Every environment's parameters are ones that the pipelines accept."""

from pathlib import Path

import pytest
from kedro.config import OmegaConfigLoader

from classification_lab.models import EstimatorParameters
from classification_lab.pipelines.tuning.nodes import _check_space
from classification_lab.pipelines.tuning.space import TuningParameters
from classification_lab.settings import CONFIG_LOADER_ARGS
from projects import ROOT

ENVIRONMENTS = sorted(path.name for path in (ROOT / "conf").iterdir() if path.name not in ("local", "logging.yml"))


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_parameters_of(environment: str) -> None:
    loader = OmegaConfigLoader(str(Path(ROOT) / "conf"), env=environment, **CONFIG_LOADER_ARGS)
    parameters = loader["parameters"]["fmnist_cnn"]
    estimator = EstimatorParameters.model_validate(parameters["estimator"])
    _check_space(estimator, TuningParameters.model_validate(parameters["tuning"]))
