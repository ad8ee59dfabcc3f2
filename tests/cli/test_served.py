"""Each command once as a process of its own against a registry that is served; the main screens on a real terminal."""

from __future__ import annotations

import fcntl
import json
import os
import pty
import re
import shutil
import signal
import struct
import subprocess
import sys
import termios

import pytest

from tests.cli.inventory import READS, WRITES, named

COMMANDS = [*READS, *WRITES]


@pytest.fixture(scope="module")
def served(filled, tmp_path_factory):
    """Serve a copy of the filled registry with `modelreg serve`; answer its URL."""
    store = tmp_path_factory.mktemp("served") / "registry.db"
    shutil.copy(filled, store)
    command = [sys.executable, "-m", "modelreg", "serve", "--store", str(store), "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as server:
        assert server.stdout is not None
        yield server.stdout.readline().strip()
        server.send_signal(signal.SIGTERM)
        server.stdout.read()


@pytest.fixture(scope="module")
def ids(served):
    from modelreg import ModelRegistry

    with ModelRegistry(served) as registry:
        service = registry.inference_services.find("fraud-svc", environment="prod")
        return {
            "ENVIRONMENT": service.environment_id,
            "SERVICE": service.id,
            "ACT": registry.serve_models.list(service=service).first().id,
            "EXPERIMENT": registry.experiments.find("tuning").id,
            "RUN": registry.runs.find("run-1", experiment="tuning").id,
        }


@pytest.fixture
def environment(alone, served):
    return {**os.environ, "MODEL_REGISTRY_URL": served, "MODEL_REGISTRY_RETRIES": "0"}


def modelreg(arguments, environment, **options):
    command = [sys.executable, "-m", "modelreg", *arguments]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False, **options)


@pytest.mark.parametrize("arguments", COMMANDS, ids=[" ".join(arguments) for arguments in COMMANDS])
@pytest.mark.heavy
def test_each_command_is_a_program(environment, ids, arguments):
    ran = modelreg(named(arguments, ids), environment)
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout
    assert "\x1b" not in ran.stdout + ran.stderr


def test_a_registry_is_carried_over_the_network(environment, alone):
    assert modelreg(["export", "-o", "all.jsonl"], environment).returncode == 0
    assert modelreg(["import", "all.jsonl", "--registry", "./other.db"], environment).returncode == 0
    again = modelreg(["copy", environment["MODEL_REGISTRY_URL"], "./other.db", "--json"], environment)
    total = json.loads(again.stdout)["total"]
    assert total["unchanged"] > 10
    assert (total["created"], total["updated"]) == (0, 0)


def on_terminal(arguments, environment, columns=80) -> tuple[int, str]:
    """Run a command on a terminal of its own; answer its code and what it wrote."""
    pid, terminal = pty.fork()
    if pid == 0:
        os.execve(sys.executable, [sys.executable, "-m", "modelreg", *arguments], environment)
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 50, columns, 0, 0))
    written = b""
    while True:
        try:
            piece = os.read(terminal, 65536)
        except OSError:
            break
        if not piece:
            break
        written += piece
    os.close(terminal)
    _, status = os.waitpid(pid, 0)
    return os.waitstatus_to_exitcode(status), written.decode().replace("\r\n", "\n")


SCREENS = [
    ("models", "list"),
    ("versions", "list", "fraud"),
    ("show", "fraud"),
    ("show", "fraud@1.4.0"),
    ("compare", "fraud@1.3.0", "fraud@1.4.0"),
    ("compare", "fraud", "--metric", "auc", "--history"),
    ("tree", "fraud"),
    ("doctor",),
]


@pytest.mark.parametrize("arguments", SCREENS, ids=[" ".join(arguments) for arguments in SCREENS])
@pytest.mark.heavy
def test_the_main_screens_on_a_terminal(environment, arguments):
    code, written = on_terminal(arguments, {**environment, "TERM": "xterm-256color"})
    assert code == 0
    plain = re.sub(r"\x1b\[[0-9;]*m", "", written)
    assert "\x1b" not in plain
    assert max(len(line) for line in plain.splitlines()) <= 80


@pytest.mark.heavy
def test_a_terminal_sees_colour_unless_it_says_no(environment):
    for name in ("models", "versions"):
        assert "\x1b[" in on_terminal([name, "list"], {**environment, "TERM": "xterm"})[1]
        assert "\x1b" not in on_terminal([name, "list"], {**environment, "NO_COLOR": "1"})[1]


def test_a_closed_pipe_is_silent(environment):
    command = [sys.executable, "-m", "modelreg", "versions", "list", "--json"]
    reading, writing = os.pipe()
    os.close(reading)
    with subprocess.Popen(command, env=environment, stdout=writing, stderr=subprocess.PIPE) as run:
        os.close(writing)
        _, said = run.communicate()
    assert run.returncode == 141
    assert said == b""


def test_a_child_that_stops_reading_is_no_failure(environment):
    line = f"{sys.executable} -m modelreg export | head -n 1"
    ran = subprocess.run(["bash", "-c", line], env=environment, capture_output=True, text=True, check=False)
    assert ran.stdout.startswith('{"kind":"header"')
    assert ran.stderr == ""


def test_names_are_completed_from_the_registry(environment):
    asked = {**environment, "_MODELREG_COMPLETE": "bash_complete"}

    def offered(ran):
        return {line.partition(",")[2] for line in ran.stdout.splitlines()}

    first = modelreg([], {**asked, "COMP_WORDS": "modelreg show fr", "COMP_CWORD": "2"})
    assert offered(first) == {"fraud"}
    second = modelreg([], {**asked, "COMP_WORDS": "modelreg versions find fraud ", "COMP_CWORD": "4"})
    assert {"1.3.0", "1.4.0"} <= offered(second)
    nobody = {**asked, "MODEL_REGISTRY_URL": "http://127.0.0.1:9"}
    third = modelreg([], {**nobody, "COMP_WORDS": "modelreg show fr", "COMP_CWORD": "2"})
    assert (third.stdout.strip(), third.stderr) == ("", "")
