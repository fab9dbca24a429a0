"""Types of libraries that are too heavy to import at start-up, for the hints of node functions.

Kedro resolves these hints when it starts, to find the parameter groups among them: a name that exists for the type
checker alone would make it give up on the whole function. At run time each of them is ``Any``.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from optuna import Study, Trial
    from optuna.storages import BaseStorage
    from optuna.trial import FrozenTrial
    from pandas import DataFrame

    from classification_lab.models.image_classifier import ImageClassifier
else:
    BaseStorage = DataFrame = Figure = FrozenTrial = ImageClassifier = Study = Trial = Any

__all__ = ["BaseStorage", "DataFrame", "Figure", "FrozenTrial", "ImageClassifier", "Study", "Trial"]
