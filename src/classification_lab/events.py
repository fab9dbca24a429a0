"""What long work tells while it runs.

Nodes know nothing of MLflow. They log a line for the person who watches, and attach one of these records to it
(``logger.info("…", extra={"event": EpochEnd(…)})``); tracking listens for them.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True)
class EpochEnd:
    """An epoch of the final training is over.

    Attributes:
        epoch: Counted from 1.
        metrics: Names as in the history table (``loss``, ``accuracy``, ``validation_loss``, …).
    """

    epoch: int
    metrics: dict[str, float]


@dataclass(frozen=True)
class TrialEnd:
    """A trial of the hyper-parameter search is over.

    Attributes:
        number: Optuna's trial number, from 0.
        state: ``complete``, ``pruned`` or ``fail``.
        parameters: The sampled hyper-parameters by dotted name.
        metrics: Final metrics (``validation_f1_macro``, ``overfit_gap``, …); empty for a failed trial.
        curve: Validation macro-F1 by epoch, from 1.
        started: Start, with time zone.
        finished: End, with time zone.
        tags: Anything else worth a tag, such as the error of a failed trial.
    """

    number: int
    state: str
    parameters: dict[str, Any]
    metrics: dict[str, float]
    curve: dict[int, float]
    started: datetime
    finished: datetime
    tags: dict[str, str] = field(default_factory=dict)
