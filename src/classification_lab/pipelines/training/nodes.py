"""Train the chosen classifier."""

import logging
from typing import Any

import numpy as np
from numpy.typing import NDArray

from classification_lab.checkpoint import Checkpoint
from classification_lab.events import EpochEnd
from classification_lab.heavy_types import DataFrame, ImageClassifier
from classification_lab.labelled import LabelledImages
from classification_lab.models import EstimatorParameters, build_estimator
from classification_lab.progress import duration

logger = logging.getLogger(__name__)


def train_classifier(
    train: LabelledImages,
    splits: dict[str, NDArray[np.int64]],
    estimator: EstimatorParameters,
    best_hyperparameters: dict[str, Any],
    checkpoint: Checkpoint,
    seed: int,
) -> tuple[ImageClassifier, DataFrame]:
    """Fit the estimator with the best hyper-parameters, from its last finished epoch if it was interrupted.

    Args:
        train: Training data.
        splits: Row numbers: ``final`` to fit on, ``validation`` to score after each epoch unless they are fitted on.
        estimator: Parameters of the estimator.
        best_hyperparameters: ``values`` replace the estimator's own.
        checkpoint: Keeps the state after each epoch.
        seed: Of initialisation, order, augmentation and dropout.

    Returns:
        The fitted estimator and its history, one row an epoch.
    """
    import pandas as pd

    parameters = estimator.with_values(best_hyperparameters["values"])
    classifier = build_estimator(parameters, train.class_names, seed)
    epochs = parameters.training.epochs

    def announce(line: dict[str, float]) -> None:
        epoch = int(line["epoch"])
        validation = f"  validation {line['validation_accuracy']:.4f}" if "validation_accuracy" in line else ""
        left = (epochs - epoch) * line["seconds"]
        logger.info(
            "epoch %d/%d  loss %.4f  accuracy %.4f%s  %s images/s%s",
            epoch,
            epochs,
            line["loss"],
            line["accuracy"],
            validation,
            f"{line['images_per_second']:,.0f}",
            f"  about {duration(left)} left" if left else "",
            extra={"event": EpochEnd(epoch, {name: value for name, value in line.items() if name != "epoch"})},
        )

    final, held_out = splits["final"], splits["validation"]
    # All rows in their order need no copy.
    fit_on = train if len(final) == len(train) else train.rows(final)
    fitted_on_all = bool(np.isin(held_out, final).any())
    validate_on = None if fitted_on_all else (train.images[held_out], train.labels[held_out])
    classifier.fit(
        fit_on.images,
        fit_on.labels,
        validation_data=validate_on,
        checkpoint=checkpoint,
        on_epoch=announce,
    )
    return classifier, pd.DataFrame(classifier.history_).astype({"epoch": int})
