"""What changes in a training from epoch to epoch, so that it can be kept and taken up again."""

import logging
from typing import Any

from keras import ops
from numpy.typing import NDArray

from classification_lab.checkpoint import Checkpoint

Epoch = dict[str, float]  # a line of the history

logger = logging.getLogger(__name__)


class TrainingState:
    """The network with its optimizer, the history, the best weights.

    Args:
        network: A compiled ``keras.Model`` whose optimizer is built.
        key: Identifies the training in a checkpoint.
    """

    def __init__(self, network: Any, key: str) -> None:
        self.network, self.key = network, key
        self.history: list[Epoch] = []
        self.best: list[NDArray[Any]] = []
        self.best_epoch = 0

    @property
    def finished(self) -> int:
        """Number of epochs behind us."""
        return len(self.history)

    def add(self, line: Epoch, keep_best: bool) -> None:
        """Append a line to the history; keep the weights if their validation loss is the lowest so far."""
        self.history.append(line)
        losses = [epoch.get("validation_loss", 0.0) for epoch in self.history]
        if keep_best and losses[-1] <= min(losses):
            self.best_epoch, self.best = self.finished, self.network.get_weights()

    def restore_best(self) -> None:
        """Put the kept weights back."""
        self.network.set_weights(self.best)

    def store(self, checkpoint: Checkpoint) -> None:
        """Write everything into the checkpoint."""
        current = [ops.convert_to_numpy(variable) for variable in self._variables()]
        checkpoint.save(self.key, [*current, *self.best], {"history": self.history, "best_epoch": self.best_epoch})

    def restore(self, checkpoint: Checkpoint) -> None:
        """Take up what the checkpoint holds, if it is of this training."""
        stored = checkpoint.load(self.key)
        if stored is None:
            return
        arrays, progress = stored
        variables = self._variables()
        for variable, value in zip(variables, arrays[: len(variables)], strict=True):
            variable.assign(value)
        self.best = arrays[len(variables) :]
        self.history, self.best_epoch = progress["history"], progress["best_epoch"]
        logger.info("continuing an interrupted training after epoch %d", self.finished)

    def _variables(self) -> list[Any]:
        return [*self.network.variables, *self.network.optimizer.variables]
