"""Which threads are read: a sample drawn from a collection by rule, and frozen with its rule and seed.

Rules: `persistent:K` (all comments of the K most persistent models, as in §4.3), `matching:WORDS` (every thread in
which the words stand), `random:N` and `random:N/COLUMN` (N threads, spread over what COLUMN says: license, gate, task,
library, owner), `list:FILE` (addresses, one a line, owner/model#12). The text is taken as it is, with its hash.
"""

import json
import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from openlives.coding.project import Project
from openlives.coding.snapshot import NUMBER, address, split, take
from openlives.coding.sqlite import writing
from openlives.errors import InputError, NothingToAskError

STRATA = ("license", "gate", "task", "library", "owner")


@dataclass(frozen=True, slots=True)
class Drawn:
    """What a draw brought: threads and comments that are new to the project, and addresses the collection has not."""

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
    taken = addresses[:limit]
    with writing(project.connection):
        drawn = Drawn(*take(project, store, taken), tuple(missing))
        samples = json.loads(project.fact("samples", "[]"))
        told = {"rule": rule, "seed": seed, "limit": limit, "threads": len(taken), "missing": len(missing)}
        samples.append(told | {"new_threads": drawn.threads, "new_units": drawn.units})
        project.connection.execute(
            "INSERT INTO project VALUES ('samples', ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
            [json.dumps(samples)],
        )
    return drawn


def chosen(store: duckdb.DuckDBPyConnection, rule: str, seed: int) -> tuple[list[tuple[str, int]], list[str]]:
    """Give the threads of a rule as (model, number), in the order of reading, and what it names that is not here."""
    kind, _, rest = rule.partition(":")
    if kind == "persistent" and NUMBER.fullmatch(rest):
        return _threads(store, f"a.artifact IN ({PERSISTENT})", [int(rest)]), []
    if kind == "matching" and rest.strip():
        held = "contains(lower({}), lower(?))"
        said = f"SELECT thread FROM events e WHERE e.kind = 'comment' AND {held.format('e.body')}"
        where = f"({held.format('t.title')} OR t.thread IN ({said}))"
        return _threads(store, where, [rest.strip(), rest.strip()]), []
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
    if not NUMBER.fullmatch(count) or (column and column not in STRATA):
        raise InputError(
            f"There is no such sample: random:{rest!r}", todo=f"random:N, or random:N/ and one of {', '.join(STRATA)}"
        )
    over = f"coalesce(a.{column}, 'unknown')" if column else "''"
    query = f"SELECT {over}, a.name, t.num FROM threads t JOIN artifacts a USING (artifact) ORDER BY ALL"
    strata: dict[str, list[tuple[str, int]]] = {}
    for stratum, name, num in store.execute(query).fetchall():
        strata.setdefault(str(stratum), []).append((str(name), int(num)))
    generator = random.Random(f"openlives sample {seed}")  # noqa: S311  # a sample is to be drawn again, not kept secret
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
    wanted = list(dict.fromkeys(split(line) for line in lines))
    known = {
        (str(name), int(num))
        for name, num in store.execute(
            "SELECT a.name, t.num FROM threads t JOIN artifacts a USING (artifact)"
        ).fetchall()
    }
    return [one for one in wanted if one in known], [address(*one) for one in wanted if one not in known]
