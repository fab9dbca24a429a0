"""Evaluation: ask the fitted model once about every example, then score, draw and write down what it said."""

import logging
from collections.abc import Mapping
from typing import Any, get_args

import numpy as np
from numpy.typing import NDArray

from classification_lab.heavy_types import DataFrame, Figure, Study
from classification_lab.labelled import LabelledImages
from classification_lab.parameters import FinalFit
from classification_lab.pipelines.evaluation import figures
from classification_lab.pipelines.evaluation.calibration import measure_reliability
from classification_lab.pipelines.evaluation.intervals import bootstrap_macro_f1, wilson_interval
from classification_lab.pipelines.evaluation.model_card import (
    PLOTS,
    CardParameters,
    render_html,
    render_markdown,
)
from classification_lab.pipelines.evaluation.outcomes import (
    SPLITS,
    Classifier,
    class_probabilities,
    outcome_of,
    tabulate,
)
from classification_lab.pipelines.evaluation.scores import (
    average_scores,
    class_scores,
    confusion_of,
    counts_of,
    log_loss_of,
    roc_areas,
)

logger = logging.getLogger(__name__)


def predict(
    model: Classifier, train: LabelledImages, test: LabelledImages, splits: Mapping[str, NDArray[np.int64]]
) -> DataFrame:
    """Ask the model for the class probabilities of all examples.

    Args:
        model: A fitted estimator.
        train: The examples that ``splits`` divides.
        test: Examples that nothing was chosen by.
        splits: Row indices into ``train``, under ``train`` and ``validation``.

    Returns:
        One row per example, columns ``split``, ``row`` (in its data set), ``label``, ``predicted`` (class indices) and
        ``probability_0``… (float32).

    Raises:
        ValueError: The model's answer is no table of probabilities.
    """
    n_classes = len(test.class_names)
    logger.info("Predicting %s training and %s test examples", f"{len(train):,}", f"{len(test):,}")
    return tabulate(
        class_probabilities(model, train.images, n_classes),
        train.labels,
        class_probabilities(model, test.images, n_classes),
        test.labels,
        splits,
    )


def score(
    predictions: DataFrame, test: LabelledImages, final_fit: FinalFit, seed: int
) -> tuple[dict[str, float], DataFrame]:
    """Score each split, and each class in it.

    ``train_…`` covers every row that the final model was fitted on. With ``final_fit: train_and_validation`` these are
    the validation rows, too; the ``validation_…`` scores are then scores on training data.

    Args:
        predictions: What `predict` gave.
        test: For the class names.
        final_fit: What the final model was fitted on.
        seed: Of the bootstrap.

    Returns:
        Flat metrics (``test_accuracy``, …; fractions, ``…_log_loss`` in nats; ``overfit_gap`` = train − test accuracy),
        and a table with a row per split and class. Metrics that a split leaves undefined are absent.

    Raises:
        ValueError: ``final_fit`` is none of its two values.
    """
    import pandas as pd

    if final_fit not in get_args(FinalFit):
        raise ValueError(f"final_fit must be one of {', '.join(get_args(FinalFit))}, not '{final_fit}'.")
    metrics: dict[str, float] = {}
    tables = []
    for split in SPLITS:
        outcome = outcome_of(predictions, split, final_fit)
        if not len(outcome):
            logger.warning("The %s split is empty: no %s scores.", split, split)
            continue
        confusion, areas = confusion_of(outcome), roc_areas(outcome)
        found = average_scores(confusion)
        found["accuracy_low"], found["accuracy_high"] = wilson_interval(int(np.trace(confusion)), len(outcome))
        found["f1_macro_low"], found["f1_macro_high"] = bootstrap_macro_f1(confusion, seed)
        found["log_loss"] = log_loss_of(outcome)
        found["ece"] = measure_reliability(outcome).expected_calibration_error
        if np.isfinite(areas).any():
            found["roc_auc_macro"] = float(np.nanmean(areas))
        if np.isnan(areas).any():
            lost = [name for name, area in zip(test.class_names, areas, strict=True) if np.isnan(area)]
            logger.warning("ROC in %s is undefined for: %s (left out of the mean).", split, ", ".join(lost))
        metrics |= {f"{split}_{name}": value for name, value in found.items()}
        tables.append(_per_class(split, test.class_names, confusion, areas))
    if {"train_accuracy", "test_accuracy"} <= metrics.keys():
        metrics["overfit_gap"] = metrics["train_accuracy"] - metrics["test_accuracy"]
    return metrics, pd.concat(tables, ignore_index=True)


