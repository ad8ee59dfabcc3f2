"""Every command, seen by a terminal, a pipe, a narrow terminal, without colour, as JSON and as references alone."""

from __future__ import annotations

import json
import re

import pytest

from modelreg import ModelRegistry
from tests.cli.inventory import ELSEWHERE, OTHERS, READS, WRITES, leaves, named

READ_IDS = [" ".join(arguments) for arguments in READS]
WRITE_IDS = [" ".join(arguments) for arguments in WRITES]
ESCAPES = re.compile(r"\x1b\[[0-9;]*m")


@pytest.fixture
def ids(store):
    with ModelRegistry(store) as registry:
        service = registry.inference_services.find("fraud-svc", environment="prod")
        return {
            "ENVIRONMENT": service.environment_id,
            "SERVICE": service.id,
            "ACT": registry.serve_models.list(service=service).first().id,
            "EXPERIMENT": registry.experiments.find("tuning").id,
            "RUN": registry.runs.find("run-1", experiment="tuning").id,
        }


def test_every_command_is_in_the_inventory():
    known = {tuple(arguments[: len(words)]) for words, _ in leaves() for arguments in (*READS, *WRITES, *OTHERS)}
    assert {words for words, _ in leaves()} - known == ELSEWHERE


@pytest.mark.parametrize("arguments", READS, ids=READ_IDS)
def test_a_terminal_gets_lines_that_fit(run, ids, arguments):
    ran = run(*named(arguments, ids), live=True, env={"COLUMNS": "80"})
    assert ran.code == 0, ran.err
    assert ran.out
    lines = ESCAPES.sub("", ran.out).splitlines()
    # A word that is longer, such as a path, stays whole.
    assert not [line for line in lines if len(line) > 80 and max(map(len, line.split())) < 40]


@pytest.mark.parametrize("arguments", READS, ids=READ_IDS)
def test_a_narrow_terminal_keeps_names_whole(run, ids, arguments):
    wide = ESCAPES.sub("", run(*named(arguments, ids), live=True, env={"COLUMNS": "300"}).out)
    narrow = ESCAPES.sub("", run(*named(arguments, ids), live=True, env={"COLUMNS": "60"}).out)
    for name in ("fraud", "1.3.0", "1.4.0", "tuning", "run-1", "fraud-svc"):
        # As a cell of its own: an address may be cut.
        cell = re.compile(rf"(?<![/\w.]){re.escape(name)}(?![/\w])")
        assert bool(cell.search(wide)) == bool(cell.search(narrow))


@pytest.mark.parametrize("arguments", READS, ids=READ_IDS)
def test_a_pipe_gets_rows_without_colour(run, ids, arguments):
    ran = run(*named(arguments, ids))
    assert ran.code == 0, ran.err
    assert "\x1b" not in ran.text
    assert "…" not in ran.out
    assert "ago" not in ran.out.replace("agreed", "")


@pytest.mark.parametrize("arguments", READS, ids=READ_IDS)
def test_colour_is_left_out_when_it_is_not_wanted(run, ids, arguments):
    command = named(arguments, ids)
    for env in ({"NO_COLOR": "1"}, {"TERM": "dumb"}, {"CLICOLOR": "0"}):
        assert "\x1b" not in run(*command, live=True, env=env).text


def test_colour_is_there_when_it_is_forced(run, store):
    assert "\x1b[32mLIVE\x1b[0m" in run("show", "fraud", env={"CLICOLOR_FORCE": "1"}).out
    assert "\x1b[31merror:" in run("nonsense", env={"CLICOLOR_FORCE": "1"}).err
    assert "\x1b" not in run("show", "fraud", "--json", env={"CLICOLOR_FORCE": "1"}).out


@pytest.mark.parametrize("arguments", READS, ids=READ_IDS)
def test_ascii_is_enough(run, ids, arguments):
    ran = run(*named(arguments, ids), live=True, encoding="ascii", env={"COLUMNS": "60"})
    assert ran.code == 0
    assert ran.text.isascii()


@pytest.mark.parametrize("arguments", [*READS, *WRITES], ids=[*READ_IDS, *WRITE_IDS])
def test_json_is_json(run, ids, arguments):
    ran = run(*named(arguments, ids), "--json")
    assert ran.code == 0, ran.err
    assert isinstance(json.loads(ran.out), dict | list)
    assert ran.out.isascii()


@pytest.mark.parametrize("arguments", [*READS, *WRITES], ids=[*READ_IDS, *WRITE_IDS])
def test_quiet_is_references_alone(run, ids, arguments):
    ran = run(*named(arguments, ids), "-q")
    assert ran.code == 0, ran.err
    assert ran.err == ""
    assert bool(ran.out.strip()) != (arguments[0] == "doctor")
    assert not [line for line in ran.out.splitlines() if "\t" in line or line != line.strip()]


@pytest.mark.parametrize("arguments", WRITES, ids=WRITE_IDS)
def test_a_change_answers_its_reference_and_says_what_happened(run, store, arguments):
    ran = run(*arguments)
    assert ran.code == 0, ran.err
    assert len(ran.out.splitlines()) == 1
    assert ran.err.startswith("✓ ")
    # The state verbs and the log of metrics aside, saying it again changes nothing, and says so.
    if "log-metric" not in arguments:
        assert "✓ Unchanged" in run(*arguments).err or "unchanged" in run(*arguments).err.lower()


@pytest.mark.parametrize("arguments", WRITES, ids=WRITE_IDS)
def test_a_dry_run_says_the_same_and_writes_nothing(run, store, arguments, tmp_path):
    before = run("export").out
    dry = run(*arguments, "--dry-run")
    assert dry.code == 0, dry.err
    assert "dry run: nothing was sent" in dry.err
    assert run("export").out == before
    real = run(*arguments)
    said = [line for line in dry.err.splitlines() if line.startswith("✓")]
    done = [line for line in real.err.splitlines() if line.startswith("✓")]
    assert said[0].partition(" (")[0] == done[0].partition(" (")[0]


def test_the_rest_runs(run, store, alone):
    (alone / "registrations.jsonl").write_text('{"name": "fraud", "version": "1.8.0", "uri": "s3://m"}\n')
    for arguments in OTHERS:
        assert run(*arguments).code == 0
