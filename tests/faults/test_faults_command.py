"""The short form of `make faults`."""

from tests.heavy.faults import run


def test_kills_and_faulty_exchanges_lose_nothing():
    counts = run(kills=6, exchanges=60, seed=7, minutes=2)
    assert counts.violations == []
    assert counts["faulty exchanges"] == 60
    assert counts["kills of a client"] == 4
    assert counts["kills of a server"] == 2
