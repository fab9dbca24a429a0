import logging
import time

import numpy as np
import pytest
from sklearn.metrics import accuracy_score

from classification_lab.labelled import LabelledImages
from classification_lab.pipelines.evaluation.nodes import score
from classification_lab.pipelines.evaluation.outcomes import outcome_of, tabulate


def named(n_classes: int) -> LabelledImages:
    nothing = np.empty((0, 2, 2), np.uint8)
    return LabelledImages(nothing, np.empty(0, np.int64), tuple(f"class {i}" for i in range(n_classes)))


def test_names_that_others_rely_on(predictions):
    metrics, _ = score(predictions, named(5), "train", seed=1)
    relied_on = {"test_roc_auc_macro", "test_log_loss", "train_accuracy", "validation_accuracy", "overfit_gap"}
    relied_on |= {f"test_{name}" for name in ("accuracy", "precision_macro", "recall_macro", "f1_macro")}
    relied_on |= {f"test_{name}" for name in ("accuracy_low", "accuracy_high", "f1_macro_low", "f1_macro_high")}
    relied_on |= {f"test_{name}" for name in ("f1_micro", "f1_weighted", "specificity_macro", "ece")}
    assert relied_on <= metrics.keys()
    assert all(type(value) is float and np.isfinite(value) for value in metrics.values())


def test_gap_is_over_all_rows_that_the_model_was_fitted_on(predictions):
    alone, _ = score(predictions, named(5), "train", seed=1)
    together, _ = score(predictions, named(5), "train_and_validation", seed=1)
    rows = predictions[predictions["split"] != "test"]
    assert together["train_accuracy"] == accuracy_score(rows["label"], rows["predicted"])
    assert alone["train_log_loss"] != together["train_log_loss"]
    for metrics in (alone, together):
        assert metrics["overfit_gap"] == metrics["train_accuracy"] - metrics["test_accuracy"]
    assert alone["validation_accuracy"] == together["validation_accuracy"]


def test_table_has_a_row_for_each_split_and_class(predictions):
    _, per_class = score(predictions, named(5), "train", seed=1)
    assert per_class["split"].value_counts().to_dict() == {"train": 5, "validation": 5, "test": 5}
    test = per_class[per_class["split"] == "test"]
    given = outcome_of(predictions, "test")
    assert test["support"].tolist() == np.bincount(given.labels).tolist()
    assert (test[["tp", "fp", "tn", "fn"]].sum(axis=1) == len(given)).all()
    assert test["class"].tolist() == [f"class {i}" for i in range(5)]


def test_a_class_absent_from_a_split_leaves_no_nan_among_the_metrics(predictions, caplog):
    fewer = predictions[(predictions["split"] != "test") | (predictions["label"] != 4)]
    with caplog.at_level(logging.WARNING):
        metrics, per_class = score(fewer, named(5), "train", seed=1)
    assert "ROC in test is undefined for: class 4" in caplog.text
    assert all(np.isfinite(value) for value in metrics.values())
    absent = per_class[(per_class["split"] == "test") & (per_class["class"] == "class 4")].iloc[0]
    assert absent["support"] == 0
    assert np.isnan(absent["roc_auc"])


def test_one_class_only_has_no_area_and_no_validation_rows_have_no_scores(outcome):
    given = outcome(3, 60)
    labels = np.zeros(60, dtype=np.int64)
    splits = {"train": np.arange(60), "validation": np.empty(0, np.int64)}
    frame = tabulate(given.probabilities, labels, given.probabilities, labels, splits)
    metrics, _ = score(frame, named(3), "train", seed=1)
    assert "test_roc_auc_macro" not in metrics
    assert "validation_accuracy" not in metrics


def test_an_unknown_final_fit_is_refused(predictions):
    with pytest.raises(ValueError, match="train, train_and_validation, not 'everything'"):
        score(predictions, named(5), "everything", seed=1)


def test_seventy_thousand_rows_are_scored_quickly(outcome):
    train, test = outcome(10, 60_000), outcome(10, 10_000)
    splits = {"train": np.arange(51_000), "validation": np.arange(51_000, 60_000)}
    frame = tabulate(train.probabilities, train.labels, test.probabilities, test.labels, splits)
    start = time.perf_counter()
    score(frame, named(10), "train", seed=1)
    assert time.perf_counter() - start < 4  # 0.4 s on an idle core
