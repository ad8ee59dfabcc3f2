"""The distribution API of OCI registries: manifests, blobs, and signing in."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any
from urllib.parse import quote, urlencode, urljoin, urlsplit

import httpx

from modelreg._storage.access import is_loopback
from modelreg._storage.http_client import HttpClient
from modelreg._storage.oci_credentials import credentials
from modelreg._storage.oci_names import Image
from modelreg.errors import IntegrityError, NotFound, Unauthorized

#: Hosts, separated by commas, that are spoken to over plain http.
PLAIN_HTTP_VARIABLE = "MODEL_REGISTRY_OCI_PLAIN_HTTP"
MANIFEST = "application/vnd.oci.image.manifest.v1+json"
INDEX = "application/vnd.oci.image.index.v1+json"
_DOCKER_MANIFEST = "application/vnd.docker.distribution.manifest.v2+json"
_DOCKER_INDEX = "application/vnd.docker.distribution.manifest.list.v2+json"
_ACCEPT = ", ".join((MANIFEST, INDEX, _DOCKER_MANIFEST, _DOCKER_INDEX))
_INDEXES = frozenset({INDEX, _DOCKER_INDEX})
_LONGEST_MANIFEST = 32 * 1024 * 1024
_CHALLENGE = re.compile(r'([a-z]+)="([^"]*)"', re.IGNORECASE)


class Registry:
    """One repository in a registry.

    Args:
        image: Names host and repository.
        client: What requests go through.
        writing: Whether blobs and manifests will be pushed.
    """

    def __init__(self, image: Image, client: HttpClient, *, writing: bool) -> None:
        self.image = image
        self._client = client
        self._base = f"{_scheme(image.host)}://{image.host}/v2/{image.repository}"
        self._actions = "pull,push" if writing else "pull"
        self._authorization: str | None = None
        self._lock = threading.Lock()

    def manifest(self, reference: str) -> tuple[dict[str, Any], str]:
        """Return a manifest and its digest; of an index, the one for this kind of machine or the first.

        Args:
            reference: A tag or digest.

        Raises:
            NotFound: There is none.
            IntegrityError: What came is not what the digest names.
        """
        with self._send("GET", f"/manifests/{reference}", headers={"Accept": _ACCEPT}) as response:
            body = _read(response, _LONGEST_MANIFEST)
        digest = f"sha256:{hashlib.sha256(body).hexdigest()}"
        if reference.startswith("sha256:") and digest != reference:
            raise IntegrityError(
                f"the registry returned another manifest than {reference}",
                reason="altered",
                details={"uri": self.image.uri, "expected": reference, "actual": digest},
            )
        try:
            content = json.loads(body)
            if content.get("mediaType") in _INDEXES or "manifests" in content:
                return self.manifest(_chosen(content["manifests"]))
            content["layers"][0]["digest"]
        except (ValueError, KeyError, TypeError, IndexError, AttributeError) as error:
            raise IntegrityError(f"{self.image.uri} is no image", reason="altered") from error
        return content, digest

    def find_manifest(self, reference: str) -> tuple[dict[str, Any], str] | None:
        """Return a manifest and its digest; None when there is none.

        Args:
            reference: A tag or digest.
        """
        try:
            return self.manifest(reference)
        except NotFound:
            return None

    def put_manifest(self, reference: str, body: bytes) -> None:
        """Push a manifest.

        Args:
            reference: The tag that names it from now on.
            body: Its bytes.
        """
        headers = {"Content-Type": MANIFEST}
        with self._send("PUT", f"/manifests/{reference}", headers=headers, content=lambda: body, accept=(201,)):
            pass

    def has_blob(self, digest: str) -> bool:
        """Return whether a blob is there.

        Args:
            digest: Of the blob.
        """
        with self._send("HEAD", f"/blobs/{digest}", accept=(200, 404)) as response:
            return response.status_code == 200

    def blob(self, digest: str, offset: int = 0) -> AbstractContextManager[httpx.Response]:
        """Request a blob; the response's status is 200 when the registry knows no ranges.

        Args:
            digest: Of the blob.
            offset: Bytes to leave out at its beginning.
        """
        headers = {"Accept-Encoding": "identity"} | ({"Range": f"bytes={offset}-"} if offset else {})
        return self._send("GET", f"/blobs/{digest}", headers=headers, accept=(200, 206))

    def small_blob(self, digest: str) -> bytes:
        """Return a blob, held to its digest.

        Args:
            digest: Of the blob.
        """
        with self.blob(digest) as response:
            body = _read(response, _LONGEST_MANIFEST)
        if f"sha256:{hashlib.sha256(body).hexdigest()}" != digest:
            raise IntegrityError(f"the registry returned another blob than {digest}", reason="altered")
        return body

    def put_blob(self, digest: str, size: int, blocks: Callable[[], Iterator[bytes]]) -> None:
        """Push a blob; the registry holds what comes to the digest.

        Args:
            digest: Of the blob.
            size: In bytes.
            blocks: Returns its bytes, from the beginning each time.
        """
        with self._send("POST", "/blobs/uploads/", headers={"Content-Length": "0"}, accept=(202,)) as response:
            session = urljoin(str(self._base), response.headers["location"])
        url = f"{session}{'&' if urlsplit(session).query else '?'}{urlencode({'digest': digest})}"
        headers = {"Content-Type": "application/octet-stream", "Content-Length": str(size)}
        with self._send("PUT", url, headers=headers, content=blocks, accept=(201,)):
            pass

    def mount_blob(self, digest: str, repository: str) -> bool:
        """Take over a blob of another repository of the registry; return whether that is done.

        Args:
            digest: Of the blob.
            repository: That holds it.
        """
        path = f"/blobs/uploads/?mount={quote(digest)}&from={quote(repository, safe='')}"
        with self._send("POST", path, headers={"Content-Length": "0"}, accept=(201, 202)) as response:
            return response.status_code == 201

    @contextmanager
    def _send(
        self,
        method: str,
        path: str,
        *,
        headers: dict[str, str] | None = None,
        content: Callable[[], bytes | Iterator[bytes]] | None = None,
        accept: tuple[int, ...] = (200,),
    ) -> Iterator[httpx.Response]:
        url = path if "://" in path else f"{self._base}{path}"
        same_host = urlsplit(url).netloc == self.image.host
        allowed = frozenset({*accept, 401}) if same_host else frozenset(accept)
        for attempt in (1, 2):
            sent = dict(headers or {})
            if self._authorization is not None and same_host:
                sent["Authorization"] = self._authorization
            body = None if content is None else content()
            with self._client.send(method, url, headers=sent, content=body, accept=allowed) as response:
                if response.status_code != 401:
                    yield response
                    return
                challenge = response.headers.get("www-authenticate", "")
            if attempt == 1:
                self._sign_in(challenge)
        raise Unauthorized(
            f"the registry {self.image.host} does not accept the credentials",
            status=401,
            hint=f"Sign in with: docker login {self.image.host}, or podman login {self.image.host}.",
        )

    def _sign_in(self, challenge: str) -> None:
        kind, _, rest = challenge.partition(" ")
        known = credentials(self.image.host, self.image.repository)
        basic = None if known is None else f"Basic {base64.b64encode(':'.join(known).encode()).decode()}"
        with self._lock:
            if kind.lower() == "bearer":
                self._authorization = f"Bearer {self._token(dict(_CHALLENGE.findall(rest)), basic)}"
            elif basic is not None:
                self._authorization = basic

    def _token(self, challenge: dict[str, str], basic: str | None) -> str:
        realm = challenge.get("realm", "")
        if urlsplit(realm).scheme != "https" and _scheme(self.image.host) == "https":
            raise Unauthorized(f"the registry {self.image.host} wants to sign in over plain http", status=401)
        scope = challenge.get("scope") or f"repository:{self.image.repository}:{self._actions}"
        query = urlencode({"service": challenge.get("service", ""), "scope": scope})
        headers = {"Authorization": basic} if basic else {}
        with self._client.send("GET", f"{realm}{'&' if '?' in realm else '?'}{query}", headers=headers) as response:
            answer = json.loads(_read(response, _LONGEST_MANIFEST))
        return str(answer.get("token") or answer.get("access_token") or "")


def _scheme(host: str) -> str:
    plain = {name.strip() for name in os.environ.get(PLAIN_HTTP_VARIABLE, "").split(",")}
    return "http" if host in plain or is_loopback(urlsplit(f"//{host}").hostname or "") else "https"


def _chosen(manifests: list[dict[str, Any]]) -> str:
    """Return the digest of the entry for Linux on the usual processor, or else the first."""
    for entry in manifests:
        platform = entry.get("platform") or {}
        if (platform.get("os"), platform.get("architecture")) == ("linux", "amd64"):
            return str(entry["digest"])
    return str(manifests[0]["digest"])


def _read(response: httpx.Response, limit: int) -> bytes:
    body = bytearray()
    for block in response.iter_bytes():
        body += block
        if len(body) > limit:
            raise IntegrityError("the registry returned more than a manifest can be", reason="altered")
    return bytes(body)
