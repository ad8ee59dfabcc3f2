"""Addresses of an embedded registry, the user's own file, and what is said when a library is missing."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from modelreg.local import LocalError, LocalTransport, MissingExtra, StoreError, default_store
from modelreg.local._registry.location import locate


@pytest.mark.parametrize(
    ("address", "path"),
    [
        ("sqlite:///registry.db", "registry.db"),
        ("sqlite:////data/registry.db", "/data/registry.db"),
        ("sqlite:///data/a%20b.db", "data/a b.db"),
        ("registry.db", "registry.db"),
        ("./data/registry.db", "data/registry.db"),
        ("/data/registry.db", "/data/registry.db"),
        (Path("/data/registry.db"), "/data/registry.db"),
    ],
)
def test_a_file_is_named_by_url_or_path(address: str | Path, path: str) -> None:
    location = locate(address)
    assert (location.dialect, location.path) == ("sqlite", Path(path))


def test_a_home_is_meant_by_a_tilde(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/ana")
    assert locate("~/registry.db").path == Path("/home/ana/registry.db")


@pytest.mark.parametrize("scheme", ["postgresql", "postgres", "postgresql+psycopg"])
def test_postgresql_is_named_by_url_and_shown_without_its_password(scheme: str) -> None:
    location = locate(f"{scheme}://ana:secret@db.example:5432/models?password=secret")
    assert location.dialect == "postgresql"
    assert location.url == "postgresql+psycopg://ana:secret@db.example:5432/models?password=secret"
    assert str(location) == "postgresql+psycopg://db.example:5432/models"
    assert "secret" not in repr(location)


@pytest.mark.parametrize(
    "address", ["", "sqlite://", "sqlite:///", "sqlite:///:memory:", "sqlite:registry.db", "mysql://h/d", "http://h"]
)
def test_another_address_is_refused(address: str) -> None:
    with pytest.raises(StoreError):
        locate(address)


def test_the_users_own_file_lies_in_the_data_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    monkeypatch.setenv("HOME", str(tmp_path))
    assert default_store().name == "registry.db"
    assert default_store().parent.name == "modelreg"
    assert default_store().is_relative_to(tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("missing", "address", "extra"),
    [
        ("sqlalchemy", "registry.db", "local"),
        ("lark", "registry.db", "local"),
        ("psycopg", "postgresql://host/db", "postgres"),
    ],
)
def test_a_missing_library_is_named_by_its_extra(
    missing: str, address: str, extra: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, missing, None)
    with pytest.raises(MissingExtra, match=rf"pip install 'modelreg\[{extra}\]'") as refused:
        LocalTransport(address)
    assert isinstance(refused.value, ImportError)
    assert isinstance(refused.value, LocalError)


def test_the_data_folder_asks_for_its_library(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "platformdirs", None)
    with pytest.raises(MissingExtra, match=r"modelreg\[local\]"):
        default_store()
