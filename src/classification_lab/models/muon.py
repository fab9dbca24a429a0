"""Keras' Muon, extended to convolution kernels."""

from typing import Any

import keras
from keras import ops


@keras.saving.register_keras_serializable(package="classification_lab")
class ConvolutionMuon(keras.optimizers.Muon):  # type: ignore[misc]
    """Muon for matrices *and* convolution kernels, seen as (height · width · channels in, channels out) matrices.

    Vectors and the layers named in ``exclude_layers`` (the first and the last, as Muon's authors advise) follow Adam's
    rule. Source: K. Jordan et al. 2024, https://kellerjordan.github.io/posts/muon/; scaling by J. Liu et al. 2025,
    arXiv 2502.16982.
    """

    def _should_use_adamw(self, variable: Any) -> bool:
        return len(variable.shape) < 2 or any(name in variable.path for name in self.exclude_layers)

    def _muon_update_step(self, gradient: Any, variable: Any, lr: Any, m: Any) -> None:
        self.assign_add(m, ops.add(gradient, m * (self.momentum - 1)))
        direction = ops.add(gradient, self.momentum * m) if self.nesterov else m
        matrix = ops.reshape(direction, (-1, variable.shape[-1]))
        update = self.lr_adjust(lr * self.zeropower_via_newtonschulz5(matrix, self.ns_steps))
        self.assign_sub(variable, ops.reshape(update, variable.shape))
