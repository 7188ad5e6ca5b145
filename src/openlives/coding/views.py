"""What a coder sees: threads with their codings, extracts of a code, what goes together, what was not read yet.

Every view is one coder's: it holds nothing that others made in a blind round that is open, not even a count.
"""

import json
from collections.abc import Mapping
from typing import Any

from openlives.coding import codebook
from openlives.coding.journal import one, rows
from openlives.coding.project import Project
from openlives.coding.rounds import VISIBLE
from openlives.errors import InputError

MACHINES = "k.kind = 'human'"  # what machines say is counted only where it is asked for


def threads(project: Project, coder: str) -> list[dict[str, Any]]:
    """List the threads of the sample: comments, those read by this coder, and codings that they may see."""
    query = f"""
        SELECT t.thread, t.artifact, t.num, t.title, t.place, count(u.unit) AS units, count(s.unit) AS read,
               (SELECT count(*) FROM codings c JOIN coders k ON k.coder = c.coder JOIN units x ON x.unit = c.unit
                WHERE x.thread = t.thread AND {MACHINES} AND {VISIBLE}) AS codings
        FROM threads t LEFT JOIN units u ON u.thread = t.thread LEFT JOIN seen s ON s.unit = u.unit AND s.coder = :me
        GROUP BY t.thread ORDER BY t.place, t.thread
    """
    return rows_for(project, query, {"me": coder})


