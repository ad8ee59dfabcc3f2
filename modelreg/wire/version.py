"""Decides which API version a request is sent to, learning from the answers of ordinary requests."""

from __future__ import annotations

import logging
from collections.abc import Mapping

from modelreg.config import ApiVersion
from modelreg.errors import ModelRegistryError, UnsupportedByServer
from modelreg.wire.answers import Question

_logger = logging.getLogger("modelreg")

ROOT = "/api/model_registry/"
_GONE = frozenset({404, 410})


def needs_experiments(path: str) -> bool:
    """Return whether a path belongs to experiments and runs, which only v1alpha3 has."""
    return path.startswith("/experiment")


def _tells(status: int) -> bool:
    """Return whether an answer comes from the route itself; a gateway refuses what is not there as well."""
    return status < 500 and status not in (401, 403, 429)


class VersionChoice:
    """What is known of one server; the first answer to a real request settles it.

    v1 is preferred. Experiments and runs need v1alpha3, which is learned apart: a server may speak both. Threads may
    share an object: what they learn at once is the same.
    """

    def __init__(self, given: ApiVersion | None = None) -> None:
        self._given = given
        self._general: ApiVersion | None = given
        self._experiments: bool | None = None if given is None else given == "v1alpha3"
        self._announced = False

    @property
    def known(self) -> ApiVersion | None:
        """The version that ordinary requests go to, once that is known."""
        return self._general

    def choose(self, question: Question) -> ApiVersion:
        """Return the version to put a question to.

        Raises:
            UnsupportedByServer: for experiments and runs on a server without v1alpha3.
        """
        if not needs_experiments(question.path):
            return self._general or "v1"
        if self._experiments is False:
            raise self._no_experiments(question)
        return "v1alpha3"

    def learn(self, question: Question, status: int, *, of_a_registry: bool) -> ApiVersion | None:
        """Take in an answer; return the version to put the question to instead, or None to believe the answer.

        Args:
            question: what was asked, and of which version.
            status: the answer's status.
            of_a_registry: whether the body is what a registry says, in an error too.

        Raises:
            UnsupportedByServer: when the answer shows that the server has no experiments.
        """
        absent = status in _GONE and not of_a_registry
        if absent:
            return self._without(question, status)
        if of_a_registry and _tells(status):
            if needs_experiments(question.path):
                self._experiments = True
            elif self._general is None:
                self._general = question.version
        return None

    def _without(self, question: Question, status: int) -> ApiVersion | None:
        """Take in that a route is not there."""
        if needs_experiments(question.path):
            if self._experiments is None or status == 410:
                self._experiments = False
                raise self._no_experiments(question, status)
            return None
        if self._given is not None:
            return None
        if question.version == "v1" and self._general != "v1":
            return "v1alpha3"
        if question.version == "v1alpha3" and self._general == "v1alpha3" and status == 410:
            # The server was brought up to date while this object lived, and has retired the old version.
            self._general = "v1"
            return "v1"
        return None

    def _no_experiments(self, question: Question, status: int | None = None) -> ModelRegistryError:
        if self._given == "v1":
            what = "experiments and runs need API version v1alpha3, and v1 was asked for"
            hint = "Leave the version out, of api_version and of the address, to use both."
        else:
            what = "the server has no experiments and runs: it does not speak API version v1alpha3"
            hint = "Keep metrics and parameters as properties of the version."
        return question.error(UnsupportedByServer, what, status=status, hint=hint)

    def notice(self, headers: Mapping[str, str]) -> None:
        """Log once that the server announces the end of the version in use."""
        if self._announced:
            return
        deprecation, sunset = headers.get("deprecation"), headers.get("sunset")
        if deprecation is None and sunset is None:
            return
        self._announced = True
        _logger.warning(
            "the registry says that this API version ends (Deprecation: %s, Sunset: %s)", deprecation, sunset
        )
