"""Where published files come from, and the lock that remembers it: repository, path, commit and digest."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit

import httpx
import yaml
from attrs import asdict, evolve, frozen

from scripts.contract_steps.errors import ContractError

FILES = "https://raw.githubusercontent.com"
API = "https://api.github.com"
COMMIT = re.compile("[0-9a-f]{40}")
WEB = ("http://", "https://")
TIMEOUT = 30.0
HEAD = """\
# The published files last taken, written by `make spec UPDATE=1` and never by hand. `make verify-spec` takes them
# again: at the same commit a file has to have the same digest.
"""


@frozen
class Entry:
    """What the lock holds of one published file.

    Attributes:
        repository: Its GitHub repository, as owner/name.
        path: Its path in the repository.
        sha256: The digest of its bytes.
        ref: The commit it was taken at; empty when it did not come from the repository.
        source: Where it was taken from instead: an address, or only a file's name.
    """

    repository: str
    path: str
    sha256: str
    ref: str = ""
    source: str = ""


@frozen
class Taken:
    """A published file as it was taken.

    Attributes:
        text: Its bytes.
        origin: Its address or path.
        ref: The commit, when it came from the repository.
        shown: Where it came from, for the title of a report.
    """

    text: bytes
    origin: str
    ref: str = ""
    shown: str = ""


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


def moved(entry: Entry, repository: str) -> Entry:
    """Return a lock's entry for another repository, when one is given."""
    if repository and not re.fullmatch(r"[\w.-]+/[\w.-]+", repository):
        raise ContractError(f"SPEC_REPOSITORY is {repository!r}; give owner/name")
    return evolve(entry, repository=repository or entry.repository)


def commit_of(repository: str, ref: str, api_url: str) -> str:
    """Return the commit that a branch, tag or beginning of a commit stands for.

    Raises:
        ContractError: It cannot be had.
    """
    if COMMIT.fullmatch(ref):
        return ref
    url = f"{api_url.rstrip('/')}/repos/{repository}/commits/{quote(ref, safe='')}"
    commit = _download(url, {"Accept": "application/vnd.github.sha"}).decode("ascii", "replace").strip()
    if not COMMIT.fullmatch(commit):
        raise ContractError(f"{_shown(url)} is no commit: {commit!r:.60}")
    return commit


def take_ref(entry: Entry, commit: str, files_url: str) -> Taken:
    """Take the file from its repository at a commit.

    Raises:
        ContractError: It cannot be had, or it is the very file of the lock with other bytes.
    """
    url = f"{files_url.rstrip('/')}/{entry.repository}/{commit}/{entry.path}"
    taken = Taken(_download(url), _shown(url), commit, f"{entry.repository}@{commit[:12]}")
    if commit == entry.ref:
        _require_digest(entry, taken)
    return taken


def take_again(entry: Entry, files_url: str) -> Taken:
    """Take the very file of the lock.

    Raises:
        ContractError: It cannot be had, or it has other bytes.
    """
    if entry.ref:
        return take_ref(entry, entry.ref, files_url)
    if not entry.source.startswith(WEB):
        raise ContractError(f"{entry.source} was taken from a file, so that it cannot be taken again; give SPEC_REF")
    taken = take_url(entry.source)
    _require_digest(entry, taken)
    return taken


def _require_digest(entry: Entry, taken: Taken) -> None:
    if digest(taken.text) != entry.sha256:
        raise ContractError(
            f"{taken.origin} is not the file of the lock: sha256 {digest(taken.text)[:12]}... instead of "
            f"{entry.sha256[:12]}...; take another commit (SPEC_REF)"
        )


def take_url(url: str) -> Taken:
    """Take a file from an http(s) or file address, or from a plain path."""
    if url.startswith(WEB):
        return Taken(_download(url), _shown(url), shown=_shown(url))
    path = Path(unquote(urlsplit(url).path)) if url.startswith("file:") else Path(url)
    try:
        return Taken(path.read_bytes(), url, shown=path.name)
    except (OSError, ValueError) as error:
        raise ContractError(f"{url} cannot be read: {getattr(error, 'strerror', None) or error}") from error


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


def _download(url: str, headers: dict[str, str] | None = None) -> bytes:
    try:
        response = httpx.get(url, timeout=TIMEOUT, follow_redirects=True, headers=headers)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise ContractError(f"{_shown(url)} cannot be fetched: {error or type(error).__name__}") from error
    if response.status_code != httpx.codes.OK:
        raise ContractError(f"{_shown(url)} cannot be fetched: HTTP {response.status_code}")
    return response.content


def _shown(url: str) -> str:
    """Return an address without what may be secret: a password has a place neither in a message nor in the lock."""
    scheme, _, rest = url.partition("://")
    host, slash, path = rest.partition("/")
    return f"{scheme}://{host.rpartition('@')[2]}{slash}{path.partition('?')[0].partition('#')[0]}"
