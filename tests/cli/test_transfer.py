"""What export writes, import reads: the same, whole, once, also when it was cut off or killed in the middle."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys

import pytest

from modelreg import ModelRegistry, RegistrationRequest

_OWN = re.compile(r'"(?:id|create_time|last_update_time)":"[^"]*",?')


def settled(text: str) -> str:
    """Take out what is a registry's own: ids and times."""
    return _OWN.sub("", text)


def test_it_is_the_same_on_the_other_side(run, store, alone):
    assert run("export", "-o", "a.jsonl").code == 0
    first = run("import", "a.jsonl", "--registry", "./b.db")
    assert first.code == 0
    assert "created" in first.err
    assert settled(run("export", "--registry", "./b.db").out) == settled((alone / "a.jsonl").read_text())
    second = json.loads(run("import", "a.jsonl", "--registry", "./b.db", "--json").out)["total"]
    assert (second["created"], second["updated"]) == (0, 0)
    assert not list(alone.glob("*.part"))


def test_a_registry_on_postgresql_takes_and_gives_the_same(run, store, alone, postgres_url):
    assert run("copy", "./registry.db", postgres_url).code == 0
    assert run("export", "--registry", postgres_url, "-o", "b.jsonl").code == 0
    assert settled((alone / "b.jsonl").read_text()) == settled(run("export").out)


def test_some_models(run, store, alone):
    assert run("export", "churn", "-o", "a.jsonl").code == 0
    kinds = [json.loads(line)["kind"] for line in (alone / "a.jsonl").read_text().splitlines()]
    assert kinds == ["header", "model", "version", "end"]
    assert run("copy", "./registry.db", "./c.db", "fraud").code == 0
    assert run("models", "list", "-q", "--registry", "./c.db").out == "fraud\n"


def test_the_token_of_the_environment_goes_to_one_server_alone(run, alone, monkeypatch):
    monkeypatch.setenv("MODEL_REGISTRY_TOKEN", "s3cret")
    done = run("copy", "http://127.0.0.1:9", "http://localhost:9")
    assert done.code == 2
    assert "MODEL_REGISTRY_TOKEN holds one token, and SRC and DST are two servers" in done.err
    assert "s3cret" not in done.err
    (alone / "token").write_text("other")
    one_said = run("copy", "http://127.0.0.1:9", "http://localhost:9", "--source-token-path", "token")
    assert one_said.code == 2
    both_said = run(
        "copy",
        "http://127.0.0.1:9",
        "http://localhost:9",
        "--source-token-path",
        "token",
        "--target-token-path",
        "token",
    )
    assert both_said.code == 6


def test_what_differs_is_changed_and_what_is_beside_stays(run, store, alone):
    run("export", "-o", "a.jsonl")
    run("models", "update", "fraud", "--owner", "somebody", "--property", "own=1")
    again = json.loads(run("import", "a.jsonl", "--json").out)
    assert again["by_kind"]["model"] == {"created": 0, "updated": 1, "unchanged": 1}
    found = json.loads(run("models", "find", "fraud", "--json").out)
    assert (found["owner"], found["properties"]["own"]) == ("ana", 1)


