"""Kedro hooks: what happens around the nodes."""

import logging
import re
from pathlib import Path
from typing import Any

from kedro.framework.context import KedroContext
from kedro.framework.hooks import hook_impl
from kedro.framework.project import pipelines
from kedro.io import DataCatalog
from kedro.pipeline import Pipeline
from kedro.pipeline.node import Node

from classification_lab import console, parameter_errors
from classification_lab.tracking.catalog import TrackedEntries
from classification_lab.tracking.hook import TrackingHooks, experiment_name
from classification_lab.tracking.parameters import flatten, plain
from classification_lab.tracking.timing import Stopwatch

logger = logging.getLogger(__name__)

_STAGE = re.compile(r"\.pipelines\.(\w+)\.")


class ParameterHooks:
    """Refuses parameters that nothing reads, which Kedro would ignore without a word."""

    def __init__(self) -> None:
        self._context: KedroContext | None = None

    @hook_impl
    def after_context_created(self, context: KedroContext) -> None:
        """Keep the context: it knows the parameters."""
        self._context = context

    @hook_impl
    def before_pipeline_run(self, run_params: dict[str, Any], pipeline: Pipeline) -> None:
        """Check those given with ``--params``, and those in the files of the experiments that run.

        Raises:
            UnknownParameterError: If any is not read, or one that is read is missing.
        """
        assert self._context is not None
        used = {name.removeprefix("params:") for name in pipeline.inputs() if name.startswith("params:")}
        read = {
            name.removeprefix("params:")
            for whole in pipelines.values()
            for name in whole.inputs()
            if name.startswith("params:")
        }
        configured = flatten(plain(self._context.params))
        namespaces = {name.partition(".")[0] for name in used}
        given = {name for name in configured if name.partition(".")[0] in namespaces}
        given |= flatten(run_params["runtime_params"] or {}).keys()
        conf_source = Path(str(self._context.config_loader.conf_source))
        parameter_errors.check(given, read | parameter_errors.references(conf_source), {*configured, *read})
        parameter_errors.check_complete(used, configured)


class ConsoleHooks:
    """Prints the stages as they begin, and at the end the results and where to look next."""

    def __init__(self) -> None:
        self._context: KedroContext | None = None
        self._headings = console.StageHeadings()
        self._metrics: dict[str, float] = {}
        self._pages: list[str] = []

    @hook_impl
    def after_context_created(self, context: KedroContext) -> None:
        """Set up the console."""
        console.install()
        self._context = context

    @hook_impl
    def before_pipeline_run(self, run_params: dict[str, Any], pipeline: Pipeline, catalog: DataCatalog) -> None:
        """Say what runs."""
        self._entries, self._watch = TrackedEntries(catalog), Stopwatch()
        self._metrics, self._pages = {}, []
        name = experiment_name(run_params["pipeline_names"])
        console.heading("%s: %d nodes, run %s", name, len(pipeline.nodes), run_params["run_id"])
        self._headings.stop()  # of a run that was interrupted in a notebook
        self._headings = console.StageHeadings()
        self._headings.start()

    @hook_impl
    def before_dataset_loaded(self, node: Node) -> None:
        """Note which stage runs: the data of one of its nodes are about to be loaded."""
        found = _STAGE.search(getattr(node.func, "__module__", None) or "")
        self._headings.enter(found[1] if found else node.short_name)

    @hook_impl
    def after_dataset_saved(self, dataset_name: str, data: Any) -> None:
        """Keep what is told at the end."""
        kinds = self._entries.kinds(dataset_name)
        if "metrics" in kinds:
            self._metrics |= data
        if "artifact" in kinds and (page := self._entries.path(dataset_name)).suffix == ".html":
            self._pages.append(self._from_project(page))

    @hook_impl
    def on_pipeline_error(self) -> None:
        """Stop to watch the console."""
        self._headings.stop()

    @hook_impl(trylast=True)
    def after_pipeline_run(self) -> None:
        """Tell results and where to look."""
        minutes, seconds = divmod(round(self._watch.total()), 60)
        self._headings.stop()
        console.heading("done in %s", f"{minutes} min {seconds} s" if minutes else f"{seconds} s")
        if "test_accuracy" in self._metrics:
            logger.info("%s", _scores(self._metrics))
        for page in self._pages:
            logger.info("report: %s", page)
        if self._metrics:
            logger.info("`make ui` compares runs in MLflow; `make viz` shows how they are made")

    def _from_project(self, path: Path) -> str:
        assert self._context is not None
        project = self._context.project_path
        return str(path.relative_to(project) if path.is_relative_to(project) else path)


def _scores(metrics: dict[str, float]) -> str:
    interval = ""
    if {"test_accuracy_low", "test_accuracy_high"} <= metrics.keys():
        interval = f" (95 % interval {metrics['test_accuracy_low']:.4f} to {metrics['test_accuracy_high']:.4f})"
    told = [f"test accuracy {metrics['test_accuracy']:.4f}{interval}"]
    if "test_f1_macro" in metrics:
        told.append(f"macro-F1 {metrics['test_f1_macro']:.4f}")
    if "overfit_gap" in metrics:
        told.append(f"over-fit gap {100 * metrics['overfit_gap']:.1f} points")
    return ", ".join(told)


HOOKS = (TrackingHooks(), ConsoleHooks(), ParameterHooks())  # the last comes first
