"""The text as it was when the sample was drawn: copied with its hash, so that what was coded stays what was coded."""

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

import duckdb

from openlives.coding.language import guess
from openlives.coding.project import Project, key_of
from openlives.coding.sqlite import writing
from openlives.errors import InputError

NUMBER = re.compile("[0-9]{1,9}")  # of a thread, or how many; other digits than these are letters
DAY, WEEK = 86_400, 604_800
NEW = 30  # days after somebody's first words on the platform, as far as the collection knows, that they are a newcomer


def address(artifact: str, num: int) -> str:
    """Write a thread's address: owner/model#12."""
    return f"{artifact}#{num}"


def split(text: str) -> tuple[str, int]:
    """Read an address, or the link to a discussion."""
    plain = text.strip().removeprefix("https://huggingface.co/").replace("/discussions/", "#")
    artifact, _, num = plain.rpartition("#")
    if not artifact or not NUMBER.fullmatch(num):
        raise InputError(f"That is no address of a thread: {text[:60]!r}", todo="Write owner/model#12.")
    return artifact, int(num)


UNITS = f"""
    WITH first AS (SELECT artifact, min(time) AS first FROM events WHERE kind = 'comment' GROUP BY artifact),
         arrived AS (SELECT person, min(time) AS arrived FROM events
                     WHERE kind = 'comment' AND person IS NOT NULL GROUP BY person),
         firsts AS (SELECT thread, person, min(time) AS since FROM events WHERE kind = 'comment' GROUP BY ALL)
    SELECT a.name, t.num, t.title, t.created, t.pull_request, a.license, a.gate, a.task,
           e.position, e.id, e.time, (e.time - f.first) // {WEEK} AS week,
           CASE WHEN e.by_owner THEN 'owner' WHEN e.by_member THEN 'member' WHEN e.by_staff THEN 'staff'
                WHEN e.person IS NULL THEN 'deleted'
                WHEN e.time < v.arrived + {NEW * DAY} THEN 'newcomer' ELSE 'user' END AS role,
           CASE WHEN e.person IS NOT NULL
               THEN dense_rank() OVER (PARTITION BY t.thread ORDER BY s.since, e.person) END AS voice,
           coalesce(e.body, '') AS body, coalesce(e.hidden, false) AS hidden
    FROM events e JOIN threads t USING (thread) JOIN artifacts a ON a.artifact = t.artifact
        JOIN first f ON f.artifact = a.artifact LEFT JOIN arrived v ON v.person = e.person
        LEFT JOIN firsts s ON s.thread = t.thread AND s.person = e.person
    WHERE e.kind = 'comment' AND (a.name, t.num) IN (SELECT name, num FROM wanted)
    ORDER BY a.name, t.num, e.position, e.time, e.event
"""


def take(project: Project, store: duckdb.DuckDBPyConnection, wanted: Sequence[tuple[str, int]]) -> tuple[int, int]:
    """Copy threads and their comments into the project; give how many were new to it."""
    store.execute("CREATE OR REPLACE TEMP TABLE wanted (name VARCHAR, num BIGINT)")
    for start in range(0, len(wanted), 1000):
        part = wanted[start : start + 1000]
        store.execute(
            f"INSERT INTO wanted VALUES {', '.join(['(?, ?)'] * len(part))}", [value for one in part for value in one]
        )
    found = store.execute(UNITS)
    names = [column[0] for column in found.description or ()]
    order = {address(*one): place for place, one in enumerate(wanted)}
    before = _counts(project)
    with writing(project.connection):
        place: dict[str, int] = {}
        for values in found.fetchall():
            row = dict(zip(names, values, strict=True))
            where = address(row["name"], row["num"])
            if where not in place:
                project.connection.execute(
                    "INSERT OR IGNORE INTO threads VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                    _thread(row, where, before[0] + order[where]),
                )
            place[where] = place.get(where, -1) + 1
            _unit(project, row, where, place[where])
    after = _counts(project)
    return after[0] - before[0], after[1] - before[1]


def _counts(project: Project) -> tuple[int, int]:
    one, two = (
        project.connection.execute(f"SELECT count(*) FROM {table}").fetchone() for table in ("threads", "units")
    )
    return int(one[0]), int(two[0])


def _thread(row: Mapping[str, Any], where: str, place: int) -> list[Any]:
    facts = {name: row[name] for name in ("license", "gate", "task") if row[name] is not None}
    told = [row["title"] or "", row["created"], row["pull_request"]]
    return [where, row["name"], row["num"], *told, place, json.dumps(facts, sort_keys=True)]


def _unit(project: Project, row: Mapping[str, Any], where: str, place: int) -> None:
    text = str(row["body"])
    unit = key_of("unit", where, str(row["id"] or ""), str(row["time"]), str(place) if not row["id"] else "")
    state = "hidden" if row["hidden"] else "present"
    told = [row["id"] or "", row["time"], row["week"], row["role"], row["voice"]]
    cursor = project.connection.execute(
        "INSERT OR IGNORE INTO units VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [unit, where, place, *told, text, hashed(text), guess(text), state],
    )
    if cursor.rowcount:
        project.connection.execute(
            "INSERT INTO words (text, title, unit) VALUES (?, ?, ?)",
            [text, row["title"] or "" if place == 0 else "", unit],
        )


def hashed(text: str) -> str:
    """Give the hash by which a text is known to be the one that was coded."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def stub(project: Project, where: str, *, place: int = 0) -> str:
    """Keep a thread that others coded and the collection does not have, by its address; give its one unit."""
    artifact, num = split(where)
    where = address(artifact, num)
    unit = key_of("stub", where)
    with writing(project.connection):
        project.connection.execute(
            "INSERT OR IGNORE INTO threads (thread, artifact, num, place) VALUES (?, ?, ?, ?)",
            [where, artifact, num, place],
        )
        project.connection.execute(
            "INSERT OR IGNORE INTO units (unit, thread, place, text, hash, state) VALUES (?, ?, 0, '', ?, 'stub')",
            [unit, where, hashed("")],
        )
    return unit
