"""What a coder sees: threads with their codings, extracts of a code, what goes together, what was not read yet.

Every view is one coder's: it holds nothing that others made in a blind round that is open, not even a count.
"""

import json
from typing import Any

from openlives.coding import codebook
from openlives.coding.project import Project
from openlives.coding.rounds import VISIBLE, VISIBLE_MEMO
from openlives.coding.sqlite import one, rows
from openlives.errors import InputError

BY_PEOPLE = "k.kind = 'human'"  # what machines say is counted only where it is asked for
PERSONAL = ("code", "uncode", "note", "memo", "adjudicate", "close", "undo", "redo")  # what tells of somebody's coding


def threads(project: Project, coder: str) -> list[dict[str, Any]]:
    """List the threads of the sample: comments, those read by this coder, and codings that they may see."""
    query = f"""
        WITH made AS (SELECT u.thread, count(*) AS codings FROM codings c JOIN coders k ON k.coder = c.coder
                          JOIN units u ON u.unit = c.unit
                      WHERE c.layer = 'coding' AND {BY_PEOPLE} AND {VISIBLE} GROUP BY u.thread),
             held AS (SELECT u.thread, count(*) AS units, count(s.unit) AS read FROM units u
                          LEFT JOIN seen s ON s.unit = u.unit AND s.coder = :me GROUP BY u.thread)
        SELECT t.thread, t.artifact, t.num, t.title, t.place, coalesce(h.units, 0) AS units,
            coalesce(h.read, 0) AS read, coalesce(m.codings, 0) AS codings
        FROM threads t LEFT JOIN held h ON h.thread = t.thread LEFT JOIN made m ON m.thread = t.thread
        ORDER BY t.place, t.thread
    """
    return rows(project.connection, query, {"me": coder})


def thread(project: Project, coder: str, address: str) -> dict[str, Any]:
    """Give one thread with its comments, each with the codings and memos that this coder may see."""
    found = one(project.connection, "SELECT * FROM threads WHERE thread = ?", [address])
    if found is None:
        raise InputError(
            "There is no such thread in the sample", where=address[:60], todo="Look at the list of threads."
        )
    units = rows(
        project.connection,
        """SELECT u.*, s.unit IS NOT NULL AS read, coalesce((SELECT min(r.why) FROM requeued r
               WHERE r.unit = u.unit AND r.coder = :me), '') AS again
           FROM units u LEFT JOIN seen s ON s.unit = u.unit AND s.coder = :me
           WHERE u.thread = :thread ORDER BY u.place, u.time, u.unit""",
        {"me": coder, "thread": address},
    )
    made = _codings(project, coder, address)
    about = {f"unit:{unit['unit']}" for unit in units} | {f"thread:{address}"}
    memos = _memos(project, coder, about)
    for unit in units:
        unit["read"] = bool(unit["read"])
        unit["codings"] = made.get(unit["unit"], [])
        unit["memos"] = memos.get(f"unit:{unit['unit']}", [])
    facts = json.loads(found["facts"])
    return {**found, "facts": facts, "units": units, "memos": memos.get(f"thread:{address}", [])}


def _codings(project: Project, coder: str, address: str) -> dict[str, list[dict[str, Any]]]:
    """Give the codings of a thread that a coder may see, by comment; machines' are told apart by their kind."""
    query = f"""
        SELECT c.*, k.name AS coder_name, k.kind AS coder_kind, d.name AS code_name, d.colour, d.definition
        FROM units u CROSS JOIN codings c ON c.unit = u.unit JOIN coders k ON k.coder = c.coder
            JOIN codes d ON d.code = c.code
        WHERE u.thread = :thread AND {VISIBLE} ORDER BY c.start IS NOT NULL, c.start, d.name, k.name, c.coding
    """
    found: dict[str, list[dict[str, Any]]] = {}
    for row in rows(project.connection, query, {"me": coder, "thread": address}):
        found.setdefault(row["unit"], []).append(row)
    return found


