"""The page as an ASGI application: admission, routes, a bounded pool of threads for the registry, errors as pages."""

from __future__ import annotations

import asyncio
import logging
import secrets
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from http import HTTPStatus

from attrs import evolve

from modelreg._filters import F
from modelreg._sync.registry import ModelRegistry
from modelreg._types.records import STATE_LIVE
from modelreg._web.access import Access, Visitor, session_cookie
from modelreg._web.kept import KeptLists, KeptPages, state_of
from modelreg._web.messages import PageError, Request, Response, read_request, redirect
from modelreg._web.rendering import STATIC, load_templates, render, static_file
from modelreg._web.routes import find
from modelreg._web.view import View
from modelreg.errors import Conflict, Forbidden, InvalidInput, ModelRegistryError, NotFound, Unauthorized
from modelreg.local._registry.server.asgi import Receive, Scope, Send

_log = logging.getLogger(__name__)
#: Requests that read or write the registry at once.
WORKERS = 8
_STATIC = "/static/"
#: Stands for the token of a visitor's forms while a page is made, so that a page that is kept is everybody's.
_FORM_TOKEN = secrets.token_hex(32)
_YEAR = "public, max-age=31536000, immutable"
_FAILURES: tuple[tuple[type[ModelRegistryError], int], ...] = (
    (NotFound, 404),
    (Conflict, 409),
    (InvalidInput, 400),
    (Forbidden, 403),
    (Unauthorized, 502),
)


