"""The checkpoint of an experiment's final training."""

from pathlib import Path
from typing import Any, NoReturn

from kedro.io import AbstractDataset

from classification_lab.checkpoint import Checkpoint


class CheckpointDataset(AbstractDataset[Any, Checkpoint]):
    """Hands the training node the file in which it keeps its state; load only."""

    def __init__(self, filepath: str, metadata: dict[str, Any] | None = None) -> None:
        self._filepath = Path(filepath)
        self.metadata = metadata

    def load(self) -> Checkpoint:
        """Return the checkpoint, whether or not anything is stored yet."""
        return Checkpoint(self._filepath)

    def save(self, data: Any) -> NoReturn:
        """The checkpoint is written by the training itself."""
        raise NotImplementedError("a training writes its own checkpoint; there is nothing to save")

    def _exists(self) -> bool:
        return True

    def _describe(self) -> dict[str, Any]:
        return {"filepath": str(self._filepath)}
