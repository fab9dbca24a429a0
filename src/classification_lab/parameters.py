"""What every typed parameter group has in common."""

from typing import Literal

from pydantic import BaseModel, ConfigDict

# What the final model learns from: the training part alone, or, everything having been chosen, the validation part too.
FinalFit = Literal["train", "train_and_validation"]


class Parameters(BaseModel):
    """A group of settings from a parameters file: immutable, unknown keys and infinite numbers forbidden."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)
