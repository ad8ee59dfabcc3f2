"""The commands that carry records from one registry to another: `export`, `import` and `copy`."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, BinaryIO, TextIO
from urllib.parse import urlsplit

import typer

from modelreg.cli.completing import complete
from modelreg.cli.failing import usage
from modelreg.cli.kinds import MODELS
from modelreg.cli.lazy import new_app
from modelreg.cli.output import Form
from modelreg.cli.session import Offers, Session, command
from modelreg.cli.settings import KEYS, Chosen, File, chosen, config_path, read_file

if TYPE_CHECKING:
    from modelreg import ModelRegistry
    from modelreg.transfer import Tally
    from modelreg.transfer.lines import Line
    from modelreg.types.registration import Happened

export_app = new_app()
import_app = new_app()
copy_app = new_app()
_STEP = 100
Models = Annotated[
    list[str] | None,
    typer.Argument(metavar="[MODEL]...", help="Models; everything without one", autocompletion=complete(MODELS.path)),
]


@command(
    export_app,
    "export",
    offers=Offers.REGISTRY,
    examples=["export -o registry.jsonl", "export fraud churn -o two.jsonl", "export fraud | gzip > fraud.jsonl.gz"],
)
def _export(
    session: Session,
    path: Models = None,
    output: Annotated[str, typer.Option("--output", "-o", metavar="FILE", help="Where to; - is stdout")] = "-",
) -> None:
    """Write models, their versions and artifacts, a record a line; without a name everything, services and runs too.

    A file is written beside its name and takes it when it is whole.
    """
    from modelreg.transfer import exported, written

    with _into(output) as stream, _Progress(session, "exported") as progress:
        for line in exported(session.registry, path or (), note=session.out.warn):
            stream.write(written(line))
            progress.step(line["kind"] not in ("header", "end"))
    if output != "-":
        session.out.say(f"Exported {progress.count} records into {output}", "good")


@command(
    import_app,
    "import",
    offers=Offers.JSON | Offers.REGISTRY | Offers.DRY_RUN,
    examples=["import registry.jsonl --dry-run", "import registry.jsonl", "import - < registry.jsonl"],
)
def _import(
    session: Session,
    file: Annotated[str, typer.Argument(metavar="FILE", help="What export wrote; - is stdin")],
) -> None:
    """Read what export wrote into a registry; what is there already and equal is left, so that it can be run again.

    The first line that cannot be meant ends it, with its number; what stands before is imported.
    """
    from modelreg.transfer import read_lines

    with _from(file) as stream:
        tally = _carry(session, session.writing, read_lines(stream, source="stdin" if file == "-" else file))
    _report(session, tally, "Imported")


@command(
    copy_app,
    "copy",
    offers=Offers.JSON | Offers.DRY_RUN,
    examples=["copy registry.db https://registry.example.com", "copy prod registry.db fraud --dry-run"],
)
def _copy(
    session: Session,
    source: Annotated[str, typer.Argument(metavar="SRC", help="A registry: a URL, a file, or a configured name")],
    target: Annotated[str, typer.Argument(metavar="DST", help="The registry to copy into")],
    path: Models = None,
    source_token_path: Annotated[
        str | None, typer.Option("--source-token-path", metavar="FILE", help="A file with the token for SRC")
    ] = None,
    target_token_path: Annotated[
        str | None, typer.Option("--target-token-path", metavar="FILE", help="A file with the token for DST")
    ] = None,
) -> None:
    """Copy models, or everything, from one registry into another; run again, it changes nothing.

    Tokens: of the options, of the configuration file for a [registries.NAME], else the environment's; that one never
    goes to two servers.
    """
    from modelreg.transfer import exported
    from modelreg.transfer.lines import checked

    if source == target:
        raise usage("SRC and DST are the same")
    file = read_file(config_path())
    ends = _choice(source, file, source_token_path), _choice(target, file, target_token_path)
    _refuse_one_token_for_two(ends)
    origin, goal = session.connected(ends[0]), session.watched(ends[1])
    records = (line for line in exported(origin, path or (), note=session.out.warn))
    lines = (checked(line, 0) for line in records if line["kind"] not in ("header", "end"))
    _report(session, _carry(session, goal, lines), "Copied")


def _choice(said: str, file: File, token_path: str | None) -> Chosen:
    choice = chosen(said, file)
    return choice if token_path is None else Chosen({**choice.arguments, "token_path": token_path}, choice.sources)


def _refuse_one_token_for_two(ends: tuple[Chosen, Chosen]) -> None:
    """Keep the environment's token, which is one server's, from another."""
    from_environment = next((name for name in KEYS["token_path"][1] if os.environ.get(name)), None)
    addresses = [urlsplit(str(end.arguments.get("url") or "")) for end in ends]
    servers = {address.netloc for address in addresses if address.scheme in ("http", "https")}
    if from_environment and len(servers) == 2 and any("token_path" not in end.arguments for end in ends):
        raise usage(
            f"{from_environment} holds one token, and SRC and DST are two servers",
            hint="Say --source-token-path and --target-token-path",
        )


def _carry(session: Session, registry: ModelRegistry, lines: Iterable[Line]) -> Tally:
    from modelreg.transfer import Tally, imported

    tally = Tally()
    with _Progress(session, "done") as progress:
        for line, happened in imported(registry, lines):
            tally.add(line.kind, happened)
            progress.step(True)
    return tally


def _report(session: Session, tally: Tally, word: str) -> None:
    total = tally.total
    parts = [f"{total[each]} {each}" for each in ("created", "updated", "unchanged") if total[each]]
    session.done(word, f"{sum(total.values())} records: {', '.join(parts) or 'nothing'}")
    if session.out.form is Form.JSON:
        kinds: tuple[Happened, ...] = ("created", "updated", "unchanged")
        by_kind: dict[str, Any] = {
            kind: {each: counted[each] for each in kinds} for kind, counted in tally.by_kind.items()
        }
        session.out.json({"total": {each: total[each] for each in kinds}, "by_kind": by_kind})


@contextmanager
def _into(output: str) -> Iterator[TextIO]:
    """Open where an export goes; a file takes its name when it is whole."""
    if output == "-":
        yield sys.stdout
        return
    path = Path(output)
    part = path.with_name(f"{path.name}.part")
    try:
        with part.open("w", encoding="utf-8", newline="\n") as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        part.replace(path)
    except OSError as error:
        raise usage(f"{output!r} cannot be written: {error.strerror}") from error
    finally:
        part.unlink(missing_ok=True)


@contextmanager
def _from(file: str) -> Iterator[BinaryIO]:
    if file == "-":
        yield sys.stdin.buffer
        return
    try:
        stream = Path(file).open("rb")  # noqa: SIM115  # closed below; only opening is to be excused
    except OSError as error:
        raise usage(f"{file!r} cannot be read: {error.strerror}") from error
    with stream:
        yield stream


class _Progress:
    """Counts on stderr, where a person sees both streams."""

    def __init__(self, session: Session, word: str) -> None:
        self._err = session.out.err
        self._shown = self._err.live and session.out.out.live
        self._word = word
        self.count = 0

    def __enter__(self) -> _Progress:
        return self

    def step(self, counts: bool) -> None:
        """Count a record."""
        self.count += counts
        if self._shown and counts and self.count % _STEP == 0:
            self._err.stream.write(f"\r{self.count} records {self._word}")
            self._err.stream.flush()

    def __exit__(self, *_: object) -> None:
        if self._shown and self.count >= _STEP:
            self._err.stream.write("\r" + " " * 40 + "\r")
