"""The pages over a collection, as one application: each part brings its routes, and the walls stand round all."""

from importlib.resources import files
from pathlib import Path

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from openlives.web.desk import House, answers
from openlives.web.safety import LOOPBACK, Walls
from openlives.web.session import key_of
from openlives.web.shelf import Shelf
from openlives.web.workbench.read import root
from openlives.web.workbench.routes import ROUTES


def app(hub: Path, *, only: str | None = None, guarded: bool = False, host: str = "127.0.0.1") -> Starlette:
    """Make the application; `guarded` asks for passwords, and answers to any name that it is called by."""
    made = Starlette(
        routes=[
            Route("/", answers(root, outside=True)),
            *ROUTES,
            Mount("/static", StaticFiles(directory=str(files("openlives.web") / "static"))),
        ],
        middleware=[Middleware(Walls, hosts=() if guarded else (*LOOPBACK, host))],
        exception_handlers={HTTPException: _said},
    )
    made.state.house = House(hub, only, guarded, key_of(hub / "coding", guarded=guarded), Shelf(hub))
    return made


async def _said(_: Request, error: Exception) -> Response:
    """Say in one plain line what a request was refused for."""
    status = error.status_code if isinstance(error, HTTPException) else 500
    return PlainTextResponse("There is no such page." if status == 404 else "That cannot be done here.", status)
