"""Renamed artifacts and accounts: from every former name to the present one.

The platform's own id tells that two names are one thing; a source may say so outright (`former_names`), and people
may decide it (`decisions/renames.toml`: `"old/name" = "new/name"`).
"""

import duckdb


def aliases(db: duckdb.DuckDBPyConnection, view: str, decided: dict[str, str]) -> dict[str, str]:
    """Map each former name in a view of originals to the name that it has now; circles end at the last name told."""
    steps = dict(
        db.execute(f"""
        SELECT o.name, present FROM {view} o JOIN (
            SELECT platform_id, arg_max(name, version) AS present FROM {view} WHERE platform_id IS NOT NULL
            GROUP BY platform_id HAVING count(DISTINCT name) > 1
        ) USING (platform_id) WHERE o.name <> present GROUP BY ALL ORDER BY ALL""").fetchall()
    )
    if "former_names" in [row[0] for row in db.execute(f"DESCRIBE {view}").fetchall()]:
        told = f"SELECT DISTINCT unnest(former_names) AS old, name FROM {view} ORDER BY ALL"
        steps |= {old: new for old, new in db.execute(told).fetchall() if old != new}
    borne = _borne(db, view)
    steps = {old: new for old, new in steps.items() if old not in borne or borne[old] == borne.get(new)} | decided
    return {name: _end(name, steps) for name in steps}


def _borne(db: duckdb.DuckDBPyConnection, view: str) -> dict[str, str]:
    """Give for each name the platform's id of the thing that bore it last: a name that was left may be taken anew."""
    query = f"SELECT name, arg_max(platform_id, version) FROM {view} WHERE platform_id IS NOT NULL GROUP BY name"
    return dict(db.execute(query).fetchall())


def _end(name: str, steps: dict[str, str]) -> str:
    seen = {name}
    while name in steps and steps[name] not in seen:
        name = steps[name]
        seen.add(name)
    return name
