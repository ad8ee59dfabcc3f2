"""One request, from (method, path, query, body) to a response. Knows no HTTP library and no socket."""

from __future__ import annotations

import logging
import threading
import time
from pathlib import Path
from typing import Final
from urllib.parse import parse_qsl, unquote

from attrs import evolve
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from modelreg.local._registry import database as waiting
from modelreg.local._registry.database import Database, is_unavailable
from modelreg.local._registry.errors import LocalError, Refusal, StoreBusy, bad_request
from modelreg.local._registry.json_responses import Response, Version, as_error, as_text
from modelreg.local._registry.location import Location
from modelreg.local._registry.opening import open_database
from modelreg.local._registry.operations import Request
from modelreg.local._registry.routes import find_route

_log = logging.getLogger(__name__)
_PREFIX: Final = ("api", "model_registry")
_VERSIONS: dict[str, Version] = {"v1": "v1", "v1alpha3": "v1alpha3"}
_HEALTH = (("readyz", "health"), ("readyz", "isDirty"))


class App:
    """The registry behind a transport or a server; opens its database when the first request comes."""

    def __init__(self, address: str | Path | Location) -> None:
        self.address = address
        self._database: Database | None = None
        self._opening = threading.Lock()

    def open(self) -> Database:
        """Return the database, opened if it was not.

        Raises:
            StoreError: when it cannot be opened.
        """
        if self._database is None:
            with self._opening:
                if self._database is None:
                    self._database = open_database(self.address)
        return self._database

    def close(self) -> None:
        """Close the database's connections; a later request opens it again."""
        database, self._database = self._database, None
        if database is not None:
            database.close()

    def handle(
        self,
        method: str,
        path: str,
        query: str = "",
        body: bytes = b"",
        *,
        if_match: str = "",
        timeout: float | None = None,
    ) -> Response:
        """Return the response to a request.

        Args:
            method: the HTTP method, upper case.
            path: the path as sent, percent-encoded.
            query: the query string as sent, without its question mark.
            body: the bytes of the body.
            if_match: the header If-Match, or empty where there is none.
            timeout: how many seconds it may wait for other writers, where the client has a deadline.

        Returns:
            The response; a failure of the registry itself is one with status 500 or 503.

        Raises:
            StoreBusy: other writers were at work for the whole ``timeout``; without one, this is a 503.
            LocalError: the file or database cannot be used any more.
        """
        deadline = None if timeout is None else time.monotonic() + timeout
        segments = tuple(unquote(each) for each in path.split("/")[1:])
        database = self.open()
        try:
            if segments in _HEALTH:
                return _health(database, method)
            request = Request(database, "v1", {}, body, if_match=if_match, deadline=deadline)
            return _route(request, method, segments, query)
        except Refusal as refusal:
            return as_error(refusal.status, refusal.message)
        except StoreBusy:
            if timeout is not None and timeout < waiting.BUSY_SECONDS:
                raise
            _log.warning("the database did not answer %s %s: it was locked", method, path)
            return as_error(503, "the database did not answer")
        except LocalError:
            raise
        except (DBAPIError, PoolTimeoutError) as error:
            if isinstance(error, PoolTimeoutError) or is_unavailable(error):
                _log.warning("the database did not answer %s %s: %s", method, path, error)
                return as_error(503, "the database did not answer")
            _log.exception("%s %s failed", method, path)
            return as_error(500, "the registry failed; its log says why")
        except Exception:  # noqa: BLE001 - whatever went wrong, the client gets a response
            _log.exception("%s %s failed", method, path)
            return as_error(500, "the registry failed; its log says why")


def _route(request: Request, method: str, segments: tuple[str, ...], query: str) -> Response:
    version = _VERSIONS.get(segments[2]) if segments[:2] == _PREFIX and len(segments) > 3 else None
    route = find_route(version, segments[3:]) if version is not None else None
    if route is None or version is None:
        return as_text(404, "404 page not found\n")
    methods, id_ = route
    operation = methods.get(method)
    if operation is None:
        return Response(405, allow=tuple(methods))
    asked = dict(reversed(parse_qsl(query, keep_blank_values=True)))
    if any("\0" in value for value in asked.values()):
        raise bad_request("a query parameter holds a NUL character")
    return operation(evolve(request, version=version, query=asked, id=id_))


def _health(database: Database, method: str) -> Response:
    if method != "GET":
        return Response(405, allow=("GET",))
    with database.read() as connection:
        connection.exec_driver_sql("SELECT 1")
    return as_text(200, "OK")
