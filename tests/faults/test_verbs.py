"""Every verb under every fault: the outcome or a clear error, never two records, and saying it again ends the same."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from modelreg import DocArtifact
from modelreg.errors import ModelRegistryError
from modelreg.local import LocalTransport
from tests.facade.backends import Backend, closed, opened
from tests.faults.transport import (
    Clock,
    Fault,
    FaultyTransport,
    busy,
    empty,
    html,
    reads,
    refused,
    reset_after,
    reset_before,
    slow,
    truncated,
    writes,
)

MOMENT = datetime(2026, 1, 2, tzinfo=UTC)


async def prepared(registry: Any) -> None:
    """What is there before a verb is tried."""
    await registry.register("known", "1", uri="s3://known", properties={"s": {"a": 1}}, metrics={"auc": 0.5})
    await registry.serving_environments.upsert("prod")
    await registry.inference_services.upsert("svc", environment="prod", model="known")
    await registry.runs.upsert("run", experiment=await registry.experiments.upsert("exp"))


async def service(registry: Any) -> Any:
    return await registry.inference_services.find("svc", environment="prod")


async def run(registry: Any) -> Any:
    return await registry.runs.find("run", experiment="exp")


async def acted(registry: Any) -> Any:
    return await registry.serve_models.upsert("act", service=await service(registry), version="known@1")


async def logged(registry: Any) -> Any:
    return await registry.runs.log_metric(await run(registry), "loss", 0.5, step=1, timestamp=MOMENT)


async def params(registry: Any) -> Any:
    return await registry.runs.log_params(await run(registry), {"lr": 0.1, "depth": 6})


async def archived(registry: Any) -> Any:
    return await registry.versions.archive(await registry.versions.find("1", model="known"))


async def listed(registry: Any) -> Any:
    return [version.name async for version in registry.versions.list(model="known", page_size=1)]


VERBS: dict[str, Callable[[Any], Awaitable[Any]]] = {
    "register new": lambda r: r.register(
        "new", "1", uri="s3://w", metrics={"auc": 0.9}, artifacts=[DocArtifact(name="card", uri="s3://c")]
    ),
    "register a version": lambda r: r.register("known", "2", uri="s3://w"),
    "register again": lambda r: r.register("known", "1", uri="s3://known", metrics={"f1": 0.1}, owner="ana"),
    "move": lambda r: r.register("known", "1", uri="s3://moved", on_conflict="update"),
    "upsert a model": lambda r: r.models.upsert("fresh", owner="ana"),
    "upsert a change": lambda r: r.models.upsert("known", owner="ana"),
    "upsert a version": lambda r: r.versions.upsert("2", model="known", properties={"a": [1]}),
    "upsert an artifact": lambda r: r.artifacts.upsert("card", version="known@1", kind="doc", uri="s3://c", force=True),
    "archive": archived,
    "upsert an environment": lambda r: r.serving_environments.upsert("dev"),
    "upsert a service": lambda r: r.inference_services.upsert("two", environment="prod", model="known"),
    "upsert an act": acted,
    "upsert an experiment": lambda r: r.experiments.upsert("other"),
    "upsert a run": lambda r: r.runs.upsert("two", experiment="exp", status="RUNNING"),
    "log params": params,
    "find": lambda r: r.models.find("known"),
    "get": lambda r: r.models.get("1"),
    "list": listed,
    "latest": lambda r: r.versions.latest("known"),
}

FAULTS: dict[str, Callable[[], Fault]] = {
    "refused": lambda: refused(times=2),
    "write reset before": lambda: reset_before(when=writes),
    "write reset after": lambda: reset_after(when=writes),
    "every write reset after": lambda: reset_after(when=writes, times=100),
    "read reset": lambda: reset_before(when=reads, times=2),
    "every read reset": lambda: reset_before(when=reads, times=100),
    "write too slow, done": lambda: slow(500, acts=True, when=writes),
    "write too slow, not done": lambda: slow(500, acts=False, when=writes),
    "write truncated": lambda: truncated(when=writes),
    "write truncated unnoticed": lambda: truncated(announced=False, when=writes),
    "read truncated": lambda: truncated(when=reads),
    "write 503": lambda: busy(when=writes),
    "write 503 done": lambda: busy(acts=True, when=writes),
    "write 504 done": lambda: busy(504, acts=True, when=writes),
    "write 429 later": lambda: busy(429, retry_after="3", when=writes, times=2),
    "always 429": lambda: busy(429, times=1000),
    "read 502": lambda: busy(502, when=reads),
    "login page": lambda: html(times=1000),
    "login page after a write": lambda: html(acts=True, when=writes),
    "empty after a write": lambda: empty(acts=True, when=writes),
}
# What passes or is repaired without the caller hearing of it.
SURVIVED = {
    "refused",
    "write reset before",
    "write reset after",
    "read reset",
    "read truncated",
    "write 503",
    "write 503 done",
    "write 504 done",
    "write 429 later",
    "read 502",
}


def registry_on(path: Path, mode: str, *faults: Fault) -> Any:
    clock = Clock()
    transport = FaultyTransport(LocalTransport(f"sqlite:///{path}"), *faults, clock=clock)
    made = opened(Backend("sqlite", lambda: None, "v1alpha3"), mode, transport)
    connection = made._engine.connection if mode == "async" else made._inner._engine.connection
    connection._peer.clock = clock
    connection._pause = clock.async_pause if mode == "async" else clock.pause
    return made


async def held(path: Path) -> list[Any]:
    """All that a registry holds, without what changes from run to run."""
    registry = registry_on(path, "async")
    found: list[Any] = []
    for group in (registry.models, registry.versions, registry.serving_environments, registry.experiments):
        found += [record.raw async for record in group.list()]
    for lists in (registry.artifacts.list(), registry.inference_services.list(), registry.runs.list()):
        found += [record.raw async for record in lists]
    found += [record.raw async for record in registry.serve_models.list(service=await service(registry))]
    found += [record.raw async for record in registry.runs.list_artifacts(await run(registry))]
    await registry.aclose()
    chosen = ("id", "createTimeSinceEpoch", "lastUpdateTimeSinceEpoch")
    return sorted(
        (sorted((key, str(value)) for key, value in raw.items() if key not in chosen and not key.endswith("Id")))
        for raw in found
    )


@pytest.mark.parametrize("mode", ["async", pytest.param("sync", marks=pytest.mark.heavy)])
@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("verb", VERBS)
async def test_a_verb_ends_the_same_under_a_fault(
    verb: str, fault: str, mode: str, tmp_path: Path, prepared_file: Path, unharmed: dict[str, Any]
) -> None:
    if verb not in unharmed:
        await on_a_copy(prepared_file, tmp_path / "unharmed.db", mode, VERBS[verb])
        unharmed[verb] = await held(tmp_path / "unharmed.db")
    path = tmp_path / "registry.db"
    error = await on_a_copy(prepared_file, path, mode, VERBS[verb], FAULTS[fault]())
    if error is None:
        assert await held(path) == unharmed[verb]
        return
    assert fault not in SURVIVED, error
    assert str(error)
    assert "<html" not in str(error)
    again = registry_on(path, mode)
    await VERBS[verb](again)
    await closed(again)
    assert await held(path) == unharmed[verb]


@pytest.fixture(scope="module")
def unharmed() -> dict[str, Any]:
    """What the registry holds after each verb when nothing fails, filled in as it is needed."""
    return {}


@pytest.fixture(scope="module")
def prepared_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make the registry that every case starts from, once."""
    path = tmp_path_factory.mktemp("prepared") / "registry.db"

    async def prepare() -> None:
        registry = registry_on(path, "async")
        await prepared(registry)
        await registry.aclose()

    asyncio.run(prepare())
    return path


async def on_a_copy(start: Path, path: Path, mode: str, verb: Any, *faults: Fault) -> ModelRegistryError | None:
    """Say a verb under faults on a registry that is prepared; answer the error that the caller got."""
    shutil.copy(start, path)
    registry = registry_on(path, mode, *faults)
    try:
        await verb(registry)
    except ModelRegistryError as error:
        return error
    finally:
        await closed(registry)
    return None


@pytest.mark.parametrize("mode", ["async", "sync"])
async def test_a_metric_is_in_the_history_once(mode: str, tmp_path: Path, prepared_file: Path) -> None:
    for number, (name, fault) in enumerate(FAULTS.items()):
        path = tmp_path / f"{number}.db"
        error = await on_a_copy(prepared_file, path, mode, logged, fault())
        registry = registry_on(path, "async")
        history = [one.value async for one in registry.runs.metric_history(await run(registry), "loss")]
        await registry.aclose()
        if error is None:
            assert history == [0.5], name
        assert len(history) <= 1, name
