"""Every public name: importable from the package, typed for tools that look at run time, picklable and documented."""

from __future__ import annotations

import functools
import inspect
import pickle
import pkgutil
import re
import typing
from collections.abc import Iterator
from datetime import UTC, datetime

import attrs
import pytest

import modelreg
from modelreg import errors

PUBLIC = {name: getattr(modelreg, name) for name in modelreg.__all__ if name not in ("__version__", "errors")}
CLASSES = {name: value for name, value in PUBLIC.items() if inspect.isclass(value)}
ERRORS = {
    name: value
    for name, value in vars(errors).items()
    if inspect.isclass(value) and issubclass(value, errors.ModelRegistryError)
}
# The registries, their groups and their pagers.
VERBS = sorted(name for name in CLASSES if name.startswith("Async") or f"Async{name}" in CLASSES)
VALUES = [
    modelreg.AliasMove(version="1", since=datetime.now(UTC)),
    modelreg.Described("value", "default"),
    modelreg.F("auc") > 0.9,
    modelreg.Outcome(model="created", version="created"),
    modelreg.Progress("upload", "a", 1, 1, 1, 1),
    modelreg.RegistrationRequest("fraud", "1", uri="s3://m", properties={"a": {"b": [1]}}),
    modelreg.Source(kind="kfp"),
    modelreg.Timeouts(),
    *(kind(name="x", properties={"a": {"b": [1]}}) for kind in CLASSES.values() if issubclass(kind, modelreg.Record)),
]
# What a public signature may name beside the public names and the standard library.
FOREIGN = ("attr", "httpx", "modelreg_rest")


def functions_of(cls: type) -> Iterator[tuple[str, object]]:
    """List the public functions that a class has, those behind properties too."""
    for name, member in inspect.getmembers_static(cls):
        if name.startswith("_") and name != "__init__":
            continue
        found = inspect.unwrap(getattr(member, "__func__", None) or member) if callable(member) else member
        if isinstance(member, property):
            found = member.fget
        elif isinstance(member, functools.cached_property):
            found = member.func
        elif isinstance(member, classmethod | staticmethod):
            found = member.__func__
        if inspect.isfunction(found):
            yield name, found


def classes_in(annotation: object) -> Iterator[type]:
    """List the classes that an annotation names."""
    origin = typing.get_origin(annotation)
    for part in typing.get_args(annotation):
        yield from classes_in(part)
    if isinstance(origin or annotation, type):
        yield origin or annotation  # type: ignore[misc]


@pytest.mark.parametrize("name", CLASSES)
def test_a_public_class_is_the_packages_own_and_can_be_pickled(name):
    assert CLASSES[name].__module__ == "modelreg"
    assert pickle.loads(pickle.dumps(CLASSES[name])) is CLASSES[name]
    for method, member in vars(CLASSES[name]).items():
        if inspect.isfunction(member) and not method.startswith("_"):
            assert pickle.loads(pickle.dumps(member)) is member


@pytest.mark.parametrize("name", CLASSES)
def test_the_annotations_of_a_public_class_can_be_read_and_name_public_types(name):
    typing.get_type_hints(CLASSES[name])
    for method, function in functions_of(CLASSES[name]):
        hints = typing.get_type_hints(function)
        if method == "__init__" and not attrs.has(CLASSES[name]) and "Registry" not in name:
            continue  # groups and pagers are not made by users
        for found in {found for hint in hints.values() for found in classes_in(hint)}:
            module = found.__module__.partition(".")[0]
            assert module != "modelreg" or found in PUBLIC.values() or found in ERRORS.values(), (method, found)


@pytest.mark.parametrize("name", VERBS)
def test_a_verb_documents_every_parameter_and_what_it_raises(name):
    lacking = []
    for method, function in functions_of(CLASSES[name]):
        if method == "__init__" or isinstance(
            inspect.getattr_static(CLASSES[name], method), property | functools.cached_property
        ):
            continue
        doc = inspect.getdoc(getattr(CLASSES[name], method)) or ""
        arguments = doc.partition("Args:\n")[2]
        lacking += [
            f"{method}: {parameter}"
            for parameter in list(inspect.signature(function).parameters)[1:]
            if not re.search(rf"^    \**{parameter}: [A-Z`\"]", arguments, re.MULTILINE)
        ]
        if not re.search("Raises:\n|no(ne| error) is raised", doc, re.IGNORECASE):
            lacking.append(f"{method}: what it raises")
    assert lacking == []


@pytest.mark.parametrize("value", VALUES, ids=lambda value: type(value).__name__)
def test_a_public_value_can_be_pickled(value):
    assert repr(pickle.loads(pickle.dumps(value))) == repr(value)


@pytest.mark.parametrize("name", ERRORS)
def test_an_error_can_be_pickled(name):
    error = ERRORS[name]("message", reason="archived", details={"name": "x"})
    again = pickle.loads(pickle.dumps(error))
    assert (type(again), str(again), again.reason, again.details) == (
        ERRORS[name],
        "message",
        "archived",
        {"name": "x"},
    )


def test_the_public_modules_are_those_without_an_underscore_in_their_path():
    modules = (found.name for found in pkgutil.walk_packages(modelreg.__path__, "modelreg."))
    assert {name for name in modules if "._" not in name} == {
        "modelreg.errors",
        "modelreg.local",
        "modelreg.local.server",
        "modelreg.local.transport",
        "modelreg.mlflow",
        "modelreg.pipeline",
        "modelreg.pipeline.component",
        "modelreg.signing",
        "modelreg.storage",
        "modelreg.testing",
        "modelreg.web",
    }
