"""Many registrations at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from modelreg._async.engine import AsyncEngine
from modelreg._async.register_files import plan_with_files, register_with_files
from modelreg._concurrency import async_map_bounded
from modelreg._types import BulkResult
from modelreg._types.registration import RegistrationRequest
from modelreg.errors import InvalidInput


async def register_all(
    engine: AsyncEngine,
    requests: Iterable[RegistrationRequest],
    *,
    concurrency: int,
    progress: Callable[[BulkResult], None] | None,
    dry_run: bool = False,
) -> Sequence[BulkResult]:
    """Register every request, or plan it; return a result for each, in their order.

    Raises:
        InvalidInput: `concurrency` is no whole number of at least 1.
    """
    if isinstance(concurrency, bool) or not isinstance(concurrency, int) or concurrency < 1:
        raise InvalidInput(f"concurrency is {concurrency!r}; give a whole number of at least 1")

    async def one(numbered: tuple[int, RegistrationRequest]) -> BulkResult:
        index, request = numbered
        try:
            if not isinstance(request, RegistrationRequest):
                raise InvalidInput(f"requests holds {request!r:.100}; give RegistrationRequest(name, version, ...)")
            if dry_run:
                return BulkResult(index=index, request=request, plan=await plan_with_files(engine, request))
            return BulkResult(index=index, request=request, registration=await register_with_files(engine, request))
        except Exception as error:  # noqa: BLE001  # one that fails, however, must not lose the results of the others
            return BulkResult(index=index, request=request, error=error)

    def report(_index: int, result: BulkResult) -> None:
        if progress is not None:
            progress(result)

    return await async_map_bounded(one, enumerate(requests), limit=concurrency, done=report)
