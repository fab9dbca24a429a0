"""Parameters as flat names and texts, the shape that MLflow stores."""

import json
import re
from typing import Any

from kedro.io import DataCatalog
from kedro.pipeline import Pipeline
from pydantic import BaseModel

_NOT_ALLOWED = re.compile(r"[^\w\-. :/]")


def of_pipeline(pipeline: Pipeline, catalog: DataCatalog) -> dict[str, Any]:
    """Return the values behind a pipeline's ``params:`` inputs, by dotted name, nested ones as dicts."""
    names = sorted(name for name in pipeline.inputs() if name.startswith("params:"))
    return {name.removeprefix("params:"): plain(catalog.load(name)) for name in names}


def plain(value: Any) -> Any:
    """Return a value with its Pydantic models turned into what JSON knows."""
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json")
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    return value


def flatten(values: dict[str, Any], prefix: str = "") -> dict[str, str]:
    """Return nested dicts as one with dotted names; lists and empty dicts become JSON text."""
    flat: dict[str, str] = {}
    for key, value in values.items():
        name = f"{prefix}{key}"
        if isinstance(value, dict) and value:
            flat |= flatten(value, f"{name}.")
        elif isinstance(value, dict | list):
            flat[name] = json.dumps(value, ensure_ascii=False, default=str)
        else:
            flat[name] = str(value)
    return flat


def safe_name(name: str) -> str:
    """Return a name as MLflow allows it for parameters, metrics and tags: at most 250 harmless characters."""
    return _NOT_ALLOWED.sub("_", name)[:250]
