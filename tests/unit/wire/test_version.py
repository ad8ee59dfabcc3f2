"""The first answer to a real request tells which version a server speaks."""

import logging

import httpx
import pytest

from modelreg._wire import version as module
from modelreg._wire.version import VersionChoice
from modelreg.errors import UnsupportedByServer
from modelreg_rest import versions
from tests.unit.wire.making import outgoing

MODELS, RUNS = "/registered_models/1", "/experiment_runs/1"


def ask(choice, path, method="GET"):
    return outgoing(method, path, version=choice.choose(method, path))


def again(sent, version):
    return outgoing(sent.method, sent.path, version=version)


@pytest.mark.parametrize(
    ("path", "version"),
    [
        ("/experiments", "v1alpha3"),
        ("/experiment", "v1alpha3"),
        ("/experiment_run", "v1alpha3"),
        ("/experiment_runs/metric_history", "v1alpha3"),
        ("/experiments/1/experiment_runs", "v1alpha3"),
        ("/registered_models", "v1"),
        ("/artifacts", "v1"),
        ("/not/in/the/contract", "v1"),
    ],
)
def test_the_first_version_that_has_the_operation_is_tried(path, version):
    assert ask(VersionChoice(), path).version == version


@pytest.mark.parametrize("status", [200, 201, 400, 404, 409, 410, 422])
def test_an_answer_of_the_registry_settles_v1(status):
    choice = VersionChoice()
    sent = ask(choice, MODELS)
    assert sent.version == "v1"
    assert choice.learn(sent, status, of_a_registry=True) is None
    assert choice.usual == "v1"
    assert choice.learn(again(sent, "v1alpha3"), 200, of_a_registry=True) is None
    assert choice.usual == "v1"


@pytest.mark.parametrize("status", [404, 410])
def test_a_missing_route_is_asked_for_in_the_older_version(status):
    choice = VersionChoice()
    sent = ask(choice, MODELS)
    assert choice.learn(sent, status, of_a_registry=False) == "v1alpha3"
    assert choice.usual is None
    assert choice.learn(again(sent, "v1alpha3"), 200, of_a_registry=True) is None
    assert choice.usual == "v1alpha3"
    assert ask(choice, MODELS).version == "v1alpha3"


@pytest.mark.parametrize(
    ("status", "of_a_registry"), [(401, True), (403, True), (429, True), (500, True), (503, False), (200, False)]
)
def test_what_says_nothing_of_the_route_settles_nothing(status, of_a_registry):
    choice = VersionChoice()
    assert choice.learn(ask(choice, MODELS), status, of_a_registry=of_a_registry) is None
    assert choice.usual is None


def test_where_neither_version_is_there_the_answer_is_believed():
    choice = VersionChoice()
    for _ in range(2):
        first = ask(choice, MODELS)
        assert first.version == "v1"
        assert choice.learn(first, 404, of_a_registry=False) == "v1alpha3"
        assert choice.learn(again(first, "v1alpha3"), 404, of_a_registry=False) is None
        assert choice.usual is None


def test_once_v1_is_known_a_missing_route_is_no_reason_to_change():
    choice = VersionChoice()
    choice.learn(ask(choice, MODELS), 200, of_a_registry=True)
    assert choice.learn(ask(choice, MODELS), 404, of_a_registry=False) is None
    assert choice.usual == "v1"


def test_a_thread_that_learns_late_follows_the_one_that_learned_first():
    choice = VersionChoice()
    early, late = ask(choice, MODELS), ask(choice, MODELS)
    choice.learn(early, 404, of_a_registry=False)
    choice.learn(again(early, "v1alpha3"), 200, of_a_registry=True)
    assert choice.learn(late, 404, of_a_registry=False) == "v1alpha3"
    assert choice.learn(again(late, "v1alpha3"), 200, of_a_registry=True) is None
    assert choice.usual == "v1alpha3"


def test_a_server_that_retires_the_older_version_while_in_use_is_followed():
    choice = VersionChoice()
    choice.learn(ask(choice, MODELS), 404, of_a_registry=False)
    choice.learn(again(ask(choice, MODELS), "v1alpha3"), 200, of_a_registry=True)
    sent = ask(choice, MODELS)
    assert choice.learn(sent, 404, of_a_registry=False) is None
    assert choice.learn(sent, 410, of_a_registry=False) == "v1"
    assert ask(choice, MODELS).version == "v1"
    assert choice.learn(ask(choice, MODELS), 200, of_a_registry=True) is None
    assert choice.usual == "v1"


class TestGiven:
    @pytest.mark.parametrize("given", ["v1", "v1alpha3"])
    def test_it_is_kept_whatever_comes(self, given):
        choice = VersionChoice(given)
        sent = ask(choice, MODELS)
        assert sent.version == given
        assert choice.learn(sent, 404, of_a_registry=False) is None
        assert choice.learn(sent, 410, of_a_registry=False) is None
        assert choice.usual == given

    def test_v1_has_no_experiments_and_nothing_is_asked(self):
        with pytest.raises(UnsupportedByServer, match="v1 was asked for") as caught:
            ask(VersionChoice("v1"), RUNS)
        assert caught.value.resource == "experiment_runs/1"
        assert caught.value.reason == "unsupported_version"
        assert caught.value.details == {"needs": ("v1alpha3",), "operation": "get_experiment_run"}

    def test_v1alpha3_has_them(self):
        choice = VersionChoice("v1alpha3")
        sent = ask(choice, RUNS)
        assert sent.version == "v1alpha3"
        assert choice.learn(sent, 404, of_a_registry=False) is None


