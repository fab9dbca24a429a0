"""Who runs something, and whether they still live: for work that a killed process has left open."""

import os
import platform
from collections.abc import Mapping

import psutil

_SAME_START = 5  # seconds; further apart, the number of the process was used again


def process_identity() -> dict[str, str]:
    """Return ``host``, ``pid`` and ``process_started`` of this process."""
    return {
        "host": platform.node(),
        "pid": str(os.getpid()),
        "process_started": f"{psutil.Process().create_time():.2f}",
    }


def is_gone(identity: Mapping[str, str]) -> bool:
    """Tell whether a process of this machine has ended; of another machine's nothing can be told, so it is not gone."""
    if identity.get("host") != platform.node():
        return False
    try:
        started = psutil.Process(int(identity["pid"])).create_time()
        return bool(abs(started - float(identity["process_started"])) > _SAME_START)
    except psutil.NoSuchProcess:
        return True
    except (KeyError, ValueError, psutil.AccessDenied):
        return False
