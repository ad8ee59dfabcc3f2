"""The commands over many records: `export`, `import`, `copy` and `bulk`, with their progress."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, BinaryIO, TextIO
from urllib.parse import urlsplit

import attrs
import click

from modelreg._cli.failures import ExitCode, Failure, usage
from modelreg._cli.lookups import completer
from modelreg._cli.output import Form
from modelreg._cli.session import Argument, Offers, Session, command, flag, outcome_data, plan_data
from modelreg._cli.settings import KEYS, Choice, Config, choose, config_path, read_config
from modelreg._core.resources import MODELS, RESOURCES

if TYPE_CHECKING:
    from modelreg import BulkResult, ModelRegistry, RegistrationRequest
    from modelreg._transfer import ImportReport

_EVERY_SECONDS = 0.25
_TOP = frozenset(resource.kind for resource in RESOURCES.values() if resource.parent is None)
_LISTED = 20


def _models() -> Argument:
    return Argument(
        "path",
        nargs=-1,
        metavar="[MODEL]...",
        help="The models' names; everything without one",
        shell_complete=completer(MODELS.path, many=True),
    )


_KEEP_GOING = flag("keep_going", "--keep-going", help="Go on after a record that fails, and list those at the end")


@command(
    "export",
    _models(),
    click.Option(["--output", "-o", "output"], default="-", metavar="FILE", help="The file to write; - is stdout"),
    offers=Offers.REGISTRY,
    examples=["export -o registry.jsonl", "export fraud churn -o two.jsonl", "export fraud | gzip > fraud.jsonl.gz"],
)
def export(session: Session, path: Sequence[str], output: str) -> None:
    """Write models, their versions and artifacts, a record a line; without a name everything, services and runs too.

    A file is written beside its name and renamed when it is complete.
    """
    from modelreg._transfer import line_text

    registry = session.registry
    repeat = "Run the same command again" + ("" if output == "-" else f"; {output} is as it was")
    with _Progress(session, "exported", repeat, to_stdout=output == "-") as progress:
        progress.count_top(registry, path)
        with _writing(output) as stream:
            for line in registry.export_records(path, warn=session.out.warn):
                stream.write(line_text(line))
                if line["kind"] not in ("header", "end"):
                    progress.step(top=line["kind"] in _TOP)
    if output != "-":
        session.out.note(f"Exported {progress.count} records into {output}", "good")


@command(
    "import",
    Argument("file", metavar="FILE", help="An export; - is stdin; mlflow:URI brings MLflow's registry over"),
    _KEEP_GOING,
    offers=Offers.JSON | Offers.REGISTRY | Offers.DRY_RUN,
    examples=[
        "import registry.jsonl --dry-run",
        "import registry.jsonl --keep-going",
        "import - < registry.jsonl",
        "import mlflow:sqlite:///mlflow.db",
    ],
)
def import_(session: Session, file: str, keep_going: bool) -> None:
    """Read an export into a registry. Safe to repeat: what is there and equal stays as it is.

    The first line that cannot be read ends it, with its number; the lines before it are imported.
    """
    if file.startswith("mlflow:"):
        from modelreg.mlflow import import_mlflow

        with _Progress(session, "imported") as progress:
            carried = import_mlflow(
                session.registry, file, dry_run=session.dry, keep_going=keep_going, progress=lambda _: progress.step()
            )
        _print_report(session, carried, "Imported", "record")
        return
    with _reading(file) as stream, _Progress(session, "imported") as progress:
        progress.total = _count_lines(file)
        # Of an empty file there is one line, which is empty: the error names it.
        lines = chain([stream.readline()], stream)
        report = session.registry.import_records(
            lines, dry_run=session.dry, keep_going=keep_going, progress=lambda _: progress.step()
        )
    _print_report(session, report, "Imported", "line")


@command(
    "copy",
    Argument("source", metavar="SRC", help="A registry: a URL, a file, or a configured name"),
    Argument("target", metavar="DST", help="The registry to copy into"),
    _models(),
    _KEEP_GOING,
    click.Option(["--source-token-path"], metavar="FILE", help="A file with the token for SRC"),
    click.Option(["--target-token-path"], metavar="FILE", help="A file with the token for DST"),
    offers=Offers.JSON | Offers.DRY_RUN,
    examples=["copy registry.db https://registry.example.com", "copy prod registry.db fraud --dry-run"],
)
def copy(
    session: Session, source: str, target: str, path: Sequence[str], keep_going: bool, **tokens: str | None
) -> None:
    """Copy models, or everything, from one registry into another. Safe to repeat.

    The token of each is that of the options, of the configuration file for a [registries.NAME], else the environment's;
    that one never goes to two servers.
    """
    if source == target:
        raise usage("SRC and DST are the same")
    config = read_config(config_path())
    ends = (
        _choice(source, config, tokens["source_token_path"]),
        _choice(target, config, tokens["target_token_path"]),
    )
    _refuse_one_token_for_two(ends)
    origin, goal = session.connect(ends[0]), session.connect(ends[1])
    with _Progress(session, "copied") as progress:
        progress.count_top(origin, path)
        report = origin.copy_to(
            goal,
            path,
            dry_run=session.dry,
            keep_going=keep_going,
            progress=lambda record: progress.step(top=record.kind in _TOP),
        )
    _print_report(session, report, "Copied", "record")


def _choice(given: str, config: Config, token_path: str | None) -> Choice:
    choice = choose(given, config)
    return choice if token_path is None else Choice({**choice.arguments, "token_path": token_path}, choice.sources)


def _refuse_one_token_for_two(ends: tuple[Choice, Choice]) -> None:
    """Keep the environment's token, which is one server's, from another."""
    from_environment = next((name for name in KEYS["token_path"][1] if os.environ.get(name)), None)
    addresses = [urlsplit(str(end.arguments.get("url") or "")) for end in ends]
    servers = {address.netloc for address in addresses if address.scheme in ("http", "https")}
    if from_environment and len(servers) == 2 and any("token_path" not in end.arguments for end in ends):
        raise usage(
            f"{from_environment} holds one token, and SRC and DST are two servers",
            hint="Pass --source-token-path and --target-token-path",
        )


def _print_report(session: Session, report: ImportReport, word: str, unit: str) -> None:
    """Print what became of the records, those that failed last."""
    parts = [f"{count} {happened}" for happened, count in report.total.items() if count]
    for warning in report.warnings:
        session.out.warn(warning)
    session.done(word, f"{report.records} records: {', '.join(parts) or 'nothing'}")
    if session.out.form is Form.JSON:
        session.out.json(report.to_dict())
    _fail_listed(
        session,
        [
            f"{unit} {line}: {error.message.removeprefix(f'line {line}: ')}"
            for line, error in sorted(report.errors.items())
        ],
    )


def _fail_listed(session: Session, failed: Sequence[str]) -> None:
    """End with the list of what failed, if anything did."""
    for text in failed[:_LISTED]:
        session.out.warn(text)
    if failed:
        more = f", {len(failed) - _LISTED} of them not listed: --json lists all" if len(failed) > _LISTED else ""
        raise Failure(f"{len(failed)} failed{more}", hint="Mend them and run the same command again: it continues")


@command(
    "bulk",
    Argument("file", metavar="FILE", help="A JSON object a line, with the keywords of `register`; - is stdin"),
    click.Option(
        ["--concurrency"],
        type=click.IntRange(min=1),
        default=8,
        metavar="NUMBER",
        help="How many run at once [default: 8]",
    ),
    offers=Offers.CHANGE,
    examples=["bulk registrations.jsonl --dry-run", "bulk registrations.jsonl --concurrency 4"],
)
def bulk(session: Session, file: str, concurrency: int) -> None:
    """Register many versions from a file; one that fails does not stop the others. Safe to repeat.

    A line is such as {"name": "fraud", "version": "1.4.0", "uri": "s3://models/fraud/1.4.0", "metrics": {"auc": 0.94}}.
    """
    with _reading(file) as stream:
        requests = [_request(text, at) for at, text in enumerate(stream, 1) if text.strip()]
    verb = session.registry.plan_bulk if session.dry else session.registry.bulk
    with _Progress(session, "registered") as progress:
        progress.total = len(requests)
        results = verb(requests, concurrency=concurrency, progress=lambda _: progress.step())
    done = [result for result in results if result.ok]
    session.done("Registered", f"{len(done)} of {len(results)} versions")
    session.out.result(
        [_result_data(result) for result in results],
        [f"{result.request.name}@{result.request.version}" for result in done],
    )
    _fail_listed(session, [f"line {result.index + 1}: {result.error}" for result in results if not result.ok])


def _request(text: bytes, at: int) -> RegistrationRequest:
    import json

    from modelreg._types import RegistrationRequest

    try:
        data = json.loads(text)
        return RegistrationRequest(**data)
    except (ValueError, TypeError) as error:
        raise usage(
            f"line {at} is no registration: {error}", hint="A line is a JSON object with name and version."
        ) from None


def _result_data(result: BulkResult) -> dict[str, Any]:
    done: dict[str, Any] = {"reference": f"{result.request.name}@{result.request.version}"}
    if result.error is not None:
        return {**done, "error": str(result.error), "reason": getattr(result.error, "reason", None)}
    if result.plan is not None:
        return {**done, **plan_data(result.plan)}
    return {**done, "outcome": None if result.registration is None else outcome_data(result.registration.outcome)}


@contextmanager
def _writing(output: str) -> Iterator[TextIO]:
    """Open the file of an export; it takes its name when it is complete."""
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
def _reading(file: str) -> Iterator[BinaryIO]:
    if file == "-":
        yield sys.stdin.buffer
        return
    try:
        stream = Path(file).open("rb")  # noqa: SIM115  # closed below; only opening is excused
    except OSError as error:
        raise usage(f"{file!r} cannot be read: {error.strerror}") from error
    with stream:
        yield stream


def _count_lines(file: str) -> int | None:
    """Return how many records an export holds; None for one that cannot be read twice."""
    path = Path(file)
    if file == "-" or not path.is_file():
        return None
    with path.open("rb") as stream:
        return max(sum(1 for _ in stream) - 2, 0)


@attrs.define(eq=False)
class _Progress:
    """Progress on stderr, where it is a terminal: how many, of how many, how quickly, how long it still takes.

    Attributes:
        session: The run.
        word: What is done to the records.
        repeat: What to do after an interruption.
        to_stdout: Whether records are written to stdout, where progress would stand between them.
        total: How many records there are; None where that is not known.
        tops: How many of them stand at the top, where that is known.
        count: How many are done.
    """

    session: Session
    word: str
    repeat: str = "Run the same command again: it continues"
    to_stdout: bool = attrs.field(default=False, kw_only=True)
    total: int | None = attrs.field(default=None, init=False)
    tops: int | None = attrs.field(default=None, init=False)
    count: int = attrs.field(default=0, init=False)
    _done_tops: int = attrs.field(default=0, init=False)
    _began: float = attrs.field(factory=time.monotonic, init=False)
    _shown_at: float = attrs.field(factory=time.monotonic, init=False)

    @property
    def _shown(self) -> bool:
        out = self.session.out
        return out.err.live and not out.quiet and not (self.to_stdout and out.out.live)

    def count_top(self, registry: ModelRegistry, models: Sequence[str]) -> None:
        """Count the records at the top, which tell how long the rest takes; only where it is shown."""
        if models or not self._shown:
            self.tops = len(models) or None
            return
        self.tops = sum(1 for _ in registry.models.list())

    def __enter__(self) -> _Progress:
        return self

    def step(self, *, top: bool = False) -> None:
        """Count a record."""
        self.count += 1
        self._done_tops += top
        now = time.monotonic()
        if self._shown and (now - self._shown_at > _EVERY_SECONDS or self.count % 100 == 0):
            self._shown_at = now
            self._write(self.describe(now - self._began))

    def describe(self, seconds: float) -> str:
        """Return how far it is."""
        of = f" of {self.total:,}" if self.total else ""
        rate = self.count / seconds if seconds > 0 else 0.0
        left = self._seconds_left(seconds)
        text = f"{self.count:,}{of} records {self.word}, {rate:,.0f} a second"
        return text if left is None else f"{text}, {_duration(left)} left"

    def _seconds_left(self, seconds: float) -> float | None:
        part: float | None = None
        if self.total:
            part = self.count / self.total
        elif self.tops and self._done_tops > 1:
            part = (self._done_tops - 1) / self.tops
        return None if not part or part > 1 else seconds / part - seconds

    def _write(self, text: str) -> None:
        err = self.session.out.err
        err.stream.write(f"\r{err.fitting(text)[: err.width - 1].ljust(err.width - 1)}")
        err.stream.flush()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._shown and self.count:
            self._write("")
            self.session.out.err.stream.write("\r")
        if kind is not None and issubclass(kind, KeyboardInterrupt):
            of = f" of {self.total:,}" if self.total else ""
            raise Failure(
                f"interrupted: {self.count:,}{of} records {self.word}", code=ExitCode.INTERRUPTED, hint=self.repeat
            ) from None


def _duration(seconds: float) -> str:
    """Return a time in the largest unit that fits."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"
