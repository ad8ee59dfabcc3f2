"""The bearer token of requests: where it comes from, and that no text of ours repeats it."""

from __future__ import annotations

import inspect
import logging
import os
import re
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Any, Protocol, cast

from modelreg._concurrency import async_thread_within, within
from modelreg._config import Token
from modelreg._config.files import readable_by_others, refuse_readable_by_others
from modelreg._wire.outgoing import Outgoing
from modelreg.errors import DeadlineExceeded, InvalidInput

_logger = logging.getLogger("modelreg")
_MASK = "***"
_SENDABLE = re.compile(r"[\x21-\x7e]+")
_REMEMBERED = 8


class BearerToken:
    """Puts the present token on requests.

    A file is read again when it changes. After a 401 the token is looked up once more, and when it is another one the
    request is sent once more.
    """

    def __init__(self, token: Token) -> None:
        self._source = _source(token)
        # Tokens that were sent lately, so that no text of ours repeats one that a server echoes.
        self._sent: deque[str] = deque(maxlen=_REMEMBERED)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({_MASK})"

    def scrub(self, text: str) -> str:
        """Return a text without any token that was sent lately."""
        for token in tuple(self._sent):
            text = text.replace(token, _MASK)
        return text

    def put(self, outgoing: Outgoing, *, again: bool = False) -> bool:
        """Put the token on a request and return whether it is another one than before.

        Args:
            outgoing: The request.
            again: Whether the server refused the last token.

        Raises:
            InvalidInput: There is no token that can be sent.
            DeadlineExceeded: The callable did not return in time.
        """
        return self._take(outgoing, self._source.read(outgoing, again))

    async def async_put(self, outgoing: Outgoing, *, again: bool = False) -> bool:
        """Do the same as `put`, with a source that may have to be awaited."""
        return self._take(outgoing, await self._source.async_read(outgoing, again))

    def _take(self, outgoing: Outgoing, read: str | None) -> bool:
        before = outgoing.authorization
        if read is None:
            outgoing.authorization = None
        else:
            token = sendable(read)
            if token not in self._sent:
                self._sent.append(token)
            outgoing.authorization = f"Bearer {token}"
        return outgoing.authorization != before


def sendable(token: str) -> str:
    """Return the token without white space around it.

    Raises:
        InvalidInput: It cannot stand in a header; the token itself is not shown.
    """
    if not isinstance(token, str) or not _SENDABLE.fullmatch(token.strip()):
        raise InvalidInput(
            "the token is empty, or holds what no token holds (a space, a line break, a letter outside ASCII)",
            hint="Give the bare token, without 'Bearer'.",
        )
    return token.strip()


class _Source(Protocol):
    def read(self, outgoing: Outgoing, again: bool) -> str | None: ...

    async def async_read(self, outgoing: Outgoing, again: bool) -> str | None: ...


def _source(token: Token) -> _Source:
    if token.path is not None:
        return _File(token.path, required=token.deliberate, strict=token.strict)
    if callable(token.value):
        return _Callable(token.value)
    return _Text(token.value or "")


class _Text:
    def __init__(self, text: str) -> None:
        self._text = text

    def read(self, outgoing: Outgoing, again: bool) -> str:  # noqa: ARG002
        return self._text

    async def async_read(self, outgoing: Outgoing, again: bool) -> str:  # noqa: ARG002
        return self._text


class _Callable:
    """A function of the caller's, sync or async; one that hangs is left behind when the call is over."""

    def __init__(self, function: Callable[[], str] | Callable[[], Awaitable[str]]) -> None:
        self._function: Callable[[], Any] = function

    def read(self, outgoing: Outgoing, again: bool) -> str:  # noqa: ARG002
        try:
            result = within(outgoing.left(), self._function)
        except TimeoutError as error:
            raise self._late(outgoing) from error
        if not inspect.isawaitable(result):
            return cast("str", result)
        if inspect.iscoroutine(result):
            result.close()
        raise InvalidInput("the token's callable is async", hint="Use AsyncModelRegistry, or give a plain function.")

    async def async_read(self, outgoing: Outgoing, again: bool) -> str:  # noqa: ARG002
        import asyncio

        try:
            if inspect.iscoroutinefunction(self._function):
                result: Any = self._function()
            else:
                result = await async_thread_within(outgoing.left(), self._function)
            if inspect.isawaitable(result):
                result = await asyncio.wait_for(result, outgoing.left())
        except TimeoutError as error:
            raise self._late(outgoing) from error
        return cast("str", result)

    def _late(self, outgoing: Outgoing) -> Exception:
        return outgoing.error(DeadlineExceeded, "the token's callable did not return in time")


class _File:
    """A file that somebody else rewrites; what it held last is used while it is away for a moment."""

    def __init__(self, path: str, *, required: bool, strict: bool = False) -> None:
        self._path = path
        self._required = required
        self._strict = strict
        self._warned = not required
        self._mark: tuple[int, int, int] | None = None
        self._token: str | None = None
        self._missed = False

    async def async_read(self, outgoing: Outgoing, again: bool) -> str | None:
        return self.read(outgoing, again)

    def read(self, outgoing: Outgoing, again: bool) -> str | None:  # noqa: ARG002
        try:
            status = os.stat(self._path)
            mark = status.st_mtime_ns, status.st_size, status.st_ino
            if again or mark != self._mark:
                self._check_mode(status.st_mode)
                with open(self._path, encoding="utf-8") as file:
                    text = file.read().strip()
                # An empty file is one that is being written.
                self._token = text or self._token
                self._mark = mark if text else None
        except (OSError, UnicodeDecodeError) as error:
            self._miss(error)
        if self._token is None:
            self._miss(None)
        return self._token

    def _check_mode(self, mode: int) -> None:
        """Warn once of a file that others can read, or refuse it; what a pod mounts is the platform's to protect."""
        if self._strict:
            refuse_readable_by_others(self._path)
        elif not self._warned and readable_by_others(mode):
            self._warned = True
            _logger.warning(
                "the token file %s can be read by other users of this machine; chmod 600 it"
                " (MODEL_REGISTRY_STRICT_FILES=1 refuses such a file)",
                self._path,
            )

    def _miss(self, error: Exception | None) -> None:
        if self._token is not None:
            return
        if self._required:
            raise InvalidInput(f"the token file {self._path!r} cannot be read, or is empty") from error
        if not self._missed:
            self._missed = True
            _logger.warning("the token file %s cannot be read, or is empty; going on without a token", self._path)
