"""Every example of every page: Python in one namespace a page, commands through the real command line."""

from __future__ import annotations

import contextlib
import io
import os
import re
import shlex
import subprocess
import sys
import tomllib

import click
import pytest

from modelreg._cli.app import root
from tests.docs.page_examples import DOCS, ROOT, Command, Example, check_data, commands, examples, pages

PAGES = pages()
HEAVY = {page for page in PAGES if any(example.heavy for example in examples(page))}
EXTRAS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["optional-dependencies"]
TARGETS = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), flags=re.MULTILINE))
SERVER = "https://registry.example.com"
DATABASE = "postgresql://registry@db.example.com/registry"
#: Pages that upload to a bucket and read the Hub.
WITH_STORES = {"weights.md"}
#: Commands that run until they are stopped; they are read and not run.
ENDLESS = {"serve", "ui"}
SHELL = re.compile(r"[|<>;`]|&&|\$\(|^(?!modelreg )")


class Page:
    """One reader at one page: a folder, a namespace, and what stands for the addresses of examples."""

    def __init__(self, request, run, folder, monkeypatch):
        self.request, self.run, self.folder, self.monkeypatch = request, run, folder, monkeypatch
        self.namespace = {"__name__": "__main__"}

    def in_place(self, text):
        """Put real addresses where the page has examples of them."""
        if SERVER in text:
            text = text.replace(SERVER, self.request.getfixturevalue("model_registry_url"))
        if DATABASE in text:
            text = text.replace(DATABASE, self.request.getfixturevalue("postgres_url"))
        return text

    def python(self, example: Example):
        code = compile(
            "\n" * (example.line - 1) + self.in_place(example.code), str(DOCS / example.page), "exec", dont_inherit=True
        )
        written = io.StringIO()
        with contextlib.redirect_stdout(written):
            self.prepare(example)
            before = set(self.namespace)
            exec(code, self.namespace)
            for name in [name for name in self.namespace if name.startswith("test_") and name not in before]:
                self.call(self.namespace[name])
        lines = iter(written.getvalue().splitlines())
        for expected in example.printed:
            assert any(line.rstrip() == expected for line in lines), f"{expected!r} in {written.getvalue()}"

    def prepare(self, example: Example):
        """Run what readers do not see; from a file, because kfp reads the source of its components."""
        if example.setup:
            file = self.folder / f"line_{example.line}.py"
            file.write_text(self.in_place(example.setup), encoding="utf-8")
            exec(compile(file.read_text(encoding="utf-8"), str(file), "exec", dont_inherit=True), self.namespace)

    def call(self, test):
        names = test.__code__.co_varnames[: test.__code__.co_argcount]
        made = test(*(self.request.getfixturevalue(name) for name in names))
        if made is not None:
            import asyncio

            asyncio.run(made)

    def console(self, example: Example):
        self.prepare(example)
        for command in commands(example):
            self.command(command)

    def command(self, command: Command):
        line = self.in_place(command.line)
        words = shlex.split(line.removesuffix("&"))
        if words[:2] == ["pip", "install"]:
            assert set(",".join(re.findall(r"modelreg\[([\w,]+)\]", line)).split(",")) - {""} <= set(EXTRAS)
        elif words[0] == "make":
            assert words[1] in TARGETS
        elif words[0] == "export":
            self.monkeypatch.setenv(*words[1].split("=", 1))
        elif words[0] == "cd":
            self.monkeypatch.chdir(words[1])
        elif words[0] == "modelreg" and words[1] in ENDLESS:
            understood(words[1:])
        else:
            self.compare(command, *(self.shell(line) if SHELL.search(line) else self.modelreg(words[1:])))

    def modelreg(self, words):
        ran = self.run(*words, env={"COLUMNS": "100", "NO_COLOR": "1"})
        return ran.code, ran.out, ran.text

    def shell(self, line):
        path = os.pathsep.join([os.path.dirname(sys.executable), os.environ["PATH"]])
        env = os.environ | {"PATH": path, "PYTHONPATH": str(ROOT)}
        done = subprocess.run(["bash", "-c", line], env=env, capture_output=True, text=True, check=False, timeout=120)
        return done.returncode, done.stdout, done.stdout + done.stderr

    @staticmethod
    def compare(command: Command, code, out, text):
        assert code == command.exit_code, f"{command.line}: {text}"
        lines = iter(text.expandtabs(1).splitlines())
        for expected in command.output:
            if expected.strip() not in ("", "..."):
                shown = " ".join(expected.split())
                assert any(" ".join(line.split()) == shown for line in lines), f"{shown!r} in {text}"


def understood(words):
    """Read a command's options without running it."""
    command = root.get_command(click.Context(root), words[0])
    command.make_context(words[0], list(words[1:]))


def parameters():
    # What MLflow and kfp use of other packages' past is no concern of a page.
    lenient = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning")
    return [pytest.param(page, marks=lenient if page in HEAVY else ()) for page in PAGES]


@pytest.mark.heavy
@pytest.mark.usefixtures("restored_environment")
@pytest.mark.parametrize("page", parameters())
def test_the_examples_of_a_page_run(page, request, run, alone, monkeypatch):
    monkeypatch.setenv("MODEL_REGISTRY_URL", f"sqlite:///{alone / 'registry.db'}")
    reader = Page(request, run, alone, monkeypatch)
    if page in WITH_STORES:
        request.getfixturevalue("stores")
    for example in examples(page):
        if example.not_run:
            continue
        if example.language in ("python", "console"):
            getattr(reader, example.language)(example)
        else:
            check_data(example)


def test_few_examples_are_not_run():
    left_out = [example for page in PAGES for example in examples(page) if example.not_run]
    assert all(example.not_run != "no reason" for example in left_out)
    assert len(left_out) <= 12


@pytest.mark.parametrize("page", PAGES)
def test_a_page_starts_with_what_a_reader_types(page):
    text = (DOCS / page).read_text(encoding="utf-8")
    heading, _, rest = re.sub(r"<!--.*?-->\n", "", text, flags=re.DOTALL).partition("\n")
    assert heading.startswith("# ")
    if page not in NO_EXAMPLES:
        first = re.search(r"^```", rest, flags=re.MULTILINE)
        assert first, "no example"
        assert rest.count("\n", 0, first.start()) <= 16


#: A list of pages.
NO_EXAMPLES = {"reference/index.md"}
