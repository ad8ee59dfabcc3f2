"""For random filters, what a registry answers is all that is wanted: embedded, on PostgreSQL, and with quirks.

The registry holds the same odd records throughout; a filter is right when its list has exactly the records of all
that it matches, which fails as soon as what was sent selects one too few.
"""

import random
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from modelreg import ModelRegistry
from modelreg._filters import F
from modelreg.local import LocalTransport
from tests.quirks.transport import QuirkTransport
from tests.registries import new_postgres_url, postgres_server

__all__ = ["postgres_server"]

KEYS = ["acc", "k", "my key", "a-b", "é", "in", "a.b", "author", "owner2", "true"]
TEXTS = [
    "", "a", "A", "prod", "Prod", "pro d", "a ", "it's", 'a "b"', "back\\slash", "100%", "1_0", "1.0", "a:b", "b",
    "über", "uber", "ß", "ss", "x🎉", "x🚀", "5", "true", "2026-05-01", "2026-05-01T12:00:00+00:00", "a\nb", "--c",
]  # fmt: skip
NUMBERS = [
    0,
    1,
    -1,
    5,
    5.0,
    4.5,
    -4.5,
    0.1,
    0.9,
    1e-9,
    -0.0,
    2**31 - 1,
    -(2**31),
    2**31,
    -(2**31) - 1,
    2**40,
    2**53,
    1e16,
    1e300,
]
NAMES = [
    f"{text}{number}" for number, text in enumerate(["m", "M", "a_b", "axb", "it's", "b\\s", "100%", "ü", "x🎉", "a:b"])
]
NAMES += ["b", "a:b", "1_0", "1.0", "v", "it's", "back\\slash", "100%"]
RECORDS = 40


def values():
    return st.one_of(st.sampled_from(TEXTS), st.sampled_from(NUMBERS), st.booleans())


def odd(rng):
    """Return random properties; keys that a database might merge are not among the keys."""
    chosen = [*TEXTS, *NUMBERS, True, False, {"a": 1}, [1, "a"]]
    return {key: rng.choice(chosen) for key in KEYS if rng.random() < 0.6}


def fill(registry):
    rng = random.Random(7)
    for number in range(RECORDS):
        name = f"{NAMES[number % len(NAMES)]}-{number}"
        registry.models.upsert(name, owner=rng.choice(["ana", "Ana", "bo", None]), properties=odd(rng))
    parent = registry.models.upsert("parent")
    for name in NAMES:
        registry.versions.upsert(name, model=parent, author=rng.choice(["ana", "bo", None]), properties=odd(rng))


BACKENDS = {
    "sqlite": LocalTransport,
    "postgresql": LocalTransport,
    "a recorded server": lambda url: QuirkTransport(LocalTransport(url)),
    "a recorded server on mysql": lambda url: QuirkTransport(LocalTransport(url), mysql=True),
}


QUICK = {"sqlite", "a recorded server"}
PARAMETERS = [pytest.param(name, marks=() if name in QUICK else pytest.mark.heavy) for name in BACKENDS]


@pytest.fixture(scope="module", params=PARAMETERS)
def backend(request, tmp_path_factory):
    """Return a registry with its models and versions, read once."""
    if request.param == "postgresql":
        url = new_postgres_url(request.getfixturevalue("postgres_server"))
    else:
        url = f"sqlite:///{tmp_path_factory.mktemp('filters') / 'registry.db'}"
    with ModelRegistry("http://registry.test", transport=LocalTransport(url)) as registry:
        fill(registry)
    with ModelRegistry("http://registry.test", transport=BACKENDS[request.param](url)) as registry:
        yield registry, list(registry.models.list()), list(registry.versions.list())


