"""The themes board: codes put together under themes."""

from starlette.responses import Response

from openlives.coding import themes
from openlives.errors import InputError
from openlives.web.desk import Desk


def page(desk: Desk) -> Response:
    """Show the themes, each with its codes, and the codes that are under none."""
    return desk.page("themes", themes=themes.board(desk.project))


def act(desk: Desk) -> Response:
    """Add, change or drop a theme, or put a code under one."""
    what, theme = desk.request.path_params["what"], desk.form.get("theme", "")
    name, definition = desk.form.get("name", ""), desk.form.get("definition", "").replace("\r\n", "\n")
    if what == "add":
        themes.add(desk.project, desk.coder, name, definition)
    elif what == "put":
        themes.put(desk.project, desk.coder, desk.form.get("code", ""), theme or None)
    elif what == "change":
        themes.change(desk.project, desk.coder, theme, name, definition)
    elif what == "drop":
        themes.drop(desk.project, desk.coder, theme)
    else:
        raise InputError("There is no such act", where=what[:40], todo="Look at the board.")
    return desk.to("/themes")
