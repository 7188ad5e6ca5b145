"""The project's journal, which nobody writes, and its memos, which people do."""

from datetime import UTC, datetime

from starlette.responses import Response

from openlives.coding import codebook, rounds, themes, views
from openlives.coding.sqlite import rows
from openlives.web.desk import Desk
from openlives.web.workbench import reading
from openlives.web.workbench.read import blind, write_memo

LAST = 300  # entries on a page


def journal(desk: Desk) -> Response:
    """Show what was done, by whom and when: all of one's own, and of others what no open round hides."""
    # Entries carry no number: it would tell how much others did in between.
    found = views.journal(desk.project, desk.coder, most=LAST)
    shown = [
        {**row, "name": row["coder_name"], "when": when(row["at"]), "state": STATES[row["state"]]} for row in found
    ]
    return desk.page("journal", entries=shown)


# What was undone and what can be redone no more are shown alike: the difference tells of what was done since.
STATES = {"done": "", "undone": "undone", "past": "undone"}


def when(second: int) -> str:
    """Write a time."""
    return datetime.fromtimestamp(second, UTC).strftime("%Y-%m-%d %H:%M")


def page(desk: Desk) -> Response:
    """Show the memos that one may see, and a field for each kind of new ones."""
    query = f"""SELECT c.about, c.text, c.coder, c.made, k.name FROM memos c JOIN coders k USING (coder)
                WHERE {rounds.VISIBLE_MEMO} ORDER BY c.made DESC, c.memo"""
    found = [
        {**row, **_place(desk, row["about"]), "when": when(row["made"])}
        for row in rows(desk.project.connection, query, {"me": desk.coder})
    ]
    own = next((row["text"] for row in found if row["about"] == "project" and row["coder"] == desk.coder), "")
    abouts = [(f"code:{code['code']}", f"code: {code['path']}") for code in codebook.codes(desk.project)]
    abouts += [(f"theme:{one['theme']}", f"theme: {one['name']}") for one in themes.board(desk.project) if one["theme"]]
    return desk.page("memos", memos=found, own=own, abouts=abouts)


def _place(desk: Desk, about: str) -> dict[str, str]:
    """Give what a memo is about, in words, and the page where that is."""
    kind, _, key = about.partition(":")
    table, told = {"unit": ("units", "thread"), "code": ("codes", "name"), "theme": ("themes", "name")}.get(
        kind, ("", "")
    )
    if not table:
        return {"what": key or "the project", "path": reading.path(key) if kind == "thread" else ""}
    row = desk.project.connection.execute(f"SELECT {told} FROM {table} WHERE {kind} = ?", [key]).fetchone()
    name = str(row[0]) if row else "what is no more"
    paths = {"unit": f"{reading.path(name)}#u-{key}", "code": f"/code/{key}", "theme": "/themes"}
    return {"what": f"{kind}: {name}" if kind != "unit" else name, "path": paths[kind] if row else ""}


def write(desk: Desk) -> Response:
    """Write a memo on the project, a code, a theme or a thread."""
    where = blind(desk)  # who codes blind writes blind: words in the open would tell the others
    write_memo(desk, desk.form.get("about", "project"), where)
    return desk.back("/memos")
