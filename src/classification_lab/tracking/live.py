"""The MLflow run of this process while it is open: however the process ends, the run ends too."""

from __future__ import annotations

import atexit
import logging
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil

from classification_lab.events import EpochEnd, TrialEnd
from classification_lab.tracking.events import EventListener
from classification_lab.tracking.provenance import peak_memory_mb
from classification_lab.tracking.run import TrackedRun
from classification_lab.tracking.signals import InterruptReason
from classification_lab.tracking.store import first_line
from classification_lab.tracking.timing import Stopwatch

logger = logging.getLogger(__name__)

_URI = "MLFLOW_TRACKING_URI"


class LiveRun:
    """MLflow's active run, fed with the events of long work, closed by whatever ends the process.

    Kedro calls no hook for Ctrl-C or SIGTERM, and MLflow's own exit handler would call such a run FINISHED. Handlers
    run last in, first out, so the one registered here comes before MLflow's.

    Attributes:
        lost: The error after which MLflow was not asked any more; None if it took everything.
        watch: Measures nodes and datasets.
    """

    def __init__(
        self, open_run: Callable[[], TrackedRun], uri: str, system_metrics_seconds: float, watch: Stopwatch
    ) -> None:
        import mlflow

        self.lost: str | None = None
        self.watch = watch
        self._interrupt = InterruptReason()
        self._interrupt.start()
        self._listener = EventListener(self._receive)
        self._uri_before = os.environ.get(_URI)
        try:
            self._run = open_run()
            atexit.register(self._end_at_exit)
            mlflow.set_tracking_uri(uri)
            if system_metrics_seconds:
                mlflow.set_system_metrics_sampling_interval(system_metrics_seconds)  # type: ignore[no-untyped-call]
            mlflow.start_run(run_id=self._run.run_id, log_system_metrics=system_metrics_seconds > 0)
        except BaseException:
            self._interrupt.stop()
            raise
        self._listener.start()

    def tell(self, write: Callable[[TrackedRun], None]) -> None:
        """Write to the run; a failure is told once and never stops the computation."""
        if self.lost:
            return
        try:
            write(self._run)
        except Exception as error:
            self.lost = first_line(error)
            logger.error(  # noqa: TRY400 (the traceback is MLflow's and says no more)
                "Tracking stopped: %s. The run goes on and stores its results under data/", self.lost
            )

    def end(self, status: str, reason: str | None = None) -> None:
        """Close the run.

        Args:
            status: MLflow's word: FINISHED, FAILED or KILLED.
            reason: Why it did not finish.
        """
        import mlflow

        self._listener.stop()
        self._interrupt.stop()
        atexit.unregister(self._end_at_exit)
        self.tell(lambda run: run.log_metrics(self._costs()))
        if reason:
            self.tell(lambda run: run.tag({"reason": reason, "mlflow.note.content": f"{status}: {reason}"}))
        try:
            mlflow.end_run(status)
        except Exception as error:
            self.lost = self.lost or first_line(error)
            logger.error("The run %s could not be closed in MLflow: %s", self._run.name, first_line(error))  # noqa: TRY400
        finally:
            if self._uri_before is None:
                os.environ.pop(_URI, None)
            else:
                os.environ[_URI] = self._uri_before

    def abandon(self) -> None:
        """Close a run that was interrupted in a process that goes on, such as a notebook."""
        self.end("KILLED", self._interrupt.text)

    def _receive(self, event: EpochEnd | TrialEnd) -> None:
        if isinstance(event, EpochEnd):
            self.tell(lambda run: run.log_epoch(event.epoch, event.metrics))
        else:
            self.tell(lambda run: run.log_trial(event))

    def _costs(self) -> dict[str, float]:
        costs = self.watch.metrics() | {"peak_memory_mb": peak_memory_mb()}
        if Path(sys.argv[0]).stem == "kedro":
            costs["seconds/startup"] = time.time() - psutil.Process().create_time() - self.watch.total()
        return costs

    def _end_at_exit(self) -> None:
        if os.getpid() == self._interrupt.pid:  # not in a forked child
            self.abandon()