class TestExperiments:
    def test_they_are_asked_of_the_older_version_while_all_else_goes_to_v1(self):
        choice = VersionChoice()
        choice.learn(ask(choice, MODELS), 200, of_a_registry=True)
        sent = ask(choice, RUNS)
        assert sent.version == "v1alpha3"
        assert choice.learn(sent, 200, of_a_registry=True) is None
        assert choice.usual == "v1"

    def test_they_settle_nothing_about_all_else(self):
        choice = VersionChoice()
        choice.learn(ask(choice, RUNS), 200, of_a_registry=True)
        assert choice.usual is None
        assert ask(choice, MODELS).version == "v1"

    def test_a_server_that_has_both_versions_keeps_the_first(self):
        choice = VersionChoice()
        choice.learn(ask(choice, MODELS), 200, of_a_registry=True)
        choice.learn(ask(choice, RUNS), 200, of_a_registry=True)
        assert choice.learn(ask(choice, MODELS), 404, of_a_registry=False) is None
        assert (choice.usual, choice.spoken) == ("v1", {"v1", "v1alpha3"})

    @pytest.mark.parametrize("status", [404, 410])
    def test_a_server_without_them_is_asked_once(self, status):
        choice = VersionChoice()
        with pytest.raises(UnsupportedByServer, match="v1alpha3, which the server does not have") as caught:
            choice.learn(ask(choice, RUNS), status, of_a_registry=False)
        assert (caught.value.status, caught.value.method, caught.value.resource) == (status, "GET", "experiment_runs/1")
        assert "properties of the model version" in caught.value.hint
        with pytest.raises(UnsupportedByServer):
            ask(choice, RUNS)

    def test_a_missing_route_after_they_were_there_is_believed(self):
        choice = VersionChoice()
        choice.learn(ask(choice, RUNS), 200, of_a_registry=True)
        assert choice.learn(ask(choice, RUNS), 404, of_a_registry=False) is None

    def test_they_may_be_retired_while_in_use(self):
        choice = VersionChoice()
        choice.learn(ask(choice, RUNS), 200, of_a_registry=True)
        with pytest.raises(UnsupportedByServer):
            choice.learn(ask(choice, RUNS), 410, of_a_registry=False)


@pytest.mark.parametrize("header", ["Deprecation", "Sunset"])
def test_the_end_of_a_version_is_announced_once(header, caplog):
    choice = VersionChoice()
    with caplog.at_level(logging.WARNING, "modelreg"):
        choice.notice(httpx.Headers({}))
        choice.notice(httpx.Headers({header: "Sat, 01 Aug 2026 00:00:00 GMT"}))
        choice.notice(httpx.Headers({header: "Sat, 01 Aug 2026 00:00:00 GMT"}))
    assert len(caplog.records) == 1
    assert "Sat, 01 Aug 2026" in caplog.text


def test_only_below_some_first_segments_does_the_version_hang_on_the_operation():
    for method, segments, root in versions._ROUTES:
        for pattern, _ in versions._ROUTES[method, segments, root]:
            path = "/" + "/".join("1" if part is None else part for part in pattern)
            assert root in versions.PARTIAL_ROOTS or versions.versions_of(method, path) == versions.VERSIONS
    assert {"experiments", "experiment_runs"} <= versions.PARTIAL_ROOTS
    assert "registered_models" not in versions.PARTIAL_ROOTS


def test_fields_that_some_versions_lack():
    assert {"experimentId", "experimentRunId"} <= module.PARTIAL_FIELDS


class TestFields:
    @pytest.fixture
    def tables(self, monkeypatch):
        monkeypatch.setattr(module, "FIELD_VERSIONS", {"Doc": {"old": ("v1alpha3",), "new": ("v1",)}})
        monkeypatch.setattr(module, "VALUE_VERSIONS", {"Doc.state": {"GONE": ("v1alpha3",)}})

    @pytest.mark.parametrize(
        ("given", "body", "field"),
        [
            ("v1", {"old": "1"}, "old"),
            ("v1alpha3", {"name": "x", "new": 1}, "new"),
            ("v1", {"state": "GONE"}, "state"),
        ],
    )
    def test_one_that_the_version_lacks_is_refused(self, tables, given, body, field):
        with pytest.raises(UnsupportedByServer) as caught:
            VersionChoice(given).check_fields("Doc", body)
        assert caught.value.reason == "unsupported_version"
        assert caught.value.details["field"] == f"Doc.{field}"
        assert given not in caught.value.details["needs"]
        assert field in str(caught.value)

    def test_a_value_is_checked_where_no_field_of_the_schema_is_partial(self, monkeypatch):
        monkeypatch.setattr(module, "FIELD_VERSIONS", {})
        monkeypatch.setattr(module, "VALUE_VERSIONS", {"Doc.state": {"GONE": ("v1alpha3",)}})
        with pytest.raises(UnsupportedByServer):
            VersionChoice("v1").check_fields("Doc", {"state": "GONE"})

    @pytest.mark.parametrize(
        ("given", "schema", "body"),
        [
            ("v1alpha3", "Doc", {"old": "1", "state": "GONE", "name": "x"}),
            ("v1", "Doc", {"state": "LIVE", "new": 5}),
            ("v1", "Other", {"old": "1"}),
            (None, "Doc", {"old": "1", "new": "1"}),
        ],
    )
    def test_others_pass_and_so_does_everything_while_the_version_is_unknown(self, tables, given, schema, body):
        VersionChoice(given).check_fields(schema, body)

    def test_fields_of_the_contract(self):
        with pytest.raises(UnsupportedByServer):
            VersionChoice("v1").check_fields("ModelArtifact", {"experimentId": "1"})
