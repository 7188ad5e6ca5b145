"""Blind rounds: beginning and closing them, how far coders agreed, and deciding where they did not."""

from typing import Any

import numpy as np
from starlette.responses import Response

from openlives.coding import codebook, codings, rounds
from openlives.coding.adjudicate import adjudicate as settle
from openlives.coding.agreement import COEFFICIENTS, agreement_table
from openlives.coding.methods import rated
from openlives.coding.sqlite import rows
from openlives.errors import InputError
from openlives.web.desk import Desk
from openlives.web.markdown import dead
from openlives.web.workbench import reading

Said = dict[tuple[str, str], set[str]]  # (comment, coder's name) → paths of codes


def page(desk: Desk) -> Response:
    """List the rounds; while one is open, nothing is told of the others in it."""
    return desk.page("rounds", rounds=[_told(row) for row in rounds.listed(desk.project, desk.coder)],
                     coders=[row for row in desk.project.coders() if row["kind"] == "human"])  # fmt: skip


def _told(row: dict[str, Any]) -> dict[str, Any]:
    state = "open" if row["open"] else "closed by everybody"
    if row["open"] and row["mine"] and row["mine"]["closed"] is not None:
        state = "closed by you; the others are not done"
    if row["left"]:
        state = f"abandoned; not closed by {', '.join(row['left'])}"
    return {**row, "state": state, "names": ", ".join(one["name"] for one in row["coders"])}


def begin(desk: Desk) -> Response:
    """Begin a round on the first comments of the sample that were in none yet."""
    count, name = desk.form.get("count", ""), " ".join(desk.form.get("name", "").split())[:120]
    if not count.isdecimal() or len(count) > 6 or not name:
        raise InputError("A round needs a name and a number of comments", todo="Fill in both.")
    query = """SELECT unit FROM units JOIN threads USING (thread) WHERE unit NOT IN (SELECT unit FROM round_units)
               AND state NOT IN ('stub', 'erased') ORDER BY threads.place, thread, units.place LIMIT ?"""
    units = [row["unit"] for row in rows(desk.project.connection, query, [int(count)])]
    rounds.begin(desk.project, desk.coder, name, units, desk.form.getlist("coder"))
    return desk.to("/rounds")


def close(desk: Desk) -> Response:
    """Say that one is done."""
    rounds.close(desk.project, desk.coder, desk.request.path_params["round"])
    return desk.to("/rounds")


def abandon(desk: Desk) -> Response:
    """Give up a round that not all will close."""
    rounds.abandon(desk.project, desk.coder, desk.request.path_params["round"])
    return desk.to("/rounds")


def _closed(desk: Desk) -> dict[str, Any]:
    key = desk.request.path_params["round"]
    row = next((one for one in rounds.listed(desk.project, desk.coder) if one["round"] == key), None)
    if row is None:
        raise InputError("There is no such round", where=key[:60], todo="Look at the list of rounds.")
    if row["open"]:
        raise InputError("The round is open", todo="All is shown when everybody has closed it.")
    query = """SELECT o.unit FROM round_units o JOIN round_coders m ON m.round = o.round
               WHERE m.coder = ? AND m.closed IS NULL AND o.unit IN (SELECT unit FROM round_units WHERE round = ?)"""
    if rows(desk.project.connection, query, [desk.coder, key]):
        raise InputError("You have still to code comments of it blindly", todo="Close your open round first.")
    return row


