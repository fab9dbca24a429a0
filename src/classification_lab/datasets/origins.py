"""Where published files are looked for, and how they are verified.

A data set's configuration says what a file's content must be (SHA-256) and where it may come from. The
places, in order:

1. the file itself, in ``data/01_raw``;
2. the folders named in the environment variable ``CLASSIFICATION_LAB_DATA`` (separated as in ``PATH``), such
   as a mirror on a machine without internet;
3. the configured origins, folders and base URLs, in their order.

In a folder, the file may stand in a subfolder named as its folder in ``data/01_raw``
(``mirror/fashion-mnist/train-images-idx3-ubyte.gz``) or directly, gzipped or not: only the decompressed
content counts. Files of folders are read in place: their content is verified at each run, so a copy would
protect from nothing. A download is kept in ``data/01_raw``, so that the network is needed once.

A wrong file in ``data/01_raw`` is an error at once, because somebody put it there and believes that it is
used. At any other place it is a warning and the search goes on.
"""

import gzip
import hashlib
import logging
import os
import sys
import tempfile
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from kedro.io.core import DatasetError

logger = logging.getLogger(__name__)

MIRRORS = "CLASSIFICATION_LAB_DATA"
URLS = ("http://", "https://")
TIMEOUT = (5.0, 30.0)  # seconds: to connect, and between two chunks
GZIP_MAGIC = b"\x1f\x8b"


class OriginError(DatasetError):
    """A published file cannot be had as it was published."""


class DataNotFoundError(OriginError):
    """No place has the file; the message lists the places and why each failed."""


class WrongHashError(OriginError):
    """The content is not the configured one."""


class TruncatedFileError(OriginError):
    """The file ends too early."""


class DamagedFileError(OriginError):
    """The file is complete in length, or too long, but not what its format promises."""


@dataclass(frozen=True)
class VerifiedFile:
    """A file whose content has been checked.

    Attributes:
        content: Decompressed bytes.
        source: Where it stands on this machine.
    """

    content: bytes
    source: Path


def find(filepath: Path, sha256: str | None, origins: Sequence[str], remedy: str = "") -> VerifiedFile:
    """Read ``filepath`` from the first place that has it.

    Args:
        filepath: Where the file belongs, in ``data/01_raw``.
        sha256: Hexadecimal SHA-256 of the decompressed content, or None to accept any.
        origins: Folders and ``http(s)://`` base URLs, tried in this order after ``filepath`` and the mirrors.
        remedy: How a person can make one of the origins available; part of the error where all fail.

    Raises:
        WrongHashError, TruncatedFileError, DamagedFileError: The file in ``data/01_raw`` is a wrong one.
        DataNotFoundError: No place works.
    """
    own = _locate(filepath.name, filepath.parent)
    if own is not None:
        try:
            return _read(own, sha256)
        except OriginError as error:
            advice = "Delete it to have it fetched again, or put the right one there."
            raise type(error)(f"{error}\n{advice}") from error

    failures = [f"{filepath}: no such file, gzipped or not"]
    if not os.environ.get(MIRRORS):
        failures.append(f"folders in {MIRRORS}: the variable is not set")
    for origin in [*mirrors(), *origins]:
        try:
            if origin.startswith(URLS):
                return _download(f"{origin.rstrip('/')}/{filepath.name}", filepath, sha256)
            return _read_from_folder(Path(origin).expanduser(), filepath, sha256)
        except FileNotFoundError as error:
            failures.append(str(error))
        except OriginError as error:
            logger.warning("Skipped %s", error)
            failures.append(str(error))
    raise DataNotFoundError(_nowhere(filepath, failures, remedy))


def mirrors() -> list[str]:
    """Return the folders named in ``CLASSIFICATION_LAB_DATA``."""
    return [folder for folder in os.environ.get(MIRRORS, "").split(os.pathsep) if folder]


def available(filepath: Path, origins: Sequence[str]) -> bool:
    """Tell whether ``filepath`` or a local folder has the file, without reading it."""
    folders = [Path(place) for place in [*mirrors(), *origins] if not place.startswith(URLS)]
    mirrored = [place for folder in folders for place in (folder / filepath.parent.name, folder)]
    return _locate(filepath.name, filepath.parent, *mirrored) is not None


