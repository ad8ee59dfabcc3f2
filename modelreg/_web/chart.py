"""Charts as numbers: where points, lines, bars and labels stand in an SVG that the server writes."""

from __future__ import annotations

import math
from collections.abc import Sequence

from attrs import frozen

from modelreg._views.value_text import number

WIDTH, HEIGHT = 720, 220
_LEFT, _RIGHT, _TOP, _BOTTOM = 64, 16, 14, 28
_MOST_DOTS = 60
_TICKS = 4


@frozen
class Value:
    """One value to draw: what it is called, and where it leads."""

    label: str
    number: float
    link: str = ""


@frozen
class Point:
    """One value where it stands in the chart."""

    x: float
    y: float
    value: Value
    best: bool = False

    @property
    def text(self) -> str:
        """The value as people read it."""
        return number(self.value.number)


@frozen
class Tick:
    """A line across the chart at a round number."""

    y: float
    text: str


@frozen
class LineChart:
    """A line over equal steps, such as a metric over versions.

    Attributes:
        title: What is shown.
        direction: Which way is better, in words; may be empty.
        values: Every value, from left to right.
        heights: Where each stands, from the top.
        best: Which of them is the best; None where that is not known.
        ticks: Lines across.
    """

    title: str
    direction: str
    values: Sequence[Value]
    heights: Sequence[float]
    best: int | None
    ticks: Sequence[Tick]

    width = WIDTH
    height = HEIGHT
    left = _LEFT
    right = WIDTH - _RIGHT
    bottom = HEIGHT - _BOTTOM

    @property
    def path(self) -> str:
        """The line, as the points of an SVG polyline."""
        step = self._step
        return " ".join([f"{round(_LEFT + at * step, 1)},{y}" for at, y in enumerate(self.heights)])

    @property
    def dots(self) -> Sequence[Point]:
        """The points that are drawn: all of a few, of many the best and the last."""
        last = len(self.values) - 1
        drawn = range(last + 1) if last < _MOST_DOTS else sorted({last if self.best is None else self.best, last})
        step = self._step
        return [Point(round(_LEFT + at * step, 1), self.heights[at], self.values[at], at == self.best) for at in drawn]

    @property
    def first(self) -> str:
        """What the left end is called."""
        return self.values[0].label

    @property
    def last(self) -> str:
        """What the right end is called."""
        return self.values[-1].label

    @property
    def summary(self) -> str:
        """What the chart shows, for who does not see it."""
        ends = f"from {self._text(0)} ({self.first}) to {self._text(-1)} ({self.last})"
        best = "" if self.best is None else f", best {self._text(self.best)} ({self.values[self.best].label})"
        return f"{self.title}: {len(self.values)} values {ends}{best}"

    @property
    def _step(self) -> float:
        return (WIDTH - _LEFT - _RIGHT) / (len(self.values) - 1)

    def _text(self, at: int) -> str:
        return number(self.values[at].number)


def line_chart(title: str, values: Sequence[Value], *, higher: bool | None = None) -> LineChart | None:
    """Return the chart of some numbers; None with fewer than two that are finite.

    Args:
        title: What is shown.
        values: The numbers, from left to right.
        higher: Whether more is better; None where that is not known.
    """
    finite = [value for value in values if math.isfinite(value.number)]
    if len(finite) < 2:
        return None
    low, high = min(each.number for each in finite), max(each.number for each in finite)
    ticks = _round_ticks(low, high)
    low, high = min(low, ticks[0]), max(high, ticks[-1])
    best = None if higher is None else (max if higher else min)(each.number for each in finite)
    marked = next((at for at, each in reversed(list(enumerate(finite))) if each.number == best), None)
    direction = "" if higher is None else "higher is better" if higher else "lower is better"
    marks = [Tick(_place(each, low, high), text) for each, text in zip(ticks, _aligned(ticks), strict=True)]
    heights = [_place(each.number, low, high) for each in finite]
    return LineChart(title, direction, finite, heights, marked, marks)


def _place(value: float, low: float, high: float) -> float:
    span = high - low
    share = (value - low) / span if span and math.isfinite(span) else 0.5
    return round(HEIGHT - _BOTTOM - share * (HEIGHT - _TOP - _BOTTOM), 1)


def _aligned(ticks: Sequence[float]) -> list[str]:
    """Return numbers as text, all with as many decimals."""
    texts = [number(each) for each in ticks]
    if any("e" in text for text in texts):
        return texts
    decimals = max(len(text.partition(".")[2]) for text in texts)
    return [f"{each:.{decimals}f}" for each in ticks]


def _round_ticks(low: float, high: float) -> list[float]:
    """Return round numbers from at most the least value to at least the greatest."""
    span = high - low
    if not span or not math.isfinite(span) or not math.isfinite(span * 2):
        return [low, high] if span else [low]
    rough = span / _TICKS
    power = 10.0 ** math.floor(math.log10(rough)) if rough > 1e-300 else rough
    step = next((factor * power for factor in (1, 2, 2.5, 5, 10) if factor * power >= rough * 0.999), rough)
    first = math.floor(low / step)
    last = math.ceil(high / step)
    return [at * step for at in range(first, last + 1)] if last - first <= 3 * _TICKS else [low, high]


@frozen
class Bar:
    """One bar: what it is of, its share of the longest, its number and the verdict."""

    label: str
    width: float
    text: str
    verdict: str
    at: int


@frozen
class BarGroup:
    """One metric of several versions."""

    title: str
    direction: str
    bars: Sequence[Bar]


def bar_group(
    title: str, labels: Sequence[str], values: Sequence[object], verdicts: Sequence[str], higher: bool | None
) -> BarGroup | None:
    """Return the bars of a metric; None where fewer than two versions have a number.

    Args:
        title: The metric.
        labels: The versions.
        values: Their values; None where one has none.
        verdicts: "better", "worse", "same" or "" for each.
        higher: Whether more is better; None where that is not known.
    """
    numbers = [each if isinstance(each, int | float) and math.isfinite(each) else None for each in values]
    known = [abs(each) for each in numbers if each is not None]
    if len(known) < 2:
        return None
    longest = max(known) or 1.0
    bars = [
        Bar(
            label,
            0 if each is None else round(abs(each) / longest * 100, 1),
            "–" if each is None else number(each),
            verdict,
            at,
        )
        for at, (label, each, verdict) in enumerate(zip(labels, numbers, verdicts, strict=True))
    ]
    direction = "" if higher is None else "higher is better" if higher else "lower is better"
    return BarGroup(title, direction, bars)
