"""Dossiers of a collection's own models, from its store."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import duckdb
import orjson

from openlives.governance.card import Card
from openlives.governance.dossiers import card_of, of_tags
from openlives.governance.evidence import Dossier

FIELDS = "artifact, name, license, gate, base_models, card, metadata, paths, likes, downloads, outcome, library, looked"
BATCH = 2000


def dossiers(
    connection: duckdb.DuckDBPyConnection, names: Sequence[str] | None = None
) -> Iterator[tuple[int, Dossier]]:
    """Yield the models of a store with their keys, in the order of names; all of them, or those named."""
    dossier = reader(connection)
    for row in rows(connection, names):
        yield row["artifact"], dossier(row)


def reader(connection: duckdb.DuckDBPyConnection) -> Callable[[dict[str, Any]], Dossier]:
    """Give what makes a dossier of a row of the store, with what the store knows of its data sets."""
    data = data_states(connection)

    def read(row: dict[str, Any]) -> Dossier:
        dossier = of_row(row)
        states = {name: data[name] for name in named_data(dossier) if name in data}
        return replace(dossier, data=states, derivatives=row["derivatives"])

    return read


def rows(connection: duckdb.DuckDBPyConnection, names: Sequence[str] | None = None) -> Iterator[dict[str, Any]]:
    """Yield what the store holds of its models, in the order of names; all of them, or those named."""
    of = "" if names is None else f"AND artifact IN ({_keys(connection, names)})"  # of a few, not all tags are read
    query = f"""
        WITH chosen AS (SELECT {FIELDS} FROM artifacts WHERE kind = 'model' {of})
        SELECT {FIELDS}, t.tags, s.observed FROM chosen
        LEFT JOIN (SELECT artifact, list(tag ORDER BY tag) AS tags FROM tags WHERE true {of} GROUP BY artifact) t
            USING (artifact)
        LEFT JOIN (SELECT artifact, max(observed) AS observed FROM snapshots WHERE true {of} GROUP BY artifact) s
            USING (artifact)
        ORDER BY artifact
    """
    cursor = connection.cursor().execute(query)
    columns = [column[0] for column in cursor.description or ()]
    made = derivatives(connection, names)
    while fetched := cursor.fetchmany(BATCH):
        for values in fetched:
            row = dict(zip(columns, values, strict=True))
            yield row | {"derivatives": made.get(row["name"], 0)}


def _keys(connection: duckdb.DuckDBPyConnection, names: Sequence[str]) -> str:
    """Give the keys of artifacts by name, for a query; with none, a key that nothing has."""
    query = "SELECT artifact FROM artifacts WHERE name IN (SELECT unnest(?::VARCHAR[])) ORDER BY artifact"
    return ", ".join(str(key) for (key,) in connection.cursor().execute(query, [list(names)]).fetchall()) or "-1"


def data_states(connection: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """Tell of each data set that the collection looked at itself: open, gated or gone; others are not in it."""
    query = """
        SELECT substr(name, 10), CASE WHEN outcome IN ('gone', 'private') THEN 'gone'
            WHEN gate IN ('auto', 'manual') THEN 'gated' WHEN gate = 'none' THEN 'open' END AS state
        FROM artifacts WHERE kind = 'dataset' AND starts_with(name, 'datasets/')
    """
    return {name: state for name, state in connection.cursor().execute(query).fetchall() if state}


def named_data(dossier: Dossier) -> tuple[str, ...]:
    """Name the data sets of a model's metadata."""
    return (*(dossier.card.texts("datasets") if dossier.card else ()), *dossier.datasets)


def derivatives(connection: duckdb.DuckDBPyConnection, names: Sequence[str] | None = None) -> dict[str, int]:
    """Count the models that name another as their base, by that other's name; of all, or of those named."""
    query = f"""
        SELECT base, count(DISTINCT artifact) FROM (SELECT artifact, unnest(base_models) AS base FROM artifacts
            WHERE base_models IS NOT NULL {"" if names is None else "AND list_has_any(base_models, $names)"})
        {"" if names is None else "WHERE list_contains($names, base)"} GROUP BY base
    """
    return dict(connection.cursor().execute(query, None if names is None else {"names": list(names)}).fetchall())


def bases_named(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """Name the models of the store that others declare as their base."""
    query = """
        SELECT DISTINCT name FROM artifacts SEMI JOIN
            (SELECT unnest(base_models) AS name FROM artifacts WHERE base_models IS NOT NULL) USING (name) ORDER BY name
    """
    return [name for (name,) in connection.cursor().execute(query).fetchall()]


def of_row(row: dict[str, Any]) -> Dossier:
    """Make a dossier of a row of the store; a card that was fetched says more than metadata that came with a list."""
    about = _mapping(row["metadata"])
    card = Card(row["card"]) if row["card"] is not None else card_of(about) if about is not None else None
    told = of_tags(row["name"], row["tags"] or (), where="API: tags")
    looked = {
        place
        for place, there in (
            ("card", row["card"] is not None),
            ("api", row["tags"] or about is not None),
            ("files", row["paths"] is not None),
        )
        if there
    }
    declared = [*told.declared, *_licences(row["license"])]
    return replace(
        told,
        card=card,
        declared=tuple(dict.fromkeys(declared)),
        bases={**dict.fromkeys(row["base_models"] or (), ""), **told.bases},
        gate=row["gate"],
        files=None if row["paths"] is None else tuple(row["paths"]),
        likes=row["likes"],
        downloads=row["downloads"],
        discussions=None if row["outcome"] in ("never", "unreachable", "failed") else row["outcome"] != "disabled",
        seen=_day(row["observed"] or row["looked"]),
        looked_in=frozenset(looked),
        sources={
            "tags": "API: tags",
            "gate": "API: gated",
            "files": "API: siblings",
            "license": "API: cardData.license",
        },
    )


def _licences(text: str | None) -> list[str]:
    """Split what the store keeps of a list of licences."""
    return [one for one in re.split(r",\s*", text or "") if one]


def _mapping(text: str | None) -> dict[str, Any] | None:
    try:
        found = orjson.loads(text) if text else None
    except orjson.JSONDecodeError:
        return None
    return found if isinstance(found, dict) else None


def _day(time: int | None) -> str:
    return "" if time is None else datetime.fromtimestamp(time, UTC).strftime("%Y-%m-%d")
