from kedro.pipeline import Pipeline, node, pipeline

from tiny_lab.pipelines.training import nodes


def register_pipelines() -> dict[str, Pipeline]:
    data = pipeline(
        [node(nodes.make_report, "params:class_names", "data_report", name="report")],
        namespace="digits",
    )
    stages = pipeline(
        [
            node(nodes.search, "params:search", "best_hyperparameters", name="search"),
            node(nodes.train, ["best_hyperparameters", "params:training"], ["history", "metrics"], name="train"),
            node(nodes.plot, "history", "curve", name="plot"),
        ],
        namespace="tiny",
        inputs=None,
    )
    return {"digits": data, "tiny": data + stages, "__default__": data + stages}
