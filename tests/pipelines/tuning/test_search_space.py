import optuna
import pytest
from pydantic import ValidationError

from classification_lab.pipelines.tuning.space import Dimension, TuningParameters


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"type": "float", "low": 1}, "has low and high"),
        ({"type": "int", "low": 3, "high": 1}, "must not exceed"),
        ({"type": "float", "low": 0, "high": 1, "log": True}, "positive if log"),
        ({"type": "categorical"}, "has choices"),
        ({"type": "categorical", "choices": [1], "low": 0}, "neither low, high nor log"),
        ({"type": "float", "low": 0, "high": 1, "step": 0.1}, "step"),
    ],
)
def test_contradictory_dimensions_are_refused(wrong: dict, message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        Dimension.model_validate(wrong)


def test_known_good_settings_must_stand_in_the_space() -> None:
    with pytest.raises(ValidationError, match=r"optimizer\.rate, which the space does not hold"):
        TuningParameters(trials=1, minutes=1, space={}, known_good=({"optimizer.rate": 1},))


@pytest.mark.parametrize(
    ("dimension", "allowed"),
    [
        ({"type": "float", "low": 0.1, "high": 0.2, "log": True}, lambda value: 0.1 <= value <= 0.2),
        ({"type": "int", "low": 2, "high": 4}, lambda value: value in (2, 3, 4) and isinstance(value, int)),
        ({"type": "categorical", "choices": [32, 64]}, lambda value: value in (32, 64)),
        ({"type": "categorical", "choices": [[32, 64], [16]]}, lambda value: tuple(value) in ((32, 64), (16,))),
    ],
)
def test_suggestions_lie_in_the_dimension(dimension: dict, allowed: object) -> None:
    assert callable(allowed)
    study = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=1))
    values = [Dimension.model_validate(dimension).suggest(study.ask(), "x") for _ in range(20)]
    assert all(allowed(value) for value in values)
    assert len({str(value) for value in values}) > 1
