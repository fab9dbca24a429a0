"""From the parameters of an experiment to its estimator."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from classification_lab.models.augmentation import AugmentationParameters
from classification_lab.models.optimizers import OptimizerParameters
from classification_lab.models.training import TrainingParameters
from classification_lab.models.vgg import VggParameters
from classification_lab.parameters import Parameters

if TYPE_CHECKING:
    from classification_lab.models.image_classifier import ImageClassifier


class EstimatorParameters(Parameters):
    """Everything that describes an untrained classifier but its seed and its classes."""

    network: VggParameters
    optimizer: OptimizerParameters
    training: TrainingParameters
    augmentation: AugmentationParameters = AugmentationParameters()
    flip_averaging: bool = False

    def with_values(self, values: dict[str, Any]) -> "EstimatorParameters":
        """Return a copy with some values replaced, named by dotted path such as ``optimizer.learning_rate``.

        Raises:
            ValueError: If a path names no parameter, or a value does not fit.
        """
        changed = self.model_dump()
        for path, value in values.items():
            *groups, name = path.split(".")
            group = changed
            for key in groups:
                group = group.get(key) if isinstance(group, dict) else None  # type: ignore[assignment]
            if not isinstance(group, dict) or name not in group:
                raise ValueError(f"'{path}' is not a parameter of the estimator; there are {sorted(_paths(self))}")
            group[name] = value
        return type(self).model_validate(changed)


def build_estimator(parameters: EstimatorParameters, class_names: tuple[str, ...], seed: int) -> "ImageClassifier":
    """Return the unfitted estimator that the parameters describe."""
    from classification_lab.models.image_classifier import ImageClassifier

    return ImageClassifier(
        class_names=class_names,
        network=parameters.network,
        optimizer=parameters.optimizer,
        training=parameters.training,
        augmentation=parameters.augmentation,
        flip_averaging=parameters.flip_averaging,
        seed=seed,
    )


def load_estimator(folder: Path) -> "ImageClassifier":
    """Return the fitted estimator that ``save`` wrote into a folder."""
    from classification_lab.models.image_classifier import ImageClassifier

    return ImageClassifier.load(folder)


def _paths(parameters: Parameters, prefix: str = "") -> list[str]:
    paths = []
    for name in type(parameters).model_fields:
        value = getattr(parameters, name)
        paths += _paths(value, f"{prefix}{name}.") if isinstance(value, Parameters) else [prefix + name]
    return paths
