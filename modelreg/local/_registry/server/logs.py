"""Log lines of a served registry: text or JSON, on stderr, each repeated message a few times a minute at most."""

from __future__ import annotations

import json
import logging
import logging.config
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from modelreg.local._registry.server.options import AccessLog

ACCESS_LOGGER = "modelreg.access"
_PER_MINUTE = 5
#: Attributes of a log record that a JSON line takes over.
_ACCESS_FIELDS = ("client", "method", "path", "status", "bytes", "seconds")


class JsonFormatter(logging.Formatter):
    """Formats a record as one line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        line.update({name: getattr(record, name) for name in _ACCESS_FIELDS if hasattr(record, name)})
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return json.dumps(line)


class RepeatFilter(logging.Filter):
    """Lets each message through a few times a minute: clients must not be able to fill the disk with one.

    The access log is not filtered: its lines are one for each request by design.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._clock = clock
        self._minute = -1
        self._seen: dict[object, int] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        """Return whether a record is written."""
        if record.name == ACCESS_LOGGER:
            return True
        minute = int(self._clock() // 60)
        if minute != self._minute:
            self._minute, self._seen = minute, {}
        key = record.name, record.msg
        self._seen[key] = self._seen.get(key, 0) + 1
        if self._seen[key] == _PER_MINUTE:
            record.msg = f"{record.msg} (further ones of this minute are left out)"
        return self._seen[key] <= _PER_MINUTE


def log_access(client: str, method: str, path: str, status: int, size: int, seconds: float) -> None:
    """Write one line of the access log.

    Args:
        client: Address of the client.
        method: HTTP method.
        path: Path as sent, without the query: that may hold what no log should.
        status: Status of the response; 499 when the client had gone.
        size: Bytes of the response's body.
        seconds: How long the request took.
    """
    values = client, method, path, status, size, round(seconds, 6)
    logging.getLogger(ACCESS_LOGGER).info(
        '%s "%s %s" %d %d bytes %.3f s', *values, extra=dict(zip(_ACCESS_FIELDS, values, strict=True))
    )


def configure(access_log: AccessLog) -> None:
    """Configure the logging of a process that serves a registry; stdout is left to the URL.

    Args:
        access_log: Form of the log, or ``none`` for no lines about requests.
    """
    formatters: dict[str, Any] = {"text": {"format": "%(levelname)s: %(message)s"}, "json": {"()": JsonFormatter}}
    handler = {
        "class": "logging.StreamHandler",
        "stream": "ext://sys.stderr",
        "formatter": "json" if access_log == "json" else "text",
        "filters": ["repeats"],
    }
    own = {"handlers": ["stderr"], "level": "INFO", "propagate": False}
    logging.config.dictConfig(
        {
            "version": 1,
            "disable_existing_loggers": False,
            "filters": {"repeats": {"()": RepeatFilter}},
            "formatters": formatters,
            "handlers": {"stderr": handler},
            "loggers": {
                "modelreg": own,
                "uvicorn": own,
                "asyncio": {**own, "level": "WARNING"},
                ACCESS_LOGGER: {"level": "CRITICAL" if access_log == "none" else "INFO"},
            },
        }
    )


def warn(message: str) -> None:
    """Write a warning of the server about how it was started."""
    logging.getLogger("modelreg.local.server").warning("%s", message)
