import logging
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pandas as pd
from pydantic import Field

from classification_lab.events import EpochEnd, TrialEnd
from classification_lab.parameters import Parameters

logger = logging.getLogger("classification_lab.tiny")


class Training(Parameters):
    epochs: int = Field(ge=1)
    seed: int
    silent_epochs: int = 0  # as after a resume: in the history, but not told
    fail: bool = False
    nap: float = 0.0
    note: str = ""
    many: dict[str, int] = Field(default_factory=dict)


def make_report(class_names: list[str]) -> dict[str, Any]:
    return {"digest": "0123456789abcdef" * 4, "classes": len(class_names)}


def search(trials: int) -> dict[str, float]:
    started = datetime(2026, 1, 1, 12, tzinfo=UTC)
    for number in range(trials):
        state = ("complete", "pruned", "fail")[number % 3]
        logger.info(
            "trial %d/%d",
            number + 1,
            trials,
            extra={
                "event": TrialEnd(
                    number=number,
                    state=state,
                    parameters={"optimizer.learning_rate": 0.1 * number},
                    metrics={} if state == "fail" else {"validation_f1_macro": 0.5 + 0.1 * number},
                    curve={1: 0.4, 2: 0.5},
                    started=started + timedelta(minutes=number),
                    finished=started + timedelta(minutes=number + 1),
                    tags={"error": "out of memory"} if state == "fail" else {},
                )
            },
        )
    return {"optimizer.learning_rate": 0.1}


def train(best: dict[str, float], training: Training) -> tuple[pd.DataFrame, dict[str, float]]:
    rows = []
    for epoch in range(1, training.epochs + 1):
        values = {"loss": best["optimizer.learning_rate"] / epoch, "validation_accuracy": 1 - 1 / (epoch + 1)}
        rows.append({"epoch": epoch, **values})
        if epoch > training.silent_epochs:
            logger.info("epoch %d/%d", epoch, training.epochs, extra={"event": EpochEnd(epoch, values)})
        time.sleep(training.nap)
    if training.fail:
        raise ZeroDivisionError("the loss is not a number")
    metrics = {"test_accuracy": 0.75, "test_f1_macro": 0.74, "validation_accuracy": 0.8, "overfit_gap": 0.05}
    return pd.DataFrame(rows), metrics


def plot(history: pd.DataFrame) -> str:
    return history.to_html()
