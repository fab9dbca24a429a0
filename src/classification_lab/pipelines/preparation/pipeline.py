"""Stage: preparation."""

from kedro.pipeline import Pipeline, node

from classification_lab.pipelines.preparation.nodes import split_train_validation


def create_pipeline() -> Pipeline:
    """Split the training data of an experiment."""
    return Pipeline(
        [
            node(
                split_train_validation,
                inputs=["train", "params:validation_share", "params:final_fit", "params:seed"],
                outputs="splits",
                name="split_train_validation",
            )
        ]
    )
