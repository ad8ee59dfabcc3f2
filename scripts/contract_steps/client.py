"""The generation of the client: openapi-python-client, into a folder of its own, with nothing left out."""

from __future__ import annotations

import ast
import filecmp
import os
import re
import shutil
import subprocess
import sys
import tomllib
from importlib import metadata
from pathlib import Path
from typing import Any

import yaml

from scripts.contract_steps import versions
from scripts.contract_steps.document import Document, operations
from scripts.contract_steps.errors import ContractError
from scripts.contract_steps.normalise import MARK
from scripts.contract_steps.union import Union

TOOLS = ("openapi-python-client", "ruff")


def generate(union: Union, settings: Path, templates: Path, target: Path) -> None:
    """Write the client of the united contracts into a folder that does not exist yet.

    Args:
        union: The contracts as one, prepared for the generator.
        settings: openapi-python-client's settings.
        templates: The folder of templates that replace the tool's own.
        target: The folder to write, whose last part is the package's name.

    Raises:
        ContractError: The tool warns, fails, or leaves out an operation or a schema.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    source = target.parent / "contract.yaml"
    prepared = _without_marks(union.document)
    _describe_parameters(prepared)
    source.write_text(yaml.safe_dump(prepared, sort_keys=False, allow_unicode=True), encoding="utf-8")
    command = [sys.executable, "-m", "openapi_python_client", "generate", "--fail-on-warning", "--meta", "none"]
    command += ["--path", str(source), "--config", str(settings), "--custom-template-path", str(templates)]
    command += ["--output-path", str(target)]
    # The tool looks for ruff on PATH, and only warns when it is not there.
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    run = subprocess.run(command, env={**os.environ, "PATH": path}, capture_output=True, text=True, check=False)
    source.unlink()
    if run.returncode != 0:
        raise ContractError(f"openapi-python-client refuses the contract: {_reason(run.stdout, run.stderr)}")
    (target / "py.typed").write_text("", encoding="utf-8")
    (target / versions.NAME).write_text(versions.text(union, templates), encoding="utf-8")
    _format(target / versions.NAME, settings, path)
    (target / versions.README).write_text(versions.readme(union, templates), encoding="utf-8")
    if dropped := missing(union.document, target):
        raise ContractError(f"openapi-python-client has left out {len(dropped)}: {', '.join(dropped)}")


def missing(document: Document, package: Path) -> list[str]:
    """Return the operations and schemas of a document that a generated package does not hold."""
    modules = {module.stem for module in (package / "api").rglob("*.py")}
    classes = {
        node.name.lower()
        for module in (package / "models").glob("*.py")
        for node in ast.walk(ast.parse(module.read_text(encoding="utf-8")))
        if isinstance(node, ast.ClassDef)
    }
    lost = [op["operationId"] for _, _, op, _ in operations(document) if _snake(op["operationId"]) not in modules]
    for name, schema in document["components"]["schemas"].items():
        # A union has no class of its own: it is the union of its members' classes.
        if "oneOf" not in schema and "anyOf" not in schema and name.lower() not in classes:
            lost.append(name)
    return lost


def differing(left: Path, right: Path) -> list[str]:
    """Return the files, relative to both folders, that are not the same in them."""
    names = {path.relative_to(root) for root in (left, right) for path in root.rglob("*") if _counts(path)}
    return sorted(str(n) for n in names if not _same(left / n, right / n))


def replace(new: Path, old: Path) -> None:
    """Put a freshly generated package in the place of the old one."""
    old.parent.mkdir(parents=True, exist_ok=True)
    shutil.rmtree(old, ignore_errors=True)
    shutil.move(new, old)


def require_pins(project: Path) -> None:
    """Refuse to run with other versions of the tools than those whose output is committed."""
    wanted = tomllib.loads(project.read_text(encoding="utf-8"))["project"]["optional-dependencies"]["dev"]
    pins = dict(line.split("==") for line in wanted if "==" in line)
    for tool in TOOLS:
        if tool not in pins:
            raise ContractError(f"{project.name} does not pin {tool} exactly, though its output is committed")
        if metadata.version(tool) != pins[tool]:
            raise ContractError(f"{tool} {metadata.version(tool)} is installed, {pins[tool]} is wanted: run make setup")


def _format(module: Path, settings: Path, path: str) -> None:
    """Run the generator's formatter on a module that it has not written."""
    for hook in yaml.safe_load(settings.read_text(encoding="utf-8"))["post_hooks"]:
        command = [*hook.split()[:-1], str(module)]
        command[0] = shutil.which(command[0], path=path) or command[0]
        subprocess.run(command, capture_output=True, check=True)


def _reason(said: str, failed: str) -> str:
    """Return what the tool complains of: the error that ends a traceback, or its warnings without its farewell."""
    if "Traceback" in failed:
        return re.split(r"^(?=[\w.]*Error: )", failed, flags=re.MULTILINE)[-1]
    text = f"{failed}\n{said}".partition("If you believe this was a mistake")[0]
    return re.sub(r"^Generating .*$", "", text, flags=re.MULTILINE)[:400]


def _counts(path: Path) -> bool:
    return path.is_file() and "__pycache__" not in path.parts


def _same(left: Path, right: Path) -> bool:
    return left.is_file() and right.is_file() and filecmp.cmp(left, right, shallow=False)


def _snake(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


def _without_marks(node: Any) -> Any:
    """Return a copy without our marks, which the generator takes for schemas and responses."""
    if isinstance(node, dict):
        return {key: _without_marks(value) for key, value in node.items() if key != MARK}
    return [_without_marks(value) for value in node] if isinstance(node, list) else node


def _describe_parameters(node: Any) -> None:
    """Copy a parameter's words into its schema, which is where the generator looks for them."""
    if isinstance(node, dict):
        schema = node.get("schema")
        if "in" in node and isinstance(schema, dict) and "$ref" not in schema and "description" in node:
            schema.setdefault("description", node["description"])
    for value in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        _describe_parameters(value)
