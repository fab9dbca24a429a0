import pytest
from pydantic import ValidationError

from classification_lab.models import EstimatorParameters


def test_values_are_replaced_by_dotted_path(estimator_parameters: EstimatorParameters) -> None:
    changed = estimator_parameters.with_values(
        {"optimizer.learning_rate": 0.5, "network.stackwise_num_filters": [2, 3], "flip_averaging": False}
    )
    assert changed.optimizer.learning_rate == 0.5
    assert changed.network.stackwise_num_filters == (2, 3)
    assert not changed.flip_averaging
    assert estimator_parameters.optimizer.learning_rate == 0.02


@pytest.mark.parametrize("path", ["optimizer.rate", "optimiser.learning_rate", "flip", "training.epochs.first"])
def test_a_path_that_names_nothing_is_refused_with_what_there_is(
    estimator_parameters: EstimatorParameters, path: str
) -> None:
    with pytest.raises(ValueError, match=rf"'{path}' is not a parameter .*optimizer\.learning_rate"):
        estimator_parameters.with_values({path: 1})


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"optimizer.learning_rate": -1}, "greater than 0"),
        ({"optimizer.learning_rate": float("inf")}, "finite"),
        ({"optimizer.name": "adam"}, "adam has no weight_decay"),
        ({"network.stackwise_num_repeats": [2]}, "names 2 blocks"),
        ({"network.block_dropout": [0.1, 0.2, 0.3]}, "3 rates for 2 blocks"),
        ({"network.block_dropout": 1.0}, "block_dropout"),
        ({"training.precision": "float8"}, "auto"),
    ],
)
def test_impossible_values_are_refused(
    estimator_parameters: EstimatorParameters, values: dict[str, object], message: str
) -> None:
    with pytest.raises(ValidationError, match=message):
        estimator_parameters.with_values(values)
