"""What a model said about labelled rows, as a table and as arrays."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

from classification_lab.parameters import FinalFit

if TYPE_CHECKING:
    import pandas as pd


SPLITS = ("train", "validation", "test")

SUM_TOLERANCE = 3e-4  # of a row of probabilities; float32 keeps seven digits, so more than this is no rounding


class Classifier(Protocol):
    """The part of scikit-learn's contract that evaluation needs."""

    classes_: Any

    def predict_proba(self, X: Any) -> Any:
        """Class probabilities, shape (N, len(classes_))."""


@dataclass(frozen=True)
class Outcome:
    """Rows with their true class, the predicted class and all class probabilities.

    Attributes:
        rows: int64, shape (N,), positions in the data set that the rows come from.
        labels: int64, shape (N,), true class indices.
        predicted: int64, shape (N,), class indices of the greatest probability.
        probabilities: float32, shape (N, number of classes).
    """

    rows: NDArray[np.int64]
    labels: NDArray[np.int64]
    predicted: NDArray[np.int64]
    probabilities: NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.labels)


def class_probabilities(model: Classifier, X: Any, n_classes: int) -> NDArray[np.float32]:
    """Ask a model for probabilities and check what it says.

    A class that the model never saw while fitting (absent from ``classes_``) gets probability 0.

    Returns:
        float32, shape (len(X), n_classes), columns in the order of the class indices.

    Raises:
        ValueError: The model's classes are no class indices, or its answer has the wrong shape, is not finite,
            leaves 0…1, or does not sum to 1.
    """
    known = np.asarray(model.classes_)
    if known.dtype.kind not in "iu" or len(np.unique(known)) != len(known):
        raise ValueError(f"The model's classes_ must be distinct class indices, not {known.tolist()}.")
    if known.min(initial=0) < 0 or known.max(initial=0) >= n_classes:
        raise ValueError(f"The model knows the classes {known.tolist()}, the data has 0…{n_classes - 1}.")
    answer = checked_probabilities(model.predict_proba(X), (len(X), len(known)))
    if np.array_equal(known, np.arange(n_classes)):
        return answer
    probabilities = np.zeros((len(answer), n_classes), dtype=np.float32)
    probabilities[:, known] = answer
    return probabilities


def checked_probabilities(answer: ArrayLike, shape: tuple[int, int]) -> NDArray[np.float32]:
    """Return ``answer`` as float32, or say what is wrong with it.

    Raises:
        ValueError: Wrong shape, a value that is not finite or outside 0…1, or a row that does not sum to 1.
    """
    probabilities = np.asarray(answer)
    if probabilities.shape != shape:
        raise ValueError(f"predict_proba gave the shape {probabilities.shape}; {shape} (rows, classes) was expected.")
    wrong = ~np.isfinite(probabilities).all(axis=1)
    if wrong.any():
        raise ValueError(
            f"predict_proba gave values that are not finite for {wrong.sum()} of {len(wrong)} rows, "
            f"the first is row {wrong.argmax()}. Did the training diverge?"
        )
    sums = probabilities.sum(axis=1, dtype=np.float64)
    wrong = (np.abs(sums - 1) > SUM_TOLERANCE) | (probabilities < 0).any(axis=1)
    if wrong.any():
        first = int(wrong.argmax())
        raise ValueError(
            f"predict_proba gave no probabilities for {wrong.sum()} of {len(wrong)} rows: row {first} sums to "
            f"{sums[first]:.6g}, its least value is {probabilities[first].min():.6g}. "
            "Is the last layer a softmax, computed in float32?"
        )
    return probabilities.astype(np.float32, copy=False)


def tabulate(
    train_probabilities: NDArray[np.float32],
    train_labels: NDArray[np.int64],
    test_probabilities: NDArray[np.float32],
    test_labels: NDArray[np.int64],
    splits: Mapping[str, NDArray[np.int64]],
) -> "pd.DataFrame":
    """Make one row per example: split, row in its data set, label, predicted class, probabilities.

    Examples of the training set that stand in no split are left out.
    """
    import pandas as pd

    train_rows, validation_rows = (np.asarray(splits[name], dtype=np.int64) for name in SPLITS[:2])
    fitted = np.concatenate([train_rows, validation_rows])
    probabilities = np.concatenate([train_probabilities[fitted], test_probabilities])
    sizes = [len(train_rows), len(validation_rows), len(test_labels)]
    frame = pd.DataFrame(
        probabilities, columns=[f"probability_{index}" for index in range(probabilities.shape[1])], copy=False
    )
    leading = {
        "split": np.repeat(np.array(SPLITS), sizes),
        "row": np.concatenate([fitted, np.arange(len(test_labels))]),
        "label": np.concatenate([train_labels[fitted], test_labels]).astype(np.int64),
        "predicted": probabilities.argmax(axis=1).astype(np.int64),
    }
    return pd.concat([pd.DataFrame(leading), frame], axis=1)


def outcome_of(predictions: "pd.DataFrame", split: str, final_fit: FinalFit = "train") -> Outcome:
    """The rows of one split; ``train`` means every row that the final model was fitted on.

    Args:
        predictions: The table that `tabulate` made.
        split: ``train``, ``validation`` or ``test``.
        final_fit: With ``train_and_validation`` the validation rows count as training rows, too.
    """
    names = ["train", "validation"] if (split, final_fit) == ("train", "train_and_validation") else [split]
    rows = predictions.loc[predictions["split"].isin(names)]
    columns = [name for name in predictions.columns if name.startswith("probability_")]
    return Outcome(
        rows=rows["row"].to_numpy(np.int64),
        labels=rows["label"].to_numpy(np.int64),
        predicted=rows["predicted"].to_numpy(np.int64),
        probabilities=rows[columns].to_numpy(np.float32),
    )
