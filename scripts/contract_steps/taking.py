"""Taking published files: compared with what was taken before, and taken over when that is asked."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import field, frozen

from scripts.contract_steps import fetch, overlay, report
from scripts.contract_steps.changes import CHANGED, NO_CHANGE, Change, exit_code
from scripts.contract_steps.compare import compare
from scripts.contract_steps.document import VERSIONS, Document, parse, version_of
from scripts.contract_steps.errors import ContractError
from scripts.contract_steps.normalise import PUBLISHED_HEAD, dump, normalise
from scripts.contract_steps.project import Project

ON, OFF = frozenset({"1", "true", "yes", "on"}), frozenset({"", "0", "false", "no", "off"})
HEAD = "HEAD"


@frozen(kw_only=True)
class Source:
    """Where published files are to be taken from.

    Attributes:
        ref: A branch, tag or commit of both repositories; empty for the head of their default branches.
        urls: The addresses or paths of single files, by API version; "" is whatever version the file states.
        version: The one version to take; empty for both.
        repository: The repository, as owner/name, that takes the place of the lock's.
        files: The base address of files.
        api: The base address of the API that resolves a ref.
    """

    ref: str = ""
    urls: Mapping[str, str] = field(factory=dict)
    version: str = ""
    repository: str = ""
    files: str = fetch.FILES
    api: str = fetch.API


@frozen
class Comparison:
    """One published file against the one taken before.

    Attributes:
        version: The API version.
        title: Version and place of origin, for reports.
        changes: What changed on the wire.
        overlaid: The new contract, and the actions of the overlay that have lost their use.
        bare: The published file without its words.
        taken: The file as it came.
    """

    version: str
    title: str
    changes: list[Change]
    overlaid: overlay.Applied
    bare: Document
    taken: fetch.Taken

    @property
    def code(self) -> int:
        """The verdict; an action of the overlay that has lost its use is a change too."""
        return exit_code(self.changes) or (CHANGED if self.overlaid.gone or self.overlaid.idle else NO_CHANGE)


def read_source(environment: Mapping[str, str]) -> Source:
    """Read SPEC_REF, SPEC_URL, SPEC_URL_V1, SPEC_VERSION, SPEC_REPOSITORY, SPEC_BASE_URL and SPEC_API_URL.

    Raises:
        ContractError: They contradict each other.
    """
    given = {name: environment.get(f"SPEC_{name}", "").strip() for name in
             ("REF", "URL", "URL_V1", "VERSION", "REPOSITORY", "BASE_URL", "API_URL")}  # fmt: skip
    urls = {version: given[name] for name, version in (("URL", ""), ("URL_V1", "v1")) if given[name]}
    if urls and given["REF"]:
        raise ContractError("SPEC_REF and SPEC_URL are both given; give one of them")
    if given["VERSION"] and given["VERSION"] not in VERSIONS:
        raise ContractError(f"SPEC_VERSION is {given['VERSION']!r}; known are {' and '.join(VERSIONS)}")
    return Source(
        ref=given["REF"],
        urls=urls,
        version=given["VERSION"],
        repository=given["REPOSITORY"],
        files=given["BASE_URL"] or fetch.FILES,
        api=given["API_URL"] or fetch.API,
    )


def is_on(name: str, value: str) -> bool:
    """Read a switch.

    Raises:
        ContractError: It is neither on nor off.
    """
    if value.strip().lower() not in ON | OFF:
        raise ContractError(f"{name} is {value!r}; give 1 or 0")
    return value.strip().lower() in ON


def take(project: Project, source: Source) -> list[Comparison]:
    """Take the files of a source and compare each with the one taken before."""
    found = [_comparison(project, taken, origin) for taken, origin in _files(project, source)]
    versions = [each.version for each in found]
    if len(set(versions)) < len(versions):
        raise ContractError(f"both files are {versions[0]}'s; SPEC_URL_V1 takes the one of v1")
    return found


def take_over(project: Project, comparisons: list[Comparison], source: Source) -> None:
    """Write the published files, the contracts made of them, and the lock."""
    entries = fetch.read_lock(project.lock_file)
    for each in comparisons:
        entry = fetch.moved(entries[each.version], source.repository)
        entries[each.version] = fetch.locked(entry, each.taken)
        project.write(
            {
                project.published_file(each.version): dump(each.bare, PUBLISHED_HEAD),
                project.contract_file(each.version): dump(each.overlaid.document),
            }
        )
    project.write({project.lock_file: fetch.lock_text(entries)})


def verify(project: Project, source: Source) -> list[str]:
    """Take the locked files again and compare digests; return a line for each that is as it was."""
    lines = []
    for version, entry in fetch.read_lock(project.lock_file).items():
        if source.version in ("", version):
            taken = fetch.take_again(entry, source.files)
            lines.append(f"{version}: {taken.origin} is what the lock says")
    return lines


def _files(project: Project, source: Source) -> list[tuple[fetch.Taken, str]]:
    """Return the files with the version that each is to be of; "" is any."""
    if source.urls:
        return [(fetch.take_url(url), version) for version, url in source.urls.items()]
    entries = fetch.read_lock(project.lock_file)
    chosen = [source.version] if source.version else list(entries)
    ref, commits = source.ref or HEAD, dict[str, str]()
    found = []
    for version in chosen:
        entry = fetch.moved(entries[version], source.repository)
        commit = commits.get(entry.repository) or fetch.commit_of(entry.repository, ref, source.api)
        commits[entry.repository] = commit
        found.append((fetch.take_ref(entry, commit, source.files), version))
    return found


def _comparison(project: Project, taken: fetch.Taken, wanted: str) -> Comparison:
    published = parse(taken.text, taken.origin)
    version = version_of(published)
    if wanted not in ("", version):
        raise ContractError(f"{taken.origin} is {version}'s, not {wanted}'s")
    bare = normalise(published)
    before = project.published(version) if project.published_file(version).exists() else bare
    overlaid = overlay.apply(project.actions(), bare, before=before)
    return Comparison(version, f"{version} ({taken.shown})", compare(before, bare), overlaid, bare, taken)


def report_text(comparison: Comparison, project: Project) -> str:
    """Return a comparison for a terminal, with the actions of the overlay that have lost their use."""
    lines = [report.text(comparison.title, comparison.changes)]
    lines += [f"  {line}\n" for line in useless(comparison, project)]
    return "".join(lines)


def useless(comparison: Comparison, project: Project) -> list[str]:
    """Return a line for each action of the overlay that finds no target, or nothing to change, with its place."""
    name = project.overlay_file.relative_to(project.root)
    gone = [
        f"{name}:{each.line}: {each}: its target is gone from {comparison.version}" for each in comparison.overlaid.gone
    ]
    return gone + [
        f"{name}:{each.line}: {each}: changes nothing in {comparison.version}" for each in comparison.overlaid.idle
    ]