def comparisons():
    keys = st.sampled_from([*map(F, KEYS), F("name"), F("description"), F("missing"), F.property("name"), F("owner")])
    ordered = st.sampled_from(["__lt__", "__le__", "__gt__", "__ge__"])
    numbers_or_texts = st.one_of(st.sampled_from(TEXTS), st.sampled_from(NUMBERS))
    patterns = st.lists(
        st.sampled_from(["%", "_", "a", "b", "1", "\\%", "\\_", "\\\\", "A", "ü", "x", ":", "'"]), max_size=5
    )
    return st.one_of(
        st.builds(lambda key, op, value: getattr(key, op)(value), keys, ordered, numbers_or_texts),
        st.builds(lambda key, value: key == value, keys, values()),
        st.builds(lambda key, value: key != value, keys, values()),
        st.builds(lambda key, some: key.in_(some), keys, st.lists(values(), max_size=4)),
        st.builds(lambda key, parts: key.like("".join(parts)), keys, patterns),
        st.builds(lambda key, parts: key.ilike("".join(parts)), keys, patterns),
        st.builds(lambda days: F("create_time") > datetime.now(UTC) - timedelta(days=days), st.integers(-1, 1)),
        st.builds(lambda number: F("id") >= number, st.integers(0, RECORDS)),
        st.builds(lambda key, day: key == day, keys.filter(lambda key: "name" not in repr(key)), st.dates()),
    )


def filters():
    return st.recursive(
        comparisons(),
        lambda inner: st.one_of(
            st.builds(lambda a, b: a & b, inner, inner),
            st.builds(lambda a, b: a | b, inner, inner),
            st.builds(lambda a: ~a, inner),
        ),
        max_leaves=5,
    )


def refused(where, resource):
    """Whether the filter compares a field with what it can never be."""
    from modelreg.errors import InvalidInput

    try:
        where.compile(resource)
    except InvalidInput:
        return True
    return False


def ids(records):
    return [record.id for record in records]


@settings(
    max_examples=100,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.filter_too_much],
)
@given(where=filters())
@example(where=F("k") > 4.5)
@example(where=F("a-b") != 4.5)
@example(where=~F("k").ilike("%SS%"))
@example(where=F("name").like("a:%"))
@example(where=F("k").in_([]))
def test_a_list_has_exactly_what_its_filter_matches(backend, where):
    registry, models, versions = backend
    for group, records in ((registry.models, models), (registry.versions, versions)):
        if not refused(where, type(records[0])):
            listed = ids(group.list(where=where, page_size=1000))
            assert listed == ids(record for record in records if where.matches(record))


@pytest.mark.parametrize("text", TEXTS)
def test_every_text_is_found_as_a_value_and_among_others(backend, text):
    registry, models, _ = backend
    pattern = text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    for where in (
        F("owner") == text,
        F("k") == text,
        F("é") == text,
        F("k") != text,
        F("k") < text,
        F("k") > text,
        F("k").like(pattern),
        F("k").ilike(f"%{pattern}"),
        F("k").in_([text, "zz"]),
    ):
        assert ids(registry.models.list(where=where)) == ids(r for r in models if where.matches(r))


@pytest.mark.parametrize("text", NAMES)
def test_every_name_is_found_behind_its_parent_too(backend, text):
    registry, models, versions = backend
    pattern = text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    for where in (
        F("name") == text,
        F("name") != text,
        F("name").in_([text, "v"]),
        F("name").like(pattern),
        F("name").ilike(f"{pattern}%"),
    ):
        assert ids(registry.models.list(where=where)) == ids(r for r in models if where.matches(r))
        assert ids(registry.versions.list(where=where)) == ids(r for r in versions if where.matches(r))


@pytest.mark.parametrize("number", NUMBERS)
@pytest.mark.parametrize("key", ["k", "a-b"])
def test_every_number_finds_its_side(backend, key, number):
    registry, models, _ = backend
    for where in (
        F(key) == number,
        F(key) != number,
        F(key) < number,
        F(key) <= number,
        F(key) > number,
        F(key) >= number,
    ):
        assert ids(registry.models.list(where=where)) == ids(r for r in models if where.matches(r))


def test_the_records_are_worth_asking(backend):
    _, models, versions = backend
    assert len(models) == RECORDS + 1
    assert len(versions) == len(NAMES)
    values = [value for record in models for value in record.properties.values()]
    kinds = {next(kind for kind in (bool, str, int, float, dict, list) if isinstance(value, kind)) for value in values}
    assert kinds == {str, int, float, bool, dict, list}
