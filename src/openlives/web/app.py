"""The pages over a collection, as one application: each part brings its routes, and the walls stand round all."""

from importlib.resources import files
from pathlib import Path

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from openlives.web.desk import Desk, House, answers
from openlives.web.explorer import routes as explorer
from openlives.web.explorer.asking import Asking
from openlives.web.safety import LOOPBACK, Walls
from openlives.web.session import key_of
from openlives.web.shelf import Shelf
from openlives.web.workbench import routes as workbench


def app(
    hub: Path, *, only: str | None = None, guarded: bool = False, host: str = "127.0.0.1", patient: bool = False
) -> Starlette:
    """Make the application; `guarded` asks for passwords, and answers to any name that it is called by.

    With `patient`, what is slow the first time is made beside the first pages, which say so.
    """
    made = Starlette(
        routes=[
            Route("/", answers(root, outside=True)),
            *explorer.ROUTES,
            *workbench.ROUTES,
            Mount("/static", StaticFiles(directory=str(files("openlives.web") / "static"))),
        ],
        middleware=[Middleware(Walls, hosts=() if guarded else (*LOOPBACK, host))],
        exception_handlers={HTTPException: _said},
    )
    key = key_of(hub / "coding", guarded=guarded)
    made.state.house = House(hub, only, guarded, key, Shelf(hub), Asking(hub, patient=patient))
    return made


def root(desk: Desk) -> Response:
    """Begin: with the project that is served alone, with the collection, or, without a store, with its projects."""
    if desk.house.only:
        return RedirectResponse(f"/p/{desk.house.only}/", 303)
    return explorer.first(desk) if (desk.house.hub / "store.duckdb").exists() else RedirectResponse("/projects", 303)


async def _said(_: Request, error: Exception) -> Response:
    """Say in one plain line what a request was refused for."""
    status = error.status_code if isinstance(error, HTTPException) else 500
    return PlainTextResponse("There is no such page." if status == 404 else "That cannot be done here.", status)
