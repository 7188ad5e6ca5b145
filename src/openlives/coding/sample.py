"""Which threads are read: a sample drawn from a collection by rule, and frozen with its rule and seed.

Rules: `persistent:K` (all comments of the K most persistent models, as in §4.3), `matching:WORDS` (every thread in which
the words stand), `random:N` and `random:N/COLUMN` (N threads, spread over what COLUMN says: license, gate, task, owner),
`list:FILE` (addresses, one a line, owner/model#12). The text is taken as it is, with its hash.
"""

import hashlib
import json
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from openlives.coding.journal import writing
from openlives.coding.project import Project, key_of
from openlives.errors import InputError, NothingToAskError

STRATA = ("license", "gate", "task", "library", "owner")
DAY, WEEK = 86_400, 604_800
NEW = 30  # days after somebody's first words on the platform, as far as the collection knows, in which they are a newcomer


@dataclass(frozen=True, slots=True)
class Drawn:
    """What a draw brought: threads and comments that are new to the project, and addresses that are not in the collection."""

    threads: int
    units: int
    missing: tuple[str, ...] = ()


def draw(
    project: Project, store: duckdb.DuckDBPyConnection, rule: str, *, seed: int = 1, limit: int | None = None
) -> Drawn:
    """Draw a sample and freeze it. What the project has already stays as it is."""
    addresses, missing = chosen(store, rule, seed)
    if not addresses and not missing:
        raise NothingToAskError(f"No thread is in the sample {rule!r}", todo="Ask for others, or collect more.")
    drawn = Drawn(*_take(project, store, addresses[:limit]), tuple(missing))
    samples = json.loads(project.fact("samples", "[]"))
    samples.append(
        {"rule": rule, "seed": seed, "threads": len(addresses[:limit]), "units": drawn.units, "missing": len(missing)}
    )
    with writing(project.connection):
        project.connection.execute(
            "INSERT INTO project VALUES ('samples', ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
            [json.dumps(samples)],
        )
    return drawn


def chosen(store: duckdb.DuckDBPyConnection, rule: str, seed: int) -> tuple[list[tuple[str, int]], list[str]]:
    """Give the threads of a rule as (model, number), in the order of reading, and what it names that is not here."""
    kind, _, rest = rule.partition(":")
    if kind == "persistent" and rest.isdigit():
        return _threads(store, f"a.artifact IN ({PERSISTENT})", [int(rest)]), []
    if kind == "matching" and rest.strip():
        said = (
            "EXISTS (FROM events e WHERE e.thread = t.thread AND e.kind = 'comment' AND e.body ILIKE '%' || ? || '%')"
        )
        words = rest.strip()
        return _threads(store, f"(t.title ILIKE '%' || ? || '%' OR {said})", [words, words]), []
    if kind == "random":
        return _random(store, rest, seed), []
    if kind == "list":
        return _listed(store, Path(rest))
    raise InputError(
        f"There is no such sample: {rule!r}", todo="persistent:K, matching:WORDS, random:N, random:N/COLUMN, list:FILE"
    )


PERSISTENT = """
    SELECT artifact FROM (
        SELECT artifact, (time // 86400 + 3) // 7 AS week, count(DISTINCT person) AS people
        FROM events WHERE kind = 'comment' GROUP BY ALL
    ) GROUP BY artifact ORDER BY sum(people) DESC, artifact LIMIT ?
"""


def _threads(store: duckdb.DuckDBPyConnection, where: str, values: Sequence[Any]) -> list[tuple[str, int]]:
    query = (
        f"SELECT a.name, t.num FROM threads t JOIN artifacts a USING (artifact) WHERE {where} ORDER BY a.name, t.num"
    )
    return [(str(name), int(num)) for name, num in store.execute(query, list(values)).fetchall()]


def _random(store: duckdb.DuckDBPyConnection, rest: str, seed: int) -> list[tuple[str, int]]:
    """Draw threads; within strata, as evenly as they allow."""
    count, _, column = rest.partition("/")
    if not count.isdigit() or (column and column not in STRATA):
        raise InputError(
            f"There is no such sample: random:{rest!r}", todo=f"random:N, or random:N/ and one of {', '.join(STRATA)}"
        )
    over = f"coalesce(a.{column}, 'unknown')" if column else "''"
    query = f"SELECT {over}, a.name, t.num FROM threads t JOIN artifacts a USING (artifact) ORDER BY ALL"
    strata: dict[str, list[tuple[str, int]]] = {}
    for stratum, name, num in store.execute(query).fetchall():
        strata.setdefault(str(stratum), []).append((str(name), int(num)))
    generator = random.Random(f"openlives sample {seed}")
    for found in strata.values():
        generator.shuffle(found)
    drawn: list[tuple[str, int]] = []
    while len(drawn) < int(count) and any(strata.values()):
        for stratum in sorted(strata):
            if strata[stratum] and len(drawn) < int(count):
                drawn.append(strata[stratum].pop())
    return drawn


