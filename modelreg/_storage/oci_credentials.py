"""Credentials for OCI registries, from the files that docker and podman keep them in."""

from __future__ import annotations

import base64
import binascii
import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path

_DOCKER_HUB = frozenset({"docker.io", "index.docker.io", "registry-1.docker.io"})


def credentials(host: str, repository: str, *, environ: Mapping[str, str] | None = None) -> tuple[str, str] | None:
    """Return user and password for a registry; None when no file has them.

    Args:
        host: Host and port of the registry.
        repository: The most specific entry for it wins, as podman has it.
        environ: The environment to read, `os.environ` unless given.
    """
    env = os.environ if environ is None else environ
    for path in _files(env):
        try:
            auths = json.loads(path.read_text(encoding="utf-8")).get("auths", {})
        except (OSError, ValueError, AttributeError):
            continue
        for name in _names(host, repository):
            entry = auths.get(name) if isinstance(auths, dict) else None
            if isinstance(entry, dict) and (found := _decoded(entry)):
                return found
    return None


def _files(environ: Mapping[str, str]) -> Iterator[Path]:
    if named := environ.get("REGISTRY_AUTH_FILE"):
        yield Path(named)
    if runtime := environ.get("XDG_RUNTIME_DIR"):
        yield Path(runtime) / "containers" / "auth.json"
    home = Path(environ.get("HOME") or Path.home())
    yield Path(environ.get("XDG_CONFIG_HOME") or home / ".config") / "containers" / "auth.json"
    yield Path(environ.get("DOCKER_CONFIG") or home / ".docker") / "config.json"


def _names(host: str, repository: str) -> Iterator[str]:
    parts = repository.split("/")
    for end in range(len(parts), 0, -1):
        yield f"{host}/{'/'.join(parts[:end])}"
    yield host
    yield f"https://{host}"
    yield f"https://{host}/v1/"
    if host in _DOCKER_HUB:
        yield from ("docker.io", "https://index.docker.io/v1/")


def _decoded(entry: Mapping[str, object]) -> tuple[str, str] | None:
    text = entry.get("auth")
    if isinstance(text, str) and text:
        try:
            user, colon, password = base64.b64decode(text).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError):
            return None
        return (user, password) if colon else None
    user_name, secret = entry.get("username"), entry.get("password")
    return (user_name, secret) if isinstance(user_name, str) and isinstance(secret, str) else None
