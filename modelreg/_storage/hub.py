"""Models of the Hugging Face Hub, to read only: ``hf://org/name@revision``."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from urllib.parse import urlsplit

import attrs
import huggingface_hub
import huggingface_hub.errors
from huggingface_hub.errors import (
    GatedRepoError,
    HfHubHTTPError,
    HFValidationError,
    RepositoryNotFoundError,
    RevisionNotFoundError,
)

from modelreg._storage.access import is_loopback
from modelreg._storage.http_client import HttpClient
from modelreg._storage.location import Location
from modelreg._storage.read_ahead import without
from modelreg._storage.scanning import BLOCK
from modelreg._storage.store import Closing
from modelreg._types.files import FileEntry
from modelreg.errors import (
    ConnectionFailed,
    DeadlineExceeded,
    Forbidden,
    InvalidInput,
    ModelRegistryError,
    NotFound,
    RateLimited,
    Rejected,
    ServerError,
    Unauthorized,
)

# The base of what the Hub's client raises for its connections, which it has without listing it as public.
_TRANSPORT: type[Exception] = vars(huggingface_hub.errors)["HTTPError"]
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,95}")
_TOKEN_HINT = "Accept its terms on the Hub, and set HF_TOKEN to a token that may read it."
_SECONDS = 30.0


@attrs.frozen(kw_only=True)
class HubModel:
    """A model of the Hub at one commit.

    Attributes:
        repository: Such as ``org/name``.
        commit: 40 hexadecimal digits.
        author: The organisation or user.
        license: As the card has it; empty when it has none.
        tags: Of the Hub.
        languages: As the card has them.
        base_models: Repositories that it was made from.
        library: Such as ``transformers``; empty when not known.
        readme: The card's text; empty when there is none.
        files: With sizes, and the sha256 of large ones.
    """

    repository: str
    commit: str
    author: str
    license: str
    tags: tuple[str, ...]
    languages: tuple[str, ...]
    base_models: tuple[str, ...]
    library: str
    readme: str
    files: tuple[FileEntry, ...]

    @property
    def uri(self) -> str:
        """Return ``hf://org/name@commit``."""
        return f"hf://{self.repository}@{self.commit}"

    @property
    def page(self) -> str:
        """Return the address of the model's page."""
        return f"{_endpoint()}/{self.repository}"

    @property
    def model_format(self) -> str | None:
        """Return the format that the files' names tell; None when they do not."""
        return format_of([file.path for file in self.files])


# The first that a file's name ends with decides: weights before what a framework keeps beside them.
_FORMATS = (
    (".safetensors", "safetensors"),
    (".gguf", "gguf"),
    (".onnx", "onnx"),
    (".skops", "skops"),
    (".joblib", "sklearn"),
    (".h5", "keras"),
    (".keras", "keras"),
    (".tflite", "tflite"),
    (".pt", "pytorch"),
    (".pth", "pytorch"),
    (".bin", "pytorch"),
)


def format_of(paths: Sequence[str]) -> str | None:
    """Return a model's format by the names of its files; None when they do not tell.

    Args:
        paths: Relative paths.
    """
    for ending, name in _FORMATS:
        if any(path.endswith(ending) for path in paths):
            return name
    return "tensorflow" if any(path.rpartition("/")[2] == "saved_model.pb" for path in paths) else None


def parse_repository(text: str) -> tuple[str, str | None]:
    """Return repository and revision of ``org/name`` or ``org/name@revision``, with or without ``hf://``.

    Args:
        text: What names the model.

    Raises:
        InvalidInput: It is no name of a model.
    """
    repository, _, revision = text.removeprefix("hf://").strip("/").partition("@")
    parts = repository.split("/")
    if len(parts) > 2 or not all(_NAME.fullmatch(part) for part in parts) or ".." in revision.split("/"):
        raise InvalidInput(f"{text!r} is no model of the Hub", hint="Write org/name or org/name@revision.")
    return repository, revision or None


def read_model(repository: str, revision: str | None = None) -> HubModel:
    """Read what the Hub knows about a model.

    Args:
        repository: Such as ``org/name``.
        revision: A branch, tag or commit; None for the main branch.

    Raises:
        NotFound: There is no such model or revision, or it is private and no token was given.
        Forbidden: It is gated, and the token's user has not accepted its terms.
        ConnectionFailed, DeadlineExceeded, ServerError: The Hub's reason.
    """
    api = _api()
    with _translated(repository):
        info = api.model_info(repository, revision=revision, files_metadata=True, timeout=_SECONDS)
    card = vars(info.card_data) if info.card_data is not None else {}
    commit = str(info.sha)
    files = tuple(
        FileEntry(each.rfilename, each.size, each.lfs.sha256 if each.lfs is not None else None)
        for each in info.siblings or ()
    )
    readme = ""
    if any(file.path == "README.md" for file in files):
        uri = f"hf://{repository}@{commit}"
        with HubSource(uri, repository, commit, _SECONDS, listed={file.path: file for file in files}) as source:
            readme = b"".join(source.read("README.md")).decode(errors="replace")
    return HubModel(
        repository=repository,
        commit=commit,
        author=str(info.author or repository.partition("/")[0]),
        license=str(card.get("license") or ""),
        tags=tuple(info.tags or ()),
        languages=_texts(card.get("language")),
        base_models=_texts(card.get("base_model")),
        library=str(info.library_name or card.get("library_name") or ""),
        readme=readme,
        files=files,
    )


