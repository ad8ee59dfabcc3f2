"""The JSON of every command, held in files: keys are only ever added.

`UPDATE_GOLDEN=1` writes the files anew; what changes in them is a promise that changes.
"""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

import pytest

from tests.cli.inventory import READS, WRITES, named
from tests.cli.test_matrix import ids

GOLDEN = Path(__file__).parent / "golden"
COMMANDS = [arguments for arguments in (*READS, *WRITES) if arguments[0] not in ("doctor", "config")]
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")

__all__ = ["ids"]


def settled(text: str) -> str:
    """Put one time in the place of every time."""
    return _TIME.sub("<time>", text)


def file_of(arguments) -> Path:
    return GOLDEN / f"{re.sub('[^a-z0-9.@-]+', '_', ' '.join(arguments[:4]).lower())}.json"


def keys_of(value: object, path: str = "") -> set[str]:
    """Name every key that there is, however deep."""
    if isinstance(value, dict):
        return {f"{path}.{key}" for key in value} | {
            found for key, item in value.items() for found in keys_of(item, f"{path}.{key}")
        }
    if isinstance(value, list):
        return {found for item in value for found in keys_of(item, f"{path}[]")}
    return set()


@pytest.mark.parametrize("arguments", COMMANDS, ids=[" ".join(arguments) for arguments in COMMANDS])
def test_json_is_as_it_was(run, ids, arguments):
    ran = run(*named(arguments, ids), "--json")
    assert ran.code == 0, ran.err
    written, file = settled(ran.out), file_of(arguments)
    if os.environ.get("UPDATE_GOLDEN"):
        GOLDEN.mkdir(exist_ok=True)
        file.write_text(written, encoding="utf-8")
    before = json.loads(file.read_text(encoding="utf-8"))
    assert keys_of(before) <= keys_of(json.loads(written))
    assert json.loads(written) == before


def test_no_file_is_left_over():
    assert {file.name for file in GOLDEN.iterdir()} == {file_of(arguments).name for arguments in COMMANDS}
    assert len({file_of(arguments) for arguments in COMMANDS}) == len(COMMANDS)
