"""Mutation test of the pure core: mutmut changes one place at a time, and a test has to fail.

``python scripts/mutants.py [--add] [--keep] [--workers N] [NAME ...]`` runs mutmut as `[tool.mutmut]` of pyproject.toml
says, and compares the mutants that no test notices with ``tests/mutants/survivors.toml``, which gives a reason for
each. A NAME is a module, such as ``modelreg._core.change``; without one all of them are tried.
"""

from __future__ import annotations

import argparse
import difflib
import json
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import attrs

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "mutants"
LISTED = ROOT / "tests" / "mutants" / "survivors.toml"
#: The share of the mutants, in percent, that the tests have to kill.
LEAST = 90.0
# Exit codes of a mutant's tests, as mutmut keeps them: a failed test, an error in pytest, the limits of time.
_KILLED = frozenset({1, 3, 24, -24, 36, 152, 255})


@attrs.frozen(order=True)
class Mutant:
    """One change of one function.

    Attributes:
        function: The function's qualified name.
        was: The changed lines as they are, without indentation.
        becomes: The same lines as mutmut changed them.
    """

    function: str
    was: str
    becomes: str

    def diff(self) -> str:
        """Return it for people."""
        return f"{self.function}\n  - {self.was}\n  + {self.becomes}"


@attrs.frozen
class Results:
    """What became of the mutants of a run."""

    killed: int
    survivors: tuple[Mutant, ...]

    @property
    def percent(self) -> float:
        """The share of the mutants that were killed."""
        return 100.0 * self.killed / max(1, self.killed + len(self.survivors))


def results(folder: Path, names: Sequence[str]) -> Results:
    """Read what mutmut left in its folder.

    Args:
        folder: The folder of the mutated copy.
        names: Modules; none stands for all.

    Raises:
        SystemExit: A mutant was not tried.
    """
    killed, survivors = 0, []
    for meta in sorted(folder.rglob("*.py.meta")):
        codes: dict[str, int | None] = json.loads(meta.read_text(encoding="utf-8"))["exit_code_by_key"]
        for name, code in codes.items():
            if not _selected(function_name(name), names):
                continue
            if code is None:
                raise SystemExit(f"{name} was not tried: the run ended early")
            if code in _KILLED:
                killed += 1
            else:
                survivors.append(mutant(meta.with_suffix(""), name))
    return Results(killed, tuple(survivors))


def function_name(name: str) -> str:
    """Return the name of the function that a mutant changes.

    Args:
        name: The mutant's name, such as `modelreg._core.change.x_decide__mutmut_1`, with `ǁ` around a class's name.
    """
    module, _, changed = name.partition("__mutmut_")[0].rpartition(".")
    return f"{module}.{changed[2:]}" if changed.startswith("x_") else module + changed[1:].replace("ǁ", ".")


def mutant(source: Path, name: str) -> Mutant:
    """Return a mutant by its name.

    Args:
        source: The mutated module.
        name: The mutant's name.
    """
    spans = json.loads(source.with_suffix(".py.spans").read_text(encoding="utf-8"))["spans"]
    lines = source.read_text(encoding="utf-8").split("\n")
    changed = name.rpartition(".")[2]
    original = f"{changed.partition('__mutmut_')[0]}__mutmut_orig"

    def body(function: str) -> list[str]:
        first, last = spans[function]
        return [line.strip().replace(f"{function}(", f"{_short(name)}(", 1) for line in lines[first - 1 : last]]

    diff = list(difflib.unified_diff(body(original), body(changed), lineterm="", n=0))[2:]
    was, becomes = (" ".join(line[1:] for line in diff if line[0] == sign) for sign in "-+")
    return Mutant(function_name(name), was, becomes)


def _short(name: str) -> str:
    return function_name(name).rpartition(".")[2]


def listed(text: str) -> dict[Mutant, str]:
    """Return the listed survivors with their reasons.

    Args:
        text: TOML: `[reasons]` with sentences by key, and `[[survivor]]` with `function`, `was`, `becomes` and
            `reason`, a key of those or a sentence of its own.

    Raises:
        SystemExit: An entry has no reason.
    """
    document: dict[str, Any] = tomllib.loads(text)
    reasons = document.get("reasons", {})
    found = {}
    for each in document.get("survivor", []):
        survivor = Mutant(each["function"], each["was"], each["becomes"])
        reason = reasons.get(each["reason"], each["reason"])
        if not reason:
            raise SystemExit(f"{LISTED.name} gives no reason for\n{survivor.diff()}")
        found[survivor] = reason
    return found


def entries(survivors: Iterable[Mutant]) -> Iterator[str]:
    """Return survivors as entries of the list, each with a reason to be written."""
    for each in survivors:
        fields = {**attrs.asdict(each), "reason": ""}
        yield "\n[[survivor]]\n"
        yield from (f"{key} = {json.dumps(value, ensure_ascii=False)}\n" for key, value in fields.items())


def judge(outcome: Results, known: Iterable[Mutant]) -> tuple[list[str], bool]:
    """Compare a run with the list.

    Args:
        outcome: What became of the mutants.
        known: The listed survivors among the functions that were mutated.

    Returns:
        What to print, and whether the run is good.
    """
    survivors = set(outcome.survivors)
    new, gone = sorted(survivors - set(known)), sorted(set(known) - survivors)
    lines = [f"survived, and is not listed: {each.diff()}" for each in new]
    lines += [f"listed, and is gone; remove its entry: {each.diff()}" for each in gone]
    total = outcome.killed + len(outcome.survivors)
    lines.append(
        f"{outcome.killed} of {total} mutants killed ({outcome.percent:.1f} %, at least {LEAST:g} % is asked for); "
        f"{len(outcome.survivors)} survived, {len(new)} of them not in {LISTED.relative_to(ROOT)}"
    )
    return lines, not new and outcome.percent >= LEAST


def _selected(function: str, names: Sequence[str]) -> bool:
    return not names or any(function.startswith(f"{name}.") for name in names)


def _run(names: Sequence[str], workers: int) -> None:
    command = [str(Path(sys.executable).with_name("mutmut")), "run", "--max-children", str(workers)]
    command += [f"{name}.*" for name in names]
    with (FOLDER.parent / "mutants.log").open("w", encoding="utf-8") as log:
        finished = subprocess.run(command, cwd=ROOT, stdout=log, stderr=subprocess.STDOUT, check=False)
    if finished.returncode:
        raise SystemExit(f"mutmut failed with status {finished.returncode}; see mutants.log")


def main(arguments: Sequence[str]) -> int:
    """Run, compare, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help="modules; all when left out")
    parser.add_argument("--workers", type=int, default=2, help="how many mutants are tried at once")
    parser.add_argument("--keep", action="store_true", help="keep the results of earlier runs in mutants/")
    parser.add_argument("--add", action="store_true", help="append new survivors to the list, for a reason each")
    options = parser.parse_args(arguments)
    if not options.keep:
        shutil.rmtree(FOLDER, ignore_errors=True)
    _run(options.names, options.workers)
    outcome = results(FOLDER, options.names)
    known = [each for each in listed(LISTED.read_text(encoding="utf-8")) if _selected(each.function, options.names)]
    lines, good = judge(outcome, known)
    print("\n".join(lines))
    if options.add:
        with LISTED.open("a", encoding="utf-8") as file:
            file.writelines(entries(sorted(set(outcome.survivors) - set(known))))
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
