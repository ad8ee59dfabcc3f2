"""Decides where a published file comes from and what the lock remembers of it: repository, path, ref and digest."""

from __future__ import annotations

import hashlib
from pathlib import Path
from urllib.parse import unquote, urlsplit

import httpx
import yaml
from attrs import asdict, evolve, frozen

from scripts.contract_steps.errors import ContractError

PUBLIC = "https://raw.githubusercontent.com"
WEB = ("http://", "https://")
TIMEOUT = 30.0
HEAD = """\
# The published files last taken, written by `make spec UPDATE=1`. A file that is taken again at the same ref has to
# have the same digest.
"""


@frozen
class Entry:
    """What the lock holds of one published file.

    Attributes:
        repository: Its GitHub repository, as owner/name.
        path: Its path in the repository.
        sha256: The digest of its bytes.
        ref: The tag or commit it was taken at; empty when it did not come from the repository.
        source: Where it was taken from instead: an address, or only a file's name.
    """

    repository: str
    path: str
    sha256: str
    ref: str = ""
    source: str = ""


@frozen
class Taken:
    """A published file as it was taken: its bytes, where from, and the ref when it came from the repository."""

    text: bytes
    origin: str
    ref: str = ""


def read_lock(path: Path) -> dict[str, Entry]:
    """Return the lock's entries by API version."""
    try:
        return {version: Entry(**entry) for version, entry in yaml.safe_load(path.read_text(encoding="utf-8")).items()}
    except (OSError, yaml.YAMLError, TypeError, AttributeError) as error:
        raise ContractError(f"the lock {path.name} cannot be read: {error}") from error


def lock_text(entries: dict[str, Entry]) -> str:
    """Return the lock as text."""
    plain = {version: {k: v for k, v in asdict(entry).items() if v} for version, entry in entries.items()}
    return HEAD + yaml.safe_dump(plain, sort_keys=False)


def take_ref(entry: Entry, ref: str, base_url: str) -> Taken:
    """Take the file from its repository at a tag or commit.

    Raises:
        ContractError: It cannot be had, or it is the very file of the lock with other bytes.
    """
    url = f"{base_url.rstrip('/')}/{entry.repository}/{ref}/{entry.path}"
    taken = Taken(_download(url), _shown(url), ref)
    if ref == entry.ref and digest(taken.text) != entry.sha256:
        raise ContractError(
            f"{taken.origin} has changed under the same ref: the lock says sha256 {entry.sha256[:12]}..., "
            f"it is {digest(taken.text)[:12]}...; take another ref, or mend the lock if that is meant"
        )
    return taken


def take_url(url: str) -> Taken:
    """Take a file from an http(s) or file address, or from a plain path."""
    if url.startswith(WEB):
        return Taken(_download(url), _shown(url))
    path = Path(unquote(urlsplit(url).path)) if url.startswith("file:") else Path(url)
    try:
        return Taken(path.read_bytes(), url)
    except OSError as error:
        raise ContractError(f"{url} cannot be read: {error.strerror or error}") from error


def locked(entry: Entry, taken: Taken) -> Entry:
    """Return the lock's entry for a file that is taken over; of a local file only the name is kept."""
    if digest(taken.text) == entry.sha256 and not taken.ref:
        return entry  # a copy of the very file that the lock names
    if taken.ref:
        return evolve(entry, ref=taken.ref, sha256=digest(taken.text), source="")
    source = taken.origin if taken.origin.startswith(WEB) else Path(unquote(taken.origin)).name
    return evolve(entry, ref="", sha256=digest(taken.text), source=source)


def digest(text: bytes) -> str:
    """Return the sha256 of a file's bytes, in hex."""
    return hashlib.sha256(text).hexdigest()


def _download(url: str) -> bytes:
    try:
        answer = httpx.get(url, timeout=TIMEOUT, follow_redirects=True)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise ContractError(f"{_shown(url)} cannot be fetched: {error or type(error).__name__}") from error
    if answer.status_code != httpx.codes.OK:
        raise ContractError(f"{_shown(url)} cannot be fetched: the server answers {answer.status_code}")
    return answer.content


def _shown(url: str) -> str:
    """Return an address without what may be secret: a password has a place neither in a message nor in the lock."""
    scheme, _, rest = url.partition("://")
    host, slash, path = rest.partition("/")
    return f"{scheme}://{host.rpartition('@')[2]}{slash}{path.partition('?')[0].partition('#')[0]}"
