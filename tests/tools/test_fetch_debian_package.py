"""The script that gets Debian's package, with apt-get, dpkg-deb, id and python3 played by stand-ins."""

import gzip
import http.server
import os
import shutil
import subprocess
import sys
import threading
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / "tools" / "fetch_debian_package.sh"
FILES = [f"{prefix}-{kind}-ubyte.gz" for prefix in ("train", "t10k") for kind in ("images-idx3", "labels-idx1")]
STAND_INS = {
    "apt-get": """
        echo "apt-get $@" >> "$LOG"
        case "$*" in
            *install*) [ -n "${INSTALL_WORKS:-}" ] || exit 100; mkdir -p "$INSTALLED"; cp "$FILES"/* "$INSTALLED" ;;
            *download*) [ -n "${DOWNLOAD_WORKS:-}" ] || exit 100; echo deb > dataset-fashion-mnist_1_all.deb ;;
        esac""",
    "dpkg-deb": """
        mkdir -p "$3$INSTALLED"
        cp "$FILES"/t10k* "$3$INSTALLED"
        [ -z "${DISK_FULL:-}" ] || exit 2
        cp "$FILES"/train* "$3$INSTALLED" """,
    "id": 'echo "$USER_ID"',
    "python3": 'echo "asked the server" >> "$LOG"; [ -n "${SERVER_DELIVERS:-}" ]',
}

pytestmark = pytest.mark.skipif(shutil.which("timeout") is None, reason="needs a POSIX shell and coreutils")


class Machine:
    """A project folder on a machine whose commands are stand-ins."""

    def __init__(self, folder: Path) -> None:
        self.raw = folder / "project" / "data" / "01_raw"
        self.raw.mkdir(parents=True)
        self.installed = folder / "usr" / "share" / "datasets" / "fashion-mnist"
        self.log = folder / "log"
        self.log.touch()
        files = folder / "files"
        files.mkdir()
        for name in FILES:
            (files / name).write_bytes(gzip.compress(name.encode()))
        self.commands = folder / "bin"
        self.commands.mkdir()
        for name, body in STAND_INS.items():
            (self.commands / name).write_text(f"#!/bin/sh\n{body}\n")
            (self.commands / name).chmod(0o755)
        self.script = folder / "script.sh"
        text = SCRIPT.read_text()
        assert text.count("installed=/usr/share/datasets/fashion-mnist\n") == 1
        self.script.write_text(text.replace("installed=/usr", f"installed={folder}/usr"))
        self.environment = {
            "PATH": f"{self.commands}{os.pathsep}{os.defpath}",
            "LOG": str(self.log),
            "FILES": str(files),
            "INSTALLED": str(self.installed),
            "USER_ID": "1000",
        }

    def run(self, **environment: str) -> str:
        done = subprocess.run(
            ["sh", str(self.script)],
            cwd=self.raw.parents[1],
            env={**self.environment, **environment},
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout + done.stderr

    def fill(self, folder: Path, *, plain: bool = False) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        for name in FILES:
            (folder / (name.removesuffix(".gz") if plain else name)).touch()

    def in_raw(self) -> list[str]:
        return sorted(path.name for path in self.raw.rglob("*") if path.is_file())


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


@pytest.mark.parametrize("place", ["raw", "installed", "mirror", "subfolder of the second mirror"])
@pytest.mark.parametrize("plain", [False, True])
def test_nothing_is_done_or_said_where_the_files_are(machine: Machine, place: str, plain: bool, tmp_path: Path) -> None:
    folders = {
        "raw": machine.raw / "fashion-mnist",
        "installed": machine.installed,
        "mirror": tmp_path / "mirror one",
        "subfolder of the second mirror": tmp_path / "two" / "fashion-mnist",
    }
    machine.fill(folders[place], plain=plain)
    mirrors = f"{tmp_path / 'mirror one'}:{tmp_path / 'two'}"
    assert machine.run(CLASSIFICATION_LAB_DATA=mirrors) == ""
    assert machine.log.read_text() == ""


def test_a_missing_file_is_noticed(machine: Machine) -> None:
    machine.fill(machine.installed)
    (machine.installed / FILES[-1]).unlink()
    assert "getting Debian's package" in machine.run(DOWNLOAD_WORKS="1")


def test_a_delivering_server_is_left_to_the_ingestion(machine: Machine) -> None:
    assert machine.run(SERVER_DELIVERS="1") == ""
    assert machine.log.read_text() == "asked the server\n"


def test_a_system_without_apt_is_left_alone(machine: Machine) -> None:
    (machine.commands / "apt-get").unlink()
    for command in ("sh", "printf", "tr", "grep"):
        (machine.commands / command).symlink_to(shutil.which(command) or command)
    machine.environment["PATH"] = str(machine.commands)
    assert machine.run() == ""
    assert machine.log.read_text() == ""


def test_root_installs_the_package(machine: Machine) -> None:
    machine.run(USER_ID="0", INSTALL_WORKS="1")
    assert sorted(path.name for path in machine.installed.iterdir()) == sorted(FILES)
    assert machine.in_raw() == []


def test_others_unpack_it_into_raw(machine: Machine) -> None:
    machine.run(DOWNLOAD_WORKS="1")
    assert "install" not in machine.log.read_text()
    assert machine.in_raw() == sorted(FILES)
    assert [path.name for path in machine.raw.iterdir()] == ["fashion-mnist"]
    assert machine.run() == ""


def test_root_unpacks_it_where_installing_fails(machine: Machine) -> None:
    machine.run(USER_ID="0", DOWNLOAD_WORKS="1")
    assert machine.in_raw() == sorted(FILES)


@pytest.mark.parametrize("failure", [{}, {"DOWNLOAD_WORKS": "1", "DISK_FULL": "1"}])
def test_a_failure_leaves_nothing_behind(machine: Machine, failure: dict[str, str]) -> None:
    assert "cannot be had either" in machine.run(**failure)
    assert list(machine.raw.iterdir()) == []


@pytest.mark.parametrize(("answer", "delivers"), [("right", True), ("portal", False), ("nobody", False)])
def test_the_server_is_believed_only_with_the_right_content(answer: str, delivers: bool, machine: Machine) -> None:
    published = Path(__file__).parents[1] / "fixtures" / "fmnist" / "t10k-labels-idx1-ubyte.gz"
    content = published.read_bytes() if answer == "right" else b"<html>"

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            """Keep the tests' output clean."""

    (machine.commands / "python3").unlink()
    (machine.commands / "python3").symlink_to(sys.executable)
    with http.server.HTTPServer(("127.0.0.1", 0), Handler) as httpd:
        threading.Thread(target=httpd.serve_forever, daemon=True).start()
        script = machine.script.read_text()
        port = httpd.server_address[1] if answer != "nobody" else 9
        script = script.replace(
            "url=http://fashion-mnist.s3-website.eu-central-1.amazonaws.com", f"url=http://127.0.0.1:{port}"
        )
        fixture_sha256 = "9ef533be234460a50861815334f1c44c72453b670823aae2199cb1a147b836c5"
        machine.script.write_text(
            script.replace("0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34", fixture_sha256)
        )
        said = machine.run(no_proxy="127.0.0.1")
        httpd.shutdown()
    assert ("does not deliver" not in said) is delivers
