"""What coders of a closed round said differently, and what was decided: a layer beside their codings, which stay."""

import time
from collections.abc import Collection
from typing import Any

from openlives.coding import codebook, rounds
from openlives.coding.journal import Change, ConflictError, do
from openlives.coding.project import Project, new_key
from openlives.coding.sqlite import one, rows, writing
from openlives.errors import InputError


def said(project: Project, round_: str) -> dict[str, dict[str, set[str]]]:
    """Give for every comment of a closed round what each of its coders said: a set of codes, which may be empty."""
    found = rounds.find(project, round_)
    if found["open"]:
        return {}
    coders = found["done"]
    units = rows(
        project.connection,
        """SELECT h.unit FROM round_units h JOIN units u USING (unit) JOIN threads t USING (thread)
           WHERE h.round = ? ORDER BY t.place, t.thread, u.place, u.unit""",
        [found["round"]],
    )
    told: dict[str, dict[str, set[str]]] = {row["unit"]: {name: set() for name in coders} for row in units}
    for unit, name, path in rounds.ratings(project, found["round"]):
        told[unit][name].add(path)
    return told


def disagreements(project: Project, round_: str, code: str | None = None) -> list[dict[str, Any]]:
    """List the comments on which coders differ (about one code's path, if given), and what was settled, in order."""
    found = rounds.find(project, round_)
    settled = {
        row["unit"] for row in rows(project.connection, "SELECT unit FROM settled WHERE round = ?", [found["round"]])
    }
    decided: dict[str, set[str]] = {unit: set() for unit in settled}
    for unit, _, path in rounds.ratings(project, found["round"], layer="adjudication"):
        decided.setdefault(unit, set()).add(path)
    listed = []
    for unit, sets in said(project, found["round"]).items():
        shown = [{code} & codes if code else codes for codes in sets.values()]
        if any(one_ != shown[0] for one_ in shown):
            row = one(project.connection, "SELECT thread, place FROM units WHERE unit = ?", [unit]) or {}
            told = {name: sorted(codes) for name, codes in sets.items()}
            settlement = sorted(decided[unit]) if unit in decided else None
            listed.append({"unit": unit, **row, "said": told, "settled": settlement})
    return listed


def adjudicate(project: Project, coder: str, round_: str, unit: str, codes: Collection[str]) -> None:
    """Settle a comment of a closed round with these codes (none is an answer, too); what was settled before goes."""
    with writing(project.connection):
        found = rounds.find(project, round_)
        if found["open"]:
            raise ConflictError(
                "Not everybody has closed the round", where=found["name"], todo="Adjudicate when all are done."
            )
        key = found["round"]
        if not one(project.connection, "SELECT unit FROM round_units WHERE round = ? AND unit = ?", [key, unit]):
            raise InputError("That comment is not in the round", where=unit[:60], todo="List the disagreements.")
        old = one(project.connection, "SELECT * FROM settled WHERE round = ? AND unit = ?", [key, unit])
        now = int(time.time())
        changes = [Change("settled", old, {"round": key, "unit": unit, "coder": coder, "made": now})]
        query = "SELECT * FROM codings WHERE round = ? AND unit = ? AND layer = 'adjudication' ORDER BY coding"
        changes += [Change("codings", row, None) for row in rows(project.connection, query, [key, unit])]
        for code in dict.fromkeys(codes):
            codebook.get(project, code)
            row: dict[str, Any] = {
                "coding": new_key(),
                "unit": unit,
                "coder": coder,
                "code": code,
                "start": None,
                "stop": None,
            }
            row |= {"negative": 0, "memo": "", "round": key, "layer": "adjudication", "made": now}
            changes.append(Change("codings", None, row))
        do(project.connection, coder, "adjudicate", "settled a disagreement", changes, round_=key)
