"""A filter says what it means, refuses what cannot be meant, and answers for a record as SQL would."""

import copy
import pickle
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from enum import Enum
from pathlib import Path

import attrs
import pytest

from modelreg._filters import F, Filter, tree
from modelreg._filters.values import fold, like
from modelreg._types import DocArtifact, ModelArtifact, ModelVersion, RegisteredModel
from modelreg.errors import InvalidInput

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)


def model(**properties):
    return RegisteredModel(id="10", name="fraud", owner="ana", state="LIVE", create_time=NOON, properties=properties)


class Colour(Enum):
    RED = "red"


class Zero:
    """What numpy's scalars look like."""

    dtype = "float64"
    shape = ()

    def __init__(self, value):
        self.value = value

    def item(self):
        return self.value


class TestComparisons:
    @pytest.mark.parametrize(
        ("where", "holds"),
        [
            (F("auc") == 0.5, True),
            (F("auc") != 0.5, False),
            (F("auc") > 0.4, True),
            (F("auc") > 0.5, False),
            (F("auc") >= 0.5, True),
            (F("auc") >= 0.6, False),
            (F("auc") < 0.5, False),
            (F("auc") < 0.6, True),
            (F("auc") <= 0.5, True),
            (F("auc") <= 0.4, False),
            (F("auc").in_([0.1, 0.5]), True),
            (F("auc").in_([0.1, 0.2]), False),
            (F("auc").in_([]), False),
            (F("n") == 5.0, True),
            (F("n") > 4.5, True),
            (F("auc") < 1, True),
            (F("tag") == "prod", True),
            (F("tag") > "pro", True),
            (F("tag") < "pro", False),
            (F("ok") == True, True),  # noqa: E712
            (F("ok") != False, True),  # noqa: E712
            (F("tag").like("p%d"), True),
            (F("tag").like("p_od"), True),
            (F("tag").like("p_d"), False),
            (F("tag").like("PROD"), False),
            (F("tag").ilike("P%D"), True),
            (F("tag").ilike("PR"), False),
        ],
    )
    def test_a_property(self, where, holds):
        assert where.matches(model(auc=0.5, n=5, tag="prod", ok=True)) is holds
        assert (~where).matches(model(auc=0.5, n=5, tag="prod", ok=True)) is not holds

    @pytest.mark.parametrize("where", [F("auc") > 0.5, F("auc") != 0.5, F("auc") == "x", F("auc").like("%")])
    def test_a_record_without_the_key_satisfies_none_negated_or_not(self, where):
        assert not where.matches(model())
        assert not (~where).matches(model())

    @pytest.mark.parametrize(
        ("where", "stored"),
        [
            (F("k") == 1, True),
            (F("k") == True, 1),  # noqa: E712
            (F("k") == "1", 1),
            (F("k") != 1, "1"),
            (F("k") > 1, "2"),
            (F("k").like("%"), 1),
            (F("k") == 1, {"a": 1}),
            (F("k") == "a", ["a"]),
            (F("k") == 1, None),
        ],
    )
    def test_values_of_different_kinds_satisfy_none(self, where, stored):
        assert not where.matches(model(k=stored))
        assert not (~where).matches(model(k=stored))


