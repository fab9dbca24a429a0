"""Registration: the model goes to the MLflow registry."""

from kedro.pipeline import Pipeline, node, pipeline

from classification_lab.pipelines.registration.nodes import describe_model


def create_pipeline() -> Pipeline:
    """Return the stage: a model, its metrics, card and data become a new version in the registry."""
    return pipeline(
        [
            node(
                describe_model,
                inputs=["model", "metrics", "model_card", "train", "data_report"],
                outputs="registered_model",
                name="register_model",
            )
        ]
    )
