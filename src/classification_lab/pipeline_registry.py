"""What this project does: each experiment is a sentence of stages, in the order the data flows."""

from kedro.pipeline import Pipeline, pipeline

from classification_lab.pipelines import evaluation, ingestion, preparation, registration, training, tuning


def register_pipelines() -> dict[str, Pipeline]:
    """Return the experiments by name."""
    fmnist_cnn = _experiment(
        "fmnist_cnn",
        data="fmnist",
        preparation=preparation.create_pipeline(),
        tuning=tuning.create_pipeline(),
        training=training.create_pipeline(),
        evaluation=evaluation.create_pipeline() + evaluation.create_search_report(),
        registration=registration.create_pipeline(),
    )
    return {"fmnist_cnn": fmnist_cnn, "__default__": fmnist_cnn}


def _experiment(name: str, data: str, **stages: Pipeline) -> Pipeline:
    """Join the stages of an experiment.

    Data carry the experiment's name, nodes the stage's too (``fmnist_cnn.study``, ``fmnist_cnn.tuning.choose_best``).
    What ingestion gives stands under the name of the data set, so that experiments share it.
    """
    ingested = {dataset: f"{data}.{dataset}" for dataset in ("train", "test", "data_report")}
    joined = sum((_stage(*stage) for stage in stages.items()), Pipeline([]))
    return pipeline(ingestion.create_pipeline(), namespace=data) + pipeline(joined, inputs=ingested, namespace=name)


def _stage(name: str, stage: Pipeline) -> Pipeline:
    """Put the nodes of a stage under its name, and leave the names of its data as they are."""
    parameters = {dataset for dataset in stage.inputs() if dataset.startswith("params:")}
    return pipeline(
        stage,
        inputs=stage.inputs() - parameters,
        outputs=stage.all_outputs(),
        parameters=parameters,
        namespace=name,
    )
