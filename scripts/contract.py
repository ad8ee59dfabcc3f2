"""The commands over the contract. Run as `python -m scripts.contract COMMAND`; `--help` lists them."""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from scripts.contract_steps import client, overlay, report, taking, union, worklist
from scripts.contract_steps.changes import UNREADABLE, VERDICTS, Change, exit_code
from scripts.contract_steps.compare import compare
from scripts.contract_steps.document import VERSIONS, Document, read_any
from scripts.contract_steps.errors import ContractError
from scripts.contract_steps.normalise import dump
from scripts.contract_steps.project import FILES, PACKAGE, Project

# A bump was taken over, and no client could be made of it.
UNFINISHED = 2


def spec(project: Project, *, update: bool, source: taking.Source, markdown: Path | None = None) -> int:
    """Compare published files with those taken before; with `update`, take them over.

    Args:
        project: The project.
        update: Whether to write what was taken.
        source: Where to take the files from.
        markdown: A file for the report as Markdown, for the text of a pull request.

    Returns:
        The verdict: 0 no change, 3 change, 4 breaking.
    """
    comparisons = _taken(project, source, markdown)
    code = max(each.code for each in comparisons)
    if update:
        taking.take_over(project, comparisons, source)
    elif code:
        print("nothing is written; UPDATE=1 takes it over")
    return code


def bump(project: Project, *, source: taking.Source, markdown: Path | None = None) -> tuple[int, bool]:
    """Take new contracts over, write the client, and list what is left to do, each with its file.

    Returns:
        The verdict, and whether the client could be written.
    """
    comparisons = _taken(project, source, markdown)
    left: list[str] = []
    for each in comparisons:
        left += worklist.lost(each.overlaid.gone, project, each.version, "its target is gone from")
        left += worklist.lost(each.overlaid.idle, project, each.version, "changes nothing in")
    taking.take_over(project, comparisons, source)
    worklist.describe(project, [each.version for each in comparisons])
    written = True
    try:
        generate(project)
    except ContractError as error:
        written = False
        left.append(f"{project.overlay_file.relative_to(project.root)}: no client is written: {error}")
    left += worklist.unwritten(project)
    for each in comparisons:
        left += worklist.rows(project, each.changes)
    print("left to do:" if left else "nothing is left to do; run make check test")
    for line in dict.fromkeys(left):
        print(f"  {line}")
    return max(each.code for each in comparisons), written


def _taken(project: Project, source: taking.Source, markdown: Path | None) -> list[taking.Comparison]:
    """Take published files and report on them."""
    comparisons = taking.take(project, source)
    for each in comparisons:
        print(taking.report_text(each, project), end="")
    if markdown:
        texts = [report.markdown(each.title, each.changes) for each in comparisons]
        markdown.write_text("\n".join(texts), encoding="utf-8")
    return comparisons


def verify(project: Project, source: taking.Source) -> int:
    """Take the locked files again and compare their digests."""
    for line in taking.verify(project, source):
        print(line)
    return 0


def words(project: Project) -> int:
    """Put the overlay as it is now on the published files."""
    project.write({project.contract_file(version): _contract_text(project, version) for version in VERSIONS})
    return 0


def generate(project: Project) -> int:
    """Write the client from the union of the contracts."""
    with tempfile.TemporaryDirectory() as folder:
        fresh = _fresh_client(project, Path(folder))
        changed = client.differing(fresh, project.package)
        client.replace(fresh, project.package)
    print(f"{project.package.relative_to(project.root)}: {len(changed) or 'no'} files changed")
    return 0


def check(project: Project) -> int:
    """Report whether contract and client are what the overlay and the generator make of them; change nothing."""
    wrong = worklist.unwritten(project)
    for version in VERSIONS:
        applied = overlay.apply(project.actions(), project.published(version))
        wrong += worklist.lost(applied.gone, project, version, "its target is not in")
        wrong += worklist.lost(applied.idle, project, version, "changes nothing in")
        if project.contract_file(version).read_text(encoding="utf-8") != dump(applied.document):
            wrong.append(f"{FILES[version]} is not as the overlay makes it: run python -m scripts.contract words")
        wrong += [f"{FILES[version]}: {each.name} has no {each.key}" for each in worklist.wanted(applied.document)]
    with tempfile.TemporaryDirectory() as folder:
        changed = client.differing(_fresh_client(project, Path(folder)), project.package)
    if changed:
        wrong.append(f"generated files are not what the contract yields: run make generate ({', '.join(changed[:5])})")
    for line in wrong:
        print(line, file=sys.stderr)
    return 1 if wrong else 0


