"""Raw images and labels → validated train and test sets, and a report on them."""

from kedro.pipeline import Pipeline, node

from classification_lab.pipelines.ingestion.nodes import report_data, validate_images


def create_pipeline() -> Pipeline:
    """Return the stage; the namespace it is instantiated with is the name of the data set."""
    return Pipeline(
        [
            node(
                validate_images,
                inputs=["raw_train_images", "raw_train_labels", "params:class_names"],
                outputs="train",
                name="validate_train",
            ),
            node(
                validate_images,
                inputs=["raw_test_images", "raw_test_labels", "params:class_names"],
                outputs="test",
                name="validate_test",
            ),
            node(report_data, inputs=["train", "test"], outputs="data_report", name="report_data"),
        ]
    )