def _memos(project: Project, coder: str, about: set[str]) -> dict[str, list[dict[str, Any]]]:
    query = f"""
        SELECT c.about, c.text, k.name AS coder_name, c.coder FROM memos c JOIN coders k ON k.coder = c.coder
        WHERE c.about IN (SELECT value FROM json_each(:about)) AND {VISIBLE_MEMO} ORDER BY c.made, c.memo
    """
    found: dict[str, list[dict[str, Any]]] = {}
    for row in rows(project.connection, query, {"me": coder, "about": json.dumps(sorted(about))}):
        found.setdefault(row["about"], []).append(row)
    return found


def memos(project: Project, coder: str, about: str) -> list[dict[str, Any]]:
    """Give the memos on anything that this coder may see, oldest first."""
    return _memos(project, coder, {about}).get(about, [])


def following(
    project: Project, coder: str, address: str | None, *, unread: bool = False, back: bool = False
) -> str | None:
    """Give the thread after (or before) another in the order of the sample; `unread`: that holds something unread."""
    found = one(project.connection, "SELECT place, thread FROM threads WHERE thread = ?", [address or ""])
    at = found or {"place": -1, "thread": ""}
    still = """AND EXISTS (SELECT 1 FROM units u WHERE u.thread = t.thread
                   AND NOT EXISTS (SELECT 1 FROM seen s WHERE s.unit = u.unit AND s.coder = :me))"""
    way = "DESC" if back else "ASC"
    query = f"""
        SELECT t.thread FROM threads t WHERE (t.place, t.thread) {"<" if back else ">"} (:place, :thread)
            {still if unread else ""} ORDER BY t.place {way}, t.thread {way} LIMIT 1
    """
    row = one(project.connection, query, at | ({"me": coder} if unread else {}))
    return None if row is None else str(row["thread"])


