"""Mistakes in parameters, told in the words of the person who made them."""

import re
from collections.abc import Iterable
from difflib import get_close_matches
from pathlib import Path

_GROUP = re.compile(r"- Parameter '[^']*': Failed to instantiate \w+ for parameter '(?P<name>[^']*)': \d+ .* for \w+")
_FAULT = re.compile(r"  (?P<what>.*) \[type=(?P<type>\w+), input_value=(?P<value>.*), input_type=\w+\]")
_REFERENCE = re.compile(r"\$\{(?:runtime_params:)?\s*([\w.]+)")


class UnknownParameterError(ValueError):
    """A parameter was given that nothing reads, or one that is needed was not."""


def check(given: Iterable[str], read: set[str], candidates: Iterable[str]) -> None:
    """Check that everything given is read.

    Args:
        given: Dotted names of single values.
        read: Dotted names that something reads, each with all that is below it.
        candidates: Names that could have been meant.

    Raises:
        UnknownParameterError: If something is not; it lists every such name, with one close to it.
    """
    unknown = sorted(name for name in given if not any(name == key or name.startswith(f"{key}.") for key in read))
    if unknown:
        others = sorted(set(candidates) - set(unknown))
        raise UnknownParameterError("\n".join(_describe(name, others) for name in unknown))


def check_complete(needed: Iterable[str], configured: Iterable[str]) -> None:
    """Check that everything that is read is configured: Kedro might take a missing one for a data set.

    Raises:
        UnknownParameterError: If something is not.
    """
    known = list(configured)
    missing = [name for name in sorted(needed) if not any(f"{key}.".startswith(f"{name}.") for key in known)]
    if missing:
        raise UnknownParameterError("\n".join(f"The parameter '{name}' is missing" for name in missing))


def references(conf_source: Path) -> set[str]:
    """Return the names that configuration files refer to, as in ``${name}`` and ``${runtime_params:name,default}``."""
    files = (file for pattern in ("*.yml", "*.yaml") for file in conf_source.rglob(pattern))
    return {name for file in files for name in _REFERENCE.findall(file.read_text(encoding="utf-8"))}


def _describe(name: str, others: list[str]) -> str:
    close = get_close_matches(name, others, n=1, cutoff=0.6)
    return f"There is no parameter '{name}'" + (f"; did you mean '{close[0]}'?" if close else "")


def readable(text: str) -> str:
    """Return Kedro's list of validation errors with a line for each: whole name, what is wrong, value."""
    group, path, told = "", "", []
    for line in text.splitlines():
        if found := _GROUP.fullmatch(line):
            group = found["name"]
        elif line.startswith("    For further information"):
            continue
        elif group and (fault := _FAULT.fullmatch(line)):
            told.append(_fault(f"{group}.{path}", fault))
        elif group and line and not line.startswith((" ", "-")):
            path = line
        else:
            told.append(line)
    return "\n".join(told)


def _fault(name: str, fault: re.Match[str]) -> str:
    if fault["type"] == "extra_forbidden":
        return f"  {name}: there is no such parameter"
    if fault["type"] == "missing":
        return f"  {name}: is missing"
    what = fault["what"][0].lower() + fault["what"][1:]
    return f"  {name}: {what}, not {fault['value']}"