def compare_files(old: str, new: str, form: str) -> int:
    """Compare two files and print the report; return the verdict."""
    changes = compare(*(read_any(_bytes(path), path) for path in (old, new)))
    title = f"{Path(old).name} -> {Path(new).name}"
    write: dict[str, Callable[[str, Sequence[Change]], str]]
    write = {"text": report.text, "markdown": report.markdown, "json": report.as_json}
    print(write[form](title, changes), end="")
    return exit_code(changes)


def _bytes(path: str) -> bytes:
    try:
        return Path(path).read_bytes()
    except (OSError, ValueError) as error:
        raise ContractError(f"{path} cannot be read: {getattr(error, 'strerror', None) or error}") from error


def _contract_text(project: Project, version: str) -> str:
    return dump(overlay.require_all(overlay.apply(project.actions(), project.published(version))))


def _fresh_client(project: Project, folder: Path) -> Path:
    client.require_pins(project.root / "pyproject.toml")
    contracts: dict[str, Document] = {}
    for version in reversed(VERSIONS):
        applied = overlay.apply(project.actions(), project.contract(version), client=True)
        contracts[version] = overlay.require_all(applied)
    fresh = folder / PACKAGE
    client.generate(union.unite(contracts), project.openapi / "generator.yaml", project.openapi / "templates", fresh)
    return fresh


def _arguments(argv: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="contract", description="The contract and the client generated from it.")
    parser.add_argument("--root", type=Path, default=Path(__file__).resolve().parents[1], help="the project's folder")
    commands = parser.add_subparsers(dest="command", required=True)
    taking_over = commands.add_parser("spec", help="compare the published files with ours (SPEC_REF, SPEC_URL, ...)")
    taking_over.add_argument("--update", action="store_true", help="take them over (UPDATE=1)")
    taking_over.add_argument("--exit-code", action="store_true", help="exit with the verdict: 0, 3 change, 4 breaking")
    bumping = commands.add_parser("bump", help="take the published files over and list what is left to do")
    bumping.add_argument("--exit-code", action="store_true", help="exit with the verdict: 0, 3 change, 4 breaking")
    for command in (taking_over, bumping):
        command.add_argument("--markdown", type=Path, help="write the report to this file, as Markdown")
    comparing = commands.add_parser("compare", help="compare two files; exit with the verdict: 0, 3 change, 4 breaking")
    comparing.add_argument("old")
    comparing.add_argument("new")
    comparing.add_argument("--format", choices=report.FORMATS, default="text")
    others = {
        "verify-spec": "take the locked files again and compare digests",
        "words": "put the overlay on the published files anew",
        "generate": "write the client",
        "check": "say whether all is as it would be written",
    }
    for name, text in others.items():
        commands.add_parser(name, help=text)
    return parser.parse_args(argv)


def main(argv: list[str] | None = None) -> int:
    """Run one command; what cannot go on is one line."""
    arguments = _arguments(argv)
    project = Project(arguments.root.resolve())
    simple: dict[str, Callable[[Project], int]] = {"words": words, "generate": generate, "check": check}
    taken = arguments.command in ("spec", "bump")
    try:
        if arguments.command == "compare":
            return compare_files(arguments.old, arguments.new, arguments.format)
        if arguments.command in simple:
            return simple[arguments.command](project)
        source = taking.read_source(os.environ)
        if not taken:
            return verify(project, source)
        written = True
        if arguments.command == "bump":
            code, written = bump(project, source=source, markdown=arguments.markdown)
        else:
            update = arguments.update or taking.is_on("UPDATE", os.environ.get("UPDATE", ""))
            code = spec(project, update=update, source=source, markdown=arguments.markdown)
        print(f"spec: {VERDICTS[code]} ({code})")
        return UNFINISHED if not written else code if arguments.exit_code else 0
    except ContractError as error:
        print(f"error: {error}", file=sys.stderr)
        if taken:
            print(f"spec: {VERDICTS[UNREADABLE]} ({UNREADABLE})")
        return UNREADABLE


if __name__ == "__main__":
    sys.exit(main())
