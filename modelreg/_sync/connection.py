# Written by scripts/unasync.py from modelreg/_async/connection.py; edit that file and run `make fmt`.
"""Decides how one request becomes one answer: address, token, version, repeats, deadline, and our errors.

The generated endpoints call `request` in the place of httpx's; it is the one edge at which httpx's errors become ours.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from typing import Any

import httpx

from modelreg._concurrency import Sleep, sleep
from modelreg.config import ALLOW_PLAINTEXT_VARIABLE, ApiVersion, Settings
from modelreg.errors import InvalidInput, ModelRegistryError, NotFound
from modelreg.wire.answers import Question, error_of, error_of_failure, look_at
from modelreg.wire.auth import TokenAuth
from modelreg.wire.deadline import Deadline, GuardedStream, PhaseTimeouts, phases_of
from modelreg.wire.embedded import (
    EMBEDDED_BASE,
    HTTP_ERRORS,
    default_place,
    error_of_store,
    foreign_errors,
    local_transport,
)
from modelreg.wire.redirect import MOST_HOPS, next_stop
from modelreg.wire.retry import Failure, RetryPolicy, failure_of_error, failure_of_status
from modelreg.wire.trust import tls_context
from modelreg.wire.version import ROOT, VersionChoice

_logger = logging.getLogger("modelreg")


class Connection:
    """One registry's connections, and everything that is known of its server.

    Nothing is opened before the first request. One object may serve many threads or tasks.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        client: httpx.Client | None = None,
        transport: httpx.BaseTransport | None = None,
        policy: RetryPolicy | None = None,
        clock: Callable[[], float] = time.monotonic,
        pause: Sleep = sleep,
    ) -> None:
        """Remember what to do; do nothing yet.

        Args:
            settings: where the registry is and how it is spoken to.
            client: a client of the caller's own, used as it is and never closed here.
            transport: what carries the requests instead of the network.
            policy: when to repeat, unless as the settings say.
            clock: seconds that only grow.
            pause: how to wait between two attempts.
        """
        if client is not None and not isinstance(client, httpx.Client):
            raise InvalidInput(f"client has to be an httpx.Client, and is a {type(client).__name__}")
        self._settings = settings
        self._foreign = client is not None
        self._client = client
        self._transport = transport
        self._policy = policy or RetryPolicy(settings.retries)
        self._clock = clock
        self._pause = pause
        self._root = (settings.base_url or EMBEDDED_BASE) + ROOT
        self._versions = VersionChoice(settings.api_version)
        self._auth = _auth(settings, foreign=self._foreign)
        # A caller's client keeps its own authentication unless a token was given beside it.
        self._options: dict[str, Any] = {"auth": self._auth} if self._auth else {}
        # It keeps its own timeouts too, unless others were asked for; the whole call ends in time either way.
        keeps_timeouts = self._foreign and "timeout" not in settings.sources
        self._phases = None if keeps_timeouts else phases_of(settings.timeouts)
        self._opening = threading.Lock()
        self._closed = False

    @property
    def settings(self) -> Settings:
        """What was chosen."""
        return self._settings

    def request(self, method: str, url: str, **kwargs: Any) -> httpx.Response:
        """Send one request and return its answer, which is a success with a JSON object.

        Args:
            method: in any case.
            url: the path after the version prefix, beginning with a slash.
            kwargs: what `httpx.Client.build_request` takes: params, json, headers.

        Raises:
            ModelRegistryError: for every other outcome.
        """
        method = method.upper()
        deadline = Deadline(self._settings.timeouts.total, self._clock)
        question = self.question(method, url)
        repeats, acted = 0, False
        while True:
            outcome = self._attempt(question, deadline, kwargs)
            if isinstance(outcome, httpx.Response):
                return outcome
            if isinstance(outcome, Question):
                question = outcome
                continue
            failure, error = outcome
            acted = acted or failure.may_have_acted
            wait = self._policy.pause(repeats, failure, method)
            if wait is None or wait >= deadline.remaining():
                error.may_have_acted = acted or error.may_have_acted
                raise error from error.__cause__
            repeats += 1
            _logger.debug("%s %s: %s; repeat %d in %.2f s", method, url, error.message, repeats, wait)
            self._pause(wait)

    def find(self, method: str, url: str, **kwargs: Any) -> httpx.Response | None:
        """Send one request, as `request` does; None where the registry itself has no such record."""
        try:
            return self.request(method, url, **kwargs)
        except NotFound:
            return None

    def _attempt(
        self, question: Question, deadline: Deadline, kwargs: dict[str, Any]
    ) -> httpx.Response | Question | tuple[Failure, ModelRegistryError]:
        """Send the request once: the answer, the question to ask instead, or what went wrong."""
        try:
            response = self._send(question, deadline, kwargs)
        except foreign_errors() as error:
            if not isinstance(error, HTTP_ERRORS):
                raise error_of_store(error) from error
            failure = failure_of_error(question.method, error)
            wrong = error_of_failure(error, question, failure)
            wrong.__cause__ = error
            return failure, wrong
        answer = look_at(response)
        other = self._versions.learn(question, response.status_code, of_a_registry=answer.of_a_registry)
        if other is not None:
            return self._question(question.method, question.path, other)
        self._versions.notice(response.headers)
        if answer.good:
            return response
        failure = failure_of_status(question.method, response.status_code, response.headers)
        return failure, error_of(answer, question, failure)

    def _send(self, question: Question, deadline: Deadline, kwargs: dict[str, Any]) -> httpx.Response:
        client = self._open()
        extensions = {"timeout": PhaseTimeouts(self._phases or client.timeout.as_dict(), deadline)}
        try:
            request = client.build_request(question.method, question.url, extensions=extensions, **kwargs)
        except ValueError as error:
            # Half a character, or a number that JSON does not have.
            raise question.error(InvalidInput, "the request cannot be written", server_message=str(error)) from error
        hops = 0
        while True:
            response = client.send(request, stream=True, follow_redirects=False, **self._options)
            response.stream = GuardedStream(response, deadline, question)
            try:
                response.read()
            finally:
                response.close()
            onward = next_stop(request, response) if hops < MOST_HOPS else None
            if onward is None:
                return response
            hops += 1
            request = client.build_request("GET", onward, headers=kwargs.get("headers"), extensions=extensions)

    def question(self, method: str, url: str) -> Question:
        """Say what a request will ask, and of which version.

        Raises:
            UnsupportedByServer: when the server is known not to offer it.
        """
        question = self._question(method, url, "v1")
        version = self._versions.choose(question)
        return question if version == "v1" else self._question(method, url, version)

    def _question(self, method: str, path: str, version: ApiVersion) -> Question:
        return Question(
            method=method,
            path=path,
            version=version,
            url=f"{self._root}{version}{path}",
            settings=self._settings,
            scrub=self._auth.scrub if self._auth else str,
        )

    @property
    def transport(self) -> object:
        """What carries the requests instead of the network, such as an embedded registry's transport; else None."""
        self._open()
        return self._transport

    def _open(self) -> httpx.Client:
        if self._client is None and not self._closed:
            with self._opening:
                self._client = self._client or self._make_client()
        if self._client is None or self._client.is_closed or self._closed:
            raise ModelRegistryError("this registry was closed")
        return self._client

    def _make_client(self) -> httpx.Client:
        transport = self._transport
        if transport is None and self._settings.embedded:
            transport = self._transport = local_transport(self._settings.store)
        return httpx.Client(
            transport=transport,
            verify=False if transport is not None else tls_context(self._settings),
            headers={"accept": "application/json"},
        )

    def close(self) -> None:
        """Close what was opened here; a client that was handed in stays open."""
        self._closed = True
        if self._client is not None and not self._foreign:
            self._client.close()

    def describe(self) -> dict[str, str]:
        """Return what was chosen, and from where, with no secret in it."""
        described = self._settings.describe()
        if self._settings.embedded and self._settings.store is None:
            described["address"] = f"{default_place()} [{self._settings.sources.get('address', 'default')}]"
        if self._settings.api_version is None and self._versions.known is not None:
            described["api_version"] = f"{self._versions.known} [found on first use]"
        return described


def _auth(settings: Settings, *, foreign: bool) -> TokenAuth | None:
    token = settings.token
    if token is None or settings.base_url is None or (foreign and not token.deliberate):
        return None
    if token.left_out:
        _logger.warning(
            "the token in %s is not sent, because %s is plain http; set %s=1 to send it all the same",
            token.path,
            settings.base_url,
            ALLOW_PLAINTEXT_VARIABLE,
        )
        return None
    return TokenAuth(token, settings.base_url)
