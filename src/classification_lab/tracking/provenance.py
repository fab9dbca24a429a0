"""Where a run comes from: code, command, environment, machine."""

import hashlib
import os
import platform
import resource
import shlex
import shutil
import subprocess
import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import psutil

from classification_lab.processes import process_identity

_LIBRARIES = (
    "kedro",
    "mlflow",
    "keras",
    "tensorflow",
    "tensorflow-cpu",
    "jax",
    "torch",
    "numpy",
    "scikit-learn",
    "optuna",
    "pandas",
)
_NOTABLE_CPU_FLAGS = (
    "avx2",
    "avx512f",
    "avx512_bf16",
    "amx_bf16",
)  # what decides how fast, and how precise, training is


def describe(project: Path) -> dict[str, str]:
    """Return everything about a run's origin as tags."""
    return {
        **git_state(project),
        "command": command_line(),
        "uv_lock_sha256": _sha256(project / "uv.lock"),
        "version.python": platform.python_version(),
        **{f"version.{name}": number for name, number in library_versions().items()},
        **{f"hardware.{name}": text for name, text in hardware().items()},
        **process_identity(),
    }


def git_state(project: Path) -> dict[str, str]:
    """Return the tags ``git_commit`` and ``git_dirty``; outside a git checkout they say so."""

    def git(*arguments: str) -> str | None:
        try:
            done = subprocess.run(  # noqa: S603
                ["git", *arguments],  # noqa: S607
                cwd=project,
                capture_output=True,
                text=True,
                timeout=20,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired):
            return None
        return done.stdout.strip() if done.returncode == 0 else None

    state = git("status", "--porcelain")
    if state is None:
        return {"git_commit": "not a git checkout", "git_dirty": "unknown"}
    return {"git_commit": git("rev-parse", "HEAD") or "no commit yet", "git_dirty": str(bool(state)).lower()}


def command_line() -> str:
    """Return the command that started this process, as one could type it again."""
    program, *arguments = sys.argv
    return shlex.join(["kedro" if Path(program).stem == "kedro" else program, *arguments])


def library_versions() -> dict[str, str]:
    """Return the installed ones of the libraries that can change a result."""
    found = {}
    for name in _LIBRARIES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


def hardware() -> dict[str, str]:
    """Return processor, its notable instruction sets, usable cores, memory and GPUs, without importing a framework."""
    info = Path("/proc/cpuinfo")
    lines = info.read_text(encoding="utf-8").splitlines() if info.exists() else []
    fields = {key.strip(): value.strip() for key, _, value in (line.partition(":") for line in lines)}
    flags = set(fields.get("flags", "").split())
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return {
        "cpu": fields.get("model name") or platform.processor() or platform.machine(),
        "cpu_flags": " ".join(flag for flag in _NOTABLE_CPU_FLAGS if flag in flags) or "none",
        "cores": str(cores),
        "memory_gb": f"{psutil.virtual_memory().total / 2**30:.1f}",
        "gpus": _gpus(),
        "system": platform.platform(),
    }


def peak_memory_mb() -> float:
    """Return the largest resident memory that this process ever had, in MiB."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (2**20 if sys.platform == "darwin" else 2**10)


def _gpus() -> str:
    if not shutil.which("nvidia-smi"):
        return "none"
    try:
        done = subprocess.run(
            ["nvidia-smi", "--query-gpu=name", "--format=csv,noheader"],  # noqa: S607
            capture_output=True,
            text=True,
            timeout=10,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return "unknown"
    return ", ".join(done.stdout.split("\n")).strip(", ") or "none"


def _sha256(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest() if file.exists() else "no uv.lock"