class PageApp:
    """The page of one registry.

    Args:
        registry: The registry.
        access: Who may use the page.
        read_only: Whether nothing that writes is shown, or done.
        root_path: Path that a proxy shows the page under; None for what the server says.
        secure: Whether the server itself speaks TLS.
    """

    def __init__(
        self,
        registry: ModelRegistry,
        access: Access,
        *,
        read_only: bool = False,
        root_path: str | None = None,
        secure: bool = False,
    ) -> None:
        self._registry = registry
        self._access = access
        self._read_only = read_only
        self._root = root_path
        self._secure = secure
        self._pages = KeptPages(registry)
        self._lists = KeptLists(registry)
        self._threads = ThreadPoolExecutor(WORKERS, thread_name_prefix="modelreg-page")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Respond to one request."""
        if scope["type"] != "http":
            return
        root = scope.get("root_path", "") if self._root is None else self._root
        try:
            request = await read_request(scope, receive, root, secure=self._secure)
        except PageError as error:
            await Response(error.status, error.message.encode(), "text/plain; charset=utf-8").send(send, with_body=True)
            return
        if request.path.startswith(_STATIC):
            response = _static(request)
        else:
            loop = asyncio.get_running_loop()
            response = await loop.run_in_executor(self._threads, partial(self.respond, request))
        await response.send(send, with_body=request.method != "HEAD")

    def warm_up(self) -> None:
        """Load what the first page would wait for: the templates, and how an embedded registry filters a list."""
        load_templates()
        if state_of(self._registry) is None:
            return
        try:
            self._registry.models.list(where=F("state") == STATE_LIVE).first()
        except ModelRegistryError as error:
            _log.debug("nothing was read before the first page: %s", error)

    def close(self) -> None:
        """End the threads; the registry stays open."""
        self._threads.shutdown()

    def respond(self, request: Request) -> Response:
        """Return the response to a request."""
        if request.method not in ("GET", "HEAD", "POST"):
            return Response(405, b"", headers=[("allow", "GET, HEAD, POST")])
        key = request.value("key")
        if key and request.method == "GET":
            session = self._access.open_with_key(key)
            if session:
                return self._opened(request, session)
        if request.path == "/login" and self._access.has_login:
            return self._login(request)
        visitor = self._access.visitor(request)
        if visitor.need == "login" and request.method != "POST":
            return redirect(View.address(request.root, "/login"))
        if visitor.need is not None:
            return self._denied(request, visitor)
        response = self._admitted(request, visitor)
        if visitor.new:
            return Response(
                response.status,
                response.body,
                response.content_type,
                [*response.headers, session_cookie(request, visitor.session)],
            )
        return response

    def _admitted(self, request: Request, visitor: Visitor) -> Response:
        view = View(
            self._registry,
            request,
            self._lists,
            form_token=_FORM_TOKEN,
            read_only=self._read_only,
            has_login=self._access.has_login,
        )
        if request.method == "POST":
            response = self._refused_form(view, visitor) or self._carried_out(view, visitor)
        else:
            response = self._pages.get(request, partial(_found, view))
        body = response.body.replace(_FORM_TOKEN.encode(), self._access.form_token(visitor.session).encode())
        return evolve(response, body=body)

    def _carried_out(self, view: View, visitor: Visitor) -> Response:
        if view.request.path == "/logout":
            self._access.end(visitor.session)
            return Response(303, headers=[("location", view.url("/")), session_cookie(view.request, "")])
        return _found(view)

    def _refused_form(self, view: View, visitor: Visitor) -> Response | None:
        """Return the response to a form that another site may have sent, or that writes where nothing may."""
        request = view.request
        origin = request.headers.get("sec-fetch-site", "same-origin")
        token = request.given("form_token")
        if origin not in ("same-origin", "none") or visitor.new or not self._access.is_form_of(visitor.session, token):
            return view.problem(403, "This form is not ours", "Open the page anew and send the form from there.")
        if self._read_only and request.path != "/logout":
            return view.problem(403, "Nothing can be changed here", "This page is read-only.")
        return None

    def _opened(self, request: Request, session: str) -> Response:
        """Return a page that goes on without the key; a redirect would not carry the cookie when a link led here."""
        query = {name: values for name, values in request.query.items() if name != "key"}
        target = View.address(request.root, request.path, query)
        body = render("opened.html", {"target": target, **_frame(request)})
        return Response(200, body, headers=[session_cookie(request, session)])

    def _login(self, request: Request) -> Response:
        failed = False
        if request.method == "POST" and request.headers.get("sec-fetch-site", "same-origin") == "same-origin":
            session = self._access.open_with_token(request.given("token").strip())
            if session is not None:
                location = View.address(request.root, "/")
                return Response(303, headers=[("location", location), session_cookie(request, session)])
            failed = True
        return Response(403 if failed else 200, render("login.html", {"failed": failed, **_frame(request)}))

    def _denied(self, request: Request, visitor: Visitor) -> Response:
        return Response(403, render("denied.html", {"need": visitor.need, **_frame(request)}))


def _frame(request: Request) -> dict[str, object]:
    """Return what the pages that are shown before somebody is admitted need."""
    return {"url": partial(View.address, request.root)}


def _found(view: View) -> Response:
    """Return what responds to a request, an error as a page."""
    request = view.request
    try:
        handler, found = find(request)
        return handler(view, **found)
    except ModelRegistryError as error:
        return _failure(view, error)
    except PageError as error:
        return view.problem(error.status, HTTPStatus(error.status).phrase, error.message)
    except Exception:  # noqa: BLE001 -- logged, and shown as a page
        _log.exception("%s %s failed", request.method, request.path)
        return view.problem(500, "The page failed", "The log of the server has the reason.")


def _static(request: Request) -> Response:
    name = request.path.removeprefix(_STATIC)
    if name not in STATIC or request.method not in ("GET", "HEAD"):
        return Response(404, b"there is no such file", "text/plain; charset=utf-8")
    content, tag = static_file(name)
    # The address holds the tag of the content, so that a new release is another address.
    kept = _YEAR if request.value("v") == tag else "no-cache"
    return Response(200, content, STATIC[name], [("cache-control", kept)])


def _failure(view: View, error: ModelRegistryError) -> Response:
    status = next((status for kind, status in _FAILURES if isinstance(error, kind)), 502)
    titles = {404: "Not found", 409: "Refused", 400: "Invalid input", 403: "Refused"}
    return view.problem(status, titles.get(status, "The registry did not respond as it should"), str(error))
