"""IDX files: what they parse to, and what each kind of wrong file is called."""

import gzip
from pathlib import Path

import numpy as np
import pytest
from kedro.io.core import DatasetError

from classification_lab.datasets.idx import IDXDataset, WrongMagicError, WrongShapeError, parse_idx
from classification_lab.datasets.origins import DamagedFileError, TruncatedFileError

FIXTURE = Path(__file__).parents[1] / "fixtures" / "fmnist"
IMAGES = FIXTURE / "t10k-images-idx3-ubyte.gz"
LABELS = FIXTURE / "t10k-labels-idx1-ubyte.gz"

TWO_BY_THREE = b"\x00\x00\x08\x02" + b"\x00\x00\x00\x02" + b"\x00\x00\x00\x03" + bytes(range(6))


def test_values_are_in_c_order() -> None:
    values = parse_idx(TWO_BY_THREE, "x")
    assert values.dtype == np.uint8
    assert values.tolist() == [[0, 1, 2], [3, 4, 5]]


def test_pixels_are_not_copied_and_cannot_be_changed() -> None:
    values = parse_idx(TWO_BY_THREE, "x")
    assert not values.flags.owndata
    assert not values.flags.writeable


def test_real_files_are_read_gzipped_and_plain(tmp_path: Path) -> None:
    images = IDXDataset(filepath=str(IMAGES), item_shape=[28, 28]).load()
    assert images.values.shape == (100, 28, 28)
    assert images.source == str(IMAGES)

    (tmp_path / "labels").write_bytes(gzip.decompress(LABELS.read_bytes()))
    labels = IDXDataset(filepath=str(tmp_path / "labels"), item_shape=[]).load()
    assert labels.values[:4].tolist() == [9, 2, 1, 1]  # as published: ankle boot, pullover, trousers, trousers
    assert np.bincount(labels.values).tolist() == [10] * 10


@pytest.mark.parametrize(
    ("content", "error", "message"),
    [
        (b"", TruncatedFileError, "test.idx: truncated: 0 bytes"),
        (TWO_BY_THREE[:10], TruncatedFileError, "test.idx: truncated: 10 bytes are less than its header of 12"),
        (TWO_BY_THREE[:-1], TruncatedFileError, "test.idx: truncated: .* 2 x 3 = 6 bytes, 5 follow"),
        (TWO_BY_THREE + b"\x00", DamagedFileError, "test.idx: too long: .* 6 bytes, 7 follow"),
        (b"\x89PNG\r\n\x1a\n", WrongMagicError, "test.idx: not an IDX file: it begins with 0x89504e47"),
        (b"\x00\x00\x08\x00", WrongMagicError, "test.idx: not an IDX file"),
        (b"\x00\x00\x0d\x01" + bytes(8), WrongMagicError, "test.idx: holds float32 values"),
    ],
)
def test_a_wrong_file_has_an_error_of_its_own(
    content: bytes, error: type[Exception], message: str, tmp_path: Path
) -> None:
    (tmp_path / "test.idx").write_bytes(content)
    with pytest.raises(error, match=message):
        IDXDataset(filepath=str(tmp_path / "test.idx"), item_shape=[3]).load()


@pytest.mark.parametrize(
    ("path", "item_shape", "message"),
    [
        (LABELS, [28, 28], "labels.*: holds single values, expected items of 28 x 28"),
        (IMAGES, [], "images.*: holds items of 28 x 28, expected single values"),
        (IMAGES, [32, 32], "images.*: holds items of 28 x 28, expected items of 32 x 32"),
    ],
)
def test_other_items_than_configured_are_refused(path: Path, item_shape: list[int], message: str) -> None:
    with pytest.raises(WrongShapeError, match=message):
        IDXDataset(filepath=str(path), item_shape=item_shape).load()


def test_published_files_are_never_written() -> None:
    with pytest.raises(DatasetError, match="only read"):
        IDXDataset(filepath=str(IMAGES), item_shape=[28, 28]).save(b"")  # type: ignore[arg-type]


def test_existence_is_told_without_reading(tmp_path: Path) -> None:
    own = tmp_path / "raw" / IMAGES.name
    assert IDXDataset(filepath=str(own), item_shape=[28, 28], origins=[str(FIXTURE)]).exists()
    assert not IDXDataset(filepath=str(own), item_shape=[28, 28], origins=["http://127.0.0.1:9"]).exists()
