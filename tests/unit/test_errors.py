"""Every error tells what happened, survives copying and pickling, and shows no secret."""

import copy
import pickle
import subprocess
import sys

import pytest

from modelreg import errors
from modelreg.errors import (
    Conflict,
    ConnectionFailed,
    InvalidInput,
    MissingExtra,
    ModelRegistryError,
    NotFound,
    public_url,
)

CLASSES = [
    value for value in vars(errors).values() if isinstance(value, type) and issubclass(value, ModelRegistryError)
]


def test_the_tree_has_a_class_for_every_way_a_call_can_end():
    assert {each.__name__ for each in CLASSES} == {
        "ModelRegistryError",
        "NotFound",
        "Conflict",
        "InvalidInput",
        "Unauthorized",
        "Forbidden",
        "RateLimited",
        "ServerError",
        "ConnectionFailed",
        "DeadlineExceeded",
        "InvalidResponse",
        "UnsupportedByServer",
        "Rejected",
        "MissingExtra",
        "UnknownArgument",
        "IntegrityError",
        "StorageError",
        "TransferStopped",
    }


@pytest.mark.parametrize(
    ("ours", "builtin"), [(NotFound, LookupError), (InvalidInput, ValueError), (MissingExtra, ImportError)]
)
def test_an_error_is_also_the_builtin_one_that_a_caller_would_expect(ours, builtin):
    with pytest.raises(builtin, match="gone"):
        raise ours("gone")


@pytest.mark.parametrize("kind", CLASSES)
@pytest.mark.parametrize("double", [copy.copy, copy.deepcopy, lambda error: pickle.loads(pickle.dumps(error))])
def test_a_copy_says_the_same(kind, double):
    error = kind(
        "the server failed",
        status=503,
        code="busy",
        server_message="come back",
        method="POST",
        url="https://registry/x",
        resource="registered_models",
        hint="Wait.",
        may_have_acted=True,
    )
    twin = double(error)
    assert type(twin) is kind
    assert vars(twin) == vars(error)
    assert str(twin) == str(error)
    assert twin.args == ("the server failed",)


def test_what_was_not_said_is_none_and_nothing_may_have_acted():
    error = ModelRegistryError("x")
    for name in ("status", "code", "server_message", "method", "url", "resource", "hint"):
        assert getattr(error, name) is None
    assert error.may_have_acted is False


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ({}, "what happened"),
        ({"server_message": "why"}, "what happened: why"),
        ({"hint": "Do this."}, "what happened. Do this."),
        ({"server_message": "why.", "hint": "Do this."}, "what happened: why. Do this."),
    ],
)
def test_an_error_reads_as_what_then_the_servers_words_then_the_hint(said, shown):
    assert str(Conflict("what happened", **said)) == shown


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://host/path", "https://host/path"),
        ("https://ana:secret@host:8443/path", "https://host:8443/path"),
        ("https://host/x?name=fraud&page=2", "https://host/x?name=fraud&page=2"),
        ("https://host/x?access_token=secret&name=a", "https://host/x?access_token=***&name=a"),
        ("https://host/x?API_KEY=secret&password=secret", "https://host/x?API_KEY=***&password=***"),
        ("https://host/x?nextPageToken=abc", "https://host/x?nextPageToken=abc"),
        ("https://host/x?token", "https://host/x?token"),
        ("https://host/x#token=secret", "https://host/x"),
        ("postgresql+psycopg://ana:se@cret@host/db", "postgresql+psycopg://host/db"),
        ("/no/scheme/at@all", "/no/scheme/at@all"),
        ("", ""),
    ],
)
def test_a_url_is_shown_without_its_secrets(url, shown):
    assert public_url(url) == shown
    assert ConnectionFailed("x", url=url).url == shown


def test_importing_the_errors_and_the_settings_imports_no_http_library():
    program = "import modelreg.errors, modelreg._config, sys; print('httpx' in sys.modules or 'ssl' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("postgresql://u:p/w@h/db", "postgresql://h/db"),
        ("postgresql+psycopg://u:p#?@w@h:5/db", "postgresql+psycopg://h:5/db"),
        ("postgresql://h/db?password=x@y", "postgresql://***"),
        ("postgresql://u:p@h/db?sslpassword=x", "postgresql://h/db?sslpassword=***"),
        ("https://u:p/w@h", "https://h"),
        ("https://h:8443/models/a@b", "https://h:8443/models/a@b"),
        ("https://h/models?name=a@b", "https://h/models?name=a@b"),
        ("https://[::1]:80/a@b", "https://[::1]:80/a@b"),
        ("sqlite:////home/a@b/c.db", "sqlite:////home/a@b/c.db"),
        ("https://h/x?pass%77ord=1", "https://h/x?pass%77ord=***"),
    ],
)
def test_user_and_password_are_hidden_whatever_they_hold(url, shown):
    assert public_url(url) == shown


def test_control_characters_are_escaped_everywhere():
    evil = "\x1b[31m\u202e\x9b\x00\r"
    error = errors.NotFound(evil, code=evil, server_message=evil, resource=evil, hint=evil, url=f"https://h/{evil}")
    for text in (str(error), error.args[0], *(value for value in vars(error).values() if isinstance(value, str))):
        assert text.isprintable()


def test_lines_of_our_own_messages_stay():
    assert str(errors.InvalidInput("one\n\ttwo")) == "one\n\ttwo"
    assert errors.InvalidInput("x", server_message="one\ntwo").server_message == "one\\ntwo"
