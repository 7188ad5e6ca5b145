"""Blind rounds: fixed comments, a frozen codebook, and coders who do not see each other until all are done.

Whoever opened the project is blind too. Closing a round is one's word that one is done: from then on these codings
never change. When all have closed it, everybody sees everything, and what they said differently is settled in a
layer beside it.
"""

import time
from collections.abc import Sequence
from typing import Any

from openlives.coding import codebook, versions
from openlives.coding.journal import Change, do
from openlives.coding.project import Project, new_key
from openlives.coding.sqlite import one, rows, writing
from openlives.errors import InputError

CLOSED = """(c.round IS NULL
    OR NOT EXISTS (SELECT 1 FROM round_coders r WHERE r.round = c.round AND r.closed IS NULL))"""
_MINE = "FROM round_units h JOIN round_coders m ON m.round = h.round AND m.coder = :me AND m.closed IS NULL"
# What a coder may see of codings by others: what was made in the open, and rounds that everybody has closed; but
# nothing on comments that they still have to code blindly, whoever made it and when.
VISIBLE = f"(c.coder = :me OR ({CLOSED} AND NOT EXISTS (SELECT 1 {_MINE} WHERE h.unit = c.unit)))"
VISIBLE_MEMO = f"""(c.coder = :me OR ({CLOSED} AND NOT EXISTS
    (SELECT 1 {_MINE} JOIN units w ON w.unit = h.unit WHERE c.about IN ('unit:' || w.unit, 'thread:' || w.thread))))"""


def begin(project: Project, coder: str, name: str, units: Sequence[str], coders: Sequence[str]) -> str:
    """Begin a round on these comments with these coders; the codebook is frozen as it is. Give the round."""
    if len(set(coders)) < 2 or not units:  # agreement is between two
        raise InputError("A round needs comments, and two coders or more", todo="Name the coders, and what to code.")
    with writing(project.connection):
        _there(project, units, coders)
        if one(project.connection, "SELECT round FROM rounds WHERE name = ?", [name]):
            raise InputError(f"There is a round {name!r} already", todo="Give it another name.")
        if not codebook.codes(project):
            raise InputError("The codebook is empty, and a round freezes it", todo="Add codes first.")
        version, frozen = versions.frozen(project, f"for round {name}")
        key = new_key()
        row = {"round": key, "name": name, "version": version, "made": int(time.time())}
        changes = [frozen, Change("rounds", None, row)]
        changes += [Change("round_units", None, {"round": key, "unit": unit}) for unit in dict.fromkeys(units)]
        for each in dict.fromkeys(coders):
            changes.append(Change("round_coders", None, {"round": key, "coder": each, "closed": None}))
        do(project.connection, coder, "join", f"began the round {name!r}", changes)
        return key


def _there(project: Project, units: Sequence[str], coders: Sequence[str]) -> None:
    """Refuse coders and comments that are not here: nobody could ever close such a round."""
    people = {row["coder"] for row in project.coders() if row["kind"] == "human"}
    if not people.issuperset(coders):
        raise InputError("Somebody in the round is no coder of the project", todo="Let them join first.")
    known = {row["unit"] for row in rows(project.connection, "SELECT unit FROM units")}
    if missing := [unit for unit in units if unit not in known]:
        raise InputError("A comment of the round is not in the sample", where=missing[0][:60], todo="Choose others.")


def chosen(project: Project, threads: Sequence[str] | None = None) -> list[str]:
    """Give the comments of the sample that can be coded, in order: all, or those of some threads."""
    found = rows(
        project.connection,
        """SELECT u.unit, u.thread FROM units u JOIN threads t USING (thread) WHERE u.state <> 'erased'
           ORDER BY t.place, t.thread, u.place, u.unit""",
    )
    return [row["unit"] for row in found if threads is None or row["thread"] in set(threads)]


def close(project: Project, coder: str, round_: str) -> None:
    """Say that one is done with a round; it cannot be taken back, nor can what was coded in it."""
    with writing(project.connection):
        row = one(project.connection, "SELECT * FROM round_coders WHERE round = ? AND coder = ?", [round_, coder])
        if row is None:
            raise InputError("That is no round of yours", where=round_[:60], todo="Look at the list of rounds.")
        if row["closed"] is not None:
            return
        changes = [Change("round_coders", row, {**row, "closed": int(time.time())})]
        do(project.connection, coder, "close", "closed a round", changes)
        project.connection.execute(
            "UPDATE journal SET state = 'past' WHERE coder = ? AND round = ? AND kind <> 'memo'", [coder, round_]
        )


