"""What the catalog's entries say about tracking, under ``metadata``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kedro.io import DataCatalog
    from kedro.pipeline import Pipeline

# Besides these, `data_report`: a dict with the key `digest`, describing a data set that goes into the run.
RESULTS = frozenset({"metrics", "history", "parameters", "artifact"})


class TrackedEntries:
    """The entries of a catalog that are marked for tracking."""

    def __init__(self, catalog: DataCatalog) -> None:
        self._catalog = catalog

    def kinds(self, name: str) -> list[str]:
        """Return the ways in which the entry is tracked: metadata name one, a list of them, or none."""
        kinds = self._metadata(name).get("tracking") or []
        return [kinds] if isinstance(kinds, str) else list(kinds)

    def makes_results(self, pipeline: Pipeline) -> bool:
        """Tell whether a pipeline saves anything that is tracked as a result."""
        return any(RESULTS.intersection(self.kinds(name)) for name in pipeline.all_outputs())

    def reports(self, pipeline: Pipeline) -> list[str]:
        """Return the names of the data reports among a pipeline's outputs."""
        return sorted(name for name in pipeline.all_outputs() if "data_report" in self.kinds(name))

    def path(self, name: str) -> Path:
        """Return the file or folder of an entry that was just saved."""
        dataset: Any = self._catalog[name]
        return Path(dataset._get_load_path())

    def folder(self, name: str) -> str:
        """Return the artifact folder for an entry: its layer without the number, such as ``reporting``."""
        layer = str(self._metadata(name).get("kedro-viz", {}).get("layer", ""))
        return layer.partition("_")[2] if layer[:2].isdigit() else layer

    def _metadata(self, name: str) -> dict[str, Any]:
        resolver = self._catalog.config_resolver
        if name not in resolver.config and not resolver.match_dataset_pattern(name):
            return {}
        return resolver.resolve_pattern(name).get("metadata") or {}