def _per_class(
    split: str, class_names: tuple[str, ...], confusion: NDArray[np.int64], areas: NDArray[np.float64]
) -> DataFrame:
    import pandas as pd

    scores = class_scores(confusion)._asdict()
    return pd.DataFrame(
        {"split": split, "class": class_names, "support": confusion.sum(axis=1)}
        | counts_of(confusion)._asdict()
        | scores
        | {"roc_auc": areas}
    )


def plot_learning_curves(history: DataFrame) -> Figure:
    """Draw accuracy and loss against the epoch."""
    return figures.draw_learning_curves(history)


def plot_confusion_matrix(predictions: DataFrame, test: LabelledImages) -> Figure:
    """Draw the test confusion matrix, counts and shares of the true class."""
    return figures.draw_confusion_matrix(confusion_of(outcome_of(predictions, "test")), test.class_names)


def plot_roc_curves(predictions: DataFrame, test: LabelledImages) -> Figure:
    """Draw the one-vs-rest ROC curves on the test set."""
    return figures.draw_roc_curves(outcome_of(predictions, "test"), test.class_names)


def plot_class_scores(per_class: DataFrame) -> Figure:
    """Draw precision, recall and F1 of each class on the test set."""
    return figures.draw_class_scores(per_class.loc[per_class["split"] == "test"])


def plot_reliability(predictions: DataFrame) -> Figure:
    """Draw accuracy against confidence on the test set."""
    return figures.draw_reliability(measure_reliability(outcome_of(predictions, "test")))


def plot_confident_mistakes(predictions: DataFrame, test: LabelledImages) -> Figure:
    """Draw the test images that the model is most confidently wrong about."""
    return figures.draw_confident_mistakes(outcome_of(predictions, "test"), test)


def plot_search_history(study: Study) -> Figure:
    """Draw the objective of each trial of the search, in order."""
    return figures.draw_search_history(study)


def plot_search_importances(study: Study) -> Figure:
    """Draw how much each hyper-parameter mattered in the search."""
    return figures.draw_search_importances(study)


def plot_search_coordinates(study: Study) -> Figure:
    """Draw the hyper-parameters of each trial as a line through parallel axes."""
    return figures.draw_search_coordinates(study)


def write_model_card(
    metrics: dict[str, float],
    per_class: DataFrame,
    predictions: DataFrame,
    test: LabelledImages,
    data_report: dict[str, Any],
    estimator: Any,
    best_hyperparameters: dict[str, Any],
    card: CardParameters,
    final_fit: FinalFit,
    *plots: bytes,
) -> tuple[str, str]:
    """Put data, split, parameters, scores and limits together on one page.

    Args:
        metrics: What `score` gave.
        per_class: What `score` gave.
        predictions: What `predict` gave.
        test: For the class names.
        data_report: What ingestion found: digests, class counts, duplicates.
        estimator: The configured parameters, nested, as a mapping or a Pydantic model.
        best_hyperparameters: What the search chose (``values`` by dotted name) and how it came to them.
        card: Title, summary, name in the registry.
        final_fit: What the final model was fitted on.
        plots: PNG files in the order of ``model_card.PLOTS``.

    Returns:
        The card in Markdown, with the plots linked by file name, and as one self-contained HTML file.
    """
    markdown = render_markdown(
        card=card,
        metrics=metrics,
        per_class=per_class,
        outcome=outcome_of(predictions, "test"),
        sizes={split: int((predictions["split"] == split).sum()) for split in SPLITS},
        class_names=test.class_names,
        data_report=data_report,
        estimator=estimator,
        best_hyperparameters=best_hyperparameters,
        final_fit=final_fit,
    )
    return markdown, render_html(card.title, markdown, dict(zip(PLOTS, plots, strict=True)))
