"""How a network is trained: everything but its shape and its optimizer."""

from pydantic import Field

from classification_lab.models.precision import Precision
from classification_lab.parameters import Parameters


class TrainingParameters(Parameters):
    """Length and habits of a training."""

    epochs: int = Field(gt=0, description="passes over the training images; the schedule's length")
    batch_size: int = Field(gt=0)
    label_smoothing: float = Field(0.0, ge=0, lt=1, description="Szegedy et al. 2016, arXiv 1512.00567, section 7")
    early_stopping_patience: int | None = Field(
        None,
        gt=0,
        description="epochs without a better validation loss; the best weights come back. None: never",
    )
    precision: Precision = Field("auto", description="auto: bfloat16 where the hardware multiplies it natively")
