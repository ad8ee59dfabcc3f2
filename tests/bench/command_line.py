"""How long a command takes as a whole process, as a ratio to `import httpx` in the same run.

python -m tests.bench.command_line [rounds]
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

MODELREG = (sys.executable, "-m", "modelreg")
BASE = "import httpx"


def seconds(command: Sequence[str], environment: Mapping[str, str]) -> float:
    """Time one process."""
    start = time.perf_counter()
    subprocess.run(command, check=True, env=environment, stdout=subprocess.DEVNULL)
    return time.perf_counter() - start


def measured(rounds: int, folder: Path) -> dict[str, float]:
    """Return the median seconds of each command; the rounds are interleaved."""
    # With compiled files, as an installed package has them.
    quiet = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    store = str(folder / "registry.db")
    local = {**quiet, "MODEL_REGISTRY_URL": store, "MODEL_REGISTRY_CONFIG": str(folder / "none")}
    for number in range(3):
        subprocess.run(
            [*MODELREG, "register", f"model-{number}", "1", "-q"], check=True, env=local, capture_output=True
        )
    serve = [*MODELREG, "serve", "-q", "--store", store, "--port", "0"]
    with subprocess.Popen(serve, env=local, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as server:
        assert server.stdout is not None
        served = {**local, "MODEL_REGISTRY_URL": server.stdout.readline().strip()}
        commands = {
            BASE: ([sys.executable, "-c", BASE], local),
            "modelreg --help": ([*MODELREG, "--help"], local),
            "modelreg models list, over http": ([*MODELREG, "models", "list"], served),
            "modelreg models list, on SQLite": ([*MODELREG, "models", "list"], local),
        }
        times: dict[str, list[float]] = {name: [] for name in commands}
        for at in range(rounds + 1):
            for name, (command, environment) in commands.items():
                taken = seconds(command, environment)
                if at:  # the first writes the compiled files
                    times[name].append(taken)
        server.terminate()
    return {name: statistics.median(taken) for name, taken in times.items()}


def main() -> None:
    """Print a line for each command."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 15
    most = {"modelreg --help": 0.7, "modelreg models list, over http": 2.2, "modelreg models list, on SQLite": 3.2}
    with tempfile.TemporaryDirectory() as folder:
        medians = measured(rounds, Path(folder))
    for name, taken in medians.items():
        ratio = taken / medians[BASE]
        verdict = f"  above {most[name]}" if ratio > most.get(name, ratio) else ""
        print(f"{name:36} {taken * 1000:6.0f} ms  {ratio:5.2f} times{verdict}")


if __name__ == "__main__":
    main()
