"""Bars side by side, one panel a figure, as SVG."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

_OWN, _OTHER = "#1f6f8b", "#b7bfc7"


@dataclass(frozen=True, slots=True)
class Bars:
    title: str
    values: Sequence[float]


def draw(names: Sequence[str], panels: Sequence[Bars], target: Path, own: str) -> None:
    """Save one panel for each of ``panels``; systems that start with ``own`` stand out."""
    import matplotlib as mpl

    mpl.use("svg")
    from matplotlib import pyplot as plt

    # Letters stay text, and a drawing of the same figures is the same file.
    mpl.rcParams |= {"svg.fonttype": "none", "svg.hashsalt": "benchmarks"}
    figure, axes = plt.subplots(
        1, len(panels), figsize=(3 * len(panels), 0.45 * len(names) + 1), sharey=True, squeeze=False
    )
    colours = [_OWN if name.startswith(own) else _OTHER for name in names]
    for axis, panel in zip(axes[0], panels, strict=True):
        bars = axis.barh(names, panel.values, color=colours)
        axis.bar_label(bars, fmt=lambda value: f"{value:.3g}", padding=3)
        axis.set_title(panel.title, fontsize=10)
        axis.spines[["top", "right", "bottom"]].set_visible(False)
        axis.tick_params(bottom=False, labelbottom=False, left=False)
        axis.margins(x=0.2)
    axes[0][0].invert_yaxis()
    figure.tight_layout()
    target.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(target, metadata={"Date": None})
    plt.close(figure)
