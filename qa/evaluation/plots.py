"""Plots of a report, as SVG that stands in the page and takes its colours."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from markupsafe import Markup

_WIDTH, _HEIGHT = 520, 220
_LEFT, _BOTTOM, _TOP, _RIGHT = 44, 40, 14, 14
_ROW = 20  # height of a horizontal bar
_NAME = 190  # width of their names
_LETTERS = 30  # of a name that fit


@dataclass(frozen=True, slots=True)
class Bar:
    """A value from 0 to 1 with its interval, if it has one."""

    name: str
    value: float
    low: float | None
    high: float | None
    count: int


def bars(title: str, values: Sequence[Bar]) -> Markup:
    """Horizontal bars over 0 to 1, with intervals."""
    span = _WIDTH - _NAME - 56
    parts = []
    for row, bar in enumerate(values):
        y = _TOP + row * _ROW
        name = bar.name if len(bar.name) <= _LETTERS else bar.name[: _LETTERS - 1] + "…"
        middle = y + _ROW / 2
        parts.append(_text(_NAME - 6, middle + 4, name, "end"))
        parts.append(
            _rect(_NAME, y + 3, span * bar.value, _ROW - 6, "bar", f"{bar.name}: {bar.value:.3f} ({bar.count})")
        )
        if bar.low is not None and bar.high is not None:
            parts.append(_line(_NAME + span * bar.low, middle, _NAME + span * bar.high, middle, "whisker"))
        parts.append(_text(_WIDTH - 4, middle + 4, f"{bar.value:.2f} ({bar.count})", "end"))
    return _svg(title, parts, _TOP + len(values) * _ROW + 6)


def columns(title: str, names: Sequence[str], counts: Sequence[int], label: str) -> Markup:
    """Vertical bars of counts under their names."""
    scale = _Scale(0, len(names), max([*counts, 1]))
    parts = scale.axes(label)
    for place, (name, count) in enumerate(zip(names, counts, strict=True)):
        x, width = scale.x(place) + 3, scale.x(place + 1) - scale.x(place) - 6
        parts.append(_rect(x, scale.y(count), width, scale.y(0) - scale.y(count), "bar", f"{name}: {count}"))
        parts.append(_text(x + width / 2, scale.y(0) + 14, name, "middle"))
        if count:
            parts.append(_text(x + width / 2, scale.y(count) - 3, str(count), "middle"))
    return _svg(title, parts)


def confidences(title: str, covered: Sequence[float], others: Sequence[float], threshold: float) -> Markup:
    """Shares of covered and other questions by confidence, and from where on it answers."""
    edges = np.linspace(0, 1, 21)
    kinds = [("covered", "bar", covered), ("not covered", "bar other", others)]
    shares = [(n, c, np.histogram(v, edges)[0] / max(len(v), 1), len(v)) for n, c, v in kinds if len(v)]
    scale = _Scale(0, 1, max((float(s.max()) for _, _, s, _ in shares), default=1.0))
    parts = scale.axes("confidence", [0, 0.25, 0.5, 0.75, 1])
    for row, (kind, css, share, _) in enumerate(shares):
        for place in np.flatnonzero(share):
            width = (scale.x(edges[place + 1]) - scale.x(edges[place])) / 2 - 1
            x, top = scale.x(edges[place]) + 1 + row * width, scale.y(float(share[place]))
            parts.append(_rect(x, top, width, scale.y(0) - top, css, f"{kind}: {share[place]:.0%}"))
    parts.append(_line(scale.x(threshold), _TOP, scale.x(threshold), scale.y(0), "mark"))
    right = threshold > 0.7
    parts.append(
        _text(
            scale.x(threshold) + (-4 if right else 4),
            _TOP + 8,
            f"answers from {threshold:g}",
            "end" if right else "start",
        )
    )
    for row, (kind, css, _, count) in enumerate(shares):
        parts.append(_rect(_LEFT + 8, _TOP + 2 + 16 * row, 10, 10, css, kind))
        parts.append(_text(_LEFT + 22, _TOP + 11 + 16 * row, f"{kind} ({count})"))
    return _svg(title, parts)


def curve(title: str, points: Sequence[tuple[float, float]], current: tuple[float, float]) -> Markup:
    """Points (errors, coverage), both 0 to 1, joined by steps; ``current`` is marked."""
    scale = _Scale(0, 1, 1.0)
    ticks = [0, 0.25, 0.5, 0.75, 1]
    parts = scale.axes("share of not covered questions answered by mistake", ticks)
    path = f"M{scale.x(0):.1f} {scale.y(0):.1f}"
    for x, y in points:
        path += f"H{scale.x(x):.1f}V{scale.y(y):.1f}"
    parts.append(Markup('<path class="line" d="{}"/>').format(path))
    label = f"{current[1]:.0%} of covered answered, {current[0]:.0%} by mistake"
    parts.append(Markup('<circle class="dot" cx="{:.1f}" cy="{:.1f}" r="5"><title>{}</title></circle>').format(
        scale.x(current[0]), scale.y(current[1]), label))  # fmt: skip
    parts.append(_text(_WIDTH - _RIGHT - 4, scale.y(0) - 8, f"now: {label}", "end"))
    return _svg(title, parts)


def histogram(title: str, values: Sequence[float], marks: dict[str, float], label: str) -> Markup:
    """Counts of values in twenty classes, with lines at ``marks``."""
    top = max([*values, 1e-6]) * 1.02
    counts, edges = np.histogram(values, bins=20, range=(0, top))
    scale = _Scale(0, top, max(int(counts.max()), 1))
    parts = scale.axes(label, _ticks(top))
    for place in np.flatnonzero(counts):
        x, height = scale.x(edges[place]) + 1, scale.y(int(counts[place]))
        shown = f"{edges[place]:.1f} to {edges[place + 1]:.1f}: {counts[place]}"
        parts.append(_rect(x, height, scale.x(edges[place + 1]) - x - 1, scale.y(0) - height, "bar", shown))
    for row, (name, value) in enumerate(marks.items()):
        parts.append(_line(scale.x(value), _TOP, scale.x(value), scale.y(0), "mark"))
        right = value > 0.7 * top
        beside = scale.x(value) + (-4 if right else 4)
        parts.append(_text(beside, _TOP + 8 + 14 * row, f"{name} {value:.1f}", "end" if right else "start"))
    return _svg(title, parts)


class _Scale:
    """Maps values to places in the plot; y runs from 0 to ``top``."""

    def __init__(self, low: float, high: float, top: float) -> None:
        self.low, self.high, self.top = low, high, top

    def x(self, value: float) -> float:
        return _LEFT + (value - self.low) / (self.high - self.low) * (_WIDTH - _LEFT - _RIGHT)

    def y(self, value: float) -> float:
        return _HEIGHT - _BOTTOM - value / self.top * (_HEIGHT - _BOTTOM - _TOP - 10)

    def axes(self, label: str, ticks: Sequence[float] = ()) -> list[Markup]:
        """The axes with three marks on y, those given on x, and what x is."""
        parts = []
        whole = self.top > 1
        for value in dict.fromkeys((0, self.top // 2 if whole else self.top / 2, self.top)):
            shown = f"{value:.0f}" if whole else f"{value:.0%}"
            parts.append(_line(_LEFT, self.y(value), _WIDTH - _RIGHT, self.y(value), "grid"))
            parts.append(_text(_LEFT - 5, self.y(value) + 4, shown, "end"))
        for value in ticks:
            shown = f"{value:g}"
            parts.append(_text(self.x(value), self.y(0) + 14, shown, "middle"))
        parts.append(_text((_LEFT + _WIDTH - _RIGHT) / 2, _HEIGHT - 6, label, "middle"))
        return parts


def _ticks(top: float) -> list[float]:
    """Round numbers from 0 to ``top``, three to six of them."""
    power = 10 ** np.floor(np.log10(top))
    step = next(float(power * n) for n in (0.2, 0.5, 1, 2) if top / (power * n) <= 5)
    return [step * n for n in range(int(top / step) + 1)]


def _svg(title: str, parts: Sequence[Markup], height: float = _HEIGHT) -> Markup:
    return Markup('<svg role="img" aria-label="{}" viewBox="0 0 {} {}">{}</svg>').format(
        title, _WIDTH, round(height), Markup("").join(parts)
    )


def _rect(x: float, y: float, width: float, height: float, css: str, title: str) -> Markup:
    return Markup(
        '<rect class="{}" x="{:.1f}" y="{:.1f}" width="{:.1f}" height="{:.1f}"><title>{}</title></rect>'
    ).format(css, x, y, max(width, 0), max(height, 0), title)


def _line(x1: float, y1: float, x2: float, y2: float, css: str) -> Markup:
    return Markup('<line class="{}" x1="{:.1f}" y1="{:.1f}" x2="{:.1f}" y2="{:.1f}"/>').format(css, x1, y1, x2, y2)


def _text(x: float, y: float, text: str, anchor: str = "start") -> Markup:
    return Markup('<text x="{:.1f}" y="{:.1f}" text-anchor="{}">{}</text>').format(x, y, anchor, text)
