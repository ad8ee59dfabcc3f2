"""Files behind plain https addresses, to read only."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote, urlsplit

from modelreg._storage.http_client import HttpClient
from modelreg._storage.location import Location
from modelreg._storage.read_ahead import without
from modelreg._storage.scanning import BLOCK
from modelreg._storage.store import Closing
from modelreg._types.files import FileEntry
from modelreg.errors import InvalidInput, NotFound, public_url


def open_https(location: Location, *, stall_timeout: float, allow_local: bool) -> HttpsSource:
    """Open a folder of a web server.

    Args:
        location: Of the folder.
        stall_timeout: Seconds without a byte after which reading ends.
        allow_local: Whether the host may be on the loopback or link-local network.

    Raises:
        InvalidInput: The address holds a user or password.
    """
    if "@" in location.authority:
        raise InvalidInput(f"{public_url(location.uri)} holds a user or password", hint="Leave them out.")
    return HttpsSource(location.uri, HttpClient(stall_timeout=stall_timeout, allow_local=allow_local))


class HttpsSource(Closing):
    """A folder of a web server, whose files cannot be listed.

    Args:
        uri: Of the folder.
        client: What requests go through.
    """

    lists = False
    connections = 4

    def __init__(self, uri: str, client: HttpClient) -> None:
        self.uri = uri
        self._client = client

    def close(self) -> None:
        """Close every connection."""
        self._client.close()

    def _url(self, path: str) -> str:
        # A single file's own name is part of the address that was given, encoded and with its query; others are not.
        known = urlsplit(self.uri)
        name, question, query = path.partition("?")
        encoded = name if "%" in name or question else quote(name)
        return known._replace(path=f"{known.path}{encoded}", query=query).geturl()

    def files(self) -> Iterator[FileEntry]:
        """Yield nothing: a web server does not list its files."""
        return iter(())

    def stat(self, path: str) -> FileEntry | None:
        """Return a file's size; None when it is not there."""
        try:
            with self._client.send("HEAD", self._url(path), headers={"Accept-Encoding": "identity"}) as response:
                length = response.headers.get("content-length", "")
                return FileEntry(path, int(length) if length.isdigit() else None)
        except NotFound:
            return None

    def read(self, path: str, offset: int = 0, *, size: int | None = None, connections: int = 1) -> Iterator[bytes]:
        """Yield a file's bytes; a server that knows no ranges is read from the beginning."""
        headers = {"Accept-Encoding": "identity"}
        if offset:
            headers["Range"] = f"bytes={offset}-"
        with self._client.send("GET", self._url(path), headers=headers, accept=frozenset({200, 206})) as response:
            yield from without(response.iter_raw(BLOCK), offset if response.status_code == 200 else 0)
