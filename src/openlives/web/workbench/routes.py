"""Every page of the workbench, by address."""

from collections.abc import Sequence

from starlette.routing import BaseRoute, Route

from openlives.web.desk import Handle, answers
from openlives.web.workbench import blind, board, book, home, notes, read


def _get(path: str, handle: Handle, *, outside: bool = False) -> BaseRoute:
    return Route(path, answers(handle, outside=outside), methods=["GET"])


def _post(path: str, handle: Handle, *, outside: bool = False) -> BaseRoute:
    return Route(path, answers(handle, outside=outside), methods=["POST"])


P = "/p/{project}"
ROUTES: Sequence[BaseRoute] = (
    _get("/projects", home.home, outside=True),
    _post("/projects", home.make, outside=True),
    Route(f"{P}/enter", answers(home.enter, outside=True), methods=["GET", "POST"]),
    _post(f"{P}/leave", home.leave),
    _get(f"{P}/", home.overview),
    _post(f"{P}/draw", home.draw),
    _post(f"{P}/seen", home.read_all),
    _get(f"{P}/read", read.go_on),
    _get(P + "/read/{artifact:path}/{num}", read.page),
    _get(P + "/source/{unit}", read.source),
    _get(P + "/like/{unit}", read.like),
    _post(P + "/do/{act}", read.act),
    _post(P + "/turn/{way}", read.turn),
    _get(f"{P}/search", read.search),
    _get(f"{P}/codebook", book.page),
    _post(f"{P}/codebook/add", book.add),
    _post(f"{P}/codebook/freeze", book.freeze),
    _get(f"{P}/versions", book.versions),
    _get(P + "/code/{code}", book.code),
    _post(P + "/code/{code}/change", book.change),
    _post(P + "/code/{code}/{what}", book.act),
    _get(f"{P}/together", book.together),
    _get(f"{P}/themes", board.page),
    _post(P + "/themes/{what}", board.act),
    _get(f"{P}/rounds", blind.page),
    _post(f"{P}/rounds", blind.begin),
    _get(P + "/rounds/{round}", blind.agreement),
    _post(P + "/rounds/{round}/close", blind.close),
    _post(P + "/rounds/{round}/abandon", blind.abandon),
    _get(P + "/rounds/{round}/{unit}", blind.item),
    _post(P + "/rounds/{round}/{unit}", blind.adjudicate),
    _get(f"{P}/journal", notes.journal),
    _get(f"{P}/memos", notes.page),
    _post(f"{P}/memos", notes.write),
)
