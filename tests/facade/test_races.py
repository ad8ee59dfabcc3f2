"""Many who say the same at once: everybody gets what was said, and there is one of each."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from modelreg import AsyncModelRegistry, DocArtifact, ModelRegistry, RegistrationRequest
from modelreg.errors import Conflict, InvalidInput
from tests.facade.backends import Backend, own

WRITERS = 8


def said(number: int) -> dict[str, Any]:
    return {
        "uri": "s3://w",
        "properties": {f"p{number}": number},
        "artifacts": [DocArtifact(name="card", uri="s3://c")],
    }


async def test_async_writers(backend: Backend) -> None:
    async def one(number: int) -> Any:
        async with AsyncModelRegistry(
            backend.base, transport=backend.transport(), api_version=backend.api_version
        ) as registry:
            return await registry.register(own("fraud"), "1", **said(number))

    done = await asyncio.gather(*(one(number) for number in range(WRITERS)))
    await check(backend, done)


async def test_threads(backend: Backend) -> None:
    def one(number: int) -> Any:
        with ModelRegistry(backend.base, transport=backend.transport(), api_version=backend.api_version) as registry:
            return registry.register(own("fraud"), "1", **said(number))

    with ThreadPoolExecutor(WRITERS) as pool:
        done = list(pool.map(one, range(WRITERS)))
    await check(backend, done)


async def check(backend: Backend, done: list[Any]) -> None:
    for what in ("model", "version", "artifact"):
        assert len({getattr(one, what).id for one in done}) == 1
        assert sum(getattr(one.outcome, what) == "created" for one in done) == 1
    async with AsyncModelRegistry(
        backend.base, transport=backend.transport(), api_version=backend.api_version
    ) as registry:
        assert len([version async for version in registry.versions.list(model=own("fraud"))]) == 1
        artifacts = [artifact async for artifact in registry.artifacts.list(version=(own("fraud"), "1"))]
        assert artifacts[-1].kind == "model"
        assert {artifact.kind for artifact in artifacts[:-1]} <= {"doc"}


async def test_a_race_for_different_weights_has_one_winner(backend: Backend) -> None:
    async def one(number: int) -> Any:
        async with AsyncModelRegistry(
            backend.base, transport=backend.transport(), api_version=backend.api_version
        ) as registry:
            try:
                return (await registry.register(own("fraud"), "1", uri=f"s3://{number}")).artifact.uri
            except Conflict as conflict:
                return conflict

    done = await asyncio.gather(*(one(number) for number in range(WRITERS)))
    winners = [uri for uri in done if isinstance(uri, str)]
    assert len(winners) == 1
    assert all(winners[0] in str(conflict) for conflict in done if isinstance(conflict, Conflict))


async def test_bulk(registry: Any) -> None:
    requests = [RegistrationRequest(own(f"m{n % 3}"), f"v{n}", uri=f"s3://{n}") for n in range(20)]
    requests[7] = RegistrationRequest(own("m1"), "v7", metrics={"auc": float("nan")})
    seen: list[int] = []
    results = await registry.bulk(requests, concurrency=6, progress=lambda result: seen.append(result.index))
    assert [result.index for result in results] == list(range(20))
    assert sorted(seen) == list(range(20))
    assert [result.index for result in results if not result.ok] == [7]
    assert isinstance(results[7].error, InvalidInput)
    assert results[7].registration is None
    assert results[3].registration.reference == own("m0@v3")
    held = [len([one async for one in registry.versions.list(model=own(name))]) for name in ("m0", "m1", "m2")]
    assert held == [7, 6, 6]
    again = await registry.bulk(requests)
    assert {str(result.registration.outcome) for result in again if result.ok} == {"unchanged"}
