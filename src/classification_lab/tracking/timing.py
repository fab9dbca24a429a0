"""What the time of a run goes to."""

import time

from classification_lab.tracking.parameters import safe_name


class Stopwatch:
    """Sums up seconds by node, and those that datasets take to load and save."""

    def __init__(self) -> None:
        self._begun = time.perf_counter()
        self._since: dict[str, float] = {}
        self._nodes: dict[str, float] = {}
        self._data = 0.0

    def start(self, what: str) -> None:
        """Begin to measure a node or dataset."""
        self._since[what] = time.perf_counter()

    def stop_node(self, name: str) -> float:
        """End it; return the seconds it took."""
        self._nodes[name] = time.perf_counter() - self._since.pop(name)
        return self._nodes[name]

    def stop_dataset(self, name: str) -> None:
        """End a load or save."""
        self._data += time.perf_counter() - self._since.pop(name)

    def total(self) -> float:
        """Return the seconds since the watch was made."""
        return time.perf_counter() - self._begun

    def metrics(self) -> dict[str, float]:
        """Return ``seconds/<node>`` for each, ``seconds/data`` for loading and saving, and ``seconds/total``."""
        nodes = {f"seconds/{safe_name(name.partition('(')[0])}": seconds for name, seconds in self._nodes.items()}
        return {**nodes, "seconds/data": self._data, "seconds/total": self.total()}
