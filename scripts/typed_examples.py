"""Type-checks README's Python examples as one file, strictly, as a user's own code would be."""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[1]


def main() -> int:
    """Run mypy, and return its exit code."""
    blocks = re.findall(r"^```python\n(.*?)^```$", (ROOT / "README.md").read_text(encoding="utf-8"), re.S | re.M)
    with tempfile.TemporaryDirectory() as folder:
        examples = Path(folder) / "readme_examples.py"
        examples.write_text("\n\n".join(blocks), encoding="utf-8")
        mypy = [sys.executable, "-m", "mypy", "--strict", "--config-file", "pyproject.toml"]
        return subprocess.run([*mypy, str(examples)], cwd=ROOT, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
