"""TensorFlow without the lines that it writes while it is imported.

Its C++ libraries log from their initialisers, before they look at ``TF_CPP_MIN_LOG_LEVEL`` and straight to file
descriptor 2; no setting reaches those lines. So the descriptor leads into a file for that moment, and what is
not known noise is passed on.
"""

import os
import re
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from types import ModuleType

_NOISE = re.compile(
    rb"WARNING: All log messages before absl::InitializeLog"
    rb"|[IW]\d{4} [\d:.]+ +\d+ \S+\] "  # information and warnings in the format of absl
    rb"|E\d{4} .*Unable to register cu"  # TensorFlow with CUDA registers some libraries twice
    rb"|To (enable|turn) "
)


class QuietTensorFlowImport(MetaPathFinder):
    """Finds the module ``tensorflow`` where it is, and hides its noise while it loads."""

    def find_spec(self, name: str, path: object = None, target: object = None) -> ModuleSpec | None:  # noqa: ARG002
        """Return the spec of ``tensorflow`` with a loader that is quiet; None for any other module."""
        if name != "tensorflow":
            return None
        spec = PathFinder.find_spec(name)
        if spec is not None and spec.loader is not None:
            spec.loader = _QuietLoader(spec.loader)
        return spec


class _QuietLoader(Loader):
    def __init__(self, loader: Loader) -> None:
        self._loader = loader

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        return self._loader.create_module(spec)

    def exec_module(self, module: ModuleType) -> None:
        if module.__spec__ is not None:
            module.__spec__.loader = self._loader
        with _without_noise():
            self._loader.exec_module(module)


@contextmanager
def _without_noise() -> Iterator[None]:
    with tempfile.TemporaryFile() as held_back:
        if sys.stderr is not None:
            sys.stderr.flush()
        stderr = os.dup(2)
        os.dup2(held_back.fileno(), 2)
        try:
            yield
        finally:
            os.dup2(stderr, 2)
            held_back.seek(0)
            for line in held_back:
                if not _NOISE.match(line):
                    os.write(2, line)
            os.close(stderr)
