"""One request on its way, and the errors about it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from attrs import define

from modelreg._config import Settings
from modelreg._wire.deadline import limits_of
from modelreg._wire.retry import READS
from modelreg.errors import ModelRegistryError, Reason

# What an error quotes of the server's own text.
SHOWN = 500


@define(eq=False)
class Peer:
    """The server that requests go to.

    Attributes:
        settings: How it is reached.
        origin: Scheme, host and port.
        root: The path before the API version, from the slash on.
        scrub: Returns a text without any token that was sent lately.
        clock: Seconds that only grow; deadlines are moments of it.
    """

    settings: Settings
    origin: str
    root: str
    clock: Callable[[], float]
    scrub: Callable[[str], str] = str


@define(eq=False)
class Outgoing:
    """One request, as it is sent; it changes when it is sent again elsewhere.

    Attributes:
        peer: Where it goes.
        method: In upper case.
        path: After the version prefix, beginning with a slash.
        query: The encoded query, with its question mark; empty without one.
        version: The API version it is sent to.
        content: The body.
        headers: The caller's own headers.
        target: Path and query as they are sent.
        end: The moment by which the call has to be over.
        timeouts: Seconds by phase, as httpx names them, each of them a `TimeLimit`.
        authorization: The value of that header.
    """

    peer: Peer
    method: str
    path: str
    query: str
    version: str
    content: bytes | None
    headers: Mapping[str, str] | None
    target: str
    end: float
    timeouts: dict[str, float | None]
    authorization: str | None = None

    @property
    def writes(self) -> bool:
        """Whether the request is to change something."""
        return self.method not in READS

    @property
    def url(self) -> str:
        """The whole URL."""
        return self.peer.origin + self.target

    def left(self) -> float:
        """Return the seconds that are left of the call; 0 when it is over."""
        return max(0.0, self.end - self.peer.clock())

    def limit(self, phases: Mapping[str, float | None]) -> None:
        """Cut the limits of the next attempt to what is left of the call.

        Args:
            phases: Seconds by phase; None for as long as the call lasts.
        """
        self.timeouts = limits_of(phases, self.end, self.left())

    def readdress(self, version: str) -> None:
        """Send it to another API version."""
        self.version = version
        self.target = f"{self.peer.root}{version}{self.path}{self.query}"

    def error(
        self,
        kind: type[ModelRegistryError],
        what: str,
        *,
        status: int | None = None,
        code: str | None = None,
        server_message: str | None = None,
        hint: str | None = None,
        may_have_acted: bool = False,
        reason: Reason | None = None,
        details: Mapping[str, object] | None = None,
    ) -> ModelRegistryError:
        """Return an error about this request; the server's text is shortened, and tokens are taken out."""
        where = f"{self.method} {self.path}"
        return kind(
            f"{what} ({where})" if status is None else f"{what} ({status}, {where})",
            status=status,
            code=code and self.peer.scrub(code)[:SHOWN],
            server_message=server_message and shortened(self.peer.scrub(server_message)),
            method=self.method,
            url=self.url,
            resource=self.path.strip("/"),
            hint=hint,
            may_have_acted=may_have_acted,
            reason=reason,
            details=details,
        )


def shortened(text: str) -> str:
    """Return a text in one line, cut where it grows too long to be shown."""
    line = " ".join(text[: 4 * SHOWN].split())
    return line if len(line) <= SHOWN else f"{line[:SHOWN]}..."
