"""The form of a `registration.yaml`; each mistake is reported with its line.

The file holds the arguments of `register` under their own names, and besides: `params` (settings of the training, kept
as `training_*`), `metrics_file` and `eval_results`. Paths, also `files` and the private key `sign`, are relative to the
folder of this file. JSON is YAML, so it may be JSON too.
"""

from __future__ import annotations

import difflib
import os
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias, get_args

import attrs

from modelreg._core.names import checked_name
from modelreg._core.values import to_wire
from modelreg._pipeline.provenance import finite
from modelreg._types import (
    Artifact,
    DataSet,
    DocArtifact,
    ModelArtifact,
    OnConflict,
    RegistrationRequest,
    Signer,
    Source,
)
from modelreg.errors import InvalidInput, MissingExtra

if TYPE_CHECKING:
    from yaml.nodes import Node

MAX_BYTES = 1024 * 1024

_MAP, _SEQ = "tag:yaml.org,2002:map", "tag:yaml.org,2002:seq"
_EXPONENT = re.compile(r"^[-+]?(\d+\.?\d*|\.\d+)[eE][-+]?\d+$")
_KINDS: Mapping[str, type[Artifact]] = {"doc": DocArtifact, "dataset": DataSet, "model": ModelArtifact}
_TEXTS_OF_ARTIFACTS = (
    "name uri description external_id state digest source_type source schema profile model_format model_format_version "
    "storage_key storage_path service_account_name source_kind source_class source_group source_id source_name"
)


@attrs.frozen
class RegistrationFile:
    """What a file declares.

    Attributes:
        arguments: Of `RegistrationRequest`, name and version among them where the file has them.
        params: Settings of the training.
        metrics_file, eval_results: Paths, made relative to the folder of the file.
    """

    arguments: dict[str, Any] = attrs.field(factory=dict)
    params: dict[str, Any] = attrs.field(factory=dict)
    metrics_file: Path | None = None
    eval_results: Path | None = None


