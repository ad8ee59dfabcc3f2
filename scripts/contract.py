"""Decides the commands over the contract: spec, words, generate, check. Run as `python -m scripts.contract COMMAND`."""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import yaml
from attrs import frozen

from scripts.contract_steps import client, fetch, overlay, structure, union
from scripts.contract_steps.compare import compare, report
from scripts.contract_steps.document import VERSIONS, Document, load, parse, version_of
from scripts.contract_steps.errors import ContractError
from scripts.contract_steps.normalise import dump, normalise, only_structure

FILES = {"v1alpha3": "model-registry.yaml", "v1": "model-registry-v1.yaml"}
DRIFT = 3


@frozen
class Project:
    """Where everything lies, below the project's root."""

    root: Path

    @property
    def openapi(self) -> Path:
        """The folder of the contract."""
        return self.root / "openapi"

    @property
    def package(self) -> Path:
        """The generated package."""
        return self.root / "generated" / client.PACKAGE

    def contract_file(self, version: str) -> Path:
        """The committed contract of a version."""
        return self.openapi / FILES[version]

    def structure_file(self, version: str) -> Path:
        """The structure of the published file last taken."""
        return self.openapi / "structure" / f"{version}.txt"

    def contract(self, version: str) -> Document:
        """Read the committed contract of a version."""
        try:
            document = load(self.contract_file(version).read_text(encoding="utf-8"))
        except (OSError, yaml.YAMLError) as error:
            raise ContractError(f"the committed contract {FILES[version]} cannot be read: {error}") from error
        if not isinstance(document, dict) or "paths" not in document:
            raise ContractError(f"the committed contract {FILES[version]} is no contract")
        return document

    def actions(self) -> tuple[overlay.Action, ...]:
        """Read the overlay."""
        return overlay.read(self.openapi / "overlay.yaml")


def spec(project: Project, *, update: bool, exit_code: bool, given: dict[str, str]) -> int:
    """Compare a published file with the committed contract; with `update`, take it over."""
    lock_file = project.openapi / "upstream.lock"
    entries = fetch.read_lock(lock_file)
    written: dict[Path, str] = {}
    drift = False
    for taken in _take(entries, given):
        published = parse(taken.text, taken.origin)
        version = version_of(published)
        bare = normalise(published)
        committed = project.contract(version) if project.contract_file(version).exists() else None
        contract, gone = overlay.apply(project.actions(), bare, before=committed)
        changes = compare(committed, contract) if committed else []
        print(report(changes, committed or contract, contract), end="")
        for target in gone:
            print(f"  the overlay speaks of what is gone: {target}")
        entries[version] = fetch.locked(entries[version], taken)
        if update:
            written[project.contract_file(version)] = dump(contract)
            written[project.structure_file(version)] = structure.text(structure.facts(bare))
        drift = drift or bool(changes or gone)
    if update:
        written[lock_file] = fetch.lock_text(entries)
        _write(project, written)
    elif drift:
        print("nothing is written; UPDATE=1 takes it over")
    return DRIFT if exit_code and drift else 0


def words(project: Project) -> int:
    """Give the committed contracts the overlay's words as they are now."""
    _write(project, {project.contract_file(version): _with_words(project, version) for version in VERSIONS})
    return 0


def generate(project: Project) -> int:
    """Write the client from the committed contract."""
    with tempfile.TemporaryDirectory() as folder:
        fresh = _fresh_client(project, Path(folder))
        changed = client.differing(fresh, project.package)
        client.replace(fresh, project.package)
    print(f"{project.package.relative_to(project.root)}: {len(changed) or 'no'} files changed")
    return 0


def check(project: Project) -> int:
    """Say whether contract and client are what the overlay and the generator make of them; change nothing."""
    wrong = [
        f"{FILES[version]} is not as the overlay words it: run python -m scripts.contract words"
        for version in VERSIONS
        if project.contract_file(version).read_text(encoding="utf-8") != _with_words(project, version)
    ]
    with tempfile.TemporaryDirectory() as folder:
        changed = client.differing(_fresh_client(project, Path(folder)), project.package)
    if changed:
        wrong.append(f"generated files are not what the contract yields: run make generate ({', '.join(changed[:5])})")
    for line in wrong:
        print(line, file=sys.stderr)
    return 1 if wrong else 0


def _take(entries: dict[str, fetch.Entry], given: dict[str, str]) -> list[fetch.Taken]:
    """Take what was asked for: an address, one version's file at a ref, or else both files of the lock again."""
    if given["url"] and given["ref"]:
        raise ContractError("say either SPEC_REF or SPEC_URL")
    if given["url"]:
        return [fetch.take_url(given["url"])]
    base, version = given["base"] or fetch.PUBLIC, given["version"]
    if version and version not in entries:
        raise ContractError(f"SPEC_VERSION is {version!r}; known are {' and '.join(VERSIONS)}")
    if given["ref"]:
        return [fetch.take_ref(entries[version or VERSIONS[0]], given["ref"], base)]
    chosen = [version] if version else list(entries)
    if unnamed := [name for name in chosen if not entries[name].ref]:
        raise ContractError(f"the lock names no ref for {unnamed[0]}: say SPEC_REF or SPEC_URL")
    return [fetch.take_ref(entries[name], entries[name].ref, base) for name in chosen]


def _with_words(project: Project, version: str) -> str:
    bare = only_structure(project.contract(version))
    worded, _ = overlay.apply([action for action in project.actions() if not action.repair], bare)
    return dump(worded)


def _fresh_client(project: Project, folder: Path) -> Path:
    client.require_pins(project.root / "pyproject.toml")
    contracts = {
        version: overlay.apply(project.actions(), project.contract(version), client=True)[0]
        for version in reversed(VERSIONS)
    }
    united = union.unite(contracts)
    fresh = folder / client.PACKAGE
    client.generate(united, project.openapi / "generator.yaml", project.openapi / "templates", fresh)
    return fresh


def _write(project: Project, texts: dict[Path, str]) -> None:
    for path, text in texts.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.exists() and path.read_text(encoding="utf-8") == text:
            continue
        path.write_text(text, encoding="utf-8")
        print(f"wrote {path.relative_to(project.root)}")


def _arguments(argv: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="contract", description="The contract and the client generated from it.")
    parser.add_argument("--root", type=Path, default=Path(__file__).resolve().parents[1], help="the project's folder")
    commands = parser.add_subparsers(dest="command", required=True)
    taking = commands.add_parser("spec", help="compare a published file with the contract (SPEC_REF, SPEC_URL)")
    taking.add_argument("--update", action="store_true", default=bool(os.environ.get("UPDATE")), help="take it over")
    taking.add_argument("--exit-code", action="store_true", help=f"exit {DRIFT} when something differs")
    for name, text in (("words", "word the contracts anew"), ("generate", "write the client"), ("check", "compare")):
        commands.add_parser(name, help=text)
    return parser.parse_args(argv)


def main(argv: list[str] | None = None) -> int:
    """Run one command; what cannot go on says so in one line."""
    arguments = _arguments(argv)
    project = Project(arguments.root.resolve())
    simple: dict[str, Callable[[Project], int]] = {"words": words, "generate": generate, "check": check}
    try:
        if arguments.command != "spec":
            return simple[arguments.command](project)
        names = {"ref": "SPEC_REF", "url": "SPEC_URL", "version": "SPEC_VERSION", "base": "SPEC_BASE_URL"}
        given = {key: os.environ.get(name, "").strip() for key, name in names.items()}
        return spec(project, update=arguments.update, exit_code=arguments.exit_code, given=given)
    except ContractError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
