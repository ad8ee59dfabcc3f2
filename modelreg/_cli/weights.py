"""The commands over a version's files, `download`, `verify`, `files` and `register-hf`, and how far transfers are."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, get_args

import attrs
import click

from modelreg._cli.lookups import path_argument, split_names, version_name
from modelreg._cli.option_values import sign_option, signer, text_option, verifier, verifier_options
from modelreg._cli.output import Form
from modelreg._cli.register import print_registration
from modelreg._cli.session import Argument, Offers, Session, command, flag
from modelreg._core.resources import VERSIONS
from modelreg._types import OnConflict
from modelreg._views.visible_text import visible

if TYPE_CHECKING:
    from modelreg._types import Progress, ProgressCallback

_DOING = {"hash": "Hashing", "upload": "Uploading", "download": "Downloading", "verify": "Verifying"}
_LONGEST_NAME = 40


@attrs.define(eq=False)
class TransferProgress:
    """A context that shows the events of transfers on stderr, where that is a terminal."""

    session: Session
    _bars: Any = attrs.field(default=None, init=False)
    _total: tuple[str, Any] | None = attrs.field(default=None, init=False)
    _files: dict[str, Any] = attrs.field(factory=dict, init=False)

    def __enter__(self) -> ProgressCallback | None:
        """Return what receives the events; None where nothing is shown."""
        out = self.session.out
        if not out.err.live or out.quiet:
            return None
        try:
            from rich import progress
            from rich.console import Console
        except ModuleNotFoundError:
            out.note("No progress is shown without rich: pip install 'modelreg[cli]'", "dim")
            return None
        self._bars = progress.Progress(
            progress.TextColumn("{task.description}", markup=False),
            progress.BarColumn(),
            progress.DownloadColumn(),
            progress.TransferSpeedColumn(),
            progress.TimeRemainingColumn(),
            console=Console(file=out.err.stream, width=out.err.width),
            transient=True,
        )
        self._bars.start()
        return self._show

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Take the bars away."""
        if self._bars is not None:
            self._bars.stop()

    def _show(self, event: Progress) -> None:
        if self._total is None or self._total[0] != event.action:
            self._begin(event)
        assert self._total is not None
        self._bars.update(self._total[1], completed=event.done, total=event.total)
        if event.file not in self._files:
            name = visible(event.file)
            shown = name if len(name) <= _LONGEST_NAME else f"…{name[1 - _LONGEST_NAME :]}"
            self._files[event.file] = self._bars.add_task(f"  {shown}", total=event.file_total)
        self._bars.update(self._files[event.file], completed=event.file_done)
        if event.file_total is not None and event.file_done >= event.file_total:
            # Done: it makes room for the next.
            self._bars.remove_task(self._files.pop(event.file))

    def _begin(self, event: Progress) -> None:
        for task in (*self._files.values(), *(() if self._total is None else (self._total[1],))):
            self._bars.remove_task(task)
        self._files.clear()
        self._total = event.action, self._bars.add_task(_DOING[event.action], total=event.total)


_PATH = click.Path(path_type=Path)


def _access() -> tuple[click.Option, ...]:
    return (
        text_option("schemes", "--scheme", help="A scheme of URIs that may be read", metavar="SCHEME", many=True),
        flag("allow_local", "--allow-local", help="Read from hosts on loopback and link-local networks too"),
        _stall_timeout(),
    )


def _stall_timeout() -> click.Option:
    text = "Seconds without a byte after which a transfer ends [default: MODEL_REGISTRY_STALL_TIMEOUT, or 60]"
    return click.Option(["--stall-timeout"], type=float, metavar="NUMBER", help=text)


_VERIFIER = ("public_key", "certificates", "identity", "issuer")


def _verified_by(given: dict[str, Any]) -> dict[str, Any]:
    """Return arguments with the options about signatures made into one."""
    verify = verifier(*(given[name] for name in _VERIFIER))
    return {**{name: value for name, value in given.items() if name not in _VERIFIER}, "verify": verify}


