"""What a collection has looked at and how that ended, summed up from its archive; while a collector is at work, too."""

from collections.abc import Iterator
from datetime import UTC, datetime

import orjson

from openlives.records import printable
from openlives.store.archive import Archive

REASONS = 5  # of failures, the most frequent are named


def summary(archive: Archive) -> Iterator[str]:
    """Say in lines: which Hub, which runs, how many models are known, how the last look at each ended, and why not."""
    hub = f"archive of {archive.meta('endpoint')} ({archive.meta('platform') or 'nothing collected yet'})"
    lines = (hub, *_runs(archive), *_models(archive), *_reasons(archive), _replies(archive))
    yield from map(printable, lines)


def _runs(archive: Archive) -> Iterator[str]:
    for run in archive.db.execute("SELECT * FROM runs ORDER BY run DESC LIMIT 3").fetchall():
        left = archive.db.execute("SELECT count(*) FROM frontier WHERE run = ?", [run["run"]]).fetchone()[0]
        listed = "" if run["listed"] else ", the list of models not read to its end"
        state = f"ended {_when(run['ended'])}" if run["ended"] else f"not finished: {left:,} tasks to go{listed}"
        scope = {name: value for name, value in orjson.loads(run["scope"]).items() if value}
        what = ", ".join(f"{name} {value}" for name, value in scope.items()) or "all models"
        yield f"  {run['command']} ({what}) since {_when(run['started'])}: {run['requests']:,} requests, {state}"


def _models(archive: Archive) -> Iterator[str]:
    rows = archive.db.execute(
        """SELECT coalesce(outcome, 'never') AS outcome, count(*) AS n, min(looked) AS first, max(looked) AS last
        FROM models GROUP BY 1 ORDER BY n DESC, 1"""
    ).fetchall()
    yield f"{sum(row['n'] for row in rows):,} models known; last looks at their threads:"
    for row in rows:
        when = f", {_when(row['first'])} to {_when(row['last'])}" if row["first"] else ""
        yield f"  {row['n']:,} {row['outcome']}{when}"


def _reasons(archive: Archive) -> Iterator[str]:
    """Name the most frequent reasons for which a look was not complete."""
    query = """SELECT outcome, coalesce(reason, '') AS reason, count(*) AS n, min(name) AS name FROM models
        WHERE outcome NOT IN ('complete') GROUP BY 1, 2 ORDER BY n DESC, 1, 2"""
    rows = archive.db.execute(query).fetchall()
    for row in rows[:REASONS]:
        yield f"    {row['n']:,} {row['outcome']}: {row['reason'][:120]} (such as {row['name']})"
    if rows[REASONS:]:
        yield f"    and {sum(row['n'] for row in rows[REASONS:]):,} for {len(rows) - REASONS} other reasons"


def _replies(archive: Archive) -> str:
    rows = archive.db.execute("SELECT coalesce(status, 0) AS s, count(*) AS n FROM replies GROUP BY 1 ORDER BY n DESC")
    told = ", ".join(f"{row['n']:,} {row['s'] or 'without a reply'}" for row in rows)
    return f"requests by HTTP status: {told or 'none'}"


def _when(time: float) -> str:
    return datetime.fromtimestamp(time, UTC).strftime("%Y-%m-%d %H:%M")