class TestFields:
    @pytest.mark.parametrize(
        ("where", "holds"),
        [
            (F("name") == "fraud", True),
            (F("name") == "other", False),
            (F("owner").in_(["ana", "bo"]), True),
            (F("state") == "LIVE", True),
            (F("description") == "x", False),
            (F("id") == 10, True),
            (F("id") == "10", True),
            (F("id") == "010", True),
            (F("id") > 9, True),
            (F("id") < "9", False),
            (F("id") == "none", False),
            (F("create_time") == NOON, True),
            (F("create_time") > date(2026, 5, 1), True),
            (F("create_time") < "2026-05-02", True),
            (F("create_time") >= "2026-05-01T14:00:00+02:00", True),
            (F("create_time") > "2026-05-01T12:00:00Z", False),
            (F("create_time") == "20260501", False),
            (F("last_update_time") > date(2000, 1, 1), False),
        ],
    )
    def test_a_field_comes_before_a_property(self, where, holds):
        assert where.matches(model(name="other", owner="zoe", id=5)) is holds

    @pytest.mark.usefixtures("nine_hours_ahead")
    def test_a_day_begins_in_utc_and_a_time_without_a_zone_is_local(self):
        midnight = RegisteredModel(id="1", name="m", create_time=datetime(2026, 5, 1, tzinfo=UTC))
        for day in (date(2026, 5, 1), "2026-05-01", "20260501"):
            assert (F("create_time") == day).matches(midnight)
        for moment in (datetime(2026, 5, 1, 9), "2026-05-01T09:00", "2026-05-01T00:00Z"):  # noqa: DTZ001
            assert (F("create_time") == moment).matches(midnight)

    def test_the_property_of_a_fields_name_can_be_meant(self):
        assert (F.property("name") == "other").matches(model(name="other"))
        assert not (F.property("name") == "fraud").matches(model())

    def test_what_is_a_field_elsewhere_is_a_property_here(self):
        assert (F("author") == "ana").matches(model(author="ana"))
        assert (F("author") == "ana").matches(ModelVersion(author="ana", properties={"author": "zoe"}))

    def test_the_kind_of_an_artifact_is_a_field(self):
        assert (F("kind") == "doc").matches(DocArtifact(name="card"))
        assert not (F("kind") == "doc").matches(ModelArtifact(name="weights"))

    def test_neither_properties_nor_the_wire_form_is_a_field(self):
        assert (F("properties") == "x").matches(model(properties="x"))
        assert (F("_wire") == "x").matches(model(_wire="x"))


class TestTimesInProperties:
    @pytest.mark.parametrize("stored", ["2026-05-01", "2026-05-01T00:00:00+00:00", "2026-05-01T02:00:00+02:00"])
    def test_a_text_in_iso_8601_compares_as_the_time_it_names(self, stored):
        where = F("trained") == date(2026, 5, 1)
        assert where.matches(model(trained=stored))
        assert not (F("trained") > date(2026, 5, 1)).matches(model(trained=stored))

    @pytest.mark.parametrize("stored", ["yesterday", "", 5, True, None])
    def test_what_names_no_time_satisfies_none(self, stored):
        where = F("trained") == date(2026, 5, 1)
        assert not where.matches(model(trained=stored))
        assert not (~where).matches(model(trained=stored))

    def test_a_time_without_a_zone_is_local(self):
        local = datetime(2026, 5, 1, 12)  # noqa: DTZ001
        assert (F("create_time") == local).matches(RegisteredModel(create_time=local.astimezone(UTC)))

    def test_zones_are_told_apart(self):
        east = timezone(timedelta(hours=2))
        assert (F("create_time") == NOON.astimezone(east)).matches(model())