def _listed(store: duckdb.DuckDBPyConnection, file: Path) -> tuple[list[tuple[str, int]], list[str]]:
    try:
        lines = [line.strip() for line in file.read_text(encoding="utf-8").splitlines() if line.strip()]
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(
            f"The list cannot be read: {error}", where=str(file), todo="Give addresses, one a line."
        ) from error
    wanted = [split(line) for line in lines]
    known = {
        (str(name), int(num))
        for name, num in store.execute(
            "SELECT a.name, t.num FROM threads t JOIN artifacts a USING (artifact)"
        ).fetchall()
    }
    return [one for one in wanted if one in known], [address(*one) for one in wanted if one not in known]


def address(artifact: str, num: int) -> str:
    """Write a thread's address: owner/model#12."""
    return f"{artifact}#{num}"


def split(text: str) -> tuple[str, int]:
    """Read an address, or the link to a discussion."""
    plain = text.strip().removeprefix("https://huggingface.co/").replace("/discussions/", "#")
    artifact, _, num = plain.rpartition("#")
    if not artifact or not num.isdigit():
        raise InputError(f"That is no address of a thread: {text[:60]!r}", todo="Write owner/model#12.")
    return artifact, int(num)


UNITS = f"""
    WITH first AS (SELECT artifact, min(time) AS first FROM events WHERE kind = 'comment' GROUP BY artifact),
         arrived AS (SELECT person, min(time) AS arrived FROM events WHERE kind = 'comment' AND person IS NOT NULL GROUP BY person)
    SELECT a.name, t.num, t.title, t.created, t.pull_request, a.license, a.gate, a.task,
           e.position, e.id, e.time, (e.time - f.first) // {WEEK} AS week,
           CASE WHEN e.by_owner THEN 'owner' WHEN e.by_member THEN 'member' WHEN e.by_staff THEN 'staff'
                WHEN e.person IS NULL THEN 'deleted' WHEN e.time < v.arrived + {NEW * DAY} THEN 'newcomer' ELSE 'user' END AS role,
           CASE WHEN e.person IS NULL THEN NULL ELSE dense_rank() OVER (PARTITION BY t.thread ORDER BY firsts.since, e.person) END AS voice,
           coalesce(e.body, '') AS body, coalesce(e.hidden, false) AS hidden
    FROM events e JOIN threads t USING (thread) JOIN artifacts a ON a.artifact = t.artifact
        JOIN first f ON f.artifact = a.artifact LEFT JOIN arrived v ON v.person = e.person
        LEFT JOIN (SELECT thread, person, min(time) AS since FROM events WHERE kind = 'comment' GROUP BY ALL) firsts
            ON firsts.thread = t.thread AND firsts.person = e.person
    WHERE e.kind = 'comment' AND (a.name, t.num) IN (SELECT name, num FROM wanted)
    ORDER BY a.name, t.num, e.position, e.time, e.event
"""


def _take(project: Project, store: duckdb.DuckDBPyConnection, wanted: Sequence[tuple[str, int]]) -> tuple[int, int]:
    """Copy threads and their comments into the project; give how many were new to it."""
    cursor = store.cursor()
    cursor.execute("CREATE OR REPLACE TEMP TABLE wanted (name VARCHAR, num BIGINT)")
    for start in range(0, len(wanted), 1000):
        part = wanted[start : start + 1000]
        cursor.execute(
            f"INSERT INTO wanted VALUES {', '.join(['(?, ?)'] * len(part))}", [value for one in part for value in one]
        )
    found = cursor.execute(UNITS)
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
    return [
        where,
        row["name"],
        row["num"],
        row["title"] or "",
        row["created"],
        row["pull_request"],
        place,
        json.dumps(facts, sort_keys=True),
    ]


def _unit(project: Project, row: Mapping[str, Any], where: str, place: int) -> None:
    text = str(row["body"])
    unit = key_of("unit", where, str(row["id"] or ""), str(row["time"]), str(place) if not row["id"] else "")
    state = "hidden" if row["hidden"] else "present"
    cursor = project.connection.execute(
        "INSERT OR IGNORE INTO units VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, '', ?)",
        [
            unit,
            where,
            place,
            row["id"] or "",
            row["time"],
            row["week"],
            row["role"],
            row["voice"],
            text,
            hashed(text),
            state,
        ],
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
