"""What the plots have in common.

Figures are made without pyplot, so that nothing global is changed and nothing stays open.
"""

import textwrap
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

# Okabe and Ito's palette: told apart with every common kind of colour blindness
BLUE, ORANGE, GREEN, VERMILION = "#0072B2", "#E69F00", "#009E73", "#D55E00"
PURPLE, SKY, BLACK, GREY, PALE = "#CC79A7", "#56B4E9", "#000000", "#6F6F6F", "#C8C8C8"

DPI = 120


def new_figure(width: float, height: float) -> "Figure":
    """Return an empty figure, size in inches, that makes room for its labels by itself."""
    from matplotlib.figure import Figure
    from matplotlib.layout_engine import ConstrainedLayoutEngine

    room = ConstrainedLayoutEngine(w_pad=0.12, h_pad=0.1)  # inches; labels keep clear of the edge
    return Figure(figsize=(width, height), dpi=DPI, layout=room, facecolor="white")


def empty_figure(title: str, sentence: str) -> "Figure":
    """Return a figure that says why there is nothing to draw."""
    figure = new_figure(7, 2.4)
    figure.suptitle(title)
    axes = figure.add_subplot()
    axes.axis("off")
    axes.text(0.5, 0.5, textwrap.fill(sentence, 70), ha="center", va="center", color=GREY, fontsize=11)
    return figure


def tidy(axes: "Axes", grid: Literal["x", "y", "both"] = "both") -> "Axes":
    """Take away the frame's upper and right line, add a light grid along ``grid``."""
    axes.spines[["top", "right"]].set_visible(False)
    axes.set_axisbelow(True)
    axes.grid(axis=grid, color="#E6E6E6", linewidth=0.8)
    return axes


def legend(axes: "Axes", **arguments: Any) -> None:
    """Add a legend without a frame line, in a size that fits beside the data."""
    axes.legend(**{"fontsize": 9, "frameon": True, "framealpha": 0.9, "edgecolor": "none"} | arguments)


def shorten(name: str, width: int = 24) -> str:
    """Cut a long class name, so that it leaves room for the plot; dollar signs start no formula."""
    cut = name if len(name) <= width else name[: width - 1].rstrip() + "…"
    return cut.replace("$", r"\$")
