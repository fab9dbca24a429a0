"""Raw arrays that know which file they come from."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class RawArray:
    """An array as published, before anything was checked against anything else.

    Attributes:
        values: uint8; images have shape (N, height, width), labels (N,).
        source: The file it was read from, for messages.
    """

    values: NDArray[np.uint8]
    source: str
