"""One request: who asks, in which project, with which form. It is answered in a thread, over its own connection."""

import hmac
import traceback
from collections.abc import Awaitable, Callable
from contextlib import ExitStack
from dataclasses import dataclass
from functools import lru_cache, partial
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, quote

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import ImmutableMultiDict
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response

from openlives.coding import project as projects
from openlives.coding.journal import ConflictError
from openlives.coding.project import Project
from openlives.coding.sqlite import one
from openlives.errors import CollectionError, NothingToAskError, OpenLivesError
from openlives.questions.question import plain
from openlives.web import session as sessions
from openlives.web.explorer.asking import Asking, BusyError
from openlives.web.explorer.block import cell
from openlives.web.session import Session
from openlives.web.shelf import Shelf

LARGEST, FIELDS = 2_000_000, 10_000  # bytes and fields of a form
STATUS: dict[type[OpenLivesError], int] = {  # the first that an error is; any other is 400
    ConflictError: 409, BusyError: 503, CollectionError: 404, NothingToAskError: 404,
}  # fmt: skip
Form = ImmutableMultiDict[str, str]


@dataclass(frozen=True, slots=True)
class House:
    """What is served: a collection, one project of it or all, and whether passwords are asked for."""

    hub: Path
    only: str | None
    guarded: bool
    key: bytes
    shelf: Shelf
    asking: Asking


@dataclass(frozen=True, slots=True)
class Desk:
    """A request with all that answering it needs; `project` and `coder` only where somebody is in a project."""

    house: House
    request: Request
    session: Session
    form: Form
    _project: Project | None = None
    coder: str = ""
    name: str = ""

    @property
    def project(self) -> Project:
        """The project that is open."""
        assert self._project is not None  # noqa: S101  # routes with a project open it
        return self._project

    @property
    def base(self) -> str:
        """Where the project's pages begin."""
        return f"/p/{self.project.name}"

    @property
    def fragment(self) -> bool:
        """Whether our own script asks, which puts the parts of the reply in their places."""
        return "x-openlives" in self.request.headers

    def page(self, template: str, status: int = 200, **values: Any) -> Response:
        """Give a page."""
        own = {"base": self.base, "project": self.project.name} if self._project else {"base": "", "project": ""}
        told = {"token": self.session.token, "me": self.name, "my": self.coder, "guarded": self.house.guarded}
        here = self.request.url.path
        text = templates().get_template(f"{template}.html.j2").render(**own, **told, here=here, **values)
        return HTMLResponse(text, status)

    def to(self, path: str) -> Response:
        """Send the browser to another page of this project."""
        return RedirectResponse(quote(f"{self.base}{path}", safe="/?=&#%:"), 303)

    def back(self, usual: str) -> Response:
        """Send the browser to the page that the form came from, if it is one of this project."""
        where = self.form.get("back", "")
        fine = where.startswith(f"{self.base}/") and where.isprintable() and "\\" not in where
        return RedirectResponse(quote(where, safe="/?=&#%:"), 303) if fine else self.to(usual)


@lru_cache(maxsize=1)
def templates() -> Environment:
    """Give the templates: everything is escaped, and a name that is not given is an error."""
    found = Environment(
        loader=PackageLoader("openlives.web"), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True,
    )  # fmt: skip
    found.filters |= {"count": "{:,}".format, "plain": plain, "cell": cell}
    return found


Handle = Callable[[Desk], Response]


def answers(handle: Handle, *, outside: bool = False) -> Callable[[Request], Awaitable[Response]]:
    """Make an endpoint of a function; `outside` is for those who are nobody yet."""

    async def endpoint(request: Request) -> Response:
        form = Form()
        if request.method == "POST":
            body = b""
            async for part in request.stream():
                body += part
                if len(body) > LARGEST:
                    return PlainTextResponse("That is too much at once.", 413)
            try:
                pairs = parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=FIELDS)
            except ValueError:
                return PlainTextResponse("That is too much at once.", 413)
            form = Form(pairs)
        return await run_in_threadpool(partial(_answer, handle, request, form, outside=outside))

    return endpoint


def _answer(handle: Handle, request: Request, form: Form, *, outside: bool) -> Response:
    house: House = request.app.state.house
    session = sessions.unseal(request.cookies.get(sessions.COOKIE, ""), house.key)
    desk = Desk(house, request, session, form)
    given = form.get("token") or request.headers.get("x-csrf-token", "")
    if request.method == "POST" and (session.fresh or not hmac.compare_digest(given.encode(), session.token.encode())):
        return desk.page("problem", 403, what="This form is not one of ours, or too old", where="",
                         todo="Go back, load the page again, and send it once more.")  # fmt: skip
    with ExitStack() as stack:
        try:
            desk = _placed(desk, stack)
            response = handle(desk) if desk.coder or outside else _stranger(desk)
        except OpenLivesError as error:
            response = _problem(desk, error)
        except Exception:  # noqa: BLE001  # a page that breaks must not break the walls: they stand round this reply
            traceback.print_exc()
            told = "What happened stands where the server runs. Please tell its makers."
            response = desk.page("problem", 500, what="This page is broken: that is our fault", where="", todo=told)
    if session.fresh and "set-cookie" not in response.headers:
        remember(response, house, session)
    return response


def _placed(desk: Desk, stack: ExitStack) -> Desk:
    """Open the project that the address names, and see who the session says is there."""
    name = desk.request.path_params.get("project")
    if name is None:
        return desk
    if desk.house.only not in (None, name):
        raise CollectionError("That project is not served here", where=name[:60], todo="Look at the first page.")
    project = projects.open_(projects.path_of(desk.house.hub, name))
    stack.callback(project.close)
    row = one(project.connection, "SELECT coder, name FROM coders WHERE coder = ? AND kind = 'human'",
              [desk.session.who.get(name, "")])  # fmt: skip
    coder, called = (row["coder"], row["name"]) if row else ("", "")
    return Desk(desk.house, desk.request, desk.session, desk.form, project, coder, called)


def _stranger(desk: Desk) -> Response:
    if desk.request.method == "GET" and desk._project is not None and not desk.fragment:  # noqa: SLF001  # our own
        return desk.to("/enter")
    return desk.page("problem", 403, what="You have not said who you are", where="", todo="Enter the project first.")


def _problem(desk: Desk, error: OpenLivesError) -> Response:
    status = next((status for kind, status in STATUS.items() if isinstance(error, kind)), 400)
    template = "notice" if desk.fragment else "problem"
    return desk.page(template, status, what=error.what, where=error.where, todo=error.todo)


def remember(response: Response, house: House, session: Session) -> None:
    """Give the browser its session."""
    response.set_cookie(
        sessions.COOKIE, sessions.seal(session, house.key), max_age=sessions.AGE, httponly=True, samesite="strict"
    )
