"""Signals that end a process, turned into a KeyboardInterrupt with a reason that can be asked for afterwards."""

import os
import signal
import threading
from types import FrameType
from typing import Any

_ENDING = ("SIGINT", "SIGTERM", "SIGHUP")


class InterruptReason:
    """Notes which signal interrupts the process.

    SIGTERM and SIGHUP would end Python before any exit handler runs. Between ``start`` and ``stop``, they raise
    KeyboardInterrupt as SIGINT does.

    Attributes:
        text: Why the process ends, for a person.
        pid: The process that the handlers are for.
    """

    def __init__(self) -> None:
        self.text = "the process ended before the run did"
        self._before: dict[int, Any] = {}
        self.pid = os.getpid()

    def start(self) -> None:
        """Install the handlers; without effect outside the main thread, where Python allows none."""
        if threading.current_thread() is not threading.main_thread():
            return
        for name in _ENDING:
            number = getattr(signal, name, None)
            if number is not None and signal.getsignal(number) is not signal.SIG_IGN:  # such as under nohup
                self._before[number] = signal.signal(number, self._interrupt)

    def stop(self) -> None:
        """Put back the handlers that were there."""
        for number, handler in self._before.items():
            if signal.getsignal(number) == self._interrupt:
                signal.signal(number, handler)
        self._before.clear()

    def _interrupt(self, number: int, frame: FrameType | None) -> None:  # noqa: ARG002
        name = signal.Signals(number).name
        if os.getpid() != self.pid and name != "SIGINT":  # a forked child that is told to stop: just stop
            signal.signal(number, signal.SIG_DFL)
            os.kill(os.getpid(), number)
        self.text = "interrupted with Ctrl-C (SIGINT)" if name == "SIGINT" else f"terminated ({name})"
        raise KeyboardInterrupt(name)
