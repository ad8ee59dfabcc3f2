"""Options of a served registry: what is refused before anything starts, and what is warned of."""

from __future__ import annotations

import pytest

from modelreg.local.server import Limits, ServeError, ServeOptions


@pytest.mark.parametrize(
    ("options", "named"),
    [
        ({"host": "0.0.0.0"}, "--token-file"),
        ({"host": "registry.example"}, "--insecure"),
        ({"keyfile": "key.pem"}, "--certfile"),
        ({"access_log": "xml"}, "--access-log"),
        ({"allowed_hosts": ["https://registry.example"]}, "--allowed-host"),
        ({"allowed_origins": ["registry.example"]}, "--allowed-origin"),
        ({"allowed_origins": ["https://registry.example/"]}, "--allowed-origin"),
        ({"allowed_origins": ["*"]}, "--allowed-origin"),
    ],
)
def test_what_contradicts_itself_is_refused(options, named):
    with pytest.raises(ServeError, match=named):
        ServeOptions(**options)


@pytest.mark.parametrize("field", ["max_body", "max_bodies_in_flight", "max_connections", "header_seconds"])
@pytest.mark.parametrize("value", [0, -1, float("nan"), float("inf")])
def test_a_limit_is_a_number_above_0(field, value):
    with pytest.raises(ServeError, match=field):
        Limits(**{field: value})


def test_more_connections_than_files_are_refused():
    with pytest.raises(ServeError, match="ulimit -n"):
        Limits(max_connections=10**9).connections()


def test_connections_follow_the_limit_on_open_files(monkeypatch):
    from modelreg.local._registry.server import options

    for files, connections in ((1024, 928), (128, 32), (64, 16), (100_000, 1000), (None, 1000)):
        monkeypatch.setattr(options, "open_files_limit", lambda files=files: files)
        assert Limits().connections() == connections


@pytest.mark.parametrize(
    ("options", "warned"),
    [
        ({}, None),
        ({"token_file": "token"}, None),
        ({"host": "0.0.0.0", "token_file": "token"}, "plain text"),
        ({"host": "0.0.0.0", "token_file": "token", "certfile": "cert.pem"}, None),
        ({"host": "0.0.0.0", "insecure": True}, "--allowed-host"),
        ({"host": "0.0.0.0", "insecure": True, "allowed_hosts": ["r.example"]}, None),
    ],
)
def test_what_the_operator_should_know(options, warned):
    warnings = ServeOptions(**options).warnings()
    assert len(warnings) == (warned is not None)
    assert all(warned in warning for warning in warnings)


@pytest.mark.parametrize(("value", "strict"), [("1", True), ("true", True), ("0", False), ("", False)])
def test_strict_files_come_from_the_environment(monkeypatch, value, strict):
    monkeypatch.setenv("MODEL_REGISTRY_STRICT_FILES", value)
    assert ServeOptions().strict is strict
    assert ServeOptions(strict_files=not strict).strict is not strict


def test_a_password_of_the_store_is_not_shown():
    assert "secret" not in repr(ServeOptions(store="postgresql://user:secret@db/registry"))
