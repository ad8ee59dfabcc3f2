"""The API version that each request is sent to, learned from the responses of ordinary requests."""

from __future__ import annotations

import logging
from collections.abc import Mapping

from modelreg._config import ApiVersion
from modelreg._wire.outgoing import Outgoing
from modelreg.errors import ModelRegistryError, UnsupportedByServer
from modelreg_rest.versions import FIELD_VERSIONS, VALUE_VERSIONS, VERSIONS, operation_of, versions_of

_logger = logging.getLogger("modelreg")

ROOT = "/api/model_registry/"
# The fields of bodies that some versions lack, or take fewer values of.
PARTIAL_FIELDS = frozenset(
    (
        *(field for fields in FIELD_VERSIONS.values() for field in fields),
        *(key.split(".")[-1] for key in VALUE_VERSIONS),
    )
)
_GONE = frozenset({404, 410})


def _tells(status: int) -> bool:
    """Return whether a response comes from the route itself; a gateway refuses what is not there as well."""
    return status < 500 and status not in (401, 403, 429)


class VersionChoice:
    """What is known of the API versions that one server has; the first response to an ordinary request settles it.

    A server may have several, of which the first in the contract's order is preferred; an operation that only some
    versions have is sent to one of those. Threads may share an object: what they learn at once is the same.

    Attributes:
        spoken: Versions that the server is known to have.
        absent: Versions that it is known not to have.
        usual: The version of most requests, once the server is known to have it and none that is preferred to it.

    Args:
        given: The only version to use.
    """

    def __init__(self, given: ApiVersion | None = None) -> None:
        self._given = given
        self.spoken: frozenset[str] = frozenset() if given is None else frozenset({given})
        self.absent: frozenset[str] = frozenset() if given is None else frozenset(VERSIONS) - {given}
        self.usual: str | None = given
        self._announced = False

    def choose(self, method: str, path: str) -> str:
        """Return the version to send a request to.

        Raises:
            UnsupportedByServer: The server has no version with this operation.
        """
        having = versions_of(method, path) or VERSIONS
        usual = self.usual
        if usual is not None and usual in having:
            return usual
        for version in having:
            if version not in self.absent:
                return version
        raise self._unsupported(method, path, having)

    def learn(self, outgoing: Outgoing, status: int, *, of_a_registry: bool) -> str | None:
        """Take in a response; return the version to send the request to instead, or None to believe the response.

        Args:
            outgoing: The request.
            status: The response's status.
            of_a_registry: Whether the body is what a registry writes, in an error too.

        Raises:
            UnsupportedByServer: The response shows that the server lacks every version with this operation.
        """
        version = outgoing.version
        if status in _GONE and not of_a_registry:
            return self._without(outgoing, status)
        if of_a_registry and _tells(status):
            self.spoken |= {version}
            preferred = VERSIONS[: VERSIONS.index(version)]
            if self.usual is None and all(other in self.absent for other in preferred):
                self.usual = version
        return None

    def _without(self, outgoing: Outgoing, status: int) -> str | None:
        """Take in that a route is not there."""
        version = outgoing.version
        having = versions_of(outgoing.method, outgoing.path) or VERSIONS
        if self._given is not None or (version in self.spoken and status != 410):
            # A version that the server has: something else stands in the way.
            return None
        # A version that was retired while it was in use: the server was renewed, and another one may be there now.
        self.absent = frozenset({version}) if version in self.spoken else self.absent | {version}
        self.spoken -= {version}
        if self.usual == version:
            self.usual = None
        for other in having:
            if other not in self.absent:
                return other
        if set(having) != set(VERSIONS):
            raise self._unsupported(outgoing.method, outgoing.path, having, status)
        # No version is there at all: this is no registry, or not at the moment.
        self.absent = frozenset()
        return None

    def check_fields(self, schema: str, body: Mapping[str, object]) -> None:
        """Refuse a body with a field or value that the server's version is known to lack.

        Raises:
            UnsupportedByServer: The message and `details` name the field, and the versions that have it.
        """
        fields = FIELD_VERSIONS.get(schema)
        if (not fields and not VALUE_VERSIONS) or self.usual is None:
            return
        for name, value in body.items():
            having = (fields or {}).get(name, VERSIONS)
            what = f"the field {name} of {schema}"
            if self.usual in having and isinstance(value, str):
                having = VALUE_VERSIONS.get(f"{schema}.{name}", {}).get(value, VERSIONS)
                what = f"the value {value!r} of {name} of {schema}"
            if self.usual not in having:
                raise UnsupportedByServer(
                    f"{what} needs API version {' or '.join(having)}, and the registry is used by {self.usual}",
                    reason="unsupported_version",
                    details={"needs": having, "field": f"{schema}.{name}"},
                )

    def _unsupported(
        self, method: str, path: str, having: tuple[str, ...], status: int | None = None
    ) -> ModelRegistryError:
        needs = " or ".join(having)
        if self._given is not None:
            why = f"this needs API version {needs}, and {self._given} was asked for"
            hint = "Leave the version out, of api_version and of the address, to use every version that the server has."
        else:
            why = f"this needs API version {needs}, which the server does not have"
            hint = None
            if path.startswith("/experiment"):
                hint = "Keep metrics and parameters as properties of the model version."
        return UnsupportedByServer(
            f"{why} ({method} {path})",
            status=status,
            method=method,
            resource=path.strip("/"),
            hint=hint,
            reason="unsupported_version",
            details={"needs": having, "operation": operation_of(method, path) or f"{method} {path}"},
        )

    def notice(self, headers: Mapping[str, str]) -> None:
        """Log once that the server announces the end of the version in use."""
        if self._announced:
            return
        deprecation, sunset = headers.get("deprecation"), headers.get("sunset")
        if deprecation is None and sunset is None:
            return
        self._announced = True
        _logger.warning(
            "the registry says that this API version ends (Deprecation: %r, Sunset: %r)", deprecation, sunset
        )
