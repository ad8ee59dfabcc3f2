"""Decides which token a request carries, and that none goes where it should not."""

from __future__ import annotations

import inspect
import logging
import os
import re
from collections import deque
from collections.abc import AsyncGenerator, Awaitable, Callable, Generator
from typing import Protocol

import httpx

from modelreg.config import Token
from modelreg.errors import InvalidInput

_logger = logging.getLogger("modelreg")
_MASK = "***"
_SENDABLE = re.compile(r"[\x21-\x7e]+")
_REMEMBERED = 8


class _Source(Protocol):
    def ask(self, *, again: bool) -> str | Awaitable[str] | None:
        """Return the present token; `again` after the server refused the last one."""


def origin(url: httpx.URL) -> tuple[str, str, int | None]:
    """Return what two URLs must share for a token of one to be shown to the other: scheme, host and port."""
    return url.scheme, url.host, url.port


class TokenAuth(httpx.Auth):
    """Puts the present token on every request to the registry's own host, and on no other.

    A file is read again when it changes. After a 401 the token is looked up once more, and when it is another one the
    request is sent once more.
    """

    def __init__(self, token: Token, base_url: str) -> None:
        self._origin = origin(httpx.URL(base_url))
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

    def sync_auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Send the request with the token, and once more after a 401 if there is a new one."""
        if origin(request.url) != self._origin:
            yield request
            return
        used = self._put(request, self._ask_at_once(again=False))
        response = yield request
        refused = response.status_code == httpx.codes.UNAUTHORIZED
        if refused and self._put(request, self._ask_at_once(again=True)) != used:
            yield request

    async def async_auth_flow(self, request: httpx.Request) -> AsyncGenerator[httpx.Request, httpx.Response]:
        """Do the same as `sync_auth_flow`, with a source that may have to be awaited."""
        if origin(request.url) != self._origin:
            yield request
            return
        used = self._put(request, await self._ask(again=False))
        response = yield request
        refused = response.status_code == httpx.codes.UNAUTHORIZED
        if refused and self._put(request, await self._ask(again=True)) != used:
            yield request

    async def _ask(self, *, again: bool) -> str | None:
        answer = self._source.ask(again=again)
        return await answer if inspect.isawaitable(answer) else answer

    def _ask_at_once(self, *, again: bool) -> str | None:
        answer = self._source.ask(again=again)
        if not inspect.isawaitable(answer):
            return answer
        if inspect.iscoroutine(answer):
            answer.close()
        raise InvalidInput("the token's callable is async", hint="Use AsyncModelRegistry, or give a plain function.")

    def _put(self, request: httpx.Request, answer: str | None) -> str | None:
        if answer is None:
            request.headers.pop("Authorization", None)
            return None
        token = sendable(answer)
        if token not in self._sent:
            self._sent.append(token)
        request.headers["Authorization"] = f"Bearer {token}"
        return token


def sendable(token: str) -> str:
    """Return the token without white space around it.

    Raises:
        InvalidInput: when it cannot stand in a header; the token itself is not shown.
    """
    if not isinstance(token, str) or not _SENDABLE.fullmatch(token.strip()):
        raise InvalidInput(
            "the token is empty, or holds what no token holds (a space, a line break, a letter outside ASCII)",
            hint="Give the bare token, without 'Bearer'.",
        )
    return token.strip()


def _source(token: Token) -> _Source:
    if token.path is not None:
        return _File(token.path, required=token.deliberate)
    if callable(token.value):
        return _Callable(token.value)
    return _Text(token.value or "")


class _Text:
    def __init__(self, text: str) -> None:
        self._text = text

    def ask(self, *, again: bool) -> str:  # noqa: ARG002
        return self._text


class _Callable:
    def __init__(self, function: Callable[[], str] | Callable[[], Awaitable[str]]) -> None:
        self._function = function

    def ask(self, *, again: bool) -> str | Awaitable[str]:  # noqa: ARG002
        return self._function()


class _File:
    """A file that somebody else rewrites; what it held last is used while it is away for a moment."""

    def __init__(self, path: str, *, required: bool) -> None:
        self._path = path
        self._required = required
        self._mark: tuple[int, int, int] | None = None
        self._token: str | None = None
        self._missed = False

    def ask(self, *, again: bool) -> str | None:
        try:
            status = os.stat(self._path)
            mark = status.st_mtime_ns, status.st_size, status.st_ino
            if again or mark != self._mark:
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

    def _miss(self, error: Exception | None) -> None:
        if self._token is not None:
            return
        if self._required:
            raise InvalidInput(f"the token file {self._path!r} cannot be read, or is empty") from error
        if not self._missed:
            self._missed = True
            _logger.warning("the token file %s cannot be read, or is empty; going on without a token", self._path)