@command(
    "download",
    path_argument(VERSIONS.path),
    click.Option(
        ["--output", "-o", "output"], type=_PATH, metavar="FOLDER", required=True, help="The folder to make or fill"
    ),
    flag("overwrite", "--overwrite", help="Replace what the folder holds"),
    flag("require_digest", "--require-digest", help="Refuse a version without a registered digest"),
    *verifier_options(),
    *_access(),
    offers=Offers.OBJECT,
    examples=["download fraud@1.4.0 -o weights/", "download fraud@champion -o weights/ --public-key pub.pem"],
)
def download(session: Session, path: Sequence[str], output: Path, **given: Any) -> None:
    """Download a version's files, every byte checked. Repeated after an interruption, it continues.

    The folder gets its name when all of it is checked.
    """
    names = split_names(VERSIONS.path, path)
    with TransferProgress(session) as progress:
        target = session.registry.download(version_name(names), output, progress=progress, **_verified_by(given))
    reference = "@".join(names)
    session.done("Downloaded", f"{reference} to {target}")
    session.out.result({"reference": reference, "path": str(target)}, [str(target)])


@command(
    "verify",
    path_argument(VERSIONS.path),
    *verifier_options(),
    *_access(),
    offers=Offers.OBJECT,
    examples=["verify fraud@1.4.0", "verify fraud@champion --public-key pub.pem"],
)
def verify(session: Session, path: Sequence[str], **given: Any) -> None:
    """Read a version's files where they are, and hold them to the registered digest.

    Files that differ end in exit code 8.
    """
    names = split_names(VERSIONS.path, path)
    with TransferProgress(session) as progress:
        found = session.registry.verify(version_name(names), progress=progress, **_verified_by(given))
    reference = "@".join(names)
    signed = f", signed by {found.signature}" if found.signature else ""
    session.done("Verified", f"{reference}: {found.files} {'file' if found.files == 1 else 'files'}{signed}")
    session.out.result({"reference": reference, **attrs.asdict(found)}, [found.digest])


@command(
    "files",
    path_argument(VERSIONS.path),
    *_access(),
    offers=Offers.ROWS,
    examples=["files fraud@1.4.0", "files fraud@champion --json"],
)
def files(session: Session, path: Sequence[str], **given: Any) -> None:
    """List a version's files: their paths, sizes in bytes, and the sha256 of each where the store tells it."""
    found = session.registry.files(version_name(split_names(VERSIONS.path, path)), **given)
    if session.out.quiet:
        session.out.names(each.path for each in found)
    elif session.out.form is Form.JSON:
        session.out.json([attrs.asdict(each) for each in found])
    else:
        from modelreg._views.page import Column, Grid

        columns = (
            Column("path", "PATH"),
            Column("size", "SIZE", number=True),
            Column("sha256", "SHA256", cut=1, optional=True),
        )
        session.out.grid(Grid(columns, [(each.path, each.size, each.sha256) for each in found]))


@command(
    "register-hf",
    Argument("repo", metavar="ORG/NAME[@REVISION]", help="The model on the Hub; its main branch without a revision"),
    text_option("name", "--name", help="Of the registered model [default: the part after the slash]"),
    text_option("version", "--version", help="Of the version [default: the commit's first 12 digits]"),
    text_option("to", "--to", help="The root to copy the files to, such as s3://models", metavar="URI"),
    sign_option("The private key to sign the copy with"),
    flag("takeover", "--takeover", help="Replace the claim of another upload of this version that is dead"),
    text_option("base", "--base", help="The image to put the copy on, where --to is an OCI registry", metavar="URI"),
    _stall_timeout(),
    click.Option(
        ["--on-conflict"],
        type=click.Choice(get_args(OnConflict)),
        default="fail",
        metavar="|".join(get_args(OnConflict)),
        help="What to do if the version has other files [default: fail]",
    ),
    offers=Offers.OBJECT,
    examples=["register-hf org/name", "register-hf org/name@main --name my-name --to s3://models"],
)
def register_hf(session: Session, repo: str, sign: Path | None, **given: Any) -> None:
    """Register a model of the Hugging Face Hub at the commit that its revision names now. Safe to repeat.

    Private and gated models are read with HF_TOKEN, which is stored nowhere.
    """
    with TransferProgress(session) as progress:
        done = session.registry.register_hf(repo, sign=signer(sign), progress=progress, **given)
    print_registration(session, done)