def agreement(desk: Desk) -> Response:
    """Show, code by code, how far the coders agreed, and the comments on which they did not."""
    row = _closed(desk)
    names = row["done"]
    if len(names) < 2:
        raise InputError("No two coders have closed this round: there is no agreement", todo="Look at the codes.")
    query = """SELECT r.unit, t.thread FROM round_units r JOIN units u USING (unit) JOIN threads t USING (thread)
               WHERE r.round = ? ORDER BY t.place, u.place"""
    places = {one["unit"]: one["thread"] for one in rows(desk.project.connection, query, [row["round"]])}
    units = [*places]
    said: Said = {}
    for unit, name, path in rounds.ratings(desk.project, row["round"]):
        said.setdefault((unit, name), set()).add(path)
    judged = _judged(desk, row["round"])
    counted = agreement_table(rated(desk.project, row["round"])) if said else None
    table = [] if counted is None else [_line(one, names) for one in counted.to_dict("records")]
    apart = [
        {
            "unit": unit,
            "thread": places[unit],
            "judged": unit in judged,
            "codes": [(name, sorted(said.get((unit, name), ()))) for name in names],
        }
        for unit in units
        if len({frozenset(said.get((unit, name), ())) for name in names}) > 1
    ]
    titles = [TITLES[name] for name in COEFFICIENTS]
    shown: dict[str, Any] = {
        "names": names,
        "units": len(units),
        "table": table,
        "apart": apart,
        "coefficients": titles,
    }
    return desk.page("round", round=row, **shown)


TITLES = {
    "percent": "agree",
    "cohen": "Cohen’s κ",
    "fleiss": "Fleiss’ κ",
    "alpha": "Krippendorff’s α",
    "ac1": "Gwet’s AC1",
}


def _line(row: dict[str, Any], names: list[str]) -> dict[str, Any]:
    """Write one row of the agreement table: how often each coder said it, and each coefficient with its interval."""
    told = [(name, _share(row[f"prevalence: {name}"])) for name in names if f"prevalence: {name}" in row]
    cells = [_between(row, name) for name in COEFFICIENTS]
    return {"code": row["code"] or "all codes together", "units": int(row["units"]), "said": told, "cells": cells}


def _share(value: float) -> str:
    return "–" if np.isnan(value) else f"{value:.1%}"


def _between(row: dict[str, Any], name: str) -> str:
    """Write a coefficient with its 95 % interval; a dash is not defined."""
    value, low, high = (row.get(f"{name}{end}", np.nan) for end in ("", "_low", "_high"))
    if np.isnan(value):
        return "–"
    return f"{value:.3f}" if np.isnan(low) else f"{value:.3f} [{low:.2f}, {high:.2f}]"


def _judged(desk: Desk, key: str) -> dict[str, set[str]]:
    """Give the comments that were settled, each with the codes that stand there (which may be none)."""
    settled = rows(desk.project.connection, "SELECT unit FROM settled WHERE round = ?", [key])
    found: dict[str, set[str]] = {row["unit"]: set() for row in settled}
    query = "SELECT unit, code FROM codings WHERE round = ? AND layer = 'adjudication'"
    for row in rows(desk.project.connection, query, [key]):
        found.setdefault(row["unit"], set()).add(row["code"])
    return found


def item(desk: Desk) -> Response:
    """Show one comment on which coders differ, with what each said, to be decided."""
    row, unit = _closed(desk), codings.text_of(desk.project, desk.request.path_params["unit"])
    said: Said = {}
    for where, name, path in rounds.ratings(desk.project, row["round"]):
        if where == unit["unit"]:
            said.setdefault((where, name), set()).add(path)
    decided = _judged(desk, row["round"]).get(unit["unit"])
    wanted = {path for found in said.values() for path in found}
    names = row["done"]
    lines = [
        {**code, "by": [name for name in names if code["path"] in said.get((unit["unit"], name), ())],
         "decided": "" if decided is None else "yes" if code["code"] in decided else "no"}
        for code in codebook.codes(desk.project, retired=True)
        if code["path"] in wanted
    ]  # fmt: skip
    return desk.page(
        "item", round=row, unit=unit, html=dead(unit["text"]), lines=lines, path=reading.path(unit["thread"])
    )


def adjudicate(desk: Desk) -> Response:
    """Decide which codes stand at a comment, in a layer beside the codings."""
    row, unit = _closed(desk), desk.request.path_params["unit"]
    stand = [
        name.removeprefix("code:")
        for name, verdict in desk.form.items()
        if name.startswith("code:") and verdict == "yes"
    ]
    settle(desk.project, desk.coder, row["round"], unit, stand)
    return desk.to(f"/rounds/{row['round']}")
