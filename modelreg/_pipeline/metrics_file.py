"""Files of metrics: a JSON object, nested or flat, of which the numbers are metrics."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path

import attrs

from modelreg._pipeline.provenance import finite, leaves
from modelreg.errors import InvalidInput

MAX_BYTES = 16 * 1024 * 1024

# Past this a registry keeps no whole number exactly; it is kept as the nearest double.
EXACT = 2**53


@attrs.frozen
class MetricsFile:
    """What a file of metrics holds.

    Attributes:
        metrics: Finite numbers by key, nested keys joined with `_`; ready for `register(metrics=)`.
        other: Texts and truth values by key; ready for `register(properties=)`.
        warnings: What was left out, a sentence each.
    """

    metrics: dict[str, float]
    other: dict[str, str | bool]
    warnings: tuple[str, ...] = ()


def read_metrics(path: str | os.PathLike[str]) -> MetricsFile:
    """Read a `metrics.json`.

    Args:
        path: The file.

    Raises:
        InvalidInput: It is not there, not JSON (with the line), or no object.
    """
    file = Path(path)
    try:
        if file.stat().st_size > MAX_BYTES:
            raise InvalidInput(f"metrics file {str(file)!r} is larger than {MAX_BYTES // 1024 // 1024} MiB")
        text = file.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise InvalidInput(f"metrics file {str(file)!r} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise InvalidInput(f"metrics file {str(file)!r} is not UTF-8") from error
    try:
        document = json.loads(text)
    except json.JSONDecodeError as error:
        raise InvalidInput(f"{file}:{error.lineno}: not JSON: {error.msg} (column {error.colno})") from error
    except (ValueError, RecursionError) as error:
        raise InvalidInput(f"metrics file {str(file)!r} is not JSON: {error}") from error
    return parse_metrics(document, path=str(file))


def parse_metrics(document: object, *, path: str = "") -> MetricsFile:
    """Read the JSON value of a metrics file.

    Args:
        document: The value.
        path: The file's path, for messages.

    Raises:
        InvalidInput: It is no object.
    """
    if not isinstance(document, Mapping):
        raise InvalidInput(f"metrics file {path!r} holds a {type(document).__name__}; give an object of numbers")
    found = MetricsFile({}, {})
    warnings = []
    for key, value in leaves(document):
        if key in found.metrics or key in found.other:
            warnings.append(f"{key!r} stands twice in {path!r}; the first one is kept")
        elif isinstance(value, (bool, str)) and value != "":
            found.other[key] = value
        elif finite(value):
            found.metrics[key] = value if abs(value) <= EXACT else float(value)
        else:
            warnings.append(f"{key!r} in {path!r} is {str(value)[:40]!r}, which is no number, and is left out")
    return attrs.evolve(found, warnings=tuple(warnings))
