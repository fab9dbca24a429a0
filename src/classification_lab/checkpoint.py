"""The state of a training that may be interrupted."""

import json
import os
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray


class Checkpoint:
    """One file that holds the state after the last finished epoch of one training.

    Args:
        path: Where the state is kept, ``.npz``. It is written beside and renamed, so a kill leaves the state before.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    def save(self, key: str, arrays: list[NDArray[Any]], progress: dict[str, Any]) -> None:
        """Replace the stored state.

        Args:
            key: Identifies the training: data, parameters, seed. Only the same key gets the state back.
            arrays: Weights, optimizer state, seeds.
            progress: Whatever else is needed to go on, as JSON.
        """
        self._path.parent.mkdir(parents=True, exist_ok=True)
        partial = self._path.with_name(f".{self._path.name}.{os.getpid()}.partial")
        header = np.frombuffer(json.dumps({"key": key, "progress": progress}).encode(), dtype=np.uint8)
        with partial.open("wb") as file:
            np.savez(file, header, *arrays)
        partial.replace(self._path)

    def load(self, key: str) -> tuple[list[NDArray[Any]], dict[str, Any]] | None:
        """Return arrays and progress of the training ``key``, or None if another one, or none, was interrupted."""
        if not self._path.exists():
            return None
        with np.load(self._path) as stored:
            header = json.loads(stored["arr_0"].tobytes())
            if header["key"] != key:
                return None
            return [stored[f"arr_{index}"] for index in range(1, len(stored.files))], header["progress"]

    def clear(self) -> None:
        """Forget the state: the training is over."""
        self._path.unlink(missing_ok=True)
