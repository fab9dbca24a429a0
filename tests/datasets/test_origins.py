"""Where published files are found, how they are verified, and what is said where nothing works."""

import gzip
import hashlib
import http.server
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from classification_lab.datasets.origins import (
    MIRRORS,
    DamagedFileError,
    DataNotFoundError,
    TruncatedFileError,
    WrongHashError,
    find,
)

CONTENT = b"what was published" * 1000
SHA256 = hashlib.sha256(CONTENT).hexdigest()
GZIPPED = gzip.compress(CONTENT)
NAME = "set.gz"


class Server:
    """A web server on the loopback interface with one answer for everybody."""

    def __init__(self, body: bytes, *, status: int = 200, promised: int | None = None, hang: bool = False) -> None:
        self.requests: list[str] = []
        server = self
        self.released = threading.Event()

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                server.requests.append(self.path)
                self.send_response(status)
                self.send_header("Content-Length", str(promised or len(body)))
                self.end_headers()
                self.wfile.write(body)
                self.wfile.flush()
                if hang:
                    server.released.wait(30)

            def log_message(self, *_: object) -> None:
                """Keep the tests' output clean."""

        self._httpd = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._httpd.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._httpd.server_address[1]}/published"
        threading.Thread(target=self._httpd.serve_forever, daemon=True).start()

    def close(self) -> None:
        self.released.set()
        self._httpd.shutdown()
        self._httpd.server_close()


@pytest.fixture
def serve() -> Iterator[type[Server]]:
    started = []

    class Remembered(Server):
        def __init__(self, *arguments: object, **keywords: object) -> None:
            super().__init__(*arguments, **keywords)  # type: ignore[arg-type]
            started.append(self)

    yield Remembered
    for server in started:
        server.close()


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the file's place in data/01_raw; it is empty."""
    monkeypatch.delenv(MIRRORS, raising=False)
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    return tmp_path / "data" / "01_raw" / "a-set" / NAME


