"""A clone of this project in a folder of its own, run by its commands as a person would."""

import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
KEDRO = str(Path(sys.executable).with_name("kedro"))


class Project:
    """A clone in a folder of its own, run by its commands as a person would."""

    def __init__(self, folder: Path) -> None:
        self.folder = make_project(folder)
        self.store = f"sqlite:///{self.folder / 'mlruns' / 'test' / 'mlflow.db'}"

    def command(self, *arguments: str) -> list[str]:
        return [KEDRO, "run", "--env=test", *arguments]

    def run(self, *arguments: str) -> str:
        """Run to the end; return what the console showed."""
        result = subprocess.run(
            self.command(*arguments), cwd=self.folder, capture_output=True, text=True, check=False, env=_environment()
        )
        assert result.returncode == 0, result.stdout + result.stderr
        return result.stdout + result.stderr

    def kill_at(self, words: str, *arguments: str) -> None:
        """Run until the console shows the words, then kill -9."""
        process = subprocess.Popen(
            self.command(*arguments),
            cwd=self.folder,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env=_environment(),
        )
        assert process.stdout is not None
        shown = []
        for line in process.stdout:
            shown.append(line)
            if words in line:
                process.send_signal(signal.SIGKILL)
                break
        process.wait()
        assert process.returncode == -signal.SIGKILL, "".join(shown)

    def versions(self, path: str) -> list[Path]:
        """Return the stored versions of a versioned artifact, the newest last."""
        return sorted((self.folder / "data" / "test" / path).glob(f"*/{Path(path).name}"))

    def metrics(self, experiment: str) -> dict[str, Any]:
        """Return the newest metrics."""
        newest = self.versions(f"08_reporting/{experiment}/metrics.json")[-1]
        stored: dict[str, Any] = json.loads(newest.read_text())
        return stored


def _environment() -> dict[str, str]:
    hidden = ("MLFLOW_TRACKING_URI", "CLASSIFICATION_LAB_DATA")
    return {name: value for name, value in os.environ.items() if name not in hidden}


def make_project(folder: Path) -> Path:
    """Copy a clone's files into a folder: data and tracking store of a test stay apart from everybody's."""
    for name in ("conf", "tests/fixtures"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("local"))
    for name in ("pyproject.toml", "uv.lock", ".telemetry"):
        shutil.copy(ROOT / name, folder / name)
    (folder / "src").mkdir()  # the package itself is installed
    (folder / "conf" / "local").mkdir()
    return folder
