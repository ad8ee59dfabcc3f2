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
