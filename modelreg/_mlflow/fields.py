"""Where the fields of MLflow's registry are kept: which property holds which, and which properties are tags."""

from __future__ import annotations

import json
import re
from typing import Any

from modelreg._core.aliases import ALIAS, HISTORY

# Properties of a version that hold fields of MLflow's, and are no tags there.
SOURCE = "mlflow.source"
RUN_ID = "mlflow.run_id"
RUN_LINK = "mlflow.run_link"
MODEL_ID = "mlflow.model_id"
# When MLflow's registry created a record that was brought over from it, in milliseconds since the epoch.
CREATED = "mlflow.creation_timestamp"
# The stage is a tag as any other.
STAGE = "mlflow.stage"

# The alias that MLflow keeps for the version with the highest number.
LATEST = "latest"

LINEAGE_KIND = "mlflow"
LINEAGE_CLASS = "run"
MODEL_FORMAT = "mlflow"

_VERSION_FIELDS = frozenset({SOURCE, RUN_ID, RUN_LINK, MODEL_ID, CREATED})
_NUMBER = re.compile(r"0|[1-9][0-9]*")
_EXACT = 2**53


def is_model_tag(key: str) -> bool:
    """Return whether a property of a model is a tag to MLflow."""
    return key != CREATED and not key.startswith((ALIAS, HISTORY))


def is_version_tag(key: str) -> bool:
    """Return whether a property of a version is a tag to MLflow."""
    return key not in _VERSION_FIELDS


def tag_text(value: object) -> str:
    """Return a property's value as a tag has it: a text as it is, anything else as JSON."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def property_value(text: str, existing: object) -> Any:
    """Return the value that a property gets when its tag is set.

    A property that is no text stays what it is, a number, a bool, a list or a dict, where the tag's text is exactly how
    a value of that kind is shown.

    Args:
        text: The tag's value.
        existing: The property's value now; None where there is none.
    """
    if existing is None or isinstance(existing, str):
        return text
    try:
        value = json.loads(text, parse_constant=_refuse)
    except (ValueError, RecursionError):
        return text
    if _kind(value) is not _kind(existing) or tag_text(value) != text:
        return text
    return text if isinstance(value, int) and abs(value) > _EXACT else value


def _refuse(constant: str) -> Any:
    raise ValueError(constant)


def _kind(value: object) -> type:
    if isinstance(value, bool):
        return bool
    for kind in (str, list, dict):
        if isinstance(value, kind):
            return kind
    return float if isinstance(value, int | float) else type(None)


def is_number(name: str) -> bool:
    """Return whether a version's name is one of MLflow's numbers."""
    return _NUMBER.fullmatch(name) is not None


def version_number(name: str) -> int | str:
    """Return a version's name as MLflow has it: a number, or the name itself where it is none."""
    return int(name) if is_number(name) else name


def version_properties(
    source: str | None, run_id: str | None, run_link: str | None = None, model_id: str | None = None
) -> dict[str, str]:
    """Return the properties that hold a version's fields.

    Args:
        source: The URI that it was registered from.
        run_id: The id of the run that made it.
        run_link: A link to that run.
        model_id: The id of the logged model that it was registered from.
    """
    held = {SOURCE: source, RUN_ID: run_id, RUN_LINK: run_link, MODEL_ID: model_id}
    return {key: value for key, value in held.items() if value is not None}