def put(path: Path, content: bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def files_under(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.rglob("*") if path.is_file())


def test_places_are_tried_in_order(
    own: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, serve: type[Server]
) -> None:
    server = serve(GZIPPED)
    mirrors = [tmp_path / "first", tmp_path / "second"]
    monkeypatch.setenv(MIRRORS, os.pathsep.join(map(str, mirrors)))
    origins = [str(tmp_path / "package"), server.url]

    copies = [put(folder / NAME, GZIPPED) for folder in (own.parent, *mirrors, tmp_path / "package")]
    for copy in copies:
        assert find(own, SHA256, origins).source == copy
        copy.unlink()
    assert server.requests == []

    assert find(own, SHA256, origins).source == own
    assert server.requests == [f"/published/{NAME}"]


@pytest.mark.parametrize("place", ["set.gz", "set", "a-set/set.gz", "a-set/set"])
def test_a_mirror_may_have_subfolders_and_plain_files(
    place: str, own: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(MIRRORS, str(tmp_path / "mirror"))
    copy = put(tmp_path / "mirror" / place, GZIPPED if place.endswith("gz") else CONTENT)
    found = find(own, SHA256, [])
    assert (found.content, found.source) == (CONTENT, copy)
    assert not own.exists()


def test_the_set_s_own_subfolder_wins_over_a_namesake_beside_it(
    own: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(MIRRORS, str(tmp_path))
    put(tmp_path / NAME, b"another set's file of the same name")
    put(tmp_path / "a-set" / NAME, GZIPPED)
    assert find(own, SHA256, []).source == tmp_path / "a-set" / NAME


@pytest.mark.parametrize(
    ("content", "error", "message"),
    [
        (CONTENT[:-1], WrongHashError, rf"17,999 bytes.*SHA-256 is [0-9a-f]{{64}}, expected {SHA256}"),
        (GZIPPED[:-9], TruncatedFileError, "truncated"),
        (GZIPPED[:30] + b"\xff\xff\xff\xff" + GZIPPED[34:], DamagedFileError, "damaged gzip stream"),
    ],
)
def test_a_wrong_file_in_raw_is_an_error_although_another_place_has_it(
    content: bytes, error: type[Exception], message: str, own: Path, tmp_path: Path
) -> None:
    put(own, content)
    put(tmp_path / "package" / NAME, GZIPPED)
    with pytest.raises(error, match=message) as caught:
        find(own, SHA256, [str(tmp_path / "package")])
    assert str(own) in str(caught.value)
    assert "Delete it" in str(caught.value)


def test_a_wrong_file_elsewhere_is_a_warning_and_the_search_goes_on(
    own: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    wrong = put(tmp_path / "stale" / NAME, b"old")
    put(tmp_path / "package" / NAME, GZIPPED)
    found = find(own, SHA256, [str(tmp_path / "stale"), str(tmp_path / "package")])
    assert found.content == CONTENT
    assert f"Skipped {wrong}: wrong content" in caplog.text


def test_any_content_is_accepted_without_a_hash(own: Path) -> None:
    put(own, b"my own")
    assert find(own, None, []).content == b"my own"


def test_a_download_is_kept_so_that_the_network_is_needed_once(own: Path, serve: type[Server]) -> None:
    server = serve(GZIPPED)
    assert find(own, SHA256, [f"{server.url}/"]).content == CONTENT
    assert files_under(own.parent) == [NAME]
    server.close()
    assert find(own, SHA256, [server.url]).source == own


def test_a_server_with_wrong_content_is_skipped(
    own: Path, serve: type[Server], caplog: pytest.LogCaptureFixture
) -> None:
    portal, right = serve(b"<html>Please sign in"), serve(GZIPPED)
    assert find(own, SHA256, [portal.url, right.url]).content == CONTENT
    assert f"Skipped {portal.url}/{NAME}: wrong content" in caplog.text


def test_where_nothing_works_every_place_its_reason_and_the_remedies_are_named(
    own: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, serve: type[Server]
) -> None:
    stale = put(tmp_path / "stale" / NAME, b"old")
    (tmp_path / "empty").mkdir()
    monkeypatch.setenv(MIRRORS, os.pathsep.join([str(tmp_path / "gone"), str(tmp_path / "empty")]))
    missing, portal = serve(b"", status=404), serve(b"<html>")
    cut = serve(GZIPPED[:20], promised=len(GZIPPED))
    closed = serve(b"")
    closed.close()

    with pytest.raises(DataNotFoundError) as caught:
        find(
            own,
            SHA256,
            [str(tmp_path / "stale"), missing.url, portal.url, cut.url, closed.url],
            remedy="install the package",
        )
    message = str(caught.value)
    for part in (
        f"{own}: no such file",
        f"{tmp_path / 'gone'}: no such folder",
        f"{tmp_path / 'empty'}: no {NAME}, gzipped or not",
        f"{stale}: wrong content",
        f"{missing.url}/{NAME}: the server answered 404 Not Found",
        f"{portal.url}/{NAME}: wrong content",
        f"{cut.url}/{NAME}: the connection failed: IncompleteRead(20 bytes read",
        f"{closed.url}/{NAME}: the connection failed: Connection refused",
        f"1. put the file, gzipped or not, into {own.parent} or into a folder named in {MIRRORS}",
        "2. make one of the origins above available: install the package",
    ):
        assert part in message
    assert not own.parent.exists()


def test_an_unset_mirror_variable_is_mentioned(own: Path) -> None:
    with pytest.raises(DataNotFoundError, match=f"{MIRRORS}: the variable is not set"):
        find(own, SHA256, [])


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")
@pytest.mark.parametrize("killer", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_an_interrupted_download_leaves_nothing_behind(
    killer: signal.Signals, own: Path, tmp_path: Path, serve: type[Server]
) -> None:
    server = serve(GZIPPED[:20], promised=len(GZIPPED), hang=True)
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    program = (
        "from pathlib import Path; from classification_lab.datasets.origins import find; "
        f"find(Path({str(own)!r}), {SHA256!r}, [{server.url!r}])"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", program],
        env={**os.environ, "TMPDIR": str(temporary)},
        stderr=subprocess.DEVNULL,
    )
    patience = time.monotonic() + 30
    while not server.requests and time.monotonic() < patience:
        time.sleep(0.02)
    time.sleep(0.2)  # the first bytes arrive
    process.send_signal(killer)
    assert process.wait(30) != 0
    assert files_under(tmp_path) == []


def test_an_interrupted_write_leaves_nothing_behind(
    own: Path, serve: type[Server], monkeypatch: pytest.MonkeyPatch
) -> None:
    def write_half(path: Path, content: bytes) -> int:
        with path.open("wb") as file:
            file.write(content[: len(content) // 2])
        raise KeyboardInterrupt

    monkeypatch.setattr(Path, "write_bytes", write_half)
    with pytest.raises(KeyboardInterrupt):
        find(own, SHA256, [serve(GZIPPED).url])
    assert files_under(own.parent) == []
