"""Write the constraints files: the lowest versions that pyproject.toml allows, and those that were last tested.

``python scripts/constraints.py lowest [--check]`` reads the lower bounds of the core and its extras.
``python scripts/constraints.py tested`` reads what is installed beside the Python that runs it.
"""

from __future__ import annotations

import sys
import tomllib
from collections.abc import Iterable
from importlib import metadata
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "constraints"
OWN = "modelreg"
#: Extras that reach no user.
DEVELOPERS = frozenset({"dev", "demo", "docs"})


def requirements() -> list[Requirement]:
    """Return the requirements of the core and its extras on other packages."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    lines = [*project["dependencies"], *(line for name in extras if name not in DEVELOPERS for line in extras[name])]
    return [each for each in map(Requirement, lines) if each.name != OWN]


def lowest() -> str:
    """Return a constraints file with the lower bound of every requirement.

    Raises:
        SystemExit: A requirement has no lower bound, or two have different ones.
    """
    bounds: dict[str, str] = {}
    for each in requirements():
        lower = [bound.version for bound in each.specifier if bound.operator in (">=", "==", "~=")]
        name = canonicalize_name(each.name)
        if not lower or bounds.setdefault(name, lower[0]) != lower[0]:
            raise SystemExit(f"{each} has no lower bound, or another one elsewhere in pyproject.toml")
    return _file("The lowest versions that pyproject.toml allows: `make test-lowest` runs on them.", bounds)


def tested() -> str:
    """Return a constraints file with the versions installed here of all that the core and its extras need."""
    found: dict[str, str] = {}
    queue = [(each.name, frozenset(each.extras)) for each in requirements() if _applies(each, frozenset())]
    seen: set[tuple[str, frozenset[str]]] = set()
    while queue:
        name, extras = queue.pop()
        if (name, extras) in seen:
            continue
        seen.add((name, extras))
        distribution = metadata.distribution(name)
        found[canonicalize_name(name)] = distribution.version
        needed = map(Requirement, distribution.requires or ())
        queue += [(each.name, frozenset(each.extras)) for each in needed if _applies(each, extras)]
    return _file("The versions with which the suite last ran: `make tested` writes them.", found)


def _applies(requirement: Requirement, extras: frozenset[str]) -> bool:
    marker = requirement.marker
    return marker is None or any(marker.evaluate({"extra": extra}) for extra in extras | {""})


def _file(head: str, versions: dict[str, str]) -> str:
    return "\n".join([f"# {head}", *(f"{name}=={versions[name]}" for name in sorted(versions)), ""])


def main(arguments: Iterable[str]) -> int:
    """Write a file, or with ``--check`` say whether it is as it should be; return the exit code."""
    name, *more = arguments
    text = {"lowest": lowest, "tested": tested}[name]()
    path = FOLDER / f"{name}.txt"
    if "--check" not in more:
        path.write_text(text, encoding="utf-8")
    elif path.read_text(encoding="utf-8") != text:
        print(f"{path.relative_to(ROOT)} is not what pyproject.toml says: python scripts/constraints.py {name}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