def read_registration(path: str | os.PathLike[str]) -> RegistrationFile:
    """Read a `registration.yaml`.

    Args:
        path: The file.

    Raises:
        InvalidInput: It cannot be read or holds something that it may not; the message holds every mistake, each
            beginning with `file:line:`.
        MissingExtra: PyYAML is not installed.
    """
    file = Path(path)
    try:
        if file.stat().st_size > MAX_BYTES:
            raise InvalidInput(f"{file}: larger than {MAX_BYTES // 1024} KiB, which no registration is")
        text = file.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise InvalidInput(f"{file}: cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise InvalidInput(f"{file}: is not UTF-8") from error
    return parse_registration(text, source=str(file), folder=file.parent)


def parse_registration(text: str, *, source: str = "registration.yaml", folder: Path | None = None) -> RegistrationFile:
    """Read the text of a registration.

    Args:
        text: YAML or JSON.
        source: How the file is called in messages.
        folder: The folder of the files that it names.

    Raises:
        InvalidInput: As `read_registration` raises it.
        MissingExtra: PyYAML is not installed.
    """
    reader = _Reader(source)
    given = reader.mapping(_composed(text, source), _FIELDS, "the registration")
    if reader.mistakes:
        raise InvalidInput("\n".join(reader.mistakes))
    base = folder or Path()
    metrics, results = given.pop("metrics_file", None), given.pop("eval_results", None)
    if "files" in given:
        given["files"] = base / given["files"]
    if "sign" in given:
        given["sign"] = _key(base / given["sign"])
    return RegistrationFile(
        params=given.pop("params", {}),
        arguments=given,
        metrics_file=None if metrics is None else base / metrics,
        eval_results=None if results is None else base / results,
    )


def _key(path: Path) -> Signer:
    from modelreg.signing import Key

    return Key(path)


def _composed(text: str, source: str) -> Node:
    """Return the document's nodes, which know their lines."""
    try:
        import yaml
    except ModuleNotFoundError as error:
        raise MissingExtra("a registration file needs PyYAML: pip install 'modelreg[cli]'") from error
    try:
        for event in yaml.parse(text, Loader=yaml.SafeLoader):
            if isinstance(event, yaml.AliasEvent):
                # An alias of an alias of an alias is how a small file becomes a very large one.
                line = getattr(event.start_mark, "line", 0) + 1
                raise InvalidInput(f"{source}:{line}: aliases are not read; write the value out")
        node: Node | None = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        line = getattr(error.problem_mark or error.context_mark, "line", 0) + 1
        raise InvalidInput(f"{source}:{line}: not YAML: {error.problem or error}") from error
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        raise InvalidInput(f"{source}: not YAML: {error}") from error
    if node is None:
        raise InvalidInput(f"{source}:1: is empty; at least name and version are needed")
    return node


class _Reader:
    """Turns nodes into values, and collects the mistakes."""

    def __init__(self, source: str) -> None:
        self._source = source
        self.mistakes: list[str] = []

    def wrong(self, node: Node, message: str) -> None:
        self.mistakes.append(f"{self._source}:{node.start_mark.line + 1}: {message}")

    def mapping(self, node: Node, fields: Mapping[str, _Field], what: str) -> dict[str, Any]:
        given: dict[str, Any] = {}
        for key, key_node, value_node in self._pairs(node, what):
            field = fields.get(key)
            if field is None:
                near = difflib.get_close_matches(key, fields, n=1)
                self.wrong(key_node, f"{key!r} is not known{f'; {near[0]!r} is' if near else ''}")
            elif (value := field(self, value_node, key)) is not None:
                given[key] = value
        return given

    def _pairs(self, node: Node, what: str) -> list[tuple[str, Node, Node]]:
        if _kind(node) != "mapping":
            self.wrong(node, f"{what} is a {_KIND_WORDS[_kind(node)]}; give keys with values")
            return []
        pairs, seen = [], set()
        for key_node, value_node in node.value:
            key = str(key_node.value)
            if _kind(key_node) != "scalar" or key_node.tag == "tag:yaml.org,2002:merge":
                self.wrong(key_node, f"{what} has a key that is no text")
            elif key in seen:
                self.wrong(key_node, f"{key!r} is given twice")
            else:
                seen.add(key)
                pairs.append((key, key_node, value_node))
        return pairs

    def plain(self, node: Node, key: str) -> Any:
        """Read any value; None where it is not given."""
        import yaml

        if _kind(node) != "scalar" and node.tag not in (_MAP, _SEQ):
            self.wrong(node, f"{key} has the tag {node.tag!r}, which is not read")
            return None
        if _kind(node) == "mapping":
            return {name: self.plain(value, name) for name, _, value in self._pairs(node, key)}
        if _kind(node) == "sequence":
            return [self.plain(item, key) for item in node.value]
        try:
            value = yaml.SafeLoader("").construct_object(node)
        except (yaml.YAMLError, ValueError) as error:
            self.wrong(node, f"{key} cannot be read: {getattr(error, 'problem', None) or error}")
            return None
        # YAML 1.1 takes 1e-5 for a text, and nobody who writes it does.
        return float(value) if isinstance(value, str) and _is_plain(node) and _EXPONENT.match(value) else value


def _is_plain(node: Node) -> bool:
    """Whether it is written without quotes."""
    return getattr(node, "style", None) is None


def _kind(node: Node) -> str:
    """One of "mapping", "sequence" and "scalar"."""
    return str(node.id)  # type: ignore[attr-defined]


_Field: TypeAlias = Callable[[_Reader, "Node", str], Any]
_KIND_WORDS = {"mapping": "mapping", "sequence": "list", "scalar": "single value"}


def _text(reader: _Reader, node: Node, key: str) -> str | None:
    value = reader.plain(node, key)
    if value is None or isinstance(value, str):
        return value
    if _kind(node) == "scalar":
        reader.wrong(
            node, f"{key} is {node.value}, which YAML reads as a {_type_words(value)}; quote it: '{node.value}'"
        )
    else:
        reader.wrong(node, f"{key} is a {_KIND_WORDS[_kind(node)]}; give a text")
    return None


def _type_words(value: object) -> str:
    if isinstance(value, (int, float)):
        return "truth value" if isinstance(value, bool) else "number"
    return type(value).__name__


def _flag(reader: _Reader, node: Node, key: str) -> bool | None:
    value = reader.plain(node, key)
    if value is None or isinstance(value, bool):
        return value
    reader.wrong(node, f"{key} is {node.value!r}; give true or false")
    return None


def _values(reader: _Reader, node: Node, key: str) -> dict[str, Any]:
    given = {}
    for name, _, value_node in reader._pairs(node, key):
        value = reader.plain(value_node, f"{key}.{name}")
        try:
            to_wire({name: value}, what=key)
        except InvalidInput as error:
            reader.wrong(value_node, str(error))
        else:
            given[name] = value
    return given


def _name(reader: _Reader, node: Node, key: str) -> str | None:
    value = _text(reader, node, key)
    try:
        return value if value is None else checked_name(value, key)
    except InvalidInput as error:
        reader.wrong(node, str(error))
        return None


def _numbers(reader: _Reader, node: Node, key: str) -> dict[str, float]:
    given = {}
    for name, _, value_node in reader._pairs(node, key):
        value = reader.plain(value_node, name)
        if finite(value):
            given[name] = value
        else:
            reader.wrong(value_node, f"{key}.{name} is {value!r}; give a number")
    return given


def _number(reader: _Reader, node: Node, key: str) -> float | None:
    value: Any = reader.plain(node, key)
    if value is None or finite(value):
        return None if value is None else float(value)
    reader.wrong(node, f"{key} is {value!r}; give a number")
    return None


def _flags(reader: _Reader, node: Node, key: str) -> dict[str, bool]:
    pairs = reader._pairs(node, key)
    return {name: flag for name, _, value in pairs if (flag := _flag(reader, value, f"{key}.{name}")) is not None}


def _texts(reader: _Reader, node: Node, key: str) -> list[str]:
    if _kind(node) != "sequence":
        reader.wrong(node, f"{key} is a {_KIND_WORDS[_kind(node)]}; give a list of texts")
        return []
    return [text for item in node.value if (text := _text(reader, item, key)) is not None]


def _pair(reader: _Reader, node: Node, key: str) -> tuple[str, str] | None:
    found = _texts(reader, node, key)
    if len(found) == 2:
        return found[0], found[1]
    if _kind(node) == "sequence":
        reader.wrong(node, f"{key} has {len(found)} texts; give the experiment's name and the run's")
    return None


def _choice(*choices: str) -> _Field:
    def read(reader: _Reader, node: Node, key: str) -> str | None:
        value = _text(reader, node, key)
        if value is None or value in choices:
            return value
        reader.wrong(node, f"{key} is {value!r}; it is one of {', '.join(choices)}")
        return None

    return read


def _source(reader: _Reader, node: Node, key: str) -> Source:
    given = reader.mapping(node, dict.fromkeys(("kind", "class", "group", "id", "name"), _text), key)
    return Source(class_=given.pop("class", None), **given)


def _artifacts(reader: _Reader, node: Node, key: str) -> list[Artifact]:
    if _kind(node) != "sequence":
        reader.wrong(node, f"{key} is a {_KIND_WORDS[_kind(node)]}; give a list of artifacts")
        return []
    return [artifact for item in node.value if (artifact := _artifact(reader, item, key)) is not None]


def _artifact(reader: _Reader, node: Node, key: str) -> Artifact | None:
    given = reader.mapping(node, _ARTIFACT_FIELDS, key)
    record = _KINDS[given.pop("kind", "doc")]
    if "name" not in given:
        reader.wrong(node, f"an artifact of {key} has no name")
        return None
    known = {field.name for field in attrs.fields(record)}
    for name in given.keys() - known:
        reader.wrong(node, f"{name} is no field of a {record.kind} artifact")
    return record(**{name: value for name, value in given.items() if name in known})


_ARTIFACT_FIELDS: Mapping[str, _Field] = {
    **dict.fromkeys(_TEXTS_OF_ARTIFACTS.split(), _text),
    "kind": _choice(*_KINDS),
    "properties": _values,
}
_READERS: Mapping[str, _Field] = {
    "properties": _values,
    "model_properties": _values,
    "artifact_properties": _values,
    "metrics": _numbers,
    "higher_is_better": _flags,
    "labels": _texts,
    "source": _source,
    "artifacts": _artifacts,
    "on_conflict": _choice(*get_args(OnConflict)),
    "restore": _flag,
    "takeover": _flag,
    "ignore": _texts,
    "stall_timeout": _number,
    "allow_credentials_in_uri": _flag,
    "run": _pair,
    "name": _name,
    "version": _name,
    "artifact_name": _name,
}
# Every argument of a registration can be declared; a new one is a text unless it is named above.
_FIELDS: Mapping[str, _Field] = {
    **{
        field.name: _READERS.get(field.name, _text)
        for field in attrs.fields(RegistrationRequest)
        if field.name != "progress"
    },
    "params": _values,
    "metrics_file": _text,
    "eval_results": _text,
}
