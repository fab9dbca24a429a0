"""The folder of labelled images: memory-mapped, all or nothing, safe beside other runs."""

import base64
import io
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from kedro.io.core import DatasetError

from classification_lab.datasets import labelled_images
from classification_lab.datasets.labelled_images import LabelledImagesDataset
from classification_lab.labelled import LabelledImages


def make(n: int = 6, seed: int = 0, channels: tuple[int, ...] = ()) -> LabelledImages:
    images = np.random.default_rng(seed).integers(0, 256, (n, 5, 4, *channels), dtype=np.uint8)
    return LabelledImages(images, np.arange(n) % 3, ("hat", "coat", "Schuh ü"))


@pytest.fixture
def dataset(tmp_path: Path) -> LabelledImagesDataset:
    return LabelledImagesDataset(filepath=str(tmp_path / "03_primary" / "set" / "train"))


def everything_in(tmp_path: Path) -> list[str]:
    return sorted(path.name for path in (tmp_path / "03_primary" / "set").rglob("*"))


WHOLE = ["class_names.json", "images.npy", "labels.npy", "train"]


@pytest.mark.parametrize("channels", [(), (3,)])
def test_what_is_saved_is_loaded_as_a_read_only_map(
    dataset: LabelledImagesDataset, channels: tuple[int, ...], tmp_path: Path
) -> None:
    data = make(channels=channels)
    assert not dataset.exists()
    dataset.save(data)
    assert dataset.exists()
    assert everything_in(tmp_path) == WHOLE

    loaded = dataset.load()
    assert isinstance(loaded.images, np.memmap)
    assert not loaded.images.flags.writeable
    np.testing.assert_array_equal(loaded.images, data.images)
    np.testing.assert_array_equal(loaded.labels, data.labels)
    assert loaded.labels.dtype == np.int64
    assert loaded.class_names == data.class_names


def test_other_data_replace_the_old_and_an_open_map_survives(dataset: LabelledImagesDataset, tmp_path: Path) -> None:
    old, new = make(seed=0), make(n=9, seed=1)
    dataset.save(old)
    opened = dataset.load()
    dataset.save(new)
    np.testing.assert_array_equal(opened.images, old.images)
    np.testing.assert_array_equal(dataset.load().images, new.images)
    assert everything_in(tmp_path) == WHOLE


def test_saving_the_same_again_leaves_the_folder_alone(dataset: LabelledImagesDataset, tmp_path: Path) -> None:
    dataset.save(make())
    file = tmp_path / "03_primary" / "set" / "train" / "images.npy"
    before = (file.stat().st_ino, file.stat().st_mtime_ns)
    dataset.save(make())
    assert (file.stat().st_ino, file.stat().st_mtime_ns) == before


@pytest.mark.parametrize("there_before", [False, True])
def test_an_interrupted_save_leaves_what_was_there(
    dataset: LabelledImagesDataset, there_before: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if there_before:
        dataset.save(make(seed=0))

    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(labelled_images.json, "dumps", interrupted)  # when both arrays are written
    with pytest.raises(KeyboardInterrupt):
        dataset.save(make(seed=1))
    assert everything_in(tmp_path) == (WHOLE if there_before else [])
    if there_before:
        np.testing.assert_array_equal(dataset.load().images, make(seed=0).images)


def test_a_failing_swap_puts_the_old_folder_back(
    dataset: LabelledImagesDataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dataset.save(make(seed=0))
    rename = Path.replace

    def fail_at_the_second(path: Path, target: Path) -> Path:
        if path.name == "complete":
            raise KeyboardInterrupt
        return rename(path, target)

    monkeypatch.setattr(Path, "replace", fail_at_the_second)
    with pytest.raises(KeyboardInterrupt):
        dataset.save(make(seed=1))
    np.testing.assert_array_equal(dataset.load().images, make(seed=0).images)
    assert everything_in(tmp_path) == WHOLE


def test_runs_side_by_side_may_save_the_same(dataset: LabelledImagesDataset, tmp_path: Path) -> None:
    data = make(n=3000)
    folder = str(tmp_path / "03_primary" / "set" / "train")
    dataset.save(make(seed=5))
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: LabelledImagesDataset(filepath=folder).save(data), range(8)))
    np.testing.assert_array_equal(dataset.load().images, data.images)
    assert everything_in(tmp_path) == WHOLE


@pytest.mark.parametrize("damage", ["missing folder", "missing file", "truncated file"])
def test_a_broken_folder_is_named_with_the_remedy(dataset: LabelledImagesDataset, damage: str, tmp_path: Path) -> None:
    folder = tmp_path / "03_primary" / "set" / "train"
    if damage != "missing folder":
        dataset.save(make())
        file = folder / "images.npy"
        whole = file.read_bytes()
        file.unlink()
        if damage == "truncated file":
            file.write_bytes(whole[:-1])
    with pytest.raises(DatasetError, match=r"train does not hold labelled images .* Run the ingestion again"):
        dataset.load()
    dataset.save(make())
    assert len(dataset.load()) == 6


def test_images_without_their_labels_are_refused(dataset: LabelledImagesDataset, tmp_path: Path) -> None:
    dataset.save(make(n=6))
    np.save(tmp_path / "03_primary" / "set" / "train" / "labels.npy", np.zeros(5, np.int64))
    with pytest.raises(DatasetError, match="train holds 6 images, but 5 labels"):
        dataset.load()


def test_the_preview_has_a_row_for_each_class(dataset: LabelledImagesDataset) -> None:
    from PIL import Image

    data = make(n=5)
    dataset.save(data)
    sheet = np.asarray(Image.open(io.BytesIO(base64.b64decode(dataset.preview()))))
    assert sheet.shape == (3 * 5, labelled_images.PREVIEW_COLUMNS * 4)
    np.testing.assert_array_equal(sheet[5:10, 4:8], data.images[4])  # second "coat"
    assert (sheet[10:, 4:] == 255).all()  # there is one "Schuh" only
