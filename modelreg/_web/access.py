"""Who may use the page: everybody, who has the one-time key of its address, or who knows the server's token."""

from __future__ import annotations

import hmac
import secrets
import threading
import time
from collections.abc import Callable
from hashlib import sha256
from typing import Literal, TypeAlias

from attrs import frozen

from modelreg._web.messages import Request

#: How a visitor who is not admitted could be: by the address with the key, or by the token.
Need: TypeAlias = Literal["key", "login"]

_SECONDS = 12 * 3600
_MOST_SESSIONS = 1000


@frozen
class Visitor:
    """Who sent a request.

    Attributes:
        session: Id of the session; empty when there is none.
        new: Whether the browser has to be told the session.
        need: What is missing; None for who is admitted.
    """

    session: str = ""
    new: bool = False
    need: Need | None = None


class Access:
    """Sessions in cookies, and the token of the forms of each.

    Args:
        need: What visitors need to be admitted; None admits everybody.
        key: The one-time key, where that is needed.
        accepts: Tells whether a token is the server's, where that is needed.
    """

    def __init__(
        self, need: Need | None = None, *, key: str = "", accepts: Callable[[str], bool] | None = None
    ) -> None:
        self._need = need
        self._key = key
        self._accepts = accepts
        self._secret = secrets.token_bytes(32)
        self._lock = threading.Lock()
        # What a session was opened with, and when it ends.
        self._sessions: dict[str, tuple[str, float]] = {}

    @property
    def has_login(self) -> bool:
        """Whether visitors log in, and so can log out."""
        return self._need == "login"

    def visitor(self, request: Request) -> Visitor:
        """Return who sent a request."""
        session = request.cookies.get(cookie_name(request), "")
        if self._need is None:
            return Visitor(session) if _is_id(session) else Visitor(secrets.token_urlsafe(32), new=True)
        return Visitor(session) if self._is_open(session) else Visitor(need=self._need)

    def open_with_key(self, key: str) -> str | None:
        """Return a new session for the key; None when it is not the key, or was used."""
        with self._lock:
            if not self._key or not _same(key, self._key):
                return None
            self._key = ""
        return self._open("")

    def open_with_token(self, token: str) -> str | None:
        """Return a new session for the server's token; None for another."""
        return self._open(token) if self._accepts is not None and self._accepts(token) else None

    def end(self, session: str) -> None:
        """End a session."""
        with self._lock:
            self._sessions.pop(session, None)

    def form_token(self, session: str) -> str:
        """Return what a form of this session has to hold, which no other site can know."""
        return hmac.new(self._secret, session.encode("utf-8", "replace"), sha256).hexdigest()

    def is_form_of(self, session: str, token: str) -> bool:
        """Return whether a form holds the token of its session."""
        return bool(session) and _same(token, self.form_token(session))

    def _open(self, token: str) -> str:
        session = secrets.token_urlsafe(32)
        with self._lock:
            while len(self._sessions) >= _MOST_SESSIONS:
                self._sessions.pop(next(iter(self._sessions)))
            self._sessions[session] = token, time.monotonic() + _SECONDS
        return session

    def _is_open(self, session: str) -> bool:
        with self._lock:
            token, end = self._sessions.get(session, ("", 0.0))
            if end <= time.monotonic():
                self._sessions.pop(session, None)
                return False
        # A token that was replaced ends the sessions that it opened.
        return self._accepts is None or self._accepts(token)


def cookie_name(request: Request) -> str:
    """Return the name of the session's cookie; browsers keep those of all ports of a host together."""
    return f"modelreg_{request.port}"


def session_cookie(request: Request, session: str) -> tuple[str, str]:
    """Return the header that gives a browser its session, or takes it away.

    Args:
        request: The request.
        session: Id of the session; empty to take it away.
    """
    parts = [f"{cookie_name(request)}={session}", f"Path={request.root or '/'}", "HttpOnly", "SameSite=Strict"]
    if request.secure:
        parts.append("Secure")
    if not session:
        parts.append("Max-Age=0")
    return "set-cookie", "; ".join(parts)


def _same(given: str, expected: str) -> bool:
    return hmac.compare_digest(given.encode("utf-8", "replace"), expected.encode("utf-8", "replace"))


def _is_id(session: str) -> bool:
    return 32 <= len(session) <= 64 and session.replace("-", "").replace("_", "").isalnum() and session.isascii()
