"""Numeric precision: which Keras dtype policy to compute in."""

from pathlib import Path
from typing import Literal

Precision = Literal["auto", "float32", "mixed_bfloat16", "mixed_float16"]

# bfloat16 pays only where the CPU multiplies it natively; elsewhere it is emulated and slower than float32.
_CPU_BFLOAT16_FLAGS = {"amx_bf16", "avx512_bf16"}


def resolve_precision(precision: Precision) -> str:
    """Return the Keras dtype policy, choosing for ``auto`` by what the hardware multiplies natively."""
    if precision != "auto":
        return precision
    return "mixed_bfloat16" if _hardware_has_bfloat16() else "float32"


def _hardware_has_bfloat16() -> bool:
    gpu = _gpu_has_bfloat16()
    return _cpu_has_bfloat16() if gpu is None else gpu


def _cpu_has_bfloat16(cpuinfo: Path = Path("/proc/cpuinfo")) -> bool:
    if not cpuinfo.exists():
        return False
    flags = next((line for line in cpuinfo.read_text().splitlines() if line.startswith("flags")), "")
    return not _CPU_BFLOAT16_FLAGS.isdisjoint(flags.split())


def _gpu_has_bfloat16() -> bool | None:
    """Tell whether the GPU that Keras would use has bfloat16 units; None without a GPU."""
    import keras

    if keras.backend.backend() == "tensorflow":
        import tensorflow as tf

        gpus = tf.config.list_physical_devices("GPU")
        if not gpus:
            return None
        capability = tf.config.experimental.get_device_details(gpus[0]).get("compute_capability", (0, 0))
        return bool(capability >= (8, 0))  # NVIDIA Ampere and later
    if keras.backend.backend() == "jax":
        import jax

        device = jax.devices()[0]
        if device.platform != "gpu":
            return None
        return float(getattr(device, "compute_capability", 0)) >= 8
    import torch

    return bool(torch.cuda.is_bf16_supported()) if torch.cuda.is_available() else None
