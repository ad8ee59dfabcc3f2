"""The state of a registry as a text: another one after each write, by whomever, and the same one otherwise."""

from __future__ import annotations

import subprocess
import sys

import pytest

from modelreg import ModelRegistry
from modelreg.local import LocalTransport

WRITE = "import sys; from modelreg import ModelRegistry; ModelRegistry(sys.argv[1]).models.upsert('of another process')"


@pytest.fixture
def transport(store):
    transport = LocalTransport(store)
    yield transport
    transport.close()


def test_it_changes_with_each_write_and_not_with_reading(store, transport):
    with ModelRegistry("http://localhost", transport=transport) as own, ModelRegistry(store) as other:
        states = [transport.state()]
        for registry, name in ((own, "a"), (other, "b"), (own, "c")):
            registry.models.upsert(name)
            states.append(transport.state())
            registry.models.find(name)
            assert transport.state() == states[-1]
    assert None not in states
    assert len(set(states)) == 4


def test_it_changes_with_a_write_of_another_process(store, transport):
    before = transport.state()
    subprocess.run([sys.executable, "-c", WRITE, store], check=True)
    assert transport.state() != before


def test_a_file_that_is_gone_has_none(tmp_path):
    transport = LocalTransport(tmp_path / "registry.db")
    assert transport.state() is not None
    (tmp_path / "registry.db").unlink()
    assert transport.state() is None
    transport.close()
