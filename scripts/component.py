"""Writes the component of the catalogue, and its README, from modelreg.pipeline.component; --check only compares.

python scripts/component.py           # write
python scripts/component.py --check   # say what differs
"""

from __future__ import annotations

import argparse
import ast
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import attrs
import yaml

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "modelreg" / "pipeline" / "component.py"
FOLDER = ROOT / "components" / "deployment" / "model_registry"
NAME = "model_registry"

HEADER = '''\
"""Registers a trained model in a Kubeflow Model Registry.

Written by scripts/component.py from modelreg/pipeline/component.py; change that one.
"""

from kfp import dsl


@dsl.component(
    base_image={image},
    packages_to_install={packages},
)
'''
FOOTER = """

if __name__ == "__main__":
    from kfp import compiler

    compiler.Compiler().compile(model_registry, package_path=__file__.replace(".py", ".yaml"))
"""


@attrs.frozen
class Parameter:
    """An input of the component."""

    name: str
    type: str
    default: str
    says: str


def main() -> int:
    """Write the files, or with --check compare them."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument(
        "--check", action="store_true", help="change nothing; fail when a file is not as it would be written"
    )
    check = parser.parse_args().check
    stale = [file for file, text in written().items() if not file.exists() or file.read_text() != text]
    for file in stale:
        print(f"{file.relative_to(ROOT)} {'is not what scripts/component.py writes' if check else 'written'}")
        if not check:
            file.write_text(written()[file])
    return 1 if check and stale else 0


def written() -> dict[Path, str]:
    """Return each file that is written, with its text."""
    function, text = _function()
    return {
        FOLDER / "component.py": _formatted(f"{_header()}{text}\n{FOOTER}"),
        FOLDER / "README.md": readme(function, yaml.safe_load((FOLDER / "metadata.yaml").read_text())),
    }


def _function() -> tuple[ast.FunctionDef, str]:
    source = SOURCE.read_text()
    for node in ast.parse(source).body:
        if isinstance(node, ast.FunctionDef) and node.name == NAME:
            return node, "\n".join(source.splitlines()[node.lineno - 1 : node.end_lineno])
    raise SystemExit(f"{SOURCE.relative_to(ROOT)} has no function {NAME}")


def _header() -> str:
    from modelreg.pipeline.component import IMAGE, PACKAGES

    return HEADER.format(image=json.dumps(IMAGE), packages=json.dumps(list(PACKAGES)))


def _formatted(text: str) -> str:
    ruff = Path(sys.executable).with_name("ruff")
    command = [str(ruff), "format", "--stdin-filename", str(FOLDER / "component.py"), "-"]
    return subprocess.run(command, input=text, capture_output=True, text=True, check=True).stdout


def parameters(function: ast.FunctionDef) -> list[Parameter]:
    """Read the inputs off the signature, and what the docstring says of each."""
    says = _said(function)
    positional = function.args.args
    defaults: list[ast.expr | None] = [None] * (len(positional) - len(function.args.defaults))
    defaults += function.args.defaults
    return [
        Parameter(
            item.arg, ast.unparse(item.annotation) if item.annotation else "", _default(default), says.get(item.arg, "")
        )
        for item, default in zip(positional, defaults, strict=True)
    ]


def _default(node: ast.expr | None) -> str:
    if node is None:
        return "Required"
    value = ast.literal_eval(node)
    shown = json.dumps(value) if isinstance(value, str) else repr(value)
    return f"`{shown}`"


def _said(function: ast.FunctionDef) -> dict[str, str]:
    sections = re.split(r"\n\n(?=\w+:\n)", ast.get_docstring(function) or "")
    arguments = next((part for part in sections if part.startswith("Args:\n")), "")
    return dict(re.findall(r"^    (\w+): (.+)$", arguments, flags=re.MULTILINE))


def readme(function: ast.FunctionDef, metadata: dict[str, Any]) -> str:
    """Write the README."""
    rows = "\n".join(f"| `{p.name}` | `{p.type}` | {p.default} | {p.says} |" for p in parameters(function))
    dependencies = metadata["dependencies"]
    listed = [f"Kubeflow {item['name']} {item['version']}" for item in dependencies["kubeflow"]]
    listed += [f"{item['name']} {item['version']}" for item in dependencies["external_services"]]
    summary = (ast.get_docstring(function) or "").splitlines()[0]
    return TEMPLATE.format(
        summary=summary,
        rows=rows,
        name=metadata["name"],
        tier=metadata["tier"],
        stability=metadata["stability"],
        dependencies="; ".join(listed),
        tags=", ".join(metadata["tags"]),
        verified=metadata["lastVerified"].date().isoformat(),
    )


TEMPLATE = (Path(__file__).parent / "component_readme.md").read_text()

if __name__ == "__main__":
    sys.exit(main())
