"""The meter of a transfer: the bytes that it counts, and its calls, one at a time."""

from __future__ import annotations

import threading

import attrs
import pytest

from modelreg._storage.progress import Meter
from modelreg._types.files import Progress


def test_bytes_are_counted_for_each_file_and_in_all() -> None:
    events: list[Progress] = []
    meter = Meter("upload", {"a": 4, "b": 2}, events.append)
    for file, count in (("a", 3), ("b", 2), ("a", 1)):
        meter.advance(file, count)
    meter.restart("a")
    meter.restart("not begun")
    counted = [attrs.astuple(event) for event in events]
    assert counted == [
        ("upload", "a", 3, 4, 3, 6),
        ("upload", "b", 2, 2, 5, 6),
        ("upload", "a", 4, 4, 6, 6),
        ("upload", "a", 0, 4, 2, 6),
        ("upload", "not begun", 0, None, 2, 6),
    ]


@pytest.mark.parametrize(("sizes", "total"), [({"a": 4}, 4), ({"a": 4, "b": None}, None), ({}, 0)])
def test_the_total_is_known_where_every_size_is(sizes: dict[str, int | None], total: int | None) -> None:
    events: list[Progress] = []
    Meter("download", sizes, events.append).advance("a", 1)
    assert events[0].total == total


def test_two_threads_never_call_at_once() -> None:
    events: list[Progress] = []
    called_meanwhile = threading.Event()

    def callback(event: Progress) -> None:
        events.append(event)
        if event.file == "a":
            other.start()
            assert not called_meanwhile.wait(0.1)
        else:
            called_meanwhile.set()

    meter = Meter("upload", {"a": 2, "b": 3}, callback)
    other = threading.Thread(target=meter.advance, args=("b", 3))
    meter.advance("a", 2)
    other.join(10)
    assert [event.file for event in events] == ["a", "b"]
