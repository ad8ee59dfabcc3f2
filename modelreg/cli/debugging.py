"""Decides what `--debug` shows of the library's log: on stderr, made visible."""

from __future__ import annotations

import logging
import sys

from modelreg.views.text import visible


class _Visible(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        return visible(super().format(record), lines=True)


def log_to_stderr(logger: logging.Logger) -> None:
    """Show a logger's lines, once."""
    if not any(isinstance(handler.formatter, _Visible) for handler in logger.handlers):
        handler = logging.StreamHandler(sys.stderr)
        handler.setFormatter(_Visible("debug: %(message)s"))
        logger.addHandler(handler)
    logger.setLevel(logging.DEBUG)
