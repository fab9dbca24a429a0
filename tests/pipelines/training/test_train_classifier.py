import logging
from pathlib import Path

import pytest

from classification_lab.checkpoint import Checkpoint
from classification_lab.events import EpochEnd
from classification_lab.labelled import LabelledImages
from classification_lab.models import EstimatorParameters
from classification_lab.pipelines.preparation.nodes import split_train_validation
from classification_lab.pipelines.training.nodes import train_classifier


@pytest.mark.parametrize("final_fit", ["train", "train_and_validation"])
def test_trains_with_the_best_hyperparameters_on_the_rows_of_the_final_fit(
    final_fit: str,
    train_images: LabelledImages,
    estimator_parameters: EstimatorParameters,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    splits = split_train_validation(train_images, 0.25, final_fit, seed=1)  # type: ignore[arg-type]
    best = {"values": {"training.epochs": 2, "training.batch_size": 25}}
    with caplog.at_level(logging.INFO, "classification_lab"):
        classifier, history = train_classifier(
            train_images, splits, estimator_parameters, best, Checkpoint(tmp_path / "state.npz"), seed=1
        )
    assert history["epoch"].tolist() == [1, 2]
    assert classifier.training.batch_size == 25
    scored_while_training = {"validation_loss", "validation_accuracy", "validation_f1_macro"} <= set(history)
    assert scored_while_training == (final_fit == "train")
    events = [record.event for record in caplog.records if hasattr(record, "event")]
    assert [event.epoch for event in events if isinstance(event, EpochEnd)] == [1, 2]
    assert "images/s" in caplog.text
