"""Runs the example pipeline in local processes, as told in JSON; a script, so that it sees what is installed alone."""

from __future__ import annotations

import importlib.util
import json
import sys
from typing import Any


def main() -> None:
    """Run it."""
    said: dict[str, Any] = json.loads(sys.argv[1])
    from kfp import local

    import modelreg
    from modelreg.pipeline.component import build

    print("modelreg:", modelreg.__file__)
    spec = importlib.util.spec_from_file_location("example_pipeline", said["example"])
    assert spec is not None
    assert spec.loader is not None
    example = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(example)
    local.init(runner=local.SubprocessRunner(use_venv=False), pipeline_root=said["outputs"])
    run = example.pipeline(build(packages=[said["wheel"]]), run_id=said["run_id"], workspace=said["volume"])
    run(registry_address=said["url"], penalty=said["penalty"], model_version=said["version"])


if __name__ == "__main__":
    main()
