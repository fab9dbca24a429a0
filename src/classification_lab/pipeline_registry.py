"""What this project does: each experiment is a sentence of stages, in the order the data flows."""

from kedro.pipeline import Pipeline, pipeline

from classification_lab.pipelines import evaluation, ingestion, preparation, registration, training, tuning


def register_pipelines() -> dict[str, Pipeline]:
    """Return the experiments by name."""
    return {
        "__default__": _experiment("fmnist_cnn", data="fmnist"),
        "fmnist_cnn": _experiment("fmnist_cnn", data="fmnist"),
    }


def _experiment(name: str, data: str) -> Pipeline:
    """Join the stages: what is ingested stands under the data set's name, all else under the experiment's."""
    stages = (
        preparation.create_pipeline()
        + tuning.create_pipeline()
        + training.create_pipeline()
        + evaluation.create_pipeline()
        + evaluation.create_search_report()
        + registration.create_pipeline()
    )
    shared = {dataset: f"{data}.{dataset}" for dataset in ("train", "test", "data_report")}
    return pipeline(ingestion.create_pipeline(), namespace=data) + pipeline(stages, inputs=shared, namespace=name)
