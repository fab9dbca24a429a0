import json
from pathlib import Path
from typing import get_type_hints

import numpy as np
import optuna
import pandas as pd
import pytest
import yaml
from kedro.io import DataCatalog, MemoryDataset
from kedro.pipeline import Pipeline
from kedro.runner import SequentialRunner

from classification_lab.pipelines.evaluation import create_pipeline, create_search_report
from classification_lab.pipelines.evaluation.model_card import PLOTS, CardParameters

CONFIGURATION = Path(__file__).resolve().parents[3] / "conf" / "base" / "catalog" / "evaluation.yml"


class Model:
    """Nearest class mean, as probabilities."""

    def fit(self, X, y):
        self.classes_ = np.unique(y)
        self.means = np.stack([X[y == label].reshape(-1, X[0].size).mean(axis=0) for label in self.classes_])
        return self

    def predict_proba(self, X):
        distances = ((X.reshape(len(X), 1, -1) / 255 - self.means / 255) ** 2).mean(axis=2)
        scores = np.exp(-60 * distances)
        return scores / scores.sum(axis=1, keepdims=True)


def test_kedro_can_read_the_hints_of_every_node():
    # Where one hint does not resolve, Kedro warns and hands the node's typed parameters over as bare dicts.
    nodes = {node.name: node for node in (create_pipeline() + create_search_report()).nodes}
    hints = {name: get_type_hints(node.func) for name, node in nodes.items()}
    assert hints["write_model_card"]["card"] is CardParameters


@pytest.mark.filterwarnings("ignore:One or more dataset names")  # d.train from within namespace e is meant
def test_the_stage_runs_on_its_catalog(tmp_path, train_images, test_images, caplog):
    rows = np.arange(len(train_images))
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    study = optuna.create_study(direction="maximize")
    given = {
        "e.model": Model().fit(train_images.images, train_images.labels),
        "e.splits": {"train": rows[50:], "validation": rows[:50]},
        "e.history": pd.DataFrame({"epoch": [1, 2], "loss": [1.0, 0.5], "accuracy": [0.6, 0.8]}),
        "e.best_hyperparameters": {"values": {}},
        "e.study": study,
        "d.train": train_images,
        "d.test": test_images,
        "d.data_report": {"digest": "0" * 64},
        "params:e.final_fit": "train_and_validation",
        "params:e.seed": 1,
        "params:e.estimator": {"kind": "nearest mean"},
        "params:e.model_card": CardParameters(title="A", summary="B", registered_name="e"),
    }
    text = CONFIGURATION.read_text().replace("${globals:data}", f"{tmp_path}/data")
    entries = {name: entry for name, entry in yaml.safe_load(text).items() if not name.startswith("_")}
    catalog = DataCatalog.from_config(entries)
    for name, value in given.items():
        catalog[name] = MemoryDataset(value, copy_mode="assign")
    stage = Pipeline(
        create_pipeline() + create_search_report(),
        namespace="e",
        inputs={name: f"d.{name}" for name in ("train", "test", "data_report")},
    )
    SequentialRunner().run(stage, catalog)

    reporting = tmp_path / "data" / "08_reporting" / "e"
    metrics = json.loads(next(reporting.glob("metrics.json/*/metrics.json")).read_text())
    assert metrics["test_accuracy"] > 0.5
    drawn = {path.parent.parent.name for path in reporting.glob("*.png/*/*.png")}
    searched = {f"search_{name}.png" for name in ("history", "importances", "coordinates")}
    assert drawn == searched | {f"{name}.png" for name in PLOTS}
    page = next(reporting.glob("model_card.html/*/model_card.html")).read_text()
    assert f"{metrics['test_accuracy']:.4f}" in page
    assert page.count("data:image/png;base64,iVBORw0KGgo") == len(PLOTS)
    assert "WARNING" not in {record.levelname for record in caplog.records}
