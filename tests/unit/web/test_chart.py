"""Where the parts of a chart stand."""

from __future__ import annotations

import math

from hypothesis import given
from hypothesis import strategies as st

from modelreg._web.chart import HEIGHT, WIDTH, Value, bar_group, line_chart


@given(st.lists(st.floats(allow_nan=True, allow_infinity=True), max_size=30))
def test_every_point_stands_in_the_chart(numbers):
    chart = line_chart("m", [Value(str(at), number) for at, number in enumerate(numbers)], higher=True)
    if sum(map(math.isfinite, numbers)) < 2:
        assert chart is None
        return
    for point in chart.dots:
        assert 0 <= point.x <= WIDTH
        assert 0 <= point.y <= HEIGHT
    assert all(math.isfinite(tick.y) for tick in chart.ticks)
    assert len(chart.ticks) < 20


def test_the_best_is_the_newest_of_equal_ones():
    chart = line_chart("loss", [Value("a", 1), Value("b", 0.5), Value("c", 0.5)], higher=False)
    assert [point.value.label for point in chart.dots if point.best] == ["c"]


def test_without_a_direction_nothing_is_best():
    chart = line_chart("m", [Value("a", 1), Value("b", 2)])
    assert not any(point.best for point in chart.dots)


def test_many_points_are_a_line_with_few_dots():
    chart = line_chart("m", [Value(str(at), at) for at in range(1000)], higher=True)
    assert len(chart.path.split()) == 1000
    assert len(chart.dots) < 5


def test_bars_are_shares_of_the_longest():
    group = bar_group("auc", ["a", "b", "c"], [0.5, 1.0, None], ["", "better", ""], True)
    assert [bar.width for bar in group.bars] == [50, 100, 0]
    assert bar_group("auc", ["a", "b"], [None, 1.0], ["", ""], None) is None
