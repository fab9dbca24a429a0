"""Kedro's file datasets, written atomically.

A file is written beside its place and renamed when it is whole, so that an interrupted save leaves nothing that a later
``load`` could take for the real thing. A dataset that has just saved a version also loads *that* version, even when
another run has stored a later one in the meantime (Kedro would load the latest).
"""

import os
import shutil
from pathlib import Path, PurePosixPath
from typing import Any

from kedro_datasets import json, matplotlib, pandas, text
from kedro_datasets._typing import HTMLPreview


class AtomicSave:
    """Mixin for local ``AbstractVersionedDataset`` classes that write one file or folder."""

    _version: Any
    _cached_load_version: str | None
    _partial: Path | None = None
    _complete: Path

    def _get_save_path(self) -> PurePosixPath:
        complete: PurePosixPath = super()._get_save_path()  # type: ignore[misc]
        if self._version:
            self._cached_load_version = complete.parent.name
        partial = complete.with_name(f".{complete.name}.{os.getpid()}.partial")
        self._complete, self._partial = Path(complete), Path(partial)
        return partial

    def save(self, data: Any) -> None:
        """Write beside, then rename."""
        try:
            super().save(data)  # type: ignore[misc]
            if self._partial:
                self._partial.replace(self._complete)
        finally:
            if self._partial and self._partial.is_dir():
                shutil.rmtree(self._partial)
            elif self._partial:
                self._partial.unlink(missing_ok=True)
            self._partial = None


class JSONDataset(AtomicSave, json.JSONDataset):  # type: ignore[misc]
    """``kedro_datasets.json.JSONDataset``, atomic."""


class TextDataset(AtomicSave, text.TextDataset):  # type: ignore[misc]
    """``kedro_datasets.text.TextDataset``, atomic."""


class ParquetDataset(AtomicSave, pandas.ParquetDataset):  # type: ignore[misc]
    """``kedro_datasets.pandas.ParquetDataset``, atomic."""


class CSVDataset(AtomicSave, pandas.CSVDataset):  # type: ignore[misc]
    """``kedro_datasets.pandas.CSVDataset``, atomic."""


class FigureDataset(AtomicSave, matplotlib.MatplotlibDataset):  # type: ignore[misc]
    """``kedro_datasets.matplotlib.MatplotlibDataset``, atomic: one figure in, the bytes of its PNG file out."""

    def load(self) -> bytes:
        """Return the PNG file; the model card embeds it."""
        return Path(self._get_load_path()).read_bytes()


class HTMLDataset(TextDataset):
    """A page, shown in Kedro-Viz."""

    def preview(self) -> HTMLPreview:
        """Return the page itself."""
        return HTMLPreview(self.load())
