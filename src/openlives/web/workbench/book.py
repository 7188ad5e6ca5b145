"""The codebook: its editor, every code with all its extracts, versions, and what goes together."""

import hashlib
import re
from typing import Any

import orjson
from starlette.responses import Response

from openlives.coding import codebook, rounds, views
from openlives.coding import versions as versioning
from openlives.coding.sqlite import rows
from openlives.errors import InputError
from openlives.web.desk import Desk
from openlives.web.workbench import reading

COLOUR = re.compile(r"#[0-9A-Fa-f]{6}")
TEXTS = ("name", "definition", "include", "exclude", "examples", "colour")
PLACES = 12  # digits of two versions
SOME = 300  # extracts on a page
EXTRACT = 700  # characters of one that are shown


def page(desk: Desk) -> Response:
    """Show the codebook as a tree."""
    versions = rows(desk.project.connection, "SELECT version, name, made FROM versions ORDER BY version DESC")
    query = f"""SELECT c.code, count(*) AS uses FROM codings c JOIN coders k USING (coder)
                WHERE c.layer = 'coding' AND {views.BY_PEOPLE} AND {rounds.VISIBLE} GROUP BY c.code"""
    uses = {row["code"]: row["uses"] for row in rows(desk.project.connection, query, {"me": desk.coder})}
    codes = [{**code, "uses": uses.get(code["code"], 0)} for code in codebook.codes(desk.project)]
    return desk.page("codebook", codes=codes, versions=versions, frozen=_frozen(desk))


def _frozen(desk: Desk) -> bool:
    return any(row["open"] for row in rounds.listed(desk.project))


def add(desk: Desk) -> Response:
    """Add a code."""
    parent, definition = desk.form.get("parent") or None, desk.form.get("definition", "")
    codebook.add(desk.project, desk.coder, desk.form.get("name", ""), parent=parent, definition=definition)
    return desk.to("/codebook")


def freeze(desk: Desk) -> Response:
    """Freeze the codebook as a version."""
    versioning.freeze(desk.project, desk.coder, " ".join(desk.form.get("name", "").split())[:120])
    return desk.to("/codebook")


def versions(desk: Desk) -> Response:
    """Show what changed between two versions, or since one."""
    older, newer = (desk.request.query_params.get(name, "") for name in ("older", "newer"))
    if not older.isdecimal() or len(older + newer) > PLACES:
        raise InputError("Which version?", todo="Choose one on the page of the codebook.")
    told = versioning.difference(desk.project, int(older), int(newer) if newer.isdecimal() else None)
    return desk.page("versions", older=older, newer=newer, told=told)


def code(desk: Desk) -> Response:
    """Show a code, all its extracts across models and weeks, and the uncoded comments next to them."""
    row = codebook.get(desk.project, desk.request.path_params["code"])
    machines = desk.request.query_params.get("machines") == "1"
    found = views.extracts(desk.project, desk.coder, row["code"], machines=machines)
    near = views.neighbours(desk.project, desk.coder, row["code"])[:20]
    for one in (*found, *near):
        one["path"] = reading.path(one["thread"])
        words = one.get("quote", one["text"])
        one["words"] = words if len(words) <= EXTRACT else f"{words[:EXTRACT]}…"
    made = sum(one["layer"] == "coding" for one in found)
    return desk.page(
        "code", code=row, was=stamp(row), codes=codebook.codes(desk.project), of=made, extracts=found[:SOME],
        near=near, frozen=_frozen(desk), models=len({one["artifact"] for one in found}),
    )  # fmt: skip


def stamp(row: dict[str, Any]) -> str:
    """Give the state of a code that a form was filled in on."""
    return hashlib.sha256(orjson.dumps([row[name] for name in TEXTS])).hexdigest()[:16]


def change(desk: Desk) -> Response:
    """Rename, define, colour; if somebody else did so meanwhile, show both sides and keep what was typed."""
    row = codebook.get(desk.project, desk.request.path_params["code"])
    mine = {name: desk.form.get(name, row[name]).replace("\r\n", "\n").strip() for name in TEXTS}
    if desk.form.get("was") != stamp(row):
        both = [(name, row[name], mine[name]) for name in TEXTS]
        return desk.page("conflict", 409, code=row, both=both, was=stamp(row), what=f"the code {row['name']!r}")
    if not COLOUR.fullmatch(mine["colour"]):
        raise InputError("That is no colour", where=mine["colour"][:20], todo="Write it as #4477AA.")
    codebook.change(desk.project, desk.coder, row["code"], mine, requeue="requeue" in desk.form)
    return desk.to(f"/code/{row['code']}")


def act(desk: Desk) -> Response:
    """Move, merge, split, recode or retire a code."""
    key, what, into = desk.request.path_params["code"], desk.request.path_params["what"], desk.form.get("into", "")
    chosen = desk.form.getlist("coding")
    if what == "move":
        codebook.move(desk.project, desk.coder, key, into or None)
    elif what == "merge":
        codebook.merge(desk.project, desk.coder, key, into)
        key = into
    elif what == "split":
        key = codebook.split(desk.project, desk.coder, key, desk.form.get("name", ""), _some(chosen))
    elif what == "recode":
        codebook.recode(desk.project, desk.coder, key, into, _some(chosen))
    elif what == "retire":
        codebook.retire(desk.project, desk.coder, key)
        return desk.to("/codebook")
    else:
        raise InputError("There is no such act", where=what[:40], todo="Look at the page of the code.")
    return desk.to(f"/code/{key}")


def _some(chosen: list[str]) -> list[str]:
    if not chosen:
        raise InputError("No extract is chosen", todo="Tick those that are meant.")
    return chosen


def together(desk: Desk) -> Response:
    """Show which codes stand at the same comments."""
    return desk.page("together", pairs=views.together(desk.project, desk.coder))
