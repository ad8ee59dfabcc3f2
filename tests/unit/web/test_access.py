"""Who may use the page."""

from __future__ import annotations

from modelreg._web.access import Access, cookie_name, session_cookie
from modelreg._web.messages import Request


def request(session: str = "", **more) -> Request:
    port = 8123
    return Request("GET", "/", headers={"cookie": f"modelreg_{port}={session}"} if session else {}, port=port, **more)


def test_a_key_opens_one_session():
    access = Access("key", key="k")
    assert access.open_with_key("other") is None
    session = access.open_with_key("k")
    assert access.open_with_key("k") is None
    assert access.visitor(request(session)).need is None
    assert access.visitor(request("x" * 43)).need == "key"
    access.end(session)
    assert access.visitor(request(session)).need == "key"


def test_an_empty_key_opens_nothing():
    assert Access("login", accepts=lambda token: token == "t").open_with_key("") is None


def test_a_replaced_token_ends_its_sessions():
    token = ["old"]
    access = Access("login", accepts=lambda given: given == token[0])
    session = access.open_with_token("old")
    assert access.open_with_token("wrong") is None
    assert access.visitor(request(session)).need is None
    token[0] = "new"
    assert access.visitor(request(session)).need == "login"


def test_a_form_belongs_to_its_session():
    access = Access()
    assert access.is_form_of("a", access.form_token("a"))
    assert not access.is_form_of("b", access.form_token("a"))
    assert not access.is_form_of("", access.form_token(""))
    assert not Access().is_form_of("a", access.form_token("a"))


def test_a_session_that_a_visitor_made_up_is_replaced():
    visitor = Access().visitor(request("short"))
    assert visitor.new
    assert visitor.session != "short"


def test_the_cookie_is_secure_where_the_server_speaks_tls():
    assert "Secure" in session_cookie(request(secure=True), "s")[1]
    assert "Secure" not in session_cookie(request(), "s")[1]
    assert cookie_name(request()) == "modelreg_8123"