class TestValues:
    @pytest.mark.parametrize(
        ("given", "stored"),
        [
            (Colour.RED, "red"),
            (Path("/models/x"), "/models/x"),
            (Decimal("5"), 5),
            (Decimal("0.25"), 0.25),
            (Zero(0.25), 0.25),
            (Zero(True), True),
        ],
    )
    def test_what_stands_for_a_plain_value_compares_as_that(self, given, stored):
        assert (F("k") == given).matches(model(k=stored))

    @pytest.mark.parametrize(
        "given",
        [None, [1], (1,), {1}, {"a": 1}, b"x", object(), float("nan"), float("inf"), Decimal("NaN"), F("other")],
    )
    def test_what_nothing_compares_with_is_refused(self, given):
        with pytest.raises(InvalidInput, match="'k'"):
            F("k") == given  # noqa: B015

    def test_an_array_is_refused(self):
        array = Zero(1)
        array.shape = (1,)
        with pytest.raises(InvalidInput):
            F("k") == array  # noqa: B015

    @pytest.mark.parametrize(("given", "hint"), [(None, "absence"), ([1], "in_"), (b"x", "")])
    def test_the_refusal_says_what_to_write(self, given, hint):
        with pytest.raises(InvalidInput) as caught:
            F("k") == given  # noqa: B015
        assert hint in (caught.value.hint or "")

    @pytest.mark.parametrize(
        "compare", [lambda k: k > True, lambda k: k <= False, lambda k: k < True, lambda k: k >= True]
    )
    def test_a_bool_is_neither_less_nor_greater(self, compare):
        with pytest.raises(InvalidInput, match="neither less nor greater"):
            compare(F("k"))

    @pytest.mark.parametrize("pattern", [5, None, True])
    def test_a_pattern_is_text(self, pattern):
        with pytest.raises(InvalidInput):
            F("k").like(pattern)

    @pytest.mark.parametrize("values", ["abc", b"abc"])
    def test_several_values_are_not_a_text(self, values):
        with pytest.raises(InvalidInput, match="several values"):
            F("k").in_(values)

    @pytest.mark.parametrize("name", ["", None, 5])
    def test_a_key_is_a_name(self, name):
        with pytest.raises(InvalidInput, match="name of a field"):
            F(name)


class TestJoining:
    def test_and_or_not(self):
        where = (F("a") > 1) & ((F("b") == "x") | ~(F("c") == True))  # noqa: E712
        assert where.matches(model(a=2, b="x", c=True))
        assert where.matches(model(a=2, b="y", c=False))
        assert not where.matches(model(a=2, b="y", c=True))
        assert not where.matches(model(a=1, b="x", c=False))

    def test_negation_is_pushed_inward(self):
        where = ~((F("a") > 1) & ((F("b") == "x") | F("c").like("y%")))
        assert repr(where) == "((F('a') <= 1) | ((F('b') != 'x') & ~F('c').like('y%')))"
        assert repr(~where) == "((F('a') > 1) & ((F('b') == 'x') | F('c').like('y%')))"

    def test_joining_flattens_and_drops_what_was_said_twice(self):
        a, b, c = F("a") == 1, F("b") == 2, F("c") == 3
        assert a & b & c == a & (b & c)
        assert a | b | c == a | (b | c)
        assert a & a == a
        assert hash(a | a) == hash(a)

    def test_equal_values_of_different_types_are_different_questions(self):
        where = F("k").in_([1, True])
        assert where.matches(model(k=1))
        assert where.matches(model(k=True))

    def test_one_of_no_values_is_nothing_and_its_opposite_everything(self):
        nothing = F("k").in_([])
        assert nothing.never
        assert not (~nothing).never
        assert (~nothing).matches(model())
        assert (nothing | (F("a") == 1)) == (F("a") == 1)
        assert (nothing & (F("a") == 1)).never
        assert (~nothing & (F("a") == 1)) == (F("a") == 1)
        assert (~nothing | (F("a") == 1)) == ~nothing
        assert (repr(nothing), repr(~nothing)) == ("<nothing>", "<everything>")

    @pytest.mark.parametrize("mistake", [lambda a: a and a, lambda a: not a, bool, lambda a: 0 < F("x") < 1])
    def test_and_or_not_of_python_are_refused(self, mistake):
        with pytest.raises(InvalidInput, match="neither true nor false"):
            mistake(F("a") == 1)

    def test_a_key_alone_is_no_filter(self):
        with pytest.raises(InvalidInput, match="alone is no filter"):
            bool(F("ok"))

    @pytest.mark.parametrize("other", [True, "x > 1", None, F("ok")])
    def test_a_filter_is_joined_with_filters_alone(self, other):
        with pytest.raises(InvalidInput, match="cannot be joined"):
            (F("a") == 1) & other
        with pytest.raises(InvalidInput, match="cannot be joined"):
            (F("a") == 1) | other

    def test_a_filter_can_be_copied_and_sent_elsewhere(self):
        where = (F("a") > 1) & ~F("b").ilike("x%") & (F.property("name") == "y")
        assert copy.deepcopy(where) == where
        assert pickle.loads(pickle.dumps(where)) == where
        assert isinstance(where, Filter)