def _texts(value: object) -> tuple[str, ...]:
    if isinstance(value, str):
        return (value,)
    return tuple(str(each) for each in value) if isinstance(value, list | tuple) else ()


def _endpoint() -> str:
    return (os.environ.get("HF_ENDPOINT") or "https://huggingface.co").rstrip("/")


def _api() -> huggingface_hub.HfApi:
    # The token comes from HF_TOKEN or from the file of `hf auth login`; it is kept nowhere else.
    return huggingface_hub.HfApi(endpoint=_endpoint(), library_name="modelreg")


def open_hub(location: Location, *, stall_timeout: float) -> HubSource:
    """Open a model's files.

    Args:
        location: ``hf://org/name@revision``.
        stall_timeout: Seconds without a byte after which reading ends.
    """
    repository, revision = parse_repository(f"{location.authority}/{location.path}")
    return HubSource(location.uri, repository, revision, stall_timeout)


class HubSource(Closing):
    """The files of a model at one revision.

    Args:
        uri: Of the model.
        repository: Such as ``org/name``.
        revision: A branch, tag or commit; None for the main branch.
        stall_timeout: Seconds without a byte after which reading ends.
        listed: Its files, where they are known.
    """

    lists = True
    connections = 4

    def __init__(
        self,
        uri: str,
        repository: str,
        revision: str | None,
        stall_timeout: float,
        *,
        listed: dict[str, FileEntry] | None = None,
    ) -> None:
        self.uri = uri
        self._repository = repository
        self._revision = revision
        self._listed = listed
        # The endpoint is the user's own choice; what it redirects to may be on this machine only if it is.
        local = is_loopback(urlsplit(_endpoint()).hostname or "")
        self._client = HttpClient(stall_timeout=stall_timeout, allow_local=local)

    def close(self) -> None:
        """Close every connection."""
        self._client.close()

    def _files(self) -> dict[str, FileEntry]:
        if self._listed is None:
            with _translated(self._repository):
                info = _api().model_info(
                    self._repository, revision=self._revision, files_metadata=True, timeout=_SECONDS
                )
            # A branch moves: from here on its commit is read.
            self._revision = info.sha or self._revision
            self._listed = {
                each.rfilename: FileEntry(each.rfilename, each.size, each.lfs.sha256 if each.lfs else None)
                for each in info.siblings or ()
            }
        return self._listed

    def files(self) -> Iterator[FileEntry]:
        """Yield every file, with the sha256 of large ones."""
        return iter(self._files().values())

    def stat(self, path: str) -> FileEntry | None:
        """Return a file's size; None when it is not there."""
        return self._files().get(path)

    def read(self, path: str, offset: int = 0, *, size: int | None = None, connections: int = 1) -> Iterator[bytes]:
        """Yield a file's bytes."""
        if path not in self._files():
            raise NotFound(f"there is no file {path!r} at {self.uri}", details={"uri": self.uri, "file": path})
        url = huggingface_hub.hf_hub_url(self._repository, path, revision=self._revision, endpoint=_endpoint())
        headers = {"Accept-Encoding": "identity"}
        if token := huggingface_hub.get_token():
            headers["Authorization"] = f"Bearer {token}"
        if offset:
            headers["Range"] = f"bytes={offset}-"
        with self._client.send("GET", url, headers=headers, accept=frozenset({200, 206})) as response:
            yield from without(response.iter_raw(BLOCK), offset if response.status_code == 200 else 0)


@contextmanager
def _translated(repository: str) -> Iterator[None]:
    """Raise the errors of the Hub's client as ours."""
    try:
        yield
    except HFValidationError as error:
        raise InvalidInput(f"{repository!r} is no model of the Hub", hint="Write org/name.") from error
    except _TRANSPORT as error:
        raise _error_about(repository, error) from error


def _error_about(repository: str, error: Exception) -> ModelRegistryError:
    details = {"uri": f"hf://{repository}"}
    if not isinstance(error, HfHubHTTPError):
        kind = DeadlineExceeded if "timeout" in type(error).__name__.lower() else ConnectionFailed
        return kind("the Hub cannot be reached", server_message=str(error)[:300] or None, url=_endpoint())
    response = getattr(error, "response", None)
    status = None if response is None else int(response.status_code)
    message = getattr(error, "server_message", None)
    if isinstance(error, GatedRepoError):
        return Forbidden(
            f"{repository} is gated", status=status, server_message=message, hint=_TOKEN_HINT, details=details
        )
    if isinstance(error, RevisionNotFoundError):
        return NotFound(f"{repository} has no such revision", status=status, server_message=message, details=details)
    if isinstance(error, RepositoryNotFoundError) or status == 404:
        hint = "If it is private, set HF_TOKEN to a token that may read it."
        return NotFound(f"the Hub has no model {repository}", status=status, server_message=message, hint=hint)
    kinds: dict[int | None, type[ModelRegistryError]] = {401: Unauthorized, 403: Forbidden, 429: RateLimited}
    kind_of = kinds.get(status, ServerError if (status or 500) >= 500 else Rejected)
    return kind_of(f"the Hub refused {repository}", status=status, server_message=message, details=details)
