"""IDX, the file format of MNIST and its successors.

A big-endian header (two zero bytes, a type code, the number of dimensions, each dimension as uint32), then
the values in C order. Described at the foot of http://yann.lecun.com/exdb/mnist/.
"""

import logging
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NoReturn

import numpy as np
from kedro.io import AbstractDataset
from kedro.io.core import DatasetError
from numpy.typing import NDArray

from classification_lab.datasets import origins as places
from classification_lab.datasets.origins import DamagedFileError, TruncatedFileError
from classification_lab.raw import RawArray

logger = logging.getLogger(__name__)

TYPES = {0x08: "uint8", 0x09: "int8", 0x0B: "int16", 0x0C: "int32", 0x0D: "float32", 0x0E: "float64"}
UINT8 = 0x08


class WrongMagicError(DatasetError):
    """The file does not begin as an IDX file of unsigned bytes does."""


class WrongShapeError(DatasetError):
    """The file is sound, but its items are not of the configured shape."""


def parse_idx(content: bytes, source: str) -> NDArray[np.uint8]:
    """Return the array in an IDX file of unsigned bytes, without copying it.

    Args:
        content: The whole file, decompressed.
        source: The file's name, for messages.

    Returns:
        A read-only array of the shape in the header.

    Raises:
        WrongMagicError: Not IDX, or values other than unsigned bytes.
        TruncatedFileError: Fewer bytes than the header promises.
        DamagedFileError: More bytes than the header promises.
    """
    if len(content) < 4:
        raise TruncatedFileError(f"{source}: truncated: {len(content)} bytes are less than an IDX header")
    type_code, dimensions = content[2], content[3]
    if content[:2] != b"\x00\x00" or type_code not in TYPES or dimensions == 0:
        raise WrongMagicError(
            f"{source}: not an IDX file: it begins with 0x{content[:4].hex()}, "
            "but images begin with 0x00000803 and labels with 0x00000801"
        )
    if type_code != UINT8:
        raise WrongMagicError(f"{source}: holds {TYPES[type_code]} values; only unsigned bytes are supported")

    header = 4 + 4 * dimensions
    if len(content) < header:
        raise TruncatedFileError(f"{source}: truncated: {len(content)} bytes are less than its header of {header}")
    shape = tuple(int.from_bytes(content[i : i + 4], "big") for i in range(4, header, 4))
    promised, found = math.prod(shape), len(content) - header
    if found != promised:
        sizes = f"its header promises {_times(shape)} = {promised:,} bytes, {found:,} follow"
        if found < promised:
            raise TruncatedFileError(f"{source}: truncated: {sizes}")
        raise DamagedFileError(f"{source}: too long: {sizes}")
    return np.frombuffer(content, np.uint8, offset=header).reshape(shape)


class IDXDataset(AbstractDataset[NoReturn, RawArray]):
    """A published IDX file, gzipped or not, found as ``origins`` describes and verified.

    Example:
        ``` yaml
        fmnist.raw_test_labels:
          type: classification_lab.datasets.idx.IDXDataset
          filepath: data/01_raw/fashion-mnist/t10k-labels-idx1-ubyte.gz
          sha256: 0402a96d…
          item_shape: []
          origins: [/usr/share/datasets/fashion-mnist, https://…]
        ```
    """

    def __init__(
        self,
        *,
        filepath: str,
        item_shape: Sequence[int],
        sha256: str | None = None,
        origins: Sequence[str] = (),
        remedy: str = "",
        metadata: dict[str, Any] | None = None,
    ) -> None:
        """Describe the file; nothing is read yet.

        Args:
            filepath: Where the file belongs, and where a download is kept.
            item_shape: Shape of one item: [height, width] of an image, [] of a label.
            sha256: SHA-256 of the decompressed content; None accepts any content.
            origins: Folders and base URLs, tried in this order where ``filepath`` is missing.
            remedy: How a person can make one of the origins available.
            metadata: For plugins; Kedro ignores it.
        """
        self._filepath = Path(filepath)
        self._item_shape = tuple(item_shape)
        self._sha256 = sha256
        self._origins = list(origins)
        self._remedy = remedy
        self.metadata = metadata

    def load(self) -> RawArray:
        """Return the values and the file that they come from.

        Raises:
            DatasetError: One of the errors of ``origins.find``, ``parse_idx``, or ``WrongShapeError``.
        """
        file = places.find(self._filepath, self._sha256, self._origins, self._remedy)
        source = str(file.source)
        values = parse_idx(file.content, source)
        if values.shape[1:] != self._item_shape:
            raise WrongShapeError(
                f"{source}: holds {_items(values.shape[1:])}, expected {_items(self._item_shape)} "
                "(item_shape in the catalog)"
            )
        logger.debug("Read %s from %s", _times(values.shape), source)
        return RawArray(values, source)

    def save(self, data: NoReturn) -> NoReturn:  # noqa: ARG002 - the name is Kedro's
        """Refuse: published data are read-only."""
        raise DatasetError(f"{self._filepath} is a published file: it is only read.")

    def _exists(self) -> bool:
        return places.available(self._filepath, self._origins)

    def _describe(self) -> dict[str, Any]:
        return {"filepath": str(self._filepath), "item_shape": self._item_shape, "origins": self._origins}


def _times(shape: Sequence[int]) -> str:
    return " x ".join(f"{size:,}" for size in shape)


def _items(shape: Sequence[int]) -> str:
    return f"items of {_times(shape)}" if shape else "single values"
