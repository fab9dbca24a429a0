"""Optimizers and their learning-rate schedules, by name."""

from typing import Any, Literal

from pydantic import Field, model_validator

from classification_lab.parameters import Parameters


class OptimizerParameters(Parameters):
    """How the weights are updated."""

    name: Literal["adam", "adamw", "sgd", "muon"] = Field("adam", description="sgd is Nesterov's")
    learning_rate: float = Field(gt=0, description="peak of the schedule")
    schedule: Literal["constant", "cosine", "one_cycle"] = "constant"
    warm_up: float = Field(0.0, ge=0, lt=1, description="share of the steps on which the rate rises to its peak")
    weight_decay: float = Field(
        0.0, ge=0, description="decoupled, times the learning rate; biases and norms are left out"
    )
    momentum: float = Field(0.9, ge=0, lt=1, description="of sgd and muon; Adam's first moment")

    @model_validator(mode="after")
    def _adam_has_no_decay(self) -> "OptimizerParameters":
        if self.name == "adam" and self.weight_decay:
            raise ValueError("adam has no weight_decay: set it to 0, or choose adamw")
        return self


def build_optimizer(
    parameters: OptimizerParameters, steps: int, precision: str, adam_layers: tuple[str, ...] = ()
) -> Any:
    """Return a Keras optimizer for a training of ``steps`` steps.

    Args:
        parameters: Which, how fast.
        steps: Length of the schedule.
        precision: Keras dtype policy; with ``mixed_float16`` the loss is scaled.
        adam_layers: Names of the layers that Muon leaves to Adam's rule: the first and the last.
    """
    import keras

    from classification_lab.models.schedules import WarmUpAndDecay

    rate = WarmUpAndDecay(parameters.learning_rate, steps, round(parameters.warm_up * steps), parameters.schedule)
    decay = parameters.weight_decay or None
    match parameters.name:
        case "adam" | "adamw":
            optimizer = keras.optimizers.AdamW(rate, weight_decay=decay, beta_1=parameters.momentum)
        case "sgd":
            optimizer = keras.optimizers.SGD(rate, momentum=parameters.momentum, nesterov=True, weight_decay=decay)
        case "muon":
            from classification_lab.models.muon import ConvolutionMuon

            optimizer = ConvolutionMuon(
                rate,
                momentum=parameters.momentum,
                weight_decay=decay,
                adam_weight_decay=decay,
                exclude_layers=list(adam_layers),
            )
    if decay:
        optimizer.exclude_from_weight_decay(var_names=["bias", "gamma", "beta"])
    return keras.optimizers.LossScaleOptimizer(optimizer) if precision == "mixed_float16" else optimizer