def rows_for(project: Project, query: str, values: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Give the rows of a query with named values."""
    cursor = project.connection.execute(query, dict(values))
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def thread(project: Project, coder: str, address: str) -> dict[str, Any]:
    """Give one thread with its comments, each with the codings and memos that this coder may see."""
    found = one(project.connection, "SELECT * FROM threads WHERE thread = ?", [address])
    if found is None:
        raise InputError(
            "There is no such thread in the sample", where=address[:60], todo="Look at the list of threads."
        )
    units = rows(project.connection, "SELECT * FROM units WHERE thread = ? ORDER BY place, time, unit", [address])
    made = rows_for(
        project,
        f"""SELECT c.*, k.name AS coder_name, k.kind AS coder_kind, d.name AS code_name, d.colour, d.definition
            FROM codings c JOIN coders k ON k.coder = c.coder JOIN codes d ON d.code = c.code JOIN units u ON u.unit = c.unit
            WHERE u.thread = :thread AND {VISIBLE} ORDER BY c.start IS NOT NULL, c.start, d.name, k.name, c.coding""",
        {"me": coder, "thread": address},
    )
    memos = rows_for(
        project,
        f"SELECT c.about, c.text, k.name AS coder_name, c.coder FROM memos c JOIN coders k ON k.coder = c.coder WHERE {VISIBLE} ORDER BY c.made, c.memo",
        {"me": coder},
    )
    read = "SELECT s.unit FROM units u JOIN seen s ON s.unit = u.unit AND s.coder = ? WHERE u.thread = ?"
    seen = {row["unit"] for row in rows(project.connection, read, [coder, address])}
    again = {
        row["unit"]: row["why"]
        for row in rows(project.connection, "SELECT unit, why FROM requeued WHERE coder = ?", [coder])
    }
    for unit in units:
        unit["codings"] = [coding for coding in made if coding["unit"] == unit["unit"]]
        unit["memos"] = [memo for memo in memos if memo["about"] == f"unit:{unit['unit']}"]
        unit["read"], unit["again"] = unit["unit"] in seen, again.get(unit["unit"], "")
    return {
        **found,
        "facts": json.loads(found["facts"]),
        "units": units,
        "memos": [m for m in memos if m["about"] == f"thread:{address}"],
    }


def following(
    project: Project, coder: str, address: str | None, *, unread: bool = False, back: bool = False
) -> str | None:
    """Give the thread after (or before) another in the order of the sample; with `unread`, the next that holds something unread."""
    place = -1
    if address is not None:
        found = one(project.connection, "SELECT place FROM threads WHERE thread = ?", [address])
        place = -1 if found is None else int(found["place"])
    still = "AND EXISTS (SELECT 1 FROM units u WHERE u.thread = t.thread AND NOT EXISTS (SELECT 1 FROM seen s WHERE s.unit = u.unit AND s.coder = :me))"
    query = f"""
        SELECT t.thread FROM threads t WHERE t.place {"<" if back else ">"} :place {still if unread else ""}
        ORDER BY t.place {"DESC" if back else ""} LIMIT 1
    """
    values = {"place": place, "me": coder} if unread else {"place": place}
    row = project.connection.execute(query, values).fetchone()
    return None if row is None else str(row[0])


def recent(project: Project, coder: str, most: int = 9) -> list[dict[str, Any]]:
    """Give the codes that this coder used last, for the digits of the keyboard."""
    query = """
        SELECT d.code, d.name, d.colour, d.definition, max(c.made) AS last, max(c.rowid) AS latest FROM codings c JOIN codes d USING (code)
        WHERE c.coder = ? AND d.retired = 0 GROUP BY d.code ORDER BY last DESC, latest DESC LIMIT ?
    """
    return rows(project.connection, query, [coder, most])


def extracts(
    project: Project, coder: str, code: str, *, below: bool = True, machines: bool = False
) -> list[dict[str, Any]]:
    """Give all that was coded by a code (and by those below it), across models and weeks, with its words."""
    wanted = {code}
    if below:
        for row in codebook.codes(project):
            if row["parent"] in wanted:
                wanted.add(row["code"])
    marks = ", ".join(f":k{i}" for i in range(len(wanted)))
    query = f"""
        SELECT c.coding, c.unit, c.start, c.stop, c.negative, c.memo, c.coder, k.name AS coder_name, d.name AS code_name, d.colour,
               u.thread, u.text, u.week, u.role, u.state, t.artifact, t.title, t.facts
        FROM codings c JOIN coders k ON k.coder = c.coder JOIN codes d ON d.code = c.code
            JOIN units u ON u.unit = c.unit JOIN threads t ON t.thread = u.thread
        WHERE c.code IN ({marks}) AND {VISIBLE} {"" if machines else f"AND {MACHINES}"} ORDER BY t.place, u.place, c.start, c.coding
    """
    found = rows_for(project, query, {"me": coder, **{f"k{i}": key for i, key in enumerate(sorted(wanted))}})
    for row in found:
        row["quote"] = row["text"] if row["start"] is None else row["text"][row["start"] : row["stop"]]
    return found


def together(project: Project, coder: str) -> list[dict[str, Any]]:
    """Count how often two codes stand at the same comment."""
    query = f"""
        WITH said AS (SELECT DISTINCT c.unit, c.code FROM codings c JOIN coders k ON k.coder = c.coder
                      WHERE c.negative = 0 AND {MACHINES} AND {VISIBLE})
        SELECT x.name AS one, y.name AS other, count(*) AS comments FROM said a JOIN said b ON a.unit = b.unit AND a.code < b.code
            JOIN codes x ON x.code = a.code JOIN codes y ON y.code = b.code
        GROUP BY a.code, b.code ORDER BY comments DESC, one, other
    """
    return rows_for(project, query, {"me": coder})


def neighbours(project: Project, coder: str, code: str) -> list[dict[str, Any]]:
    """Give the comments right before and after those coded by a code, that nobody whom this coder may see coded at all."""
    query = f"""
        SELECT DISTINCT n.unit, n.thread, n.place, n.text FROM codings c JOIN units u ON u.unit = c.unit
            JOIN units n ON n.thread = u.thread AND abs(n.place - u.place) = 1
        WHERE c.code = :code AND {VISIBLE} AND NOT EXISTS
            (SELECT 1 FROM codings o WHERE o.unit = n.unit AND {VISIBLE.replace("c.", "o.")})
        ORDER BY n.thread, n.place
    """
    return rows_for(project, query, {"me": coder, "code": code})


def coverage(project: Project, coder: str) -> dict[str, int]:
    """Count what of the sample this coder has read and coded, and what is to be looked at again."""
    query = """
        SELECT (SELECT count(*) FROM units) AS units, (SELECT count(*) FROM seen WHERE coder = :me) AS read,
            (SELECT count(DISTINCT unit) FROM codings WHERE coder = :me AND layer = 'coding') AS coded,
            (SELECT count(*) FROM threads) AS threads, (SELECT count(DISTINCT unit) FROM requeued WHERE coder = :me) AS again,
            (SELECT count(*) FROM units WHERE state <> 'present') AS flagged
    """
    return {name: int(value) for name, value in rows_for(project, query, {"me": coder})[0].items()}


def search(project: Project, words: str, *, most: int = 100) -> list[dict[str, Any]]:
    """Find comments by any part of their words, three letters or more; the words are words, whatever signs are among them."""
    wanted = [word for word in words.replace("\0", " ").split() if len(word) >= 3]  # trigrams
    if not wanted:
        raise InputError("Search for three letters or more", todo="Give a longer word.")
    phrase = " AND ".join('"' + word.replace('"', '""') + '"' for word in wanted)
    query = """
        SELECT w.unit, u.thread, u.place, t.title, snippet(words, 0, '', '', '…', 24) AS found FROM words w
            JOIN units u ON u.unit = w.unit JOIN threads t ON t.thread = u.thread
        WHERE words MATCH ? ORDER BY rank LIMIT ?
    """
    return rows(project.connection, query, [phrase, most])