def _locate(name: str, *folders: Path) -> Path | None:
    plain = name.removesuffix(".gz")
    spellings = dict.fromkeys((name, f"{plain}.gz", plain))
    candidates = (folder / spelling for folder in folders for spelling in spellings)
    return next((candidate for candidate in candidates if candidate.is_file()), None)


def _read_from_folder(folder: Path, filepath: Path, sha256: str | None) -> VerifiedFile:
    if not folder.is_dir():
        raise FileNotFoundError(f"{folder}: no such folder")
    found = _locate(filepath.name, folder / filepath.parent.name, folder)
    if found is None:
        subfolder = f"{filepath.parent.name}{os.sep}"
        raise FileNotFoundError(f"{folder}: no {filepath.name}, gzipped or not, neither there nor in {subfolder}")
    return _read(found, sha256)


def _read(path: Path, sha256: str | None) -> VerifiedFile:
    try:
        return VerifiedFile(_verified(path.read_bytes(), sha256, str(path)), path)
    except OSError as error:
        raise OriginError(f"{path}: {error.strerror}") from error


def _verified(raw: bytes, sha256: str | None, source: str) -> bytes:
    content = _decompressed(raw, source) if raw.startswith(GZIP_MAGIC) else raw
    if sha256 is not None:
        found = hashlib.sha256(content).hexdigest()
        if found != sha256.lower():
            raise WrongHashError(
                f"{source}: wrong content ({len(content):,} bytes): its SHA-256 is {found}, expected {sha256}"
            )
    return content


def _decompressed(raw: bytes, source: str) -> bytes:
    try:
        return gzip.decompress(raw)
    except EOFError:
        raise TruncatedFileError(f"{source}: truncated: the gzip stream ends too early") from None
    except (gzip.BadGzipFile, zlib.error) as error:
        raise DamagedFileError(f"{source}: damaged gzip stream: {error}") from None


def _download(url: str, filepath: Path, sha256: str | None) -> VerifiedFile:
    """Download to an anonymous temporary file (not even a killed process leaves it behind), verify, store."""
    from pooch import HTTPDownloader
    from requests import RequestException

    logger.info("Downloading %s", url)
    fetch = HTTPDownloader(progressbar=sys.stderr.isatty(), chunk_size=1 << 16, timeout=TIMEOUT)
    with tempfile.TemporaryFile() as temporary:
        try:
            fetch(url, temporary, None)
        except RequestException as error:
            raise OriginError(f"{url}: {_network_failure(error)}") from error
        temporary.seek(0)
        raw = temporary.read()
    content = _verified(raw, sha256, url)
    _store(raw, filepath)
    return VerifiedFile(content, filepath)


def _store(raw: bytes, filepath: Path) -> None:
    filepath.parent.mkdir(parents=True, exist_ok=True)
    partial = filepath.with_name(f".{filepath.name}.{os.getpid()}.partial")
    try:
        partial.write_bytes(raw)
        partial.replace(filepath)
    finally:
        partial.unlink(missing_ok=True)


def _network_failure(error: BaseException) -> str:
    """Say in a few words what requests wraps in several layers."""
    from requests import HTTPError, Timeout

    if isinstance(error, HTTPError) and error.response is not None:
        return f"the server answered {error.response.status_code} {error.response.reason}"
    if isinstance(error, Timeout):
        return f"no answer within {TIMEOUT[0]:g} s, or a silence of {TIMEOUT[1]:g} s"
    innermost: BaseException = error
    while innermost.__context__ is not None:
        innermost = innermost.__context__
    return f"the connection failed: {getattr(innermost, 'strerror', None) or innermost}"


def _nowhere(filepath: Path, failures: Sequence[str], remedy: str) -> str:
    tried = "\n".join(f"  - {failure}" for failure in failures)
    return (
        f"{filepath.name} could not be had from any of its origins:\n{tried}\n"
        "Two ways to mend it:\n"
        f"  1. put the file, gzipped or not, into {filepath.parent} or into a folder named in {MIRRORS};\n"
        f"  2. make one of the origins above available{': ' + remedy if remedy else ''}."
    )
