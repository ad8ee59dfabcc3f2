# Written by scripts/unasync.py from modelreg/_async/recovery.py; edit that file and run `make fmt`.
"""What follows on an outcome that is not simply a success: another version, another attempt, or our error."""

from __future__ import annotations

import logging

import httpx

from modelreg._concurrency import Sleep
from modelreg._config import Settings
from modelreg._sync.senders import Sender
from modelreg._wire.auth import BearerToken
from modelreg._wire.deadline import phases_of
from modelreg._wire.embedded import HTTP_ERRORS, error_of_store, foreign_errors
from modelreg._wire.outgoing import Outgoing
from modelreg._wire.redirect import MOST_HOPS, next_target
from modelreg._wire.responses import ObjectResponse, error_of, error_of_failure, read_reply
from modelreg._wire.retry import Failure, RetryPolicy, failure_of_error, failure_of_status
from modelreg._wire.version import VersionChoice
from modelreg.errors import ModelRegistryError

_logger = logging.getLogger("modelreg")


class Recovery:
    """Goes on after a request that did not simply succeed."""

    def __init__(
        self,
        settings: Settings,
        token: BearerToken | None,
        versions: VersionChoice,
        policy: RetryPolicy,
        pause: Sleep,
    ) -> None:
        self._settings = settings
        self._token = token
        self._versions = versions
        self._policy = policy
        self._pause = pause

    def recovered(self, sender: Sender, outgoing: Outgoing, outcome: httpx.Response | Exception) -> ObjectResponse:
        """Return the registry's response to a request whose first attempt had an outcome to look at.

        Raises:
            ModelRegistryError: There is none, or it is a failure.
        """
        retries, acted = 0, False
        if isinstance(outcome, httpx.Response):
            outcome = self._followed(sender, outgoing, outcome)
        while True:
            final = self._judged(outgoing, outcome)
            if isinstance(final, ObjectResponse):
                return final
            if isinstance(final, str):
                outgoing.readdress(final)
                outcome = self._attempt(sender, outgoing)
                continue
            acted = acted or final.may_have_acted
            wait = self._policy.pause(retries, final, outgoing.method)
            if wait is None or wait >= outgoing.left():
                raise _error(outgoing, outcome, final, acted=acted)
            retries += 1
            _logger.debug("%s %s failed; retry %d in %.2f s", outgoing.method, outgoing.path, retries, wait)
            self._pause(wait)
            outcome = self._attempt(sender, outgoing)

    def _judged(self, outgoing: Outgoing, outcome: httpx.Response | Exception) -> ObjectResponse | str | Failure:
        """Return the response if it is final, the version to use instead, or the failure."""
        if isinstance(outcome, Exception):
            if isinstance(outcome, HTTP_ERRORS):
                return failure_of_error(outgoing.method, outcome)
            raise self._store_error(outcome)
        status = outcome.status_code
        reply = read_reply(outcome)
        other = self._versions.learn(outgoing, status, of_a_registry=reply.of_a_registry)
        if other is not None:
            return other
        self._versions.notice(outcome.headers)
        if isinstance(outcome, ObjectResponse):
            return outcome
        message = str(reply.body.get("message", ""))
        return failure_of_status(outgoing.method, status, outcome.headers, message=message)

    def _attempt(self, sender: Sender, outgoing: Outgoing) -> httpx.Response | Exception:
        """Send the request again, with the present token, and return the response or httpx's error."""
        outgoing.limit(phases_of(self._settings.timeouts))
        try:
            if self._token is not None:
                self._token.put(outgoing)
            response = sender.send(outgoing)
        except foreign_errors() as error:
            return error
        return self._followed(sender, outgoing, response)

    def _followed(self, sender: Sender, outgoing: Outgoing, response: httpx.Response) -> httpx.Response | Exception:
        """Send the request once more with another token after a 401, and follow redirects."""
        target = outgoing.target
        try:
            token = self._token if response.status_code == 401 else None
            if token is not None and token.put(outgoing, again=True):
                response = sender.send(outgoing)
            for _ in range(MOST_HOPS):
                onward = next_target(outgoing, response)
                if onward is None:
                    break
                outgoing.target = onward
                response = sender.send(outgoing)
        except foreign_errors() as error:
            return error
        finally:
            outgoing.target = target
        return response

    def _store_error(self, error: Exception) -> ModelRegistryError:
        """Return our error for one of the embedded registry's, without a password in what is shown of its cause."""
        ours = error_of_store(error, self._settings.store)
        if ours.server_message in (None, str(error)):
            ours.__cause__ = error
        ours.__suppress_context__ = True
        return ours


def _error(
    outgoing: Outgoing, outcome: httpx.Response | Exception, failure: Failure, *, acted: bool
) -> ModelRegistryError:
    """Return the error of the last outcome; `acted` is whether any attempt may have done what was asked."""
    if isinstance(outcome, httpx.Response):
        error = error_of(read_reply(outcome), outgoing, failure)
    else:
        error = error_of_failure(outcome, outgoing, failure)  # type: ignore[arg-type]  # the others were raised
        error.__cause__ = outcome
    error.may_have_acted = acted or error.may_have_acted
    return error