def broken(lines: list[str], at: int, text: str) -> str:
    return "".join([*lines[:at], text, *lines[at + 1 :]])


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"kind":"version","model":"fraud","na', "cut off"),
        ("[]\n", "not a JSON object"),
        ('{"kind":"version","model":"fraud"}\n', "name"),
        ('{"kind":"version","model":"fraud","name":"x","nonsense":1}\n', "nonsense"),
        ('{"kind":"version","model":"fraud","name":"x","state":"NONSENSE"}\n', "NONSENSE"),
        ('{"kind":"version","model":"fraud","name":"x","author":7}\n', "author"),
        ('{"kind":"version","model":"fraud","name":"x","properties":{"a":1e999}}\n', ""),
        ('{"kind":"version","model":"fraud","name":"x","properties":{"a":NaN}}\n', "NaN"),
        ('{"kind":"version","model":"nobody","name":"x"}\n', "nobody"),
        ('{"kind":"nonsense","name":"x"}\n', "nonsense"),
        ('{"kind":"artifact","model":"fraud","version":"1.3.0","name":"x","artifact_kind":"odd"}\n', "odd"),
    ],
)
def test_a_broken_line_is_named_and_nothing_of_it_is_imported(run, store, alone, text, said):
    run("export", "-o", "a.jsonl")
    lines = (alone / "a.jsonl").read_text().splitlines(keepends=True)
    (alone / "broken.jsonl").write_text(broken(lines, 5, text))
    ran = run("import", "broken.jsonl", "--registry", "./b.db")
    assert ran.code in (1, 2)
    assert "line 6: " in ran.err
    assert said in ran.err
    assert run("models", "list", "-q", "--registry", "./b.db").out == "fraud\n"
    assert "x" not in run("versions", "list", "-q", "--registry", "./b.db").out
    assert run("import", "a.jsonl", "--registry", "./b.db").code == 0
    assert settled(run("export", "--registry", "./b.db").out) == settled((alone / "a.jsonl").read_text())


@pytest.mark.parametrize("kept", [0, 1, 4, -1])
def test_a_file_that_was_cut_off_between_lines_is_known_for_one(run, store, alone, kept):
    run("export", "-o", "a.jsonl")
    lines = (alone / "a.jsonl").read_text().splitlines(keepends=True)[:kept]
    (alone / "cut.jsonl").write_text("".join(lines))
    ran = run("import", "cut.jsonl", "--registry", "./b.db")
    assert ran.code == 2
    assert f"line {max(len(lines), 0) + 1}: " in ran.err
    assert "cut off" in ran.err


@pytest.mark.parametrize("text", ["", "{}\n", '{"kind":"header","format":"modelreg-export","version":99}\n'])
def test_another_file_is_refused(run, store, alone, text):
    (alone / "other.jsonl").write_text(text)
    ran = run("import", "other.jsonl", "--registry", "./b.db")
    assert ran.code == 2
    assert "line 1: " in ran.err


def test_an_export_that_fails_leaves_the_file_as_it_was(run, store, alone):
    (alone / "a.jsonl").write_text("before")
    assert run("export", "nobody", "-o", "a.jsonl").code == 3
    assert (alone / "a.jsonl").read_text() == "before"
    assert not list(alone.glob("*.part"))


def requests(count: int):
    for at in range(count):
        yield RegistrationRequest(f"model-{at % 3}", f"v{at}", uri=f"s3://m/{at}", metrics={"auc": at / count})


def test_a_killed_import_is_finished_by_running_it_again(run, alone):
    with ModelRegistry(alone / "a.db") as registry:
        assert all(result.ok for result in registry.bulk(requests(120), concurrency=1))
    assert run("export", "--registry", "./a.db", "-o", "a.jsonl").code == 0
    command = [sys.executable, "-m", "modelreg", "import", "-", "--registry", "./b.db"]
    lines = (alone / "a.jsonl").read_bytes().splitlines(keepends=True)
    for part in (0.3, 0.7):
        with subprocess.Popen(command, stdin=subprocess.PIPE, stderr=subprocess.DEVNULL, env={**os.environ}) as process:
            assert process.stdin is not None
            process.stdin.write(b"".join(lines[: int(len(lines) * part)]))
            process.stdin.flush()
            # It is killed with work in hand, once something of it is there.
            with ModelRegistry(alone / "b.db") as registry:
                while registry.versions.list().first() is None:
                    pass
            process.send_signal(signal.SIGKILL)
    assert run("import", "a.jsonl", "--registry", "./b.db").code == 0
    ours = run("export", "--registry", "./b.db").out
    assert settled(ours) == settled((alone / "a.jsonl").read_text())


