"""Divide the training data into what is learnt from and what is chosen by."""

import logging
from typing import get_args

import numpy as np
from numpy.typing import NDArray

from classification_lab.labelled import LabelledImages
from classification_lab.parameters import FinalFit

logger = logging.getLogger(__name__)


def split_train_validation(
    train: LabelledImages, validation_share: float, final_fit: FinalFit, seed: int
) -> dict[str, NDArray[np.int64]]:
    """Draw a stratified split as sorted index arrays; no example is copied.

    Args:
        train: Labelled training data.
        validation_share: Share of the rows held out, between 0 and 1.
        final_fit: Whether the final model learns from the validation rows, too.
        seed: The same seed draws the same split.

    Returns:
        int64 row numbers: ``train`` and ``validation``, disjoint, together all rows; ``final``, what the final model
        is fitted on.

    Raises:
        ValueError: If a setting is none of its possible values, or a class has too few examples to stand on both sides.
    """
    from sklearn.model_selection import train_test_split

    if not 0 < validation_share < 1:
        raise ValueError(f"validation_share must lie between 0 and 1, not {validation_share}")
    if final_fit not in get_args(FinalFit):
        raise ValueError(f"final_fit must be one of {', '.join(get_args(FinalFit))}, not '{final_fit}'")
    counts = np.bincount(train.labels, minlength=len(train.class_names))
    single = [name for name, count in zip(train.class_names, counts, strict=True) if count == 1]
    if single:
        raise ValueError(
            f"a stratified split needs two examples of every class; there is only one of {', '.join(single)}. "
            "Add examples, or remove the class."
        )
    kept, held_out = train_test_split(
        np.arange(len(train)), test_size=validation_share, stratify=train.labels, random_state=seed
    )
    logger.info("%s images to train on, %s held out for validation", f"{len(kept):,}", f"{len(held_out):,}")
    rows = {"train": np.sort(kept), "validation": np.sort(held_out)}
    return rows | {"final": rows["train"] if final_fit == "train" else np.arange(len(train))}
