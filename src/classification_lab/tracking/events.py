"""From the events on log records to the run."""

import logging
from collections.abc import Callable

from classification_lab.events import EpochEnd, TrialEnd


class EventListener(logging.Handler):
    """Hands the event on a log record of the project to a function; records without one pass by."""

    def __init__(self, receive: Callable[[EpochEnd | TrialEnd], None]) -> None:
        super().__init__(logging.INFO)
        self._receive = receive
        self._logger = logging.getLogger("classification_lab")

    def emit(self, record: logging.LogRecord) -> None:
        """Hand on the event, if there is one."""
        event = getattr(record, "event", None)
        if isinstance(event, EpochEnd | TrialEnd):
            self._receive(event)

    def start(self) -> None:
        """Listen."""
        self._logger.addHandler(self)

    def stop(self) -> None:
        """Listen no more."""
        self._logger.removeHandler(self)
