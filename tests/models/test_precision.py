from pathlib import Path

import pytest

from classification_lab.models.precision import _cpu_has_bfloat16, resolve_precision


@pytest.mark.parametrize("precision", ["float32", "mixed_bfloat16", "mixed_float16"])
def test_what_is_asked_for_is_used(precision: str) -> None:
    assert resolve_precision(precision) == precision  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("flags", "has"),
    [
        ("fpu sse avx2", False),
        ("fpu avx512f avx512_bf16", True),
        ("fpu amx_tile amx_bf16", True),
        ("avx512_bf16x", False),
    ],
)
def test_bfloat16_is_for_processors_that_multiply_it(tmp_path: Path, flags: str, has: bool) -> None:
    cpuinfo = tmp_path / "cpuinfo"
    cpuinfo.write_text(f"processor\t: 0\nmodel name\t: A CPU\nflags\t\t: {flags}\n")
    assert _cpu_has_bfloat16(cpuinfo) == has


def test_without_knowledge_of_the_processor_float32_is_safe(tmp_path: Path) -> None:
    assert not _cpu_has_bfloat16(tmp_path / "missing")
