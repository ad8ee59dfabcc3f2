"""The doctor names the fault, with real sockets, real certificates and real tokens on this machine."""

from __future__ import annotations

import base64
import datetime as dt
import json
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import trustme


def checks(ran) -> dict[str, dict[str, str]]:
    return {check["name"]: check for check in json.loads(ran.out)}


def fault(ran) -> dict[str, str]:
    """Return the one check that failed."""
    failed = [check for check in json.loads(ran.out) if check["status"] == "fail"]
    assert len(failed) == 1, ran.out
    assert failed[0]["advice"]
    return failed[0]


@contextmanager
def answering(handler, context: ssl.SSLContext | None = None) -> Iterator[int]:
    """Serve a handler on loopback; answer its port."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            status, headers, body = handler(self.path, self.headers)
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, *_):
            pass  # a handshake that the doctor breaks off

    with Server(("127.0.0.1", 0), Handler) as server:
        if context is not None:
            server.socket = context.wrap_socket(server.socket, server_side=True)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield server.server_address[1]
        finally:
            server.shutdown()
            thread.join()


def json_answer(status, value):
    return status, {"Content-Type": "application/json"}, json.dumps(value).encode()


def registry(path, headers):
    return json_answer(200, {"items": [], "nextPageToken": "", "pageSize": 1, "size": 0})


def old_registry(path, headers):
    if "/v1alpha3/" in path:
        return registry(path, headers)
    return 404, {"Content-Type": "text/plain"}, b"404 page not found"


def guarded(path, headers):
    if headers.get("Authorization") == "Bearer Zx9fitting":
        return registry(path, headers)
    return json_answer(401, {"code": "401", "message": "no"})


def login_page(path, headers):
    return 302, {"Location": "https://login.example.com/?next=x"}, b""


def web_page(path, headers):
    return 200, {"Content-Type": "text/html"}, b"<html><title>Welcome</title></html>"


def secured(tmp_path, name="127.0.0.1", **options):
    authority = trustme.CA()
    certificate = authority.issue_cert(name, **options)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate.configure_cert(context)
    path = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(str(path))
    return context, str(path)


def test_all_is_well(run, alone):
    with answering(registry) as port:
        ran = run("doctor", f"http://127.0.0.1:{port}", "--json")
    assert ran.code == 0
    assert [check["status"] for check in json.loads(ran.out)] == ["pass"] * 7
    assert set(checks(ran)) == {"address", "dns", "tcp", "tls", "token", "version", "read"}


def test_wrong_host(run, alone):
    ran = run("doctor", "https://registry.invalid", "--json")
    assert (ran.code, fault(ran)["name"]) == (6, "dns")


def test_closed_port(run, alone):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        ran = run("doctor", f"http://127.0.0.1:{free.getsockname()[1]}", "--json")
    assert (ran.code, fault(ran)["name"]) == (6, "tcp")


def test_something_else_answers(run, alone):
    with answering(web_page) as port:
        ran = run("doctor", f"http://127.0.0.1:{port}", "--json")
    assert ran.code == 1
    assert "HTML" in fault(ran)["message"]
    with answering(lambda *_: (404, {"Content-Type": "text/plain"}, b"no")) as port:
        ran = run("doctor", f"http://127.0.0.1:{port}", "--json")
    assert "no model registry answers" in fault(ran)["message"]


def test_a_login_page(run, alone):
    with answering(login_page) as port:
        ran = run("doctor", f"http://127.0.0.1:{port}", "--json")
    assert ran.code == 1
    assert "login page" in fault(ran)["advice"]


def test_an_expired_certificate(run, alone, tmp_path):
    past = dt.datetime.now(dt.UTC) - dt.timedelta(days=1)
    context, authority = secured(tmp_path, not_after=past)
    with answering(registry, context) as port:
        ran = run("doctor", f"https://127.0.0.1:{port}", "--json", env={"MODEL_REGISTRY_CA_CERT": authority})
    assert (ran.code, fault(ran)["name"]) == (6, "tls")
    assert "expired" in fault(ran)["message"]
    assert "renew" in fault(ran)["advice"]


def test_a_wrong_authority(run, alone, tmp_path):
    context, _ = secured(tmp_path)
    with answering(registry, context) as port:
        ran = run("doctor", f"https://127.0.0.1:{port}", "--json")
    assert (ran.code, fault(ran)["name"]) == (6, "tls")
    assert "MODEL_REGISTRY_CA_CERT" in fault(ran)["advice"]


def test_a_certificate_for_another_name(run, alone, tmp_path):
    context, authority = secured(tmp_path, "registry.example.com")
    with answering(registry, context) as port:
        ran = run("doctor", f"https://127.0.0.1:{port}", "--json", env={"MODEL_REGISTRY_CA_CERT": authority})
    assert "another name" in fault(ran)["advice"]


def test_a_certificate_that_is_trusted(run, alone, tmp_path):
    context, authority = secured(tmp_path)
    with answering(registry, context) as port:
        ran = run("doctor", f"https://127.0.0.1:{port}", "--json", env={"MODEL_REGISTRY_CA_CERT": authority})
    assert ran.code == 0, ran.text
    assert "valid until" in checks(ran)["tls"]["message"]


def test_a_certificate_that_soon_expires(run, alone, tmp_path):
    soon = dt.datetime.now(dt.UTC) + dt.timedelta(days=3)
    context, authority = secured(tmp_path, not_after=soon)
    with answering(registry, context) as port:
        ran = run("doctor", f"https://127.0.0.1:{port}", "--json", env={"MODEL_REGISTRY_CA_CERT": authority})
    assert ran.code == 0
    assert checks(ran)["tls"]["status"] == "warn"


def test_http_where_https_is_spoken(run, alone, tmp_path):
    context, _ = secured(tmp_path)
    with answering(registry, context) as port:
        ran = run("doctor", f"http://127.0.0.1:{port}", "--json")
    assert ran.code == 6
    assert f"https://127.0.0.1:{port}" in fault(ran)["advice"]


def test_https_where_http_is_spoken(run, alone):
    with answering(registry) as port:
        ran = run("doctor", f"https://127.0.0.1:{port}", "--json")
    assert ran.code == 6
    assert f"http://127.0.0.1:{port}" in fault(ran)["advice"]


def test_a_missing_token(run, alone):
    with answering(guarded) as port:
        ran = run("doctor", f"http://127.0.0.1:{port}", "--json")
    assert (ran.code, fault(ran)["name"]) == (4, "auth")
    assert "none is given" in fault(ran)["message"]


def test_a_wrong_token(run, alone):
    with answering(guarded) as port:
        ran = run("doctor", f"http://127.0.0.1:{port}", "--json", env={"MODEL_REGISTRY_TOKEN": "secretwrong"})
    assert (ran.code, fault(ran)["name"]) == (4, "auth")
    assert "refused" in fault(ran)["message"]
    assert "secretwrong" not in ran.text


def test_a_right_token(run, alone, tmp_path):
    (tmp_path / "token").write_text("Zx9fitting\n")
    env = {"MODEL_REGISTRY_TOKEN_PATH": str(tmp_path / "token")}
    with answering(guarded) as port:
        ran = run("doctor", f"http://127.0.0.1:{port}", "--json", env=env)
    assert ran.code == 0
    assert "MODEL_REGISTRY_TOKEN_PATH" in checks(ran)["token"]["message"]
    assert "Zx9fitting" not in ran.text


def jwt(**claims) -> str:
    parts = [{"alg": "none"}, claims]
    return ".".join(
        [*(base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in parts), "s"]
    )


@pytest.mark.parametrize(
    ("seconds", "status", "message"),
    [(-60, "fail", "expired at"), (60, "warn", "expires at"), (86_400, "pass", "expires at")],
)
def test_what_a_token_says_of_itself(run, alone, seconds, status, message):
    token = jwt(aud=["istio-ca"], exp=dt.datetime.now(dt.UTC).timestamp() + seconds)
    with answering(registry) as port:
        ran = run("doctor", f"http://127.0.0.1:{port}", "--json", env={"MODEL_REGISTRY_TOKEN": token})
    check = checks(ran)["token"]
    assert check["status"] == status
    assert message in check["message"]
    assert "istio-ca" in check["message"]
    assert token not in ran.text


def test_an_old_server(run, alone):
    with answering(old_registry) as port:
        ran = run("doctor", f"http://127.0.0.1:{port}", "--json")
    assert ran.code == 0
    assert checks(ran)["version"]["status"] == "warn"
    assert "v1alpha3" in checks(ran)["version"]["message"]


def test_writing_under_a_name_of_its_own(run, store):
    ran = run("doctor", "--write", "--json")
    assert ran.code == 0
    assert checks(ran)["write"]["status"] == "pass"
    found = json.loads(run("models", "find", "modelreg-doctor", "--json").out)
    assert found["state"] == "ARCHIVED"
    assert run("doctor", "--write").code == 0


def test_a_file_that_is_no_registry(run, alone):
    (alone / "other.db").write_text("not a database, and long enough to be looked at as one" * 30)
    ran = run("doctor", "./other.db", "--json")
    assert ran.code == 6
    assert fault(ran)["name"] == "read"


def test_people_and_pipes(run, store):
    assert run("doctor").out.splitlines()[0].split("\t")[:2] == ["pass", "address"]
    assert run("doctor", "./nowhere/x.db", live=True).code == 6
