"""Carries 10,000 versions with artifacts into an empty registry and back: seconds, memory, and whether it is the same.

python -m tests.bench.carry [VERSIONS]
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

_OWN = re.compile(rb'"(?:id|create_time|last_update_time)":"[^"]*",?')


def measured(*arguments: str, cwd: str) -> None:
    """Run a command of modelreg; print its seconds and the most memory that it held."""
    start = time.perf_counter()
    process = subprocess.Popen([sys.executable, "-m", "modelreg", *arguments], cwd=cwd)
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - start
    code, memory = os.waitstatus_to_exitcode(status), usage.ru_maxrss / 1024
    print(f"{' '.join(arguments):50} {seconds:7.1f} s  {memory:6.0f} MiB  exit {code}", flush=True)


def made(path: Path, versions: int) -> None:
    """Write an export of ten models with that many versions, each with a model and a document."""
    from modelreg._transfer.lines import end_line, header_line, line_text

    count = 0
    with path.open("w", encoding="utf-8") as file:
        file.write(line_text(header_line()))
        for model in range(10):
            file.write(line_text({"kind": "model", "name": f"model-{model}", "state": "LIVE", "owner": "ana"}))
            count += 1
            for at in range(versions // 10):
                under = {"model": f"model-{model}", "version": f"1.{at}"}
                properties = {"auc": at / versions, "depth": at % 12, "note": f"é {at}"}
                version = {"kind": "version", "model": under["model"], "name": under["version"], "state": "LIVE"}
                document = {"kind": "artifact", **under, "name": "card", "artifact_kind": "doc", "uri": f"s3://d/{at}"}
                weights = {
                    "kind": "artifact",
                    **under,
                    "name": "model",
                    "artifact_kind": "model",
                    "uri": f"s3://m/{at}",
                }
                for line in ({**version, "properties": properties}, document, weights):
                    file.write(line_text(line))
                    count += 1
        file.write(line_text(end_line(count)))


def main() -> None:
    """Carry them."""
    versions = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    with tempfile.TemporaryDirectory() as folder:
        made(Path(folder, "made.jsonl"), versions)
        measured("import", "made.jsonl", "--registry", "./a.db", cwd=folder)
        measured("export", "--registry", "./a.db", "-o", "a.jsonl", cwd=folder)
        measured("import", "a.jsonl", "--registry", "./b.db", cwd=folder)
        measured("export", "--registry", "./b.db", "-o", "b.jsonl", cwd=folder)
        measured("import", "a.jsonl", "--registry", "./b.db", cwd=folder)
        one, other = (_OWN.sub(b"", Path(folder, name).read_bytes()) for name in ("a.jsonl", "b.jsonl"))
        print("the same but for ids and times:", one == other, f"({len(one) >> 20} MiB)")


if __name__ == "__main__":
    main()
