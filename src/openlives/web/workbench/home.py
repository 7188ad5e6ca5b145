"""The first pages: which projects there are, who one is, and what of the sample was read."""

from dataclasses import replace
from typing import Any

from starlette.responses import RedirectResponse, Response

from openlives.coding import codings, passwords, rounds, sample, views
from openlives.coding import project as projects
from openlives.coding.sqlite import rows
from openlives.errors import InputError
from openlives.web import attempts
from openlives.web.desk import Desk, remember
from openlives.web.workbench import reading

AT_ONCE = 200  # threads on a page


def home(desk: Desk) -> Response:
    """List the projects."""
    if desk.house.only:
        return RedirectResponse(f"/p/{desk.house.only}/", 303)
    found = [file.stem for file in projects.projects(desk.house.hub)]
    return desk.page("home", projects=found, may=may_make(desk))


def may_make(desk: Desk) -> bool:
    """Say whether this person may make projects: on this machine everybody, beyond it those who are known."""
    return not desk.house.only and (not desk.house.guarded or bool(desk.session.who))


def make(desk: Desk) -> Response:
    """Make a project."""
    if not may_make(desk):
        raise InputError("Projects cannot be made from here", todo="Make it with: openlives code new")
    made = projects.create(desk.house.hub, desk.form.get("name", "").strip())
    made.close()
    return RedirectResponse(f"/p/{made.name}/", 303)


def enter(desk: Desk) -> Response:
    """Say who one is; beyond this machine, with a password."""
    if desk.request.method == "GET":
        return desk.page("enter", wrong="")
    name = " ".join(desk.form.get("name", "").split())
    if desk.house.guarded:
        coder, refused = _known(desk, name)
        if refused:
            return refused
    else:
        coder = desk.project.coder(name)
        if not any(row["coder"] == coder and row["kind"] == "human" for row in desk.project.coders()):
            return desk.page("enter", 403, wrong="That is the name of a machine.")
    response = desk.to("/")
    who = {**desk.session.who, desk.project.name: coder}
    remember(response, desk.house, replace(desk.session, who=who))
    return response


def _known(desk: Desk, name: str) -> tuple[str, Response | None]:
    """Give the coder of a name and password; or the page that refuses, at once where it was tried too often."""
    door, where = attempts.of(desk.house.key), desk.request.client.host if desk.request.client else ""
    if seconds := door.wait(desk.project.name, name, where):
        reply = desk.page("enter", 429, wrong=f"Too many attempts: wait {seconds} seconds.")
        reply.headers["retry-after"] = str(seconds)
        return "", reply
    with door.looking:
        coder = passwords.right(desk.project, name, desk.form.get("password", ""))
    if coder is None:
        return "", desk.page("enter", 403, wrong="No coder has this name and password.")
    door.right(desk.project.name, name, where)
    return coder, None


def leave(desk: Desk) -> Response:
    """Be nobody again, in this project."""
    response = desk.to("/enter")
    who = {name: coder for name, coder in desk.session.who.items() if name != desk.project.name}
    remember(response, desk.house, replace(desk.session, who=who))
    return response


def overview(desk: Desk) -> Response:
    """Show how far one is, and every thread of the sample."""
    asked = desk.request.query_params.get("from", "0")
    first = int(asked) if asked.isdecimal() and len(asked) < 9 else 0
    found = views.threads(desk.project, desk.coder)
    shown: list[dict[str, Any]] = [
        {**row, "path": reading.path(row["thread"])} for row in found[first : first + AT_ONCE]
    ]
    mine = [row for row in rounds.listed(desk.project, desk.coder) if row["mine"] and row["mine"]["closed"] is None]
    after = first + AT_ONCE
    return desk.page(
        "overview",
        meter=views.coverage(desk.project, desk.coder),
        threads=shown,
        of=len(found),
        first=first,
        before=max(first - AT_ONCE, 0),
        after=after if after < len(found) else 0,
        strata=sample.STRATA,
        samples=desk.project.fact("samples", "[]") != "[]",
        rounds=mine,
        again=_again(desk),
    )


def _again(desk: Desk) -> list[dict[str, Any]]:
    """Give the comments that a changed definition put back into one's queue."""
    query = """SELECT r.unit, r.why, u.thread, u.place FROM requeued r
               JOIN units u USING (unit) JOIN threads t USING (thread)
               WHERE r.coder = ? ORDER BY t.place, u.place LIMIT 50"""
    found = rows(desk.project.connection, query, [desk.coder])
    return [{**row, "path": reading.path(row["thread"])} for row in found]


def draw(desk: Desk) -> Response:
    """Draw a sample by rule."""
    kind, rest = (desk.form.get(name, "").strip() for name in ("kind", "rest"))
    if kind not in ("persistent", "matching", "random"):  # lists are files of the server, and no page reads those
        raise InputError("There is no such sample here", todo="persistent, matching or random")
    seed, column = desk.form.get("seed", "1"), desk.form.get("column", "")
    rule = f"{kind}:{rest}" + (f"/{column}" if kind == "random" and column else "")
    store = desk.house.shelf.cursor()
    sample.draw(desk.project, store, rule, seed=int(seed) if seed.isdecimal() and len(seed) < 19 else 1)
    return desk.to("/")


def read_all(desk: Desk) -> Response:
    """Mark comments as read, one or all of a thread."""
    for unit in desk.form.getlist("unit"):
        codings.see(desk.project, desk.coder, unit)
    return desk.back("/read")
