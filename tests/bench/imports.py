"""Measures what an import costs, as a ratio to `import httpx` in the same run.

python -m tests.bench.imports [rounds]
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import time

BASE = "import httpx"
BARE = "pass"
# Each with the ratio that it is to stay below.
MEASURED = {
    "import modelreg": 0.3,
    "from modelreg import ModelRegistry": 1.25,
    "from modelreg import AsyncModelRegistry": 1.25,
    "from modelreg import F, errors": 1.25,
}


def seconds(code: str) -> float:
    """Time one fresh process that runs the code."""
    start = time.perf_counter()
    subprocess.run([sys.executable, "-c", code], check=True)
    return time.perf_counter() - start


def measured(rounds: int) -> dict[str, float]:
    """Return the median seconds of each, the start of Python taken off; the rounds are interleaved."""
    times: dict[str, list[float]] = {code: [] for code in (BARE, BASE, *MEASURED)}
    for code in times:
        seconds(code)  # writes the compiled files, and warms the disk's cache
    for _ in range(rounds):
        for code, taken in times.items():
            taken.append(seconds(code))
    medians = {code: statistics.median(taken) for code, taken in times.items()}
    return {code: max(median - medians[BARE], 0.0) for code, median in medians.items()}


def main() -> None:
    """Print a line for each import."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 15
    medians = measured(rounds)
    print(f"{BASE:42} {medians[BASE] * 1000:6.0f} ms")
    for code, most in MEASURED.items():
        ratio = medians[code] / medians[BASE]
        verdict = "" if ratio <= most else f"  above {most}"
        print(f"{code:42} {medians[code] * 1000:6.0f} ms  {ratio:5.2f} times{verdict}")


if __name__ == "__main__":
    main()