@pytest.mark.parametrize(
    ("where", "shown"),
    [
        (F("auc") > 0.9, "(F('auc') > 0.9)"),
        (F.property("name") == "x", "(F.property('name') == 'x')"),
        (F("k").ilike("a%"), "F('k').ilike('a%')"),
        (~F("k").ilike("a%"), "~F('k').ilike('a%')"),
        (F("t") < date(2026, 5, 1), "(F('t') < '2026-05-01T00:00:00+00:00')"),
    ],
)
def test_a_filter_shows_itself_as_it_is_written(where, shown):
    assert repr(where) == shown
    assert eval(shown, {"F": F}).matches(model(auc=1.0, k="abc", t="2025-01-01")) == where.matches(
        model(auc=1.0, k="abc", t="2025-01-01")
    )


@pytest.mark.usefixtures("nine_hours_ahead")
def test_a_time_is_shown_in_utc():
    assert repr(F("t") < datetime(2026, 5, 1, 9)) == "(F('t') < '2026-05-01T00:00:00+00:00')"  # noqa: DTZ001


def test_a_decimal_is_an_int_where_it_is_whole():
    assert repr(F("n") == Decimal("5.0")) == "(F('n') == 5)"
    assert repr(F("n") == Decimal("0.5")) == "(F('n') == 0.5)"


def test_a_key_shows_itself():
    assert repr(F("a")) == "F('a')"
    assert repr(F.property("a")) == "F.property('a')"
    with pytest.raises(TypeError):
        hash(F("a"))


class TestPatterns:
    @pytest.fixture(autouse=True)
    def no_pattern_is_cached(self):
        like.cache_clear()

    @pytest.mark.parametrize(
        ("where", "holds"),
        [
            (F("k").like("Pr%"), True),
            (F("k").like("pr%"), False),
            (F("k").like("%O_"), True),
            (F("k").ilike("pR%"), True),
            (F("k").ilike("%éO%"), False),
            (F("k").ilike("%o_"), True),
        ],
    )
    def test_only_ilike_makes_no_difference_of_case(self, where, holds):
        assert where.matches(model(k="PrOd")) is holds
        assert (~where).matches(model(k="PrOd")) is not holds

    @pytest.mark.parametrize(
        ("pattern", "text", "found"),
        [
            (r"100\%", "100%", True),
            (r"100\%", "1000", False),
            (r"a\_b", "a_b", True),
            (r"a\_b", "axb", False),
            (r"back\\slash", "back\\slash", True),
            ("end\\", "end\\", True),
            ("a%b", "a\n\nb", True),
            ("a.b", "axb", False),
            ("X", "Y", False),
            ("", "", True),
            ("", "x", False),
            ("%", "", True),
        ],
    )
    def test_wildcards_and_escapes(self, pattern, text, found):
        assert bool(like(pattern, insensitive=False).fullmatch(text)) is found

    @pytest.mark.parametrize(
        ("text", "folded"),
        [("ABC", "abc"), ("ÉCOLE", "école"), ("İ", "İ"), ("\u212a", "\u212a"), ("ß", "ß"), ("ſ", "ſ")],
    )
    def test_case_is_folded_letter_by_letter(self, text, folded):
        assert fold(text) == folded


def test_the_fields_of_a_record_are_its_public_ones_and_the_kind_of_an_artifact():
    tree._FIELDS.clear()
    for record, kind in ((RegisteredModel, set()), (DocArtifact, {"kind"})):
        public = {name for name in attrs.fields_dict(record) if not name.startswith("_")}
        assert tree.fields_of(record) == tree.fields_of(record) == public - {"properties"} | kind
