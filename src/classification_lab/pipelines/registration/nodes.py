"""Put a model and its description together."""

from typing import Any

from classification_lab.described_model import DescribedModel, Estimator
from classification_lab.labelled import LabelledImages

_EXAMPLES = 3  # enough to show the shape; they are stored with the model
_HEADLINE = ("test_accuracy", "test_f1_macro", "test_log_loss", "overfit_gap")  # the rest stands in the run


def describe_model(
    model: Estimator,
    metrics: dict[str, float],
    model_card: str,
    train: LabelledImages,
    data_report: dict[str, Any],
) -> DescribedModel:
    """Return the model as it is registered.

    Args:
        model: Fitted.
        metrics: Its scores by name; the headlines become tags of the version.
        model_card: Markdown.
        train: What it was trained on; its first images become the input example.
        data_report: Of the same data; its ``digest`` identifies them.
    """
    return DescribedModel(
        estimator=model,
        card=model_card,
        scores={name: metrics[name] for name in _HEADLINE if name in metrics},
        examples=train.images[:_EXAMPLES].copy(),
        data_digest=str(data_report["digest"]),
    )
