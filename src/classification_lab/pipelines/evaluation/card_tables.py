"""Numbers, names and settings as the words and rows of a model card."""

import re
from collections.abc import Mapping
from typing import Any

import numpy as np

from classification_lab.parameters import FinalFit
from classification_lab.pipelines.evaluation.outcomes import SPLITS


def plain(text: Any) -> str:
    """Escape what Markdown would take for markup."""
    return re.sub(r"([\\`*_\[\]<>|])", r"\\\1", " ".join(str(text).split()))


def code(text: Any) -> str:
    """Set as code, safe in a table."""
    return "`" + str(text).replace("`", "'").replace("|", r"\|") + "`"


def number(value: float) -> str:
    """Four places, or a word where there is no number."""
    return f"{value:.4f}" if np.isfinite(value) else "undefined"


def points(fraction: float) -> str:
    """Write a difference of fractions in percentage points, signed."""
    return f"{100 * fraction:+.1f} points"


def with_interval(metrics: Mapping[str, float], split: str, name: str) -> str:
    """Write a score, with the ends of its interval where it has some."""
    key = f"{split}_{name}"
    if key not in metrics:
        return "undefined"
    text = number(metrics[key])
    if f"{key}_low" in metrics:
        text += f" ({number(metrics[f'{key}_low'])} to {number(metrics[f'{key}_high'])})"
    return text


def column_titles(metrics: Mapping[str, float], final_fit: FinalFit) -> dict[str, str]:
    """Split → title of its column; validation rows that the model was fitted on are called so."""
    titles = {split: split for split in SPLITS if f"{split}_accuracy" in metrics}
    if final_fit == "train_and_validation" and "validation" in titles:
        titles["validation"] = "validation (learnt from)"
    return titles


def _flatten(nested: Any, prefix: str = "") -> dict[str, Any]:
    """``{"a": {"b": 1}}`` → ``{"a.b": 1}``; a Pydantic model counts as a mapping."""
    if hasattr(nested, "model_dump"):
        nested = nested.model_dump()
    if not isinstance(nested, Mapping):
        return {prefix.removesuffix("."): nested}
    return {name: value for key, part in nested.items() for name, value in _flatten(part, f"{prefix}{key}.").items()}


def parameter_rows(estimator: Any, chosen: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Name, value and origin of each parameter by dotted name; what the search chose replaces what was configured."""
    values = _flatten(estimator) | dict(chosen)
    return [
        {"name": name, "value": value, "origin": "search" if name in chosen else "configuration"}
        for name, value in values.items()
    ]


def describe_search(best: Mapping[str, Any]) -> str:
    """Say how the search came to its values; empty where nothing was searched."""

    def show(value: Any) -> str:
        if isinstance(value, bool):
            return "yes" if value else "no"
        return f"{value:.4f}" if isinstance(value, float) else plain(value)

    return ", ".join(f"{name.replace('_', ' ')} {show(value)}" for name, value in best.items() if name != "values")


def class_counts(report: Mapping[str, Any]) -> dict[str, dict[str, int]]:
    """Column title → count by class name, for each set of the report that has counts."""
    return {
        name: part["class_counts"]
        for name, part in report.items()
        if isinstance(part, Mapping) and isinstance(part.get("class_counts"), Mapping)
    }


def data_facts(report: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Title and value of whatever stands in the report, but for the lists of classes."""
    facts = []
    for name, value in _flatten(report).items():
        if "class_counts." in name or name == "class_names":
            continue
        title = name.replace("_", " ").replace(".", ": ")
        if "digest" in name:
            facts.append((f"{title} (SHA-256)", code(value)))
        elif isinstance(value, list | tuple):
            facts.append((title, " × ".join(plain(part) for part in value)))
        else:
            facts.append((title, f"{value:,}" if isinstance(value, int) else plain(value)))
    return facts
