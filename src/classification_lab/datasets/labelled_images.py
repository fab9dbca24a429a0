"""Labelled images in a folder, opened without copying a pixel."""

import base64
import io
import json
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
from kedro.io import AbstractDataset
from kedro.io.core import DatasetError
from kedro_datasets._typing import ImagePreview

from classification_lab.labelled import LabelledImages

IMAGES, LABELS, CLASS_NAMES = "images.npy", "labels.npy", "class_names.json"
SWAP_ATTEMPTS = 10  # of runs that replace the same folder at once
PREVIEW_COLUMNS = 12  # images of each class on the contact sheet


class LabelledImagesDataset(AbstractDataset[LabelledImages, LabelledImages]):
    """A folder with ``images.npy``, ``labels.npy`` and ``class_names.json``.

    Images are memory-mapped when loaded: many processes share one copy, and only the pages that are read take
    memory. The folder appears whole or not at all. Saving what it holds already leaves it alone, so that runs
    side by side do not take each other's data away.

    Example:
        ``` yaml
        fmnist.train:
          type: classification_lab.datasets.labelled_images.LabelledImagesDataset
          filepath: data/03_primary/fmnist/train
        ```
    """

    def __init__(self, *, filepath: str, metadata: dict[str, Any] | None = None) -> None:
        """Name the folder.

        Args:
            filepath: The folder; its parents are made when something is saved.
            metadata: For plugins; Kedro ignores it.
        """
        self._filepath = Path(filepath)
        self.metadata = metadata

    def load(self) -> LabelledImages:
        """Return the images as a read-only memory map.

        Raises:
            DatasetError: The folder is missing, incomplete or inconsistent.
        """
        try:
            images = np.load(self._filepath / IMAGES, mmap_mode="r")
            labels = np.load(self._filepath / LABELS)
            class_names = tuple(json.loads((self._filepath / CLASS_NAMES).read_text(encoding="utf-8")))
        except (OSError, ValueError) as error:
            raise DatasetError(
                f"{self._filepath} does not hold labelled images ({error}). Run the ingestion again."
            ) from None
        if len(images) != len(labels):
            raise DatasetError(f"{self._filepath} holds {len(images):,} images, but {len(labels):,} labels.")
        return LabelledImages(images, labels, class_names)

    def save(self, data: LabelledImages) -> None:
        """Write a new folder beside the place, then rename it."""
        if self._holds(data):
            return
        self._filepath.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(
            prefix=f".{self._filepath.name}.", suffix=".partial", dir=self._filepath.parent
        ) as scratch:
            complete = Path(scratch) / "complete"
            complete.mkdir()
            np.save(complete / IMAGES, data.images)
            np.save(complete / LABELS, data.labels)
            (complete / CLASS_NAMES).write_text(json.dumps(data.class_names, ensure_ascii=False), encoding="utf-8")
            for attempt in range(SWAP_ATTEMPTS):
                if self._holds(data):  # another run was faster
                    return
                try:
                    self._swap(complete, Path(scratch) / f"replaced_{attempt}")
                except OSError:  # another run got in between
                    if attempt == SWAP_ATTEMPTS - 1:
                        raise
                else:
                    return

    def preview(self) -> ImagePreview:
        """Return a contact sheet for Kedro-Viz: a row for each class, in the order of the class names."""
        from PIL import Image

        data = self.load()
        blank = np.full_like(data.images[0], 255)
        rows = []
        for label in range(len(data.class_names)):
            chosen = np.flatnonzero(data.labels == label)[:PREVIEW_COLUMNS]
            rows.append(np.concatenate([*data.images[chosen], *[blank] * (PREVIEW_COLUMNS - len(chosen))], axis=1))
        png = io.BytesIO()
        Image.fromarray(np.concatenate(rows)).save(png, "PNG")
        return ImagePreview(base64.b64encode(png.getvalue()).decode("ascii"))

    def _swap(self, complete: Path, replaced: Path) -> None:
        """Put ``complete`` in place: two renames, of which the first is taken back where the second fails."""
        try:
            if self._filepath.exists():
                self._filepath.replace(replaced)
            complete.replace(self._filepath)
        except BaseException:
            if replaced.exists() and not self._filepath.exists():
                replaced.replace(self._filepath)
            raise

    def _holds(self, data: LabelledImages) -> bool:
        try:
            there = self.load()
        except DatasetError:
            return False
        return (
            there.class_names == data.class_names
            and there.images.dtype == data.images.dtype
            and np.array_equal(there.images, data.images)
            and np.array_equal(there.labels, data.labels)
        )

    def _exists(self) -> bool:
        return all((self._filepath / name).is_file() for name in (IMAGES, LABELS, CLASS_NAMES))

    def _describe(self) -> dict[str, Any]:
        return {"filepath": str(self._filepath)}
