"""Which function makes which page."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from modelreg._web import compare_pages, model_pages, operation_pages, run_pages, version_pages, writes
from modelreg._web.messages import PageError, Request, Response

_ID = "(?P<id>[0-9A-Za-z_-]{1,64})"
Handler = Callable[..., Response]
_READ: Mapping[str, Handler] = {
    "/": model_pages.models,
    "/models": model_pages.models,
    f"/models/{_ID}": model_pages.model,
    f"/versions/{_ID}": version_pages.version,
    "/compare": compare_pages.compare,
    "/experiments": run_pages.experiments,
    f"/experiments/{_ID}": run_pages.experiment,
    f"/runs/{_ID}": run_pages.run,
    "/services": operation_pages.services,
    "/doctor": operation_pages.doctor,
}
_WRITE: Mapping[str, Handler] = {
    f"/models/{_ID}/description": writes.describe_model,
    f"/models/{_ID}/labels": writes.label_model,
    f"/models/{_ID}/state": writes.change_model_state,
    f"/models/{_ID}/aliases": writes.set_alias,
    f"/models/{_ID}/aliases/delete": writes.delete_alias,
    f"/versions/{_ID}/description": writes.describe_version,
    f"/versions/{_ID}/labels": writes.label_version,
    f"/versions/{_ID}/state": writes.change_version_state,
    f"/versions/{_ID}/promote": writes.promote,
}


def find(request: Request) -> tuple[Handler, dict[str, Any]]:
    """Return what responds to a request, and the ids in its path.

    Args:
        request: The request.

    Raises:
        PageError: There is no such page.
    """
    for pattern, handler in (_WRITE if request.method == "POST" else _READ).items():
        match = re.fullmatch(pattern, request.path)
        if match is not None:
            return handler, match.groupdict()
    raise PageError(404, "There is no such page.")
