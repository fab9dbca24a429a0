"""The lines that a person sees while a pipeline runs."""

import logging
import os
import traceback
import warnings
from pathlib import Path
from types import TracebackType

import click
import kedro
from kedro.io import DatasetError
from kedro.validation.exceptions import ParameterValidationError

from classification_lab.parameter_errors import UnknownParameterError, readable

logger = logging.getLogger(__name__)

# Errors that these packages raise are written for a person; the rest of Python writes for programmers.
_KEDRO = f"{Path(kedro.__file__).parent}{os.sep}"
_PACKAGES_THAT_EXPLAIN = (f"{Path(__file__).parent}{os.sep}", _KEDRO)
# About libraries talking to libraries: nothing in the project or in a person's hands makes them go away.
_NOT_FOR_PEOPLE = (
    ("", "kedro.*"),  # deprecations between Kedro and its plugins
    ("", "google.*"),
    (r".*np\.object.*", "keras.*"),
    (r".*datetime\.utc.*", ""),
)


class ConsoleFormatter(logging.Formatter):
    """Time, then the message: stages flush left, what happens in them indented, trouble with its name."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s  %(message)s", "%H:%M:%S")

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 (logging's name)
        """Return the line without a traceback."""
        message = record.message
        if record.name == "py.warnings":
            message = message.partition("\n")[0].strip()  # the rest is the line of code that warned
        if record.levelno >= logging.WARNING:
            message = f"{record.levelname.lower()}: {message}"
        elif not getattr(record, "heading", False):
            message = f"  {message}"
        margin = " " * (len(record.asctime) + 4)
        return f"{record.asctime}  {message}".replace("\n", f"\n{margin}")


class StageHeadings(logging.Filter):
    """Puts the name of the stage above the first line that it writes; a stage that writes none gets no heading.

    Kedro runs nodes in an order of its own, in which a silent node of a late stage may stand between two of an early
    one.
    """

    def __init__(self) -> None:
        super().__init__()
        self._running = self._shown = ""

    def enter(self, stage: str) -> None:
        """Note which stage runs from now on."""
        self._running = stage

    def filter(self, record: logging.LogRecord) -> bool:
        """Let every record pass, the heading before it if there is a new one."""
        if self._running != self._shown and not getattr(record, "heading", False):
            self._shown = self._running
            heading(self._running)
        return True

    def start(self) -> None:
        """Watch the lines of the console."""
        for handler in logging.getLogger().handlers:
            handler.addFilter(self)

    def stop(self) -> None:
        """Watch no more."""
        for handler in logging.getLogger().handlers:
            handler.removeFilter(self)


def heading(message: str, *arguments: object) -> None:
    """Write a line flush left."""
    logger.info(message, *arguments, extra={"heading": True})


def install() -> None:
    """Let the handlers on the root logger write such lines, and Python's warnings go through them."""
    for handler in logging.getLogger().handlers:
        if type(handler) is logging.StreamHandler:
            handler.setFormatter(ConsoleFormatter())
    logging.captureWarnings(True)
    for message, module in _NOT_FOR_PEOPLE:
        warnings.filterwarnings("ignore", message=message, module=module)


def is_told_by_its_message(error: BaseException) -> bool:
    """Tell whether an error's message says all that a person needs, so that a traceback would only hide it.

    So it is for errors in configuration, files and the network, and for what this package and Kedro raise on
    purpose: `raise` stands in their code, and the type is not that of a slip in programming.
    """
    if isinstance(error, ParameterValidationError | OSError):
        return True
    if isinstance(error, DatasetError):
        return error.__cause__ is None or is_told_by_its_message(error.__cause__)
    frames = traceback.extract_tb(error.__traceback__)
    on_purpose = (
        bool(frames)
        and frames[-1].filename.startswith(_PACKAGES_THAT_EXPLAIN)
        and (frames[-1].line or "").startswith("raise ")
    )
    return on_purpose and isinstance(error, ValueError | RuntimeError)


def tell(error: BaseException) -> None:
    """Write an error to stderr: its message if that is enough, else with the traceback from the node on."""
    if isinstance(error, ParameterValidationError | UnknownParameterError):
        click.secho(f"error: {readable(str(error))}", fg="red", err=True)
    elif is_told_by_its_message(error):
        click.secho(f"error: {str(error).strip() or type(error).__name__}", fg="red", err=True)
        click.secho("(`--verbose` shows where it happened)", dim=True, err=True)
    else:
        begin = _below_kedro(error.__traceback__)
        lines = traceback.format_exception(type(error), error, begin)
        click.echo("".join(lines), err=True, nl=False)


def _below_kedro(start: TracebackType | None) -> TracebackType | None:
    """Return the part of a traceback below Kedro's own frames; all of it if the error is Kedro's."""
    last = None
    current = start
    while current is not None:
        if current.tb_frame.f_code.co_filename.startswith(_KEDRO):
            last = current
        current = current.tb_next
    return last.tb_next if last is not None and last.tb_next is not None else start
