"""Stage: tuning."""

from kedro.pipeline import Pipeline, node

from classification_lab.pipelines.tuning.nodes import choose_best, search_hyperparameters, tabulate_trials


def create_pipeline() -> Pipeline:
    """Search the hyper-parameters of an experiment and name the best."""
    return Pipeline(
        [
            node(
                search_hyperparameters,
                inputs=[
                    "train",
                    "splits",
                    "study_storage",
                    "params:estimator",
                    "params:tuning",
                    "params:seed",
                ],
                outputs="study",
                name="search_hyperparameters",
            ),
            node(
                choose_best,
                inputs=["study", "params:estimator"],
                outputs="best_hyperparameters",
                name="choose_best",
            ),
            node(tabulate_trials, inputs="study", outputs="trials", name="tabulate_trials"),
        ]
    )
