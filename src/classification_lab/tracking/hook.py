"""The hook that tells MLflow about each ``kedro run``."""

from __future__ import annotations

import getpass
import logging
import os
import traceback
from typing import Any

from kedro.framework.context import KedroContext
from kedro.framework.hooks import hook_impl
from kedro.framework.project import pipelines
from kedro.io import DataCatalog
from kedro.pipeline import Pipeline
from kedro.pipeline.node import Node

from classification_lab.tracking import orphans, parameters, provenance
from classification_lab.tracking.catalog import TrackedEntries
from classification_lab.tracking.live import LiveRun
from classification_lab.tracking.run import TrackedRun
from classification_lab.tracking.settings import TrackingSettings
from classification_lab.tracking.store import Store, TrackingError, first_line
from classification_lab.tracking.timing import Stopwatch

logger = logging.getLogger(__name__)


class TrackingHooks:
    """One MLflow run for each ``kedro run`` that makes a result, from before the first node to after the last.

    MLflow is imported when the run starts, not before. What is kept between calls is that one run: Kedro tells a hook
    about a run piece by piece.
    """

    def __init__(self) -> None:
        self._context: KedroContext | None = None
        self._live: LiveRun | None = None

    @hook_impl
    def after_context_created(self, context: KedroContext) -> None:
        """Keep the context: it knows the project's folder and configuration."""
        self._context = context

    @hook_impl
    def before_pipeline_run(self, run_params: dict[str, Any], pipeline: Pipeline, catalog: DataCatalog) -> None:
        """Open the run and log where it comes from and which parameters it has.

        Raises:
            TrackingError: If the store does not answer; nothing has been computed yet.
        """
        self._entries = TrackedEntries(catalog)
        if self._live:
            self._live.abandon()
            self._live = None
        if self._context is None or not self._entries.makes_results(pipeline):
            return
        watch = Stopwatch()
        self._live = self._open(self._context, run_params, watch)
        self._live.tell(lambda run: _log_parameters(run, parameters.of_pipeline(pipeline, catalog)))
        for name in self._reports_of_earlier_runs(run_params["pipeline_names"], pipeline, catalog):
            self._log_result("data_report", name, catalog.load(name))

    @hook_impl
    def before_dataset_loaded(self, dataset_name: str) -> None:
        """Start the clock."""
        if self._live:
            self._live.watch.start(dataset_name)

    @hook_impl
    def after_dataset_loaded(self, dataset_name: str, data: Any) -> None:
        """Log what an earlier run found and this one uses, such as the best hyper-parameters."""
        if self._live:
            self._live.watch.stop_dataset(dataset_name)
            if "parameters" in self._entries.kinds(dataset_name):
                self._log_result("parameters", dataset_name, data)

    @hook_impl
    def before_node_run(self, node: Node) -> None:
        """Start the clock."""
        if self._live:
            self._live.watch.start(node.name)

    @hook_impl
    def after_node_run(self, node: Node) -> None:
        """Stop the clock."""
        if self._live:
            self._live.watch.stop_node(node.name)

    @hook_impl
    def before_dataset_saved(self, dataset_name: str) -> None:
        """Start the clock."""
        if self._live:
            self._live.watch.start(dataset_name)

    @hook_impl
    def after_dataset_saved(self, dataset_name: str, data: Any) -> None:
        """Log a result, in the way that its catalog entry says."""
        if self._live:
            self._live.watch.stop_dataset(dataset_name)
            for kind in self._entries.kinds(dataset_name):
                self._log_result(kind, dataset_name, data)

    @hook_impl
    def on_pipeline_error(self, error: Exception) -> None:
        """Close the run as FAILED, with the error."""
        if self._live:
            text = "".join(traceback.format_exception(error))
            self._live.tell(lambda run: run.log_text(text, "error.txt"))
            self._live.end("FAILED", first_line(error))
            self._live = None

    @hook_impl
    def after_pipeline_run(self) -> None:
        """Close the run.

        Raises:
            TrackingError: If MLflow stopped answering on the way.
        """
        if self._live:
            live, self._live = self._live, None
            live.end("FINISHED")
            if live.lost:
                raise TrackingError(
                    f"Everything is computed and stored under data/, but MLflow did not get all of it: {live.lost}"
                )

    def _open(self, context: KedroContext, run_params: dict[str, Any], watch: Stopwatch) -> LiveRun:
        project = context.project_path
        name = experiment_name(run_params["pipeline_names"])
        settings = TrackingSettings.model_validate(context.config_loader["mlflow"])
        os.environ.setdefault("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "3")  # else a dead server holds a run for minutes
        store = Store.of_project(project, settings.tracking_uri, settings.artifacts)
        client = store.open()
        for orphan in orphans.close_orphans(client):
            logger.info("closed the killed run '%s' in MLflow", orphan)
        tags = provenance.describe(project) | {"pipeline": name, "kedro_env": run_params["env"] or "local"}
        experiment = store.experiment_id(client, name)
        return LiveRun(
            lambda: TrackedRun(client, experiment, run_params["run_id"], tags | _shown_by_mlflow(tags)),
            store.uri,
            settings.system_metrics_seconds,
            watch,
        )

    def _reports_of_earlier_runs(self, names: list[str] | None, pipeline: Pipeline, catalog: DataCatalog) -> list[str]:
        whole = sum((pipelines[name] for name in names or ["__default__"]), Pipeline([]))
        made = pipeline.all_outputs()
        return [name for name in self._entries.reports(whole) if name not in made and catalog.exists(name)]

    def _log_result(self, kind: str, name: str, data: Any) -> None:
        def write(run: TrackedRun) -> None:
            if kind == "metrics":
                run.log_metrics(data)
            elif kind == "parameters":
                run.log_parameters(data, f"{name.rpartition('.')[2]}.")
            elif kind == "history":
                for row in data.to_dict("records"):
                    run.log_epoch(int(row.pop("epoch")), row)
            elif kind == "data_report":
                run.log_data(name.rpartition(".")[0] or name, data, str(self._entries.path(name)))
            elif kind == "artifact":
                run.log_artifact(self._entries.path(name), self._entries.folder(name))
            else:
                raise ValueError(f"Catalog entry '{name}': metadata.tracking is '{kind}', which means nothing")

        if self._live:
            self._live.tell(write)


def experiment_name(pipeline_names: list[str] | None) -> str:
    """Return the name of the MLflow experiment: the pipeline's, joined by `+` where several run together."""
    if pipeline_names:
        return "+".join(sorted(pipeline_names))
    default = set(pipelines["__default__"].nodes)
    named = (name for name in pipelines if name != "__default__" and set(pipelines[name].nodes) == default)
    return next(named, "default")


def _log_parameters(run: TrackedRun, values: dict[str, Any]) -> None:
    run.log_parameters(values)
    seeds = {text for name, text in parameters.flatten(values).items() if name.rpartition(".")[2] == "seed"}
    if len(seeds) == 1:
        run.log_parameters({"seed": seeds.pop()})


def _shown_by_mlflow(tags: dict[str, str]) -> dict[str, str]:
    """Return the tags that the columns User, Source and Version of the MLflow UI read."""
    try:
        user = getpass.getuser()
    except (OSError, KeyError):  # a container without a name for its user
        user = "unknown"
    return {
        "mlflow.user": user,
        "mlflow.source.name": tags["command"],
        "mlflow.source.type": "LOCAL",
        "mlflow.source.git.commit": tags["git_commit"],
    }
