# Written by scripts/unasync.py from modelreg/_async/bulk.py; edit that file and run `make fmt`.
"""Decides how many registrations run at once: a bounded number, a result for each, one failure stopping none."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from modelreg._concurrency import map_bounded
from modelreg._sync.register import Registrar
from modelreg.errors import InvalidInput, ModelRegistryError
from modelreg.types import BulkResult, RegistrationRequest


def registered_all(
    registrar: Registrar,
    requests: Iterable[RegistrationRequest],
    *,
    concurrency: int,
    progress: Callable[[BulkResult], None] | None,
) -> Sequence[BulkResult]:
    """Register every request; answer a result for each, in their order."""
    if concurrency < 1:
        raise InvalidInput(f"concurrency is {concurrency}; give at least 1")

    def one(numbered: tuple[int, RegistrationRequest]) -> BulkResult:
        index, request = numbered
        try:
            return BulkResult(index=index, request=request, registration=registrar.register(request))
        except ModelRegistryError as error:
            return BulkResult(index=index, request=request, error=error)

    def report(_index: int, result: BulkResult) -> None:
        if progress is not None:
            progress(result)

    return map_bounded(one, enumerate(requests), limit=concurrency, done=report)
