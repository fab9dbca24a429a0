"""Named NumPy arrays in one ``.npz`` file."""

from pathlib import Path, PurePosixPath
from typing import Any

import numpy as np
from kedro.io import AbstractVersionedDataset, Version
from numpy.typing import NDArray

from classification_lab.datasets.atomic import AtomicSave

Arrays = dict[str, NDArray[Any]]


class _ArraysFile(AbstractVersionedDataset[Arrays, Arrays]):
    def __init__(self, filepath: str, version: Version | None = None, metadata: dict[str, Any] | None = None) -> None:
        super().__init__(PurePosixPath(filepath), version)
        self.metadata = metadata

    def load(self) -> Arrays:
        with np.load(Path(self._get_load_path())) as stored:
            return dict(stored)

    def save(self, data: Arrays) -> None:
        path = Path(self._get_save_path())
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as file:
            np.savez(file, **data)  # type: ignore[arg-type]

    def _exists(self) -> bool:
        return Path(self._get_load_path()).exists()

    def _describe(self) -> dict[str, Any]:
        return {"filepath": str(self._filepath), "version": self._version}


class ArraysDataset(AtomicSave, _ArraysFile):
    """A dict of arrays, written atomically and read without pickle."""
