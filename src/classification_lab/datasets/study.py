"""Optuna studies in a relational database."""

import json
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any, NoReturn

from kedro.io import AbstractDataset, AbstractVersionedDataset, Version

from classification_lab.datasets.atomic import AtomicSave

if TYPE_CHECKING:
    import optuna


def open_storage(path: Path, url: str | None) -> "optuna.storages.RDBStorage":
    """Open the SQLite file, or any ``url`` that Optuna knows; only one process at a time creates the file's tables."""
    import optuna
    from filelock import FileLock

    if url:
        return optuna.storages.RDBStorage(url)
    path.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(path.with_name(f".{path.name}.lock")):
        return optuna.storages.RDBStorage(f"sqlite:///{path}", engine_kwargs={"connect_args": {"timeout": 60}})


class StudyStorageDataset(AbstractDataset[Any, "optuna.storages.RDBStorage"]):
    """The storage that studies live in; load only.

    Args:
        filepath: SQLite file, made if it does not exist.
        url: Any other storage that Optuna knows (``postgresql://…``), instead of the file.
        metadata: Ignored by Kedro.
    """

    def __init__(self, filepath: str, url: str | None = None, metadata: dict[str, Any] | None = None) -> None:
        self._filepath, self._url = Path(filepath), url
        self.metadata = metadata

    def load(self) -> "optuna.storages.RDBStorage":
        """Open the storage."""
        return open_storage(self._filepath, self._url)

    def save(self, data: Any) -> NoReturn:
        """Refuse: trials are stored one by one as they end."""
        raise NotImplementedError("a study stores its own trials; there is nothing to save")

    def _exists(self) -> bool:
        return bool(self._url) or self._filepath.exists()

    def _describe(self) -> dict[str, Any]:
        return {"filepath": str(self._filepath)}


class _StudyName(AbstractVersionedDataset["optuna.Study", "optuna.Study"]):
    def __init__(
        self,
        filepath: str,
        storage: dict[str, str],
        version: Version | None = None,
        metadata: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(PurePosixPath(filepath), version)
        self._storage = storage
        self.metadata = metadata

    def load(self) -> "optuna.Study":
        import optuna

        name = json.loads(Path(self._get_load_path()).read_text())["study"]
        storage = open_storage(Path(self._storage["filepath"]), self._storage.get("url"))
        return optuna.load_study(study_name=name, storage=storage)

    def save(self, data: "optuna.Study") -> None:
        path = Path(self._get_save_path())
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps({"study": data.study_name}))

    def _exists(self) -> bool:
        return Path(self._get_load_path()).exists()

    def _describe(self) -> dict[str, Any]:
        return {"filepath": str(self._filepath), "version": self._version}


class StudyDataset(AtomicSave, _StudyName):
    """The study of a run: its name in a file, its trials in the storage.

    Args:
        filepath: JSON file with the name of the study.
        storage: ``filepath`` and, optionally, ``url``, as for ``StudyStorageDataset``.
        version: Kedro's version of the name's file.
        metadata: Ignored by Kedro.
    """
