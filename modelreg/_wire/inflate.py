"""Decompression of response bodies that stops at a limit."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from typing import Protocol

#: What requests say they take; no other encoding is read.
ACCEPTED = "gzip, deflate"


class TooLarge(Exception):  # noqa: N818  # becomes an error about the request where that is known
    """The decompressed body passes the limit."""


class BadEncoding(Exception):  # noqa: N818  # becomes an error about the request where that is known
    """The body is not what its Content-Encoding says."""


class _Stage(Protocol):
    def feed(self, data: bytes, room: int) -> bytes: ...

    def finished(self) -> bool: ...


class Inflater:
    """Takes a body apart that is compressed once or several times over; no step of it grows past the limit.

    Args:
        encodings: As the response names them, the last applied last.
        limit: How many bytes come out at most.

    Raises:
        BadEncoding: One of them is not supported.
    """

    def __init__(self, encodings: Sequence[str], limit: int) -> None:
        self._stages = [_stage(encoding) for encoding in reversed(encodings)]
        self._sizes = [0] * len(encodings)
        self._limit = limit

    def feed(self, data: bytes) -> bytes:
        """Return what a piece of the body decompresses to.

        Raises:
            TooLarge: It is more than the limit.
            BadEncoding: It is not compressed like that.
        """
        for number, stage in enumerate(self._stages):
            try:
                data = stage.feed(data, self._limit + 1 - self._sizes[number])
            except zlib.error as error:
                raise BadEncoding(str(error)) from error
            self._sizes[number] += len(data)
            if self._sizes[number] > self._limit:
                raise TooLarge
        return data

    def finish(self) -> None:
        """Check that the body was whole.

        Raises:
            BadEncoding: Its end is missing.
        """
        if not all(stage.finished() for stage in self._stages):
            raise BadEncoding("the compressed body ends early")


def encodings_of(header: str) -> list[str]:
    """Return the encodings that a Content-Encoding header names, without those that change nothing."""
    names = (name.strip().lower() for name in header.split(","))
    return [name for name in names if name not in ("", "identity")]


def _stage(encoding: str) -> _Stage:
    if encoding in ("gzip", "x-gzip"):
        return _Zlib(16 + zlib.MAX_WBITS)
    if encoding == "deflate":
        return _Deflate()
    raise BadEncoding(f"the encoding {encoding!r} was not asked for")


class _Zlib:
    def __init__(self, window: int) -> None:
        self._inner = zlib.decompressobj(window)
        self._fed = False

    def feed(self, data: bytes, room: int) -> bytes:
        self._fed = self._fed or bool(data)
        return self._inner.decompress(data, room)

    def finished(self) -> bool:
        return self._inner.eof or not self._fed


class _Deflate(_Zlib):
    """Both of what servers mean by "deflate": with zlib's frame and without."""

    def __init__(self) -> None:
        super().__init__(zlib.MAX_WBITS)

    def feed(self, data: bytes, room: int) -> bytes:
        first = not self._fed
        try:
            return super().feed(data, room)
        except zlib.error:
            if not first:
                raise
            self._inner = zlib.decompressobj(-zlib.MAX_WBITS)
            return super().feed(data, room)