def test_people_see_how_far_it_is_and_scripts_do_not(run, alone):
    with ModelRegistry(alone / "a.db") as registry:
        assert all(result.ok for result in registry.bulk(requests(60), concurrency=1))
    assert "\r100 records exported" in run("export", "--registry", "./a.db", "-o", "a.jsonl", live=True).err
    assert "\r100 of 123 records imported" in run("import", "a.jsonl", "--registry", "./b.db", live=True).err
    assert "\r" not in run("import", "a.jsonl", "--registry", "./b.db").err


def interrupting(monkeypatch, at: int):
    """Interrupt the command line when it counts its record number `at`."""
    from modelreg._cli.transfer import _Progress

    step = _Progress.step

    def counted(self, *, top=False):
        step(self, top=top)
        if self.count == at:
            raise KeyboardInterrupt

    monkeypatch.setattr(_Progress, "step", counted)


@pytest.mark.parametrize("command", ["export", "import", "copy"])
def test_an_interruption_tells_how_far_it_came_and_repeating_continues(run, store, alone, monkeypatch, command):
    assert run("export", "-o", "a.jsonl").code == 0
    arguments = {
        "export": ("export", "-o", "b.jsonl"),
        "import": ("import", "a.jsonl", "--registry", "./b.db"),
        "copy": ("copy", "./registry.db", "./b.db"),
    }[command]
    with monkeypatch.context() as patch:
        interrupting(patch, 3)
        ran = run(*arguments)
    assert ran.code == 130
    assert "interrupted: 3" in ran.err
    assert "Run the same command again" in ran.err
    assert run(*arguments).code == 0
    if command != "export":
        assert settled(run("export", "--registry", "./b.db").out) == settled((alone / "a.jsonl").read_text())


def test_keep_going_imports_the_rest_and_lists_what_is_broken(run, store, alone):
    run("export", "-o", "a.jsonl")
    lines = (alone / "a.jsonl").read_text().splitlines(keepends=True)
    (alone / "broken.jsonl").write_text(broken(lines, 5, "[]\n"))
    ran = run("import", "broken.jsonl", "--registry", "./b.db", "--keep-going", "--json")
    assert ran.code == 1
    report = json.loads(ran.out)
    assert report["errors"][0]["line"] == 6
    assert report["total"]["created"] > 5
    assert ran.err.count("line 6: ") == 1
    assert run("import", "a.jsonl", "--registry", "./b.db").code == 0


def test_bulk_registers_a_version_for_each_line(run, alone):
    (alone / "r.jsonl").write_text(
        '{"name": "a", "version": "1", "uri": "s3://m/1", "metrics": {"auc": 0.5}}\n'
        '{"name": "a", "version": "2", "properties": 5}\n'
        '{"name": "b", "version": "1"}\n'
    )
    dry = run("bulk", "r.jsonl", "--registry", "./a.db", "--dry-run", "--json")
    assert [each.get("outcome", {}).get("strongest") for each in json.loads(dry.out)] == ["created", None, "created"]
    ran = run("bulk", "r.jsonl", "--registry", "./a.db")
    assert ran.code == 1
    assert "line 2: " in ran.err
    assert ran.out.split() == ["a@1", "b@1"]
    (alone / "r.jsonl").write_text('{"name": "a", "nonsense": 1}\n')
    wrong = run("bulk", "r.jsonl", "--registry", "./a.db")
    assert (wrong.code, "line 1" in wrong.err) == (2, True)


def test_progress_tells_the_total_the_rate_and_the_time_left(run, alone):
    from modelreg._cli.output import Output
    from modelreg._cli.tables import Terminal
    from modelreg._cli.transfer import _Progress

    session = type("S", (), {"out": Output(Terminal(sys.stdout), Terminal(sys.stderr))})()
    progress = _Progress(session, "imported")
    progress.total, progress.count = 4000, 1000
    assert progress.describe(10.0) == "1,000 of 4,000 records imported, 100 a second, 30 s left"