def abandon(project: Project, coder: str, round_: str) -> None:
    """Give a round up that not all will close: the codebook is free again, and what was coded is kept and seen.

    Any coder of the project may; it is in the journal and can be undone. Who had not closed it is counted in no
    agreement: that they did not finish is kept as the time below zero.
    """
    with writing(project.connection):
        found = find(project, round_)
        _there(project, [], [coder])
        left = rows(
            project.connection,
            "SELECT * FROM round_coders WHERE round = ? AND closed IS NULL ORDER BY coder",
            [found["round"]],
        )
        if not left:
            raise InputError("The round is not open", where=found["name"], todo="Look at the list of rounds.")
        changes = [Change("round_coders", row, {**row, "closed": -int(time.time())}) for row in left]
        do(project.connection, coder, "abandon", f"abandoned the round {found['name']!r}", changes)


def given_up(project: Project) -> dict[str, str]:
    """Give the rounds that ever were abandoned, and what is to be told of it: one that was taken up again was seen."""
    told = rows(
        project.connection,
        """SELECT c.value ->> '$.after.round' AS round, j.state FROM journal j, json_each(j.changes) c
           WHERE j.kind = 'abandon' ORDER BY j.entry""",
    )
    again = "was abandoned and taken up again: what was coded until then could be seen"
    return {row["round"]: again if row["state"] != "done" else "was abandoned" for row in told}


def listed(project: Project, coder: str | None = None) -> list[dict[str, Any]]:
    """List the rounds: name, version, comments, coders, who has closed it, whether it is open still."""
    found = rows(
        project.connection,
        """SELECT r.round, r.name, r.version, r.made,
               (SELECT count(*) FROM round_units u WHERE u.round = r.round) AS units,
               (SELECT count(*) FROM settled s WHERE s.round = r.round) AS settled
           FROM rounds r ORDER BY r.made, r.name""",
    )
    for row in found:
        coders = rows(
            project.connection,
            """SELECT c.coder, c.name, r.closed FROM round_coders r JOIN coders c USING (coder)
               WHERE r.round = ? ORDER BY c.name""",
            [row["round"]],
        )
        row["coders"], row["open"] = coders, any(each["closed"] is None for each in coders)
        row["state"] = "open" if row["open"] else "closed"
        row["left"] = [each["name"] for each in coders if each["closed"] is not None and each["closed"] < 0]
        row["done"] = [each["name"] for each in coders if each["closed"] is not None and each["closed"] > 0]
        row["state"] = "abandoned" if row["left"] else row["state"]
        row["mine"] = next((each for each in coders if each["coder"] == coder), None)
    return found


def find(project: Project, said: str) -> dict[str, Any]:
    """Give a round by its name or key."""
    for row in listed(project):
        if said in (row["name"], row["round"]):
            return row
    raise InputError(f"There is no round {said[:60]!r}", todo="Look at the list of rounds: openlives code round list")


def current(project: Project, coder: str, unit: str) -> str | None:
    """Give the round in which a coder's codings of a comment belong now: theirs, and not closed by them."""
    return belonging(project, coder, f"unit:{unit}")


def belonging(project: Project, coder: str, about: str, *, done: bool = False) -> str | None:
    """Give the round to which what a coder says now belongs: on its comments, their threads, or on anything at all.

    With `done`, also one that they have closed and others have not: what they write then would tell these.
    """
    kind, _, key = about.partition(":")
    where = {"unit": "AND u.unit = :key", "thread": "AND u.thread = :key"}.get(kind, "")
    held = "o.round IN (SELECT x.round FROM round_coders x WHERE x.closed IS NULL)" if done else "r.closed IS NULL"
    row = one(
        project.connection,
        f"""SELECT o.round FROM rounds o JOIN round_coders r USING (round) JOIN round_units h USING (round)
                JOIN units u ON u.unit = h.unit
            WHERE r.coder = :me AND {held} {where} ORDER BY r.closed IS NOT NULL, o.made, o.round LIMIT 1""",
        {"me": coder, **({"key": key} if where else {})},
    )
    return None if row is None else str(row["round"])


def ratings(project: Project, round_: str, *, layer: str = "coding") -> list[tuple[str, str, str]]:
    """Give what was said in a closed round as (comment, coder's name, code's path); a span counts for its comment.

    An open round gives nothing: neither exports nor questions see it. A case against a code is none of it, nor is what
    was said by those who never closed it.
    """
    wanted = find(project, round_)
    if wanted["open"]:
        return []
    paths = {code["code"]: code["path"] for code in codebook.codes(project, retired=True)}
    found = rows(
        project.connection,
        """SELECT DISTINCT c.unit, k.name, c.code FROM codings c JOIN coders k USING (coder)
           WHERE c.round = ? AND c.layer = ? AND c.negative = 0 AND (c.layer <> 'coding' OR EXISTS
               (SELECT 1 FROM round_coders r WHERE r.round = c.round AND r.coder = c.coder AND r.closed > 0))
           ORDER BY c.unit, k.name, c.code""",
        [wanted["round"], layer],
    )
    return [(row["unit"], row["name"], paths[row["code"]]) for row in found]
