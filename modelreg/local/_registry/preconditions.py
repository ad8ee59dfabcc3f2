"""Entity tags of records, and the If-Match header that makes a change depend on one (RFC 9110, section 13.1.1)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from modelreg.local._registry.errors import Refusal

#: Sent with every tag: a tag alone may be a proxy's, and says nothing of whether If-Match is honoured.
HEADER, HONOURED = "modelreg-preconditions", "if-match"
_TAG = re.compile(r'(W/)?"([\x21\x23-\x7e\x80-\xff]*)"')


def entity_tag(row: Mapping[str, Any]) -> str:
    """Return the strong tag of a record's state: how often it was changed, and when it was last."""
    return f'"{row["revision"]}-{row["updated"]:x}"'


def require_match(if_match: str, row: Mapping[str, Any]) -> None:
    """Refuse a change of a record that is not in the state the client knows.

    Args:
        if_match: The header If-Match: tags with commas between them, ``*`` for any state, or empty for no condition.
        row: The record, locked against other writers.

    Raises:
        Refusal: 412, when no strong tag of the header is the record's.
    """
    if not if_match or if_match.strip() == "*":
        return
    strong = {f'"{tag}"' for weak, tag in _TAG.findall(if_match) if not weak}
    if entity_tag(row) not in strong:
        raise Refusal(412, f"record {row['id']} has been changed since: read it again, and send its present ETag")
