import math

import pytest

from classification_lab.models.schedules import WarmUpAndDecay


@pytest.mark.parametrize(
    ("decay", "halfway"), [("constant", 1.0), ("cosine", 0.001 + 0.999 * 0.5), ("one_cycle", 0.001 + 0.999 * 0.5)]
)
def test_rises_to_the_peak_and_decays(decay: str, halfway: float) -> None:
    rate = WarmUpAndDecay(peak=2.0, steps=100, warm_up_steps=20, decay=decay)
    assert float(rate(0)) == pytest.approx(0.2)
    assert float(rate(10)) == pytest.approx(2 * 0.55)
    assert float(rate(20)) == pytest.approx(2.0)
    assert float(rate(60)) == pytest.approx(2 * halfway, rel=1e-5)
    assert float(rate(100)) == pytest.approx(2.0 if decay == "constant" else 0.002, rel=1e-3)


def test_cosine_follows_its_formula() -> None:
    rate = WarmUpAndDecay(peak=1.0, steps=100, warm_up_steps=0, decay="cosine")
    assert float(rate(25)) == pytest.approx(0.001 + 0.999 * 0.5 * (1 + math.cos(math.pi / 4)), rel=1e-5)
