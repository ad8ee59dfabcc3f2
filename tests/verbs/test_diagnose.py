"""The checks that find out why a registry cannot be used."""

from __future__ import annotations

import socket

from modelreg import AsyncModelRegistry, ModelRegistry
from modelreg._doctor import DOCTORS_MODEL


def statuses(checks):
    return {check.name: check.status for check in checks}


def test_an_embedded_registry_that_works_passes(registry):
    assert statuses(registry.diagnose()) == {"address": "pass", "read": "pass"}
    assert registry.models.find(DOCTORS_MODEL) is None


def test_writing_leaves_an_archived_model(registry):
    for _ in range(2):
        assert statuses(registry.diagnose(write=True))["write"] == "pass"
        assert registry.models.get(name=DOCTORS_MODEL).state == "ARCHIVED"


def test_a_version_that_is_served_and_cannot_be_loaded_is_named(filled):
    (check,) = [each for each in filled.diagnose() if each.name == "serving"]
    assert check.status == "warn"
    assert "modelreg artifacts renew fraud@1" in check.advice


def test_a_port_that_nobody_listens_on_ends_the_checks(tmp_path):
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        port = bound.getsockname()[1]
        with ModelRegistry(f"http://127.0.0.1:{port}", retries=0) as registry:
            checks = registry.diagnose()
    assert statuses(checks) == {"address": "pass", "dns": "pass", "tcp": "fail"}
    assert checks[-1].area == "network"


async def test_the_async_registry_checks_the_same(filled, tmp_path):
    async with AsyncModelRegistry(tmp_path / "registry.db") as registry:
        found = [check async for check in registry.iter_checks()]
        assert found == await registry.diagnose() == filled.diagnose()
