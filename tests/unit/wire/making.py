"""Requests for tests of the wire."""

from __future__ import annotations

from collections.abc import Callable

from modelreg._config import Settings
from modelreg._wire.deadline import limits_of, phases_of
from modelreg._wire.outgoing import Outgoing, Peer


def outgoing(
    method: str = "GET",
    path: str = "/registered_models/17",
    settings: Settings | None = None,
    scrub: Callable[[str], str] = str,
    clock: Callable[[], float] = lambda: 0.0,
    version: str = "v1",
) -> Outgoing:
    """Return a request to a server whose address holds a password, with ten seconds left."""
    settings = settings or Settings(base_url="https://registry")
    peer = Peer(settings, "https://ana:hush@registry", "/api/model_registry/", clock, scrub)
    end = clock() + 10.0
    limits = limits_of(phases_of(settings.timeouts), end, 10.0)
    target = f"{peer.root}{version}{path}"
    return Outgoing(peer, method, path, "", version, None, None, target, end, limits)
