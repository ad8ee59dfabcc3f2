"""Requests to the page and its responses, with the headers that every response has."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from http.cookies import CookieError, SimpleCookie
from urllib.parse import parse_qs

from attrs import field, frozen

from modelreg.local._registry.server.asgi import Receive, Scope, Send

#: Bytes of a form; a card of a model fits.
MOST_BODY = 1024 * 1024
#: Nothing inline and nothing from another host: what a registered model says cannot run, load or be framed.
POLICY = (
    "default-src 'self'; img-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
_HEADERS = (
    ("content-security-policy", POLICY),
    ("x-content-type-options", "nosniff"),
    ("x-frame-options", "DENY"),
    # With "no-referrer" browsers would send forms with an unknown origin.
    ("referrer-policy", "same-origin"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
)


class PageError(Exception):
    """A request that the page cannot carry out; `status` is the response's."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message


@frozen
class Request:
    """One request to the page.

    Attributes:
        method: HTTP method, upper case.
        path: Path below the page's root, decoded.
        query: Values of the query by name.
        form: Values of the form by name.
        headers: Headers, their names in lower case.
        root: Path of the page's root, without a slash at its end.
        port: Port of the server.
        secure: Whether the server itself speaks TLS.
    """

    method: str
    path: str
    query: Mapping[str, Sequence[str]] = field(factory=dict)
    form: Mapping[str, Sequence[str]] = field(factory=dict)
    headers: Mapping[str, str] = field(factory=dict, repr=False)
    root: str = ""
    port: int = 0
    secure: bool = False

    def value(self, name: str, default: str = "") -> str:
        """Return the last value of the query by a name."""
        values = self.query.get(name)
        return values[-1] if values else default

    def given(self, name: str) -> str:
        """Return the last value of the form by a name; line ends as Python has them."""
        values = self.form.get(name)
        return values[-1].replace("\r\n", "\n") if values else ""

    @property
    def cookies(self) -> dict[str, str]:
        """The cookies of the request; none where they cannot be read."""
        try:
            return {name: morsel.value for name, morsel in SimpleCookie(self.headers.get("cookie", "")).items()}
        except CookieError:
            return {}


@frozen
class Response:
    """One response of the page."""

    status: int
    body: bytes = b""
    content_type: str = "text/html; charset=utf-8"
    headers: Sequence[tuple[str, str]] = ()

    async def send(self, send: Send, *, with_body: bool) -> None:
        """Send the response.

        Args:
            send: Where to.
            with_body: Whether its body is sent, too.
        """
        own = {name for name, _ in self.headers}
        defaults = [("cache-control", "no-store")] if "cache-control" not in own else []
        every = [*_HEADERS, *defaults, *self.headers, ("content-length", str(len(self.body)))]
        if self.body:
            every.append(("content-type", self.content_type))
        headers = [(name.encode("ascii"), value.encode("latin-1")) for name, value in every]
        await send({"type": "http.response.start", "status": self.status, "headers": headers})
        await send({"type": "http.response.body", "body": self.body if with_body else b""})


def redirect(address: str) -> Response:
    """Return the response that sends a browser elsewhere on the page with GET."""
    return Response(303, headers=[("location", address)])


async def read_request(scope: Scope, receive: Receive, root: str, *, secure: bool) -> Request:
    """Read a request.

    Args:
        scope: Scope of the request.
        receive: Where its body comes from.
        root: Path of the page's root.
        secure: Whether the server itself speaks TLS.

    Raises:
        PageError: The body is too large, or no form.
    """
    headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
    form: Mapping[str, Sequence[str]] = {}
    if scope["method"] == "POST":
        if headers.get("content-type", "").partition(";")[0].strip().lower() != "application/x-www-form-urlencoded":
            raise PageError(415, "a form is sent as application/x-www-form-urlencoded")
        form = _parsed((await _body(receive)).decode("utf-8", "replace"))
    return Request(
        scope["method"],
        _below(scope["path"], root),
        _parsed(scope["query_string"].decode("utf-8", "replace")),
        form,
        headers,
        root,
        (scope.get("server") or ("", 0))[1] or 0,
        secure,
    )


def _below(path: str, root: str) -> str:
    """Return a path without the root, which a proxy may have taken off already."""
    return (path[len(root) :] or "/") if root and (path == root or path.startswith(f"{root}/")) else path


def _parsed(text: str) -> dict[str, list[str]]:
    try:
        return parse_qs(text, keep_blank_values=True, max_num_fields=1000, errors="replace")
    except ValueError as error:
        raise PageError(400, "the address or the form has too many fields") from error


async def _body(receive: Receive) -> bytes:
    body = bytearray()
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise PageError(400, "the client went")
        body += message.get("body", b"")
        if len(body) > MOST_BODY:
            raise PageError(413, f"a form has at most {MOST_BODY} bytes")
        if not message.get("more_body"):
            return bytes(body)
