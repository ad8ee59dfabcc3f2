"""Settings that bound what a server may send, fix the API version, and protect secrets."""

import os

import pytest

from modelreg._config import resolve
from modelreg.errors import InvalidInput

SERVER = "https://registry.example.com"


@pytest.fixture
def settle(tmp_path):
    """Resolve settings without anything of this machine's environment."""

    def settle(url=None, *, environ=None, **arguments):
        return resolve(url, environ=environ or {}, service_account_token=str(tmp_path / "none"), **arguments)

    return settle


class TestMaxResponseBytes:
    def test_it_is_64_mebibytes_unless_given(self, settle):
        assert settle(SERVER).max_response_bytes == 64 * 2**20
        assert settle(SERVER, max_response_bytes=5).max_response_bytes == 5
        settings = settle("r.db", environ={"MODEL_REGISTRY_MAX_RESPONSE_BYTES": "1000"})
        assert settings.max_response_bytes == 1000
        assert settings.describe()["max_response_bytes"].source == "MODEL_REGISTRY_MAX_RESPONSE_BYTES"

    @pytest.mark.parametrize("number", [0, -1, 1.5, True, "many"])
    def test_anything_but_a_positive_whole_number_is_refused(self, settle, number):
        with pytest.raises(InvalidInput, match="max_response_bytes"):
            settle(SERVER, max_response_bytes=number)


class TestVersionVariable:
    def test_an_argument_goes_before_it(self, settle):
        environ = {"MODEL_REGISTRY_API_VERSION": "v1alpha3"}
        settings = settle(SERVER, environ=environ)
        assert settings.api_version == "v1alpha3"
        assert settings.describe()["api_version"].source == "MODEL_REGISTRY_API_VERSION"
        assert settle(SERVER, api_version="v1", environ=environ).api_version == "v1"
        assert settle(f"{SERVER}/api/model_registry/v1", environ=environ).api_version == "v1"

    def test_it_goes_before_the_address_in_the_environment(self, settle):
        environ = {
            "MODEL_REGISTRY_URL": f"{SERVER}/api/model_registry/v1",
            "MODEL_REGISTRY_API_VERSION": "v1alpha3",
        }
        assert settle(environ=environ).api_version == "v1alpha3"

    def test_it_holds_for_the_embedded_registry_too(self, settle):
        assert settle("r.db", environ={"MODEL_REGISTRY_API_VERSION": "v1"}).api_version == "v1"
        assert settle("r.db", api_version="v1alpha3").api_version == "v1alpha3"

    def test_an_unknown_one_is_refused(self, settle):
        with pytest.raises(InvalidInput, match="MODEL_REGISTRY_API_VERSION"):
            settle(SERVER, environ={"MODEL_REGISTRY_API_VERSION": "v2"})


@pytest.mark.skipif(os.name != "posix", reason="permissions of POSIX")
class TestStrictFiles:
    @pytest.fixture
    def path(self, tmp_path):
        path = tmp_path / "token"
        path.write_text("abc")
        path.chmod(0o644)
        return path

    def test_a_token_file_that_others_can_read_is_refused_when_that_was_asked_for(self, settle, path):
        environ = {"MODEL_REGISTRY_STRICT_FILES": "1"}
        with pytest.raises(InvalidInput, match="can be read by other users"):
            settle(SERVER, token_path=path, environ=environ)
        with pytest.raises(InvalidInput, match="can be read by other users"):
            settle(SERVER, environ={**environ, "MODEL_REGISTRY_TOKEN_PATH": str(path)})
        path.chmod(0o600)
        assert settle(SERVER, token_path=path, environ=environ).token.strict

    def test_it_is_taken_otherwise(self, settle, path):
        assert not settle(SERVER, token_path=path).token.strict

    def test_what_a_pod_mounts_is_taken(self, settle, path):
        environ = {"MODEL_REGISTRY_STRICT_FILES": "1", "KF_PIPELINES_SA_TOKEN_PATH": str(path)}
        assert settle(SERVER, environ=environ).token.path == str(path)


@pytest.mark.parametrize("password", ["p/w", "p#w", "p?w", "p@w", "p:w", "p w", "p%40w", "s3cr/et@#?x", "'\"\\", "é/ü"])
def test_a_password_of_a_database_never_shows(settle, password):
    settings = settle(f"postgresql://ana:{password}@db.example.com:5432/registry?sslmode=require")
    shown = repr(settings) + str(settings) + "".join(map(str, settings.describe().values()))
    assert password not in shown
    assert settings.describe()["address"].value == "postgresql://db.example.com:5432/registry?sslmode=require"
