"""Learning rate over the steps of a training."""

from typing import Any

import keras
from keras import ops

_START = 0.1  # of the peak, where a warm-up begins
_END = 0.001  # of the peak, where a decay ends


@keras.saving.register_keras_serializable(package="classification_lab")
class WarmUpAndDecay(keras.optimizers.schedules.LearningRateSchedule):  # type: ignore[misc]
    """Linear rise from a tenth of the peak to the peak, then the named decay to a thousandth of it.

    ``constant`` stays at the peak; ``cosine`` follows half a cosine (Loshchilov & Hutter 2017, arXiv 1608.03983);
    ``one_cycle`` falls in a straight line (Smith & Topin 2018, arXiv 1708.07120).
    """

    def __init__(self, peak: float, steps: int, warm_up_steps: int, decay: str) -> None:
        super().__init__()
        self.peak, self.steps, self.warm_up_steps, self.decay = peak, steps, warm_up_steps, decay

    def __call__(self, step: Any) -> Any:
        """Return the rate at a step, counted from 0."""
        step = ops.cast(step, "float32")
        rising = _START + (1 - _START) * step / max(self.warm_up_steps, 1)
        progress = ops.clip((step - self.warm_up_steps) / max(self.steps - self.warm_up_steps, 1), 0.0, 1.0)
        if self.decay == "cosine":
            remaining = 0.5 * (1 + ops.cos(progress * 3.141592653589793))
        elif self.decay == "one_cycle":
            remaining = 1 - progress
        else:
            remaining = ops.ones_like(progress)
        falling = _END + (1 - _END) * remaining
        return self.peak * ops.where(step < self.warm_up_steps, rising, falling)

    def get_config(self) -> dict[str, Any]:
        """Return what ``from_config`` needs."""
        return {
            "peak": self.peak,
            "steps": self.steps,
            "warm_up_steps": self.warm_up_steps,
            "decay": self.decay,
        }
