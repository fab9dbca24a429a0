"""Fitted estimators as folders."""

from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from kedro.io import AbstractVersionedDataset, Version

from classification_lab.datasets.atomic import AtomicSave

if TYPE_CHECKING:
    from classification_lab.models.image_classifier import ImageClassifier


class _EstimatorFolder(AbstractVersionedDataset["ImageClassifier", "ImageClassifier"]):
    def __init__(self, filepath: str, version: Version | None = None, metadata: dict[str, Any] | None = None) -> None:
        super().__init__(PurePosixPath(filepath), version)
        self.metadata = metadata

    def load(self) -> "ImageClassifier":
        from classification_lab.models import load_estimator

        return load_estimator(Path(self._get_load_path()))

    def save(self, data: "ImageClassifier") -> None:
        data.save(Path(self._get_save_path()))

    def _exists(self) -> bool:
        return Path(self._get_load_path()).exists()

    def _describe(self) -> dict[str, Any]:
        return {"filepath": str(self._filepath), "version": self._version}


class EstimatorDataset(AtomicSave, _EstimatorFolder):
    """What ``estimator.save`` writes and ``load_estimator`` reads; atomic. Keras is imported only when used."""
