"""What is sent selects at least what is wanted, and is what servers are recorded to accept."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from modelreg._filters import F, wire
from modelreg._types import (
    Artifact,
    DocArtifact,
    Experiment,
    ExperimentRun,
    InferenceService,
    Metric,
    ModelArtifact,
    ModelVersion,
    RegisteredModel,
    ServingEnvironment,
)
from modelreg.errors import InvalidInput

EVERYTHING = ~F("k").in_([])
NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
NOON_MS = 1777636800000


@pytest.mark.parametrize(
    ("where", "sent"),
    [
        # Ints and doubles are asked for apart.
        (F("auc") > 0.9, "auc.double_value > 0.9 OR auc.int_value >= 1"),
        (F("auc") >= 0.9, "auc.double_value >= 0.9 OR auc.int_value >= 1"),
        (F("auc") < 0.9, "auc.double_value < 0.9 OR auc.int_value <= 0"),
        (F("auc") <= 0.9, "auc.double_value <= 0.9 OR auc.int_value <= 0"),
        (F("auc") == 0.9, "auc.double_value = 0.9"),
        (F("auc") != 0.9, "auc.double_value != 0.9 OR auc.int_value >= -2147483648"),
        (F("n") == 5, "n.double_value = 5.0 OR n.int_value = 5"),
        (F("n") != 5.0, "n.double_value != 5.0 OR n.int_value != 5"),
        (F("n") > 5, "n.double_value > 5.0 OR n.int_value >= 6"),
        (F("n") >= 5, "n.double_value >= 5.0 OR n.int_value >= 5"),
        (F("n") < 5, "n.double_value < 5.0 OR n.int_value <= 4"),
        (F("n") <= 5, "n.double_value <= 5.0 OR n.int_value <= 5"),
        (F("n") > -0.5, "n.double_value > -0.5 OR n.int_value >= 0"),
        (F("n") > 1e-9, "n.double_value > 1e-09 OR n.int_value >= 1"),
        # What is past 32 bits is in no int.
        (F("n") > 2**40, "n.double_value > 1099511627776.0"),
        (F("n") < 2**40, "n.double_value < 1099511627776.0 OR n.int_value <= 2147483647"),
        (F("n") > -(2**40), "n.double_value > -1099511627776.0 OR n.int_value >= -2147483648"),
        (F("n") < -(2**40), "n.double_value < -1099511627776.0"),
        (F("n") == 2**40, "n.double_value = 1099511627776.0"),
        (F("n") != 2**40, "n.double_value != 1099511627776.0 OR n.int_value >= -2147483648"),
        (F("n") > 2**31 - 1, "n.double_value > 2147483647.0"),
        (F("n") < -(2**31), "n.double_value < -2147483648.0"),
        (F("n") > 2**60, "n > 0 OR n <= 0"),
        (F("n") == 1e300, "n > 0 OR n <= 0"),
        # Odd keys want backticks, which bear no suffix.
        (F("a-b") > 0.9, "`a-b` > 0.9 OR `a-b` >= 1"),
        (F("a-b") == 5, "`a-b` = 5"),
        (F("a-b") != 5, "`a-b` != 5"),
        (F("a-b") == 2**40, "`a-b` = 1099511627776.0"),
        (F("1a") == True, "`1a` = true"),  # noqa: E712
        (F("and") == "x", "`and` = 'x'"),
        (F("True") == "x", "`True` = 'x'"),
        (F("é.ü (%)") == "x", "`é.ü (%)` = 'x'"),
        # Bools have one opposite.
        (F("ok") == True, "ok = true"),  # noqa: E712
        (F("ok") != True, "ok = false"),  # noqa: E712
        (F("ok") != False, "ok = true"),  # noqa: E712
        # Databases agree on what is the same text, and on nothing else.
        (F("tag") == "prod", "tag = 'prod'"),
        (F("tag") != "prod", "tag LIKE '%'"),
        (F("tag") > "prod", "tag LIKE '%'"),
        (F("tag") == "", "tag = ''"),
        (F("tag") == date(2026, 5, 1), "tag LIKE '%'"),
        (F("tag").like("p%"), "tag LIKE 'p%'"),
        (~F("tag").like("p%"), "tag LIKE '%'"),
        (F("tag").like("p_d"), "tag LIKE 'p%d'"),
        (F("tag").like(r"100\%"), "tag LIKE '100%'"),
        (F("tag").ilike("Pé_d"), "tag ILIKE 'P%d'"),
        (~F("tag").ilike("P%"), "tag LIKE '%'"),
        (F("tag").like("%a" * 13), "tag LIKE '%'"),
        (F("tag").in_(["a", "b", "c"]), "tag IN ('a','b','c')"),
        (F("tag").in_(["a", 5]), "tag.double_value = 5.0 OR tag.int_value = 5 OR tag = 'a'"),
        # What is read differently here and there stands behind a wildcard.
        (F("tag") == "it's", "tag LIKE 'it%s'"),
        (F("tag") == 'a "b"', "tag LIKE 'a %b%'"),
        (F("tag") == "back\\slash", "tag LIKE 'back%slash'"),
        (F("tag") == "a\nb", "tag LIKE 'a%b'"),
        (F("tag") == "it's 100%", "tag LIKE 'it%s 100%'"),
        (F("tag") == "\ud800", "tag LIKE '%'"),
        (F("tag") == "x" * 2000, "tag LIKE '%'"),
        # Fields.
        (F("name") == "fraud", "name = 'fraud'"),
        (F("name").in_(["a", "b"]), "name IN ('a','b')"),
        (F("name").like("a:%"), "name LIKE 'a%'"),
        (F("owner") == "ana", "owner = 'ana'"),
        (F("state") == "LIVE", "state = 'LIVE'"),
        (F("description").ilike("%x%"), "description ILIKE '%x%'"),
        (F("external_id") == "e", "externalId = 'e'"),
        (F("id") == 5, "id = 5"),
        (F("id") >= "5", "id >= 5"),
        (F("id") == Decimal(5), "id = 5"),
        (F("create_time") > NOON, f"createTimeSinceEpoch >= {NOON_MS}"),
        (F("create_time") >= NOON, f"createTimeSinceEpoch >= {NOON_MS}"),
        (F("last_update_time") < NOON.replace(microsecond=1), f"lastUpdateTimeSinceEpoch <= {NOON_MS + 1}"),
        (F("create_time") <= "2026-05-01T12:00Z", f"createTimeSinceEpoch <= {NOON_MS}"),
        (F("create_time") == NOON, f"createTimeSinceEpoch >= {NOON_MS} AND createTimeSinceEpoch <= {NOON_MS}"),
        # Joined.
        ((F("a") == "x") & (F("b") == "y"), "a = 'x' AND b = 'y'"),
        ((F("a") == "x") | (F("b") == "y"), "a = 'x' OR b = 'y'"),
        ((F("a") == "x") & ((F("b") == "y") | (F("c") == True)), "a = 'x' AND (c = true OR b = 'y')"),  # noqa: E712
        ((F("a") == "x") | ((F("b") == "y") & (F("c") == "z")), "(b = 'y' AND c = 'z') OR a = 'x'"),
        ((F("a") == "x") & (F("name") != "y"), "a = 'x'"),
        (~((F("ok") == True) | (F("a") > 5)), "ok = false AND (a.double_value <= 5.0 OR a.int_value <= 5)"),  # noqa: E712
    ],
)
def test_what_is_sent_for_models(where, sent):
    assert where.compile(RegisteredModel) == sent


@pytest.mark.parametrize(
    "where",
    [
        F("name") != "fraud",
        F("name") > "fraud",
        ~F("name").like("a%"),
        F("state") != "LIVE",
        F("readme") == "x",
        F("maturity").like("x%"),
        F("id") != 5,
        F("id") == "none",
        F("id") == 2**31,
        F("create_time") != NOON,
        F("name").like("%a" * 13),
        F.property("name") == "x",
        F("artifactType") == "x",
        F("registeredModelId") == 5,
        F("a.int_value") == 5,
        F("tick`ed") == 5,
        F("back\\slash") == 5,
        F("quo'ted") == 5,
        F("new\nline") == 5,
        (F("a") == "x") | (F("name") != "y"),
        F("k").in_([]),
        ~F("k").in_([]),
    ],
)
def test_what_no_server_can_be_asked_is_not_sent(where):
    assert where.compile(RegisteredModel) is None


@pytest.mark.parametrize("key", ["modelFormatVersion", "externalId", "typeId", "name"])
def test_a_key_that_servers_take_for_a_field_is_not_asked_for(key):
    wire._wire_names.cache_clear()
    assert (F.property(key) == "x").compile(RegisteredModel) is None
    assert (F.property(f"{key}s") == "x").compile(RegisteredModel) == f"{key}s = 'x'"


class TestNamesOfChildren:
    @pytest.mark.parametrize(
        ("where", "version", "artifact"),
        [
            (F("name") == "1.0", "name = '1.0'", "name LIKE '%1.0'"),
            (F("name") == "1_0", "name = '1_0'", "name LIKE '%1%0'"),
            (F("name") == "a:b", "name = 'a:b'", "name LIKE '%a%b'"),
            (F("name") == "it's", "name LIKE '%it%s'", "name LIKE '%it%s'"),
            (F("name") == "b\\s", "name LIKE '%b%s'", "name LIKE '%b%s'"),
            (F("name").like("1.%"), "name LIKE '1.%'", "name LIKE '1.%'"),
            (F("name").like("a:%"), "name LIKE 'a%'", "name LIKE 'a%'"),
            (F("name").ilike("V%"), "name ILIKE '%V%'", "name ILIKE '%V%'"),
            (F("name").in_(["a", "b"]), "name = 'a' OR name = 'b'", "name LIKE '%a' OR name LIKE '%b'"),
            (F("name") != "a", None, None),
            (F("name") > "a", None, None),
            (~F("name").like("a%"), None, None),
        ],
    )
    def test_they_are_found_by_patterns(self, where, version, artifact):
        assert where.compile(ModelVersion) == version
        assert where.compile(Artifact) == artifact
        assert where.compile(ExperimentRun) == artifact
        assert where.compile(InferenceService) == artifact

    @pytest.mark.parametrize("root", [RegisteredModel, Experiment, ServingEnvironment])
    def test_what_has_no_parent_is_found_by_its_name(self, root):
        assert (F("name") == "1_0").compile(root) == "name = '1_0'"

    def test_a_name_that_is_too_long_is_no_pattern_either(self):
        assert (F("name") == "x" * 2000).compile(ModelVersion) is None

    def test_a_property_called_name_elsewhere_is_listed_as_such(self):
        assert F.property("name").in_(["a", "b"]).compile(ModelVersion) is None


class TestResources:
    @pytest.mark.parametrize(
        ("where", "resource", "sent"),
        [
            (F("author") == "ana", ModelVersion, "author = 'ana'"),
            (F("author") == "ana", RegisteredModel, None),
            (F("model_id") == 3, ModelVersion, "registeredModelId = 3"),
            (F("model_id") > 3, ModelVersion, None),
            (F("uri") == "s3://b", Artifact, "uri = 's3://b'"),
            (F("uri").like("s3://%"), Artifact, "uri LIKE 's3://%'"),
            (F("uri") == "s3://b", DocArtifact, "uri = 's3://b'"),
            (F("uri") == "s3://b", RegisteredModel, None),
            (F("model_format") == "onnx", ModelArtifact, "modelFormatName = 'onnx'"),
            (F("model_format") == "onnx", Artifact, None),
            (F("model_format") == "onnx", ModelVersion, "model_format = 'onnx'"),
            (F("kind") == "doc", Artifact, None),
            (F("tier") == "x", Artifact, "tier = 'x'"),
            (F("status") == "FINISHED", ExperimentRun, "status = 'FINISHED'"),
            (F("start_time") > NOON, ExperimentRun, None),
            (F("value") > 0.5, Metric, None),
            (F("step") == 1, Metric, None),
            (F("auc") == "x", InferenceService, "auc = 'x'"),
        ],
    )
    def test_a_field_is_asked_for_where_servers_have_it(self, where, resource, sent):
        assert where.compile(resource) == sent


class TestChecks:
    @pytest.mark.parametrize(
        ("where", "resource", "said"),
        [
            (F("name") == 5, RegisteredModel, "name of a RegisteredModel is text"),
            (F("owner") == True, RegisteredModel, "is text"),  # noqa: E712
            (F("owner") == NOON, RegisteredModel, "is text"),
            (F("tasks") == "x", RegisteredModel, "a list, which no filter compares"),
            (F("create_time") == "yesterday", RegisteredModel, "a point in time"),
            (F("create_time") > 5, RegisteredModel, "a point in time"),
            (F("create_time").like("2026%"), RegisteredModel, "a point in time"),
            (F("id") == True, RegisteredModel, "is text"),  # noqa: E712
            (F("id") == 5.5, RegisteredModel, "is text"),
            (F("value") == "high", Metric, "a number"),
            (F("step") == True, Metric, "a number"),  # noqa: E712
            ((F("a") == 1) & ((F("b") == 2) | (F("name") == 5)), RegisteredModel, "is text"),
        ],
    )
    def test_a_field_is_compared_with_what_it_can_be(self, where, resource, said):
        with pytest.raises(InvalidInput) as caught:
            where.compile(resource)
        assert said in str(caught.value)
        assert "F.property(" in caught.value.hint


class TestSize:
    def test_of_an_and_as_much_is_sent_as_fits(self):
        where = (F("a") == "x") & F("k").in_([f"{n:040}" for n in range(1000)]) & (F("b") == "y")
        assert where.compile(RegisteredModel) == "a = 'x' AND b = 'y'"

    def test_of_an_and_a_hundred_comparisons_are_sent_and_six_thousand_characters(self):
        many = EVERYTHING
        for number in range(150):
            many &= F(f"k{number}") == "x"
        assert many.compile(RegisteredModel).count(" = ") == 100
        long = EVERYTHING
        for number in range(9):
            long &= F(f"k{number}") == "x" * 991
        # "k0 = '...'" has 998 characters, " AND " five.
        assert len(long.compile(RegisteredModel)) == 5 * 998 + 4 * 5

    def test_an_or_that_does_not_fit_is_not_sent(self):
        assert F("k").in_(range(1000)).compile(RegisteredModel) is None
        assert F("k").in_([f"{n:040}" for n in range(1000)]).compile(RegisteredModel) is None

    def test_a_comparison_alone_fits(self):
        assert (F("k" * 255) == "x" * 1500).compile(RegisteredModel) == f"{'k' * 255} = '{'x' * 1500}'"

    def test_what_nests_too_deeply_is_cut(self):
        where = F("k") == "x"
        for number in range(60):
            where = (where | (F(f"o{number}") == "y")) & (F(f"a{number}") == "z")
        sent = where.compile(RegisteredModel)
        assert sent.count("(") == 20

    @pytest.mark.parametrize(("ors", "fits"), [(10, True), (11, False)])
    def test_an_or_whose_brackets_nest_too_deeply_is_not_sent(self, ors, fits):
        where = F("k") == "x"
        for number in range(ors):
            where = (where & (F(f"o{number}") == "y")) | (F(f"a{number}") == "z")
        assert (where.compile(RegisteredModel) is not None) is fits