def recent(project: Project, coder: str, most: int = 9) -> list[dict[str, Any]]:
    """Give the codes that this coder used last, for the digits of the keyboard."""
    query = """
        SELECT d.code, d.name, d.colour, d.definition
        FROM (SELECT code, made, rowid AS nth FROM codings WHERE coder = ? ORDER BY made DESC, rowid DESC LIMIT 500) c
            JOIN codes d USING (code)
        WHERE d.retired = 0 GROUP BY d.code ORDER BY max(c.made) DESC, max(c.nth) DESC LIMIT ?
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
    query = f"""
        SELECT c.coding, c.unit, c.start, c.stop, c.negative, c.memo, c.coder, c.layer,
            k.name AS coder_name, d.name AS code_name, d.colour,
            u.thread, u.text, u.week, u.role, u.state, t.artifact, t.title, t.facts
        FROM codings c JOIN coders k ON k.coder = c.coder JOIN codes d ON d.code = c.code
            JOIN units u ON u.unit = c.unit JOIN threads t ON t.thread = u.thread
        WHERE c.code IN (SELECT value FROM json_each(:codes)) AND {VISIBLE} {"" if machines else f"AND {BY_PEOPLE}"}
        ORDER BY t.place, t.thread, u.place, c.start, k.name, c.coding
    """
    found = rows(project.connection, query, {"me": coder, "codes": json.dumps(sorted(wanted))})
    for row in found:
        row["quote"] = row["text"] if row["start"] is None else row["text"][row["start"] : row["stop"]]
    return found


def together(project: Project, coder: str) -> list[dict[str, Any]]:
    """Count how often two codes stand at the same comment."""
    query = f"""
        WITH said AS (SELECT DISTINCT c.unit, c.code FROM codings c JOIN coders k ON k.coder = c.coder
                      WHERE c.negative = 0 AND c.layer = 'coding' AND {BY_PEOPLE} AND {VISIBLE})
        SELECT min(x.name, y.name) AS one, max(x.name, y.name) AS other, count(*) AS comments
        FROM said a JOIN said b ON a.unit = b.unit AND a.code < b.code
            JOIN codes x ON x.code = a.code JOIN codes y ON y.code = b.code
        GROUP BY a.code, b.code ORDER BY comments DESC, one, other, a.code, b.code
    """
    return rows(project.connection, query, {"me": coder})


def neighbours(project: Project, coder: str, code: str) -> list[dict[str, Any]]:
    """Give the comments right before and after those coded by a code that nobody whom this coder may see has coded."""
    query = f"""
        SELECT DISTINCT n.unit, n.thread, n.place, n.text
        FROM codings c JOIN coders k ON k.coder = c.coder JOIN units u ON u.unit = c.unit
            JOIN units n ON n.thread = u.thread AND abs(n.place - u.place) = 1
        WHERE c.code = :code AND {BY_PEOPLE} AND {VISIBLE} AND NOT EXISTS
            (SELECT 1 FROM codings o JOIN coders l ON l.coder = o.coder
             WHERE o.unit = n.unit AND {BY_PEOPLE.replace("k.", "l.")} AND {VISIBLE.replace("c.", "o.")})
        ORDER BY n.thread, n.place
    """
    return rows(project.connection, query, {"me": coder, "code": code})


def coverage(project: Project, coder: str) -> dict[str, int]:
    """Count what of the sample this coder has read and coded, and what is to be looked at again."""
    query = """
        SELECT (SELECT count(*) FROM units) AS units,
            (SELECT count(*) FROM seen WHERE coder = :me) AS read,
            (SELECT count(DISTINCT unit) FROM codings WHERE coder = :me AND layer = 'coding') AS coded,
            (SELECT count(*) FROM threads) AS threads,
            (SELECT count(DISTINCT unit) FROM requeued WHERE coder = :me) AS again,
            (SELECT count(*) FROM units WHERE state <> 'present') AS flagged
    """
    return {name: int(value) for name, value in (one(project.connection, query, {"me": coder}) or {}).items()}


def search(project: Project, words: str, *, most: int = 100) -> list[dict[str, Any]]:
    """Find comments by any part of their words, three letters or more, in the order of the sample.

    Words are words, whatever signs are among them.
    """
    wanted = [word for word in words.replace("\0", " ").split() if len(word) >= 3]  # trigrams
    if not wanted:
        raise InputError("Search for three letters or more", todo="Give a longer word.")
    phrase = " AND ".join('"' + word.replace('"', '""').replace("\0", "") + '"' for word in wanted)
    query = """
        SELECT w.unit, u.thread, u.place, t.title, snippet(words, 0, '', '', '…', 24) AS found FROM words w
            JOIN units u ON u.unit = w.unit JOIN threads t ON t.thread = u.thread
        WHERE words MATCH ? ORDER BY w.rowid LIMIT ?
    """
    return rows(project.connection, query, [phrase, most])


def journal(project: Project, coder: str, *, most: int = 200) -> list[dict[str, Any]]:
    """List what was done, newest first, without the words of comments.

    Of others' coding one sees nothing as long as one has a round to close, nor of rounds that others have not closed.
    """
    marks = ", ".join(f"'{kind}'" for kind in PERSONAL)
    query = f"""
        SELECT c.at, k.name AS coder_name, c.kind, c.says, c.state FROM journal c JOIN coders k ON k.coder = c.coder
        WHERE c.coder = :me OR (c.kind NOT IN ({marks})) OR (
            NOT EXISTS (SELECT 1 FROM round_coders r WHERE r.round = c.round AND r.closed IS NULL)
            AND NOT EXISTS (SELECT 1 FROM round_coders m WHERE m.coder = :me AND m.closed IS NULL))
        ORDER BY c.entry DESC LIMIT :most
    """
    return rows(project.connection, query, {"me": coder, "most": most})
