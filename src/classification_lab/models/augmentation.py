"""Augmentation of image batches in vectorised NumPy, on uint8.

It runs beside the training step, on the thread that prepares the next batch: every transformation but rotation and zoom
is a gather or an assignment over the whole batch.
"""

from typing import Literal

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray
from pydantic import Field

from classification_lab.parameters import Parameters

Images = NDArray[np.uint8]


class AugmentationParameters(Parameters):
    """Strength of each random transformation; zero or ``none`` turns it off."""

    translation: int = Field(0, ge=0, description="largest shift in pixels, each axis; zeros move in")
    flip: Literal["none", "random", "alternating"] = Field(
        "none",
        description="horizontal; alternating: each image every second epoch (Jordan 2024, arXiv 2404.00498)",
    )
    cutout: int = Field(0, ge=0, description="side of a square set to zero, pixels (DeVries & Taylor 2017)")
    rotation: float = Field(0.0, ge=0, le=180, description="largest angle, degrees")
    zoom: float = Field(0.0, ge=0, lt=1, description="largest change of scale, as a share")


def augment(
    images: Images, rows: NDArray[np.int64], epoch: int, seed: int, parameters: AugmentationParameters
) -> Images:
    """Transform a batch at random.

    Args:
        images: uint8, shape (N, H, W) or (N, H, W, C); not changed.
        rows: Where each image stands in the data set; the same row, epoch and seed give the same mirroring.
        epoch: Counted from 0.
        seed: Seed of the experiment.
        parameters: Which transformations, how strong.

    Returns:
        uint8 array of the same shape.
    """
    rng = np.random.default_rng([seed, epoch, int(rows[0])])
    if parameters.rotation or parameters.zoom:
        images = _rotate_and_zoom(images, rng, parameters)
    if parameters.translation:
        images = _translate(images, rng, parameters.translation)
    if parameters.flip != "none":
        images = _flip(images, _mirrored(rows, epoch, seed, rng, parameters.flip))
    if parameters.cutout:
        images = _cut_out(images, rng, parameters.cutout)
    return images


def _translate(images: Images, rng: np.random.Generator, largest: int) -> Images:
    height, width = images.shape[1:3]
    padding = [(0, 0), (largest, largest), (largest, largest)] + [(0, 0)] * (images.ndim - 3)
    windows = sliding_window_view(np.pad(images, padding), (height, width), axis=(1, 2))
    down, right = rng.integers(0, 2 * largest + 1, size=(2, len(images)))
    shifted = windows[np.arange(len(images)), down, right]
    return np.moveaxis(shifted, 1, -1) if images.ndim == 4 else shifted


def _mirrored(rows: NDArray[np.int64], epoch: int, seed: int, rng: np.random.Generator, flip: str) -> NDArray[np.bool_]:
    if flip == "random":
        return rng.random(len(rows)) < 0.5
    # A multiplicative hash gives every row its own fixed coin, whatever batch it comes in.
    coins = (rows.astype(np.uint64) + np.uint64(seed)) * np.uint64(0x9E3779B97F4A7C15) >> np.uint64(63)
    return np.asarray((coins + np.uint64(epoch)) % np.uint64(2) == 1)


def _flip(images: Images, mirrored: NDArray[np.bool_]) -> Images:
    flipped = images.copy()
    flipped[mirrored] = images[mirrored][:, :, ::-1]
    return flipped


def _cut_out(images: Images, rng: np.random.Generator, side: int) -> Images:
    height, width = images.shape[1:3]
    top = rng.integers(0, max(height - side, 0) + 1, size=(len(images), 1))
    left = rng.integers(0, max(width - side, 0) + 1, size=(len(images), 1))
    in_rows = (np.arange(height) >= top) & (np.arange(height) < top + side)
    in_columns = (np.arange(width) >= left) & (np.arange(width) < left + side)
    kept = ~(in_rows[:, :, None] & in_columns[:, None, :])
    return images * (kept if images.ndim == 3 else kept[..., None])


def _rotate_and_zoom(images: Images, rng: np.random.Generator, parameters: AugmentationParameters) -> Images:
    from scipy.ndimage import affine_transform

    angles = np.deg2rad(rng.uniform(-parameters.rotation, parameters.rotation, len(images)))
    scales = 1 / rng.uniform(1 - parameters.zoom, 1 + parameters.zoom, len(images))
    centre = (np.array(images.shape[1:3]) - 1) / 2
    channels = images[..., None] if images.ndim == 3 else images
    turned = np.empty_like(channels)
    for index, (angle, scale) in enumerate(zip(angles, scales, strict=True)):
        matrix = scale * np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
        offset = centre - matrix @ centre
        for channel in range(channels.shape[-1]):
            target = turned[index, ..., channel]
            affine_transform(channels[index, ..., channel], matrix, offset, output=target, order=1)
    return turned.reshape(images.shape)
