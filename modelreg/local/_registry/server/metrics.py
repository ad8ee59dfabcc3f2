"""Metrics of a served registry in the text format of Prometheus."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import unquote

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST

from modelreg.local._registry.json_responses import Response
from modelreg.local._registry.routes import find_route

_METHODS = frozenset({"GET", "HEAD", "POST", "PATCH", "PUT", "DELETE", "OPTIONS"})
_OTHER = "other"
_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)


class Metrics:
    """Counts requests and connections; one for each server, so that two in one process do not mix."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        ProcessCollector(registry=self._registry)
        labels = ("method", "route")
        self._requests = Counter(
            "modelreg_http_requests", "Requests that were responded to.", (*labels, "status"), registry=self._registry
        )
        self._seconds = Histogram(
            "modelreg_http_request_seconds",
            "Seconds from a request's headers to the end of its response.",
            labels,
            buckets=_SECONDS,
            registry=self._registry,
        )
        self._closed = Counter(
            "modelreg_connections_closed",
            "Connections that the server closed, by the limit that they reached.",
            ("limit",),
            registry=self._registry,
        )

    def watch(self, name: str, help: str, value: Callable[[], float]) -> None:
        """Report a number that is read when the metrics are."""
        Gauge(f"modelreg_{name}", help, registry=self._registry).set_function(value)

    def count_request(self, method: str, path: str, status: int, seconds: float) -> None:
        """Count a request.

        Args:
            method: HTTP method.
            path: Path as sent.
            status: Status of the response; 499 when the client had gone.
            seconds: How long it took.
        """
        method = method if method in _METHODS else _OTHER
        route = route_of(path)
        self._requests.labels(method, route, str(status)).inc()
        self._seconds.labels(method, route).observe(seconds)

    def count_closed(self, limit: str) -> None:
        """Count a connection that the server closed."""
        self._closed.labels(limit).inc()

    def response(self) -> Response:
        """Return all metrics as a response."""
        return Response(200, generate_latest(self._registry), CONTENT_TYPE_LATEST)


def route_of(path: str) -> str:
    """Return a path with its id as ``{id}``, or "other": a label has to have few values."""
    segments = tuple(unquote(each) for each in path.split("/")[1:])
    if segments[:1] in (("readyz",), ("metrics",)):
        return path if path in ("/readyz/health", "/readyz/isDirty", "/metrics") else _OTHER
    if segments[:2] != ("api", "model_registry") or len(segments) < 4 or segments[2] not in ("v1", "v1alpha3"):
        return _OTHER
    found = find_route("v1" if segments[2] == "v1" else "v1alpha3", segments[3:])
    if found is None:
        return _OTHER
    _, id_ = found
    rest = (segments[3], "{id}", *segments[5:]) if id_ else segments[3:]
    return "/".join(("", *segments[:3], *rest))
