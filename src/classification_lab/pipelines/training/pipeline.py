"""Stage: training."""

from kedro.pipeline import Pipeline, node

from classification_lab.pipelines.training.nodes import train_classifier


def create_pipeline() -> Pipeline:
    """Train an experiment's classifier with its best hyper-parameters."""
    return Pipeline(
        [
            node(
                train_classifier,
                inputs=[
                    "train",
                    "splits",
                    "params:estimator",
                    "best_hyperparameters",
                    "checkpoint",
                    "params:seed",
                ],
                outputs=["model", "history"],
                name="train_classifier",
            )
        ]
    )
