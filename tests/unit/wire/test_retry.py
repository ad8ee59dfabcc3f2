"""A request is sent again when that may help and can do no harm."""

import ssl
from datetime import UTC, datetime

import httpx
import pytest

from modelreg._wire.retry import (
    Failure,
    RetryPolicy,
    failure_of_error,
    failure_of_status,
    is_certificate_error,
    retry_after,
)

NOW = datetime(2026, 5, 1, 12, 0, 0, tzinfo=UTC)


@pytest.mark.parametrize("status", [429, 502, 503, 504])
@pytest.mark.parametrize("method", ["GET", "PATCH"])
def test_passing_answers_are_repeated(status, method):
    assert failure_of_status(method, status, {}).may_repeat(method)


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 422, 500, 501])
@pytest.mark.parametrize("method", ["GET", "PATCH", "POST"])
def test_final_answers_are_not(status, method):
    assert not failure_of_status(method, status, {}).may_repeat(method)


@pytest.mark.parametrize(
    "message",
    [
        "Error 1213 (40001): Deadlock found when trying to get lock; try restarting transaction",
        "ERROR: deadlock detected (SQLSTATE 40P01)",
    ],
)
def test_a_patch_whose_transaction_was_undone_by_a_deadlock_is_repeated(message):
    failure = failure_of_status("PATCH", 500, {}, message=message)
    assert failure == Failure(passing=True, may_have_acted=False)
    assert not failure_of_status("POST", 500, {}, message=message).may_repeat("POST")
    assert not failure_of_status("PATCH", 500, {}, message="no room for 1213 rows").may_repeat("PATCH")


def test_a_post_is_repeated_only_when_the_server_did_nothing():
    assert failure_of_status("POST", 429, {}).may_repeat("POST")
    for status in (502, 503, 504):
        failure = failure_of_status("POST", status, {})
        assert failure.may_have_acted
        assert not failure.may_repeat("POST")


@pytest.mark.parametrize(
    ("method", "status", "acted"),
    [
        ("GET", 503, False),
        ("POST", 500, True),
        ("PATCH", 502, True),
        ("POST", 409, False),
        ("PATCH", 429, False),
    ],
)
def test_whether_the_server_may_have_acted(method, status, acted):
    assert failure_of_status(method, status, {}).may_have_acted is acted


@pytest.mark.parametrize("kind", [httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout])
def test_what_was_never_sent_is_sent_again_a_post_too(kind):
    failure = failure_of_error("POST", kind("x"))
    assert failure == Failure(passing=True, may_have_acted=False)
    assert failure.may_repeat("POST")


@pytest.mark.parametrize(
    "kind",
    [
        httpx.ReadError,
        httpx.WriteError,
        httpx.ReadTimeout,
        httpx.WriteTimeout,
        httpx.RemoteProtocolError,
        httpx.ProxyError,
    ],
)
def test_what_may_have_been_sent_is_sent_again_unless_it_is_a_post(kind):
    assert failure_of_error("PATCH", kind("x")).may_repeat("PATCH")
    assert not failure_of_error("POST", kind("x")).may_repeat("POST")
    assert failure_of_error("POST", kind("x")).may_have_acted
    assert not failure_of_error("GET", kind("x")).may_have_acted


@pytest.mark.parametrize("kind", [httpx.DecodingError, httpx.LocalProtocolError, httpx.UnsupportedProtocol])
def test_what_would_fail_again_is_not_repeated(kind):
    assert not failure_of_error("GET", kind("x")).passing


def test_an_untrusted_certificate_is_not_repeated():
    error = httpx.ConnectError("x")
    error.__cause__ = OSError("y")
    error.__cause__.__context__ = ssl.SSLCertVerificationError("z")
    assert is_certificate_error(error)
    assert not failure_of_error("GET", error).passing


def test_a_chain_of_causes_that_bites_its_tail_ends():
    error, cause = httpx.ConnectError("x"), OSError("y")
    error.__cause__, cause.__cause__ = cause, error
    assert not is_certificate_error(error)


class TestPause:
    def test_it_doubles_up_to_a_ceiling_and_is_drawn_from_zero_on(self):
        failure = Failure(passing=True, may_have_acted=False)
        longest = RetryPolicy(9, base=1.0, ceiling=5.0, draw=lambda: 1.0)
        assert [longest.pause(n, failure, "GET") for n in range(5)] == [1, 2, 4, 5, 5]
        assert RetryPolicy(9, draw=lambda: 0.0).pause(3, failure, "GET") == 0
        assert longest.pause(8, failure, "GET") == 5

    def test_what_the_server_asked_for_is_added_to(self):
        policy = RetryPolicy(1, base=1.0, draw=lambda: 0.5)
        assert policy.pause(0, Failure(passing=True, may_have_acted=False, wait=7.0), "GET") == 7.5

    def test_it_gives_up_after_the_last_repeat_and_where_a_repeat_would_harm(self):
        policy = RetryPolicy(2)
        assert policy.pause(2, Failure(passing=True, may_have_acted=False), "GET") is None
        assert policy.pause(0, Failure(passing=False, may_have_acted=False), "GET") is None
        assert policy.pause(0, Failure(passing=True, may_have_acted=True), "POST") is None

    def test_thousands_of_repeats_overflow_nothing(self):
        failure = Failure(passing=True, may_have_acted=False)
        assert RetryPolicy(10**6, draw=lambda: 1.0).pause(10**5, failure, "GET") == 8.0


class TestRetryAfter:
    @pytest.mark.parametrize(
        ("text", "seconds"),
        [
            ("3", 3.0),
            (" 0 ", 0.0),
            ("1.5", 1.5),
            ("Fri, 01 May 2026 12:00:30 GMT", 30.0),
            ("Fri, 01 May 2026 12:00:30 -0000", 30.0),
            ("Fri, 01 May 2026 11:00:00 GMT", 0.0),
        ],
    )
    def test_seconds_and_dates(self, text, seconds):
        assert retry_after(text, NOW) == seconds

    @pytest.mark.parametrize("text", [None, "", "soon", "-1", "12345678901", "Fri, 99 May 2026 12:00:30 GMT"])
    def test_nonsense(self, text):
        assert retry_after(text, NOW) is None

    def test_it_is_read_where_a_repeat_may_help(self):
        headers = httpx.Headers({"Retry-After": "3"})
        assert failure_of_status("GET", 503, headers).wait == 3.0
        assert failure_of_status("GET", 404, headers).wait is None
        dated = {"retry-after": "Fri, 01 May 2026 12:00:30 GMT"}
        assert failure_of_status("GET", 503, dated, NOW).wait == 30.0

    def test_now_is_now(self):
        assert retry_after("Fri, 01 May 2020 12:00:30 GMT") == 0.0
