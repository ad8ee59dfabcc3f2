"""Progress of files that are hashed, sent or read: per file and in all, with rate and time left; none in a pipe."""

from __future__ import annotations

from types import TracebackType
from typing import TYPE_CHECKING, Any

import attrs

from modelreg.cli.session import Session
from modelreg.views.visible_text import visible

if TYPE_CHECKING:
    from modelreg.types import Progress, ProgressCallback

_WORDS = {"hash": "Hashing", "upload": "Uploading", "download": "Downloading", "verify": "Verifying"}
_LONGEST_NAME = 40


@attrs.define(eq=False)
class TransferProgress:
    """A context that shows the events of transfers on stderr, where that is a terminal.

    Attributes:
        session: The run.
    """

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
        self._total = event.action, self._bars.add_task(_WORDS[event.action], total=event.total)
