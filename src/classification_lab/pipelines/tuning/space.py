"""The search space, as the parameters file describes it."""

import json
from typing import Any, Literal

from pydantic import Field, field_validator, model_validator

from classification_lab.heavy_types import Trial
from classification_lab.parameters import Parameters


class Dimension(Parameters):
    """One hyper-parameter: a range of numbers, or a list of choices."""

    type: Literal["float", "int", "categorical"]
    low: float | None = None
    high: float | None = None
    log: bool = False
    choices: tuple[Any, ...] | None = None

    @model_validator(mode="after")
    def _fit_the_type(self) -> "Dimension":
        if self.type == "categorical":
            if not self.choices or self.low is not None or self.high is not None or self.log:
                raise ValueError("a categorical dimension has choices, and neither low, high nor log")
            return self
        if self.choices is not None or self.low is None or self.high is None:
            raise ValueError(f"a dimension of type {self.type} has low and high, and no choices")
        if self.low > self.high or (self.log and self.low <= 0):
            raise ValueError(f"low {self.low} must not exceed high {self.high}, and be positive if log is true")
        return self

    def suggest(self, trial: Trial, name: str) -> Any:
        """Ask the trial for a value."""
        if self.type == "categorical":
            chosen = trial.suggest_categorical(name, [self.encode(choice) for choice in self.choices or ()])
            return next(choice for choice in self.choices or () if self.encode(choice) == chosen)
        low, high = self.low or 0.0, self.high or 0.0
        if self.type == "int":
            return trial.suggest_int(name, round(low), round(high), log=self.log)
        return trial.suggest_float(name, low, high, log=self.log)

    @staticmethod
    def encode(value: Any) -> str | float | bool | None:
        """Return the value as Optuna stores it: lists, such as one of filters, become JSON."""
        return value if isinstance(value, str | int | float | bool | None) else json.dumps(value)


class Proxy(Parameters):
    """What makes a trial cheaper than the final training."""

    data_share: float = Field(1.0, gt=0, le=1, description="stratified share of the training rows")
    epochs_share: float = Field(1.0, gt=0, le=1, description="share of the epochs, at least one")


class Pruning(Parameters):
    """Median rule: stop a trial whose macro-F1 falls behind the median of the trials before, at the same epoch."""

    startup_trials: int = Field(2, ge=0, description="never prune before so many have finished")
    warm_up_epochs: int = Field(1, ge=0, description="never prune a trial before so many epochs")


class TuningParameters(Parameters):
    """How the hyper-parameters are searched."""

    enabled: bool = Field(True, description="false: use the best that the study already knows")
    trials: int = Field(gt=0, description="in the study as a whole; a resumed study runs the missing ones")
    minutes: float = Field(gt=0, description="no trial is started after so much time spent in trials")
    max_overfit_gap: float = Field(0.05, gt=0, description="train − validation accuracy; more is infeasible")
    space: dict[str, Dimension] = Field(
        description="dotted path of an estimator's parameter: its values; null: not searched"
    )
    known_good: tuple[dict[str, Any], ...] = Field((), description="settings to try first")
    proxy: Proxy = Proxy()
    pruning: Pruning = Pruning()

    @field_validator("space", mode="before")
    @classmethod
    def _leave_out_nulls(cls, space: dict[str, Any]) -> dict[str, Any]:
        """An environment can only add to a base file: null takes a dimension out."""
        return {name: dimension for name, dimension in space.items() if dimension is not None}

    @model_validator(mode="after")
    def _known_good_stand_in_the_space(self) -> "TuningParameters":
        for settings in self.known_good:
            unknown = sorted(set(settings) - set(self.space))
            if unknown:
                raise ValueError(f"known_good names {', '.join(unknown)}, which the space does not hold")
        return self
