"""The stage as the registry instantiates it, on the fixture, with the catalog of conf/test."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from kedro.config import OmegaConfigLoader
from kedro.io import DataCatalog
from kedro.pipeline import pipeline
from kedro.runner import SequentialRunner

from classification_lab.pipelines import ingestion

PROJECT = Path(__file__).parents[3]
DATA_SET = "fmnist."


@pytest.fixture
def catalog(tmp_path: Path) -> DataCatalog:
    loader = OmegaConfigLoader(
        str(PROJECT / "conf"),
        env="test",
        base_env="base",
        default_run_env="local",
        merge_strategy={"catalog": "soft", "parameters": "soft", "globals": "soft"},
    )
    entries: dict[str, dict[str, Any]] = {
        name: entry for name, entry in loader["catalog"].items() if name.startswith(DATA_SET)
    }
    for name, entry in entries.items():
        place = PROJECT if name.startswith(f"{DATA_SET}raw_") else tmp_path
        entry["filepath"] = str(place / entry["filepath"])
    catalog = DataCatalog.from_config(entries)
    catalog["params:fmnist.class_names"] = loader["parameters"]["fmnist"]["class_names"]
    return catalog


def test_the_namespace_gives_the_names_that_other_stages_use() -> None:
    stage = pipeline(ingestion.create_pipeline(), namespace="fmnist")
    assert stage.inputs() == {
        "fmnist.raw_train_images",
        "fmnist.raw_train_labels",
        "fmnist.raw_test_images",
        "fmnist.raw_test_labels",
        "params:fmnist.class_names",
    }
    assert stage.all_outputs() == {"fmnist.train", "fmnist.test", "fmnist.data_report"}


def test_the_fixture_is_ingested(catalog: DataCatalog) -> None:
    SequentialRunner().run(pipeline(ingestion.create_pipeline(), namespace="fmnist"), catalog)

    train, test = catalog.load("fmnist.train"), catalog.load("fmnist.test")
    assert (train.images.shape, train.images.dtype) == ((400, 28, 28), np.uint8)
    assert (test.images.shape, test.images.dtype) == ((100, 28, 28), np.uint8)
    assert train.class_names[9] == "Ankle boot"

    report = catalog.load("fmnist.data_report")
    assert set(report["train"]["class_counts"].values()) == {40}
    assert set(report["test"]["class_counts"].values()) == {10}
    assert report["in_train_and_test"]["images"] == 0
    assert len(report["digest"]) == 64
