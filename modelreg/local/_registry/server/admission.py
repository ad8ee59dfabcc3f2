"""Which requests a served registry takes, decided from their headers: pure functions, no I/O."""

from __future__ import annotations

from attrs import frozen

from modelreg.local._registry.json_responses import Response, as_error
from modelreg.local._registry.server.asgi import Headers
from modelreg.local._registry.server.options import ANY_HOST, ServeOptions, is_loopback

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
_METHODS_WITH_BODY = frozenset({"POST", "PATCH", "PUT"})
_WILDCARDS = frozenset({"0.0.0.0", "::", ""})
_JSON = b"application/json"
_SHOWN = 100
_PREFLIGHT_SECONDS = 600


@frozen
class Admission:
    """The rules by which requests are taken.

    Attributes:
        any_host: Take requests for any host.
        hosts: Hosts that requests may be addressed to, beside those of loopback.
        origins: Origins whose pages may use the registry, beside its own.
        open_origins: Take API requests whatever their ``Origin``: a page elsewhere does not know the token.
        json_only: Take a write only as ``application/json``, which no page elsewhere can send unasked.
    """

    any_host: bool = False
    hosts: frozenset[str] = frozenset()
    origins: frozenset[str] = frozenset()
    open_origins: bool = False
    json_only: bool = True

    @classmethod
    def of(cls, options: ServeOptions) -> Admission:
        """Return the rules that follow from a server's options."""
        with_token = options.token_file is not None
        named = {_bare(host) for host in options.allowed_hosts}
        # The address that the operator bound is not a name that somebody else's DNS could point here.
        bound = set() if options.host in _WILDCARDS else {_bare(options.host)}
        return cls(
            any_host=ANY_HOST in named or (with_token and not named),
            hosts=frozenset(named | bound),
            origins=frozenset(origin.lower() for origin in options.allowed_origins),
            open_origins=with_token,
            json_only=not with_token,
        )

    def refusal(self, method: str, headers: Headers, *, api: bool) -> Response | None:
        """Return the response to a request that is not taken, or None.

        Args:
            method: HTTP method, upper case.
            headers: Headers of the request, their names in lower case.
            api: Whether the request is for the registry's API, and not for a page that is served beside it.
        """
        given = dict(headers)
        host, origin = _text(given.get(b"host")), _text(given.get(b"origin"))
        if not self._takes_host(host):
            return as_error(
                403, f"this registry takes no request for the host {host[:_SHOWN]!r}: see --allowed-host, --token-file"
            )
        if origin and not self._takes_origin(method, origin.lower(), host.lower(), api=api):
            return as_error(
                403, f"this registry takes no request of a page of {origin[:_SHOWN]!r}: see --allowed-origin"
            )
        if api and self.json_only and method in _METHODS_WITH_BODY and not _is_json(given.get(b"content-type")):
            return as_error(415, "the body of a write has to be application/json")
        return None

    def preflight(self, method: str, headers: Headers) -> list[tuple[bytes, bytes]] | None:
        """Return the headers by which a browser learns that a page of an allowed origin may send its request.

        Returns:
            None when the request is no such inquiry, or its origin is not allowed.
        """
        given = dict(headers)
        wanted = given.get(b"access-control-request-method")
        shared = self.sharing(headers)
        if method != "OPTIONS" or wanted is None or not shared:
            return None
        return [
            *shared,
            (b"access-control-allow-methods", b"GET, HEAD, POST, PATCH"),
            (b"access-control-allow-headers", b"authorization, content-type, if-match"),
            (b"access-control-max-age", str(_PREFLIGHT_SECONDS).encode()),
        ]

    def sharing(self, headers: Headers) -> list[tuple[bytes, bytes]]:
        """Return the headers that let a page of an allowed origin read the response."""
        origin = next((value for name, value in headers if name == b"origin"), b"")
        if _text(origin).lower() not in self.origins:
            return []
        return [
            (b"access-control-allow-origin", origin),
            (b"access-control-expose-headers", b"etag, modelreg-preconditions"),
            (b"vary", b"Origin"),
        ]

    def _takes_host(self, host: str) -> bool:
        bare = _bare(_without_port(host))
        return self.any_host or is_loopback(bare) or bare in self.hosts

    def _takes_origin(self, method: str, origin: str, host: str, *, api: bool) -> bool:
        if origin in self.origins:
            return True
        if self.open_origins and (api or method in SAFE_METHODS):
            return True
        scheme, _, netloc = origin.partition("://")
        return scheme in ("http", "https") and netloc == host


def _text(value: bytes | None) -> str:
    return "" if value is None else value.decode("latin-1").strip()


def _bare(host: str) -> str:
    return host.lower().strip("[]").rstrip(".")


def _without_port(host: str) -> str:
    name, colon, port = host.rpartition(":")
    return name if colon and port.isdigit() and (":" not in name or name.endswith("]")) else host


def _is_json(content_type: bytes | None) -> bool:
    return content_type is not None and content_type.partition(b";")[0].strip().lower() == _JSON
