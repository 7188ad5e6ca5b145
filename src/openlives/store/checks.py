"""What looks wrong in a store: found, counted and shown, never mended in silence."""

from dataclasses import dataclass

import duckdb

from openlives.records import printable

KNOWN_KINDS = (
    "comment",
    "status-change",
    "commit",
    "title-change",
    "pinning-change",
    "locking-change",
    "report-status-change",
    "ref-deleted",
)

CHECKS = {
    "events of a kind not known yet (kept as they came)": f"""
        SELECT kind || ': ' || count(*) FROM events
        WHERE kind NOT IN {KNOWN_KINDS} GROUP BY kind ORDER BY kind""",
    "events earlier than the one before them in their thread": """
        SELECT a.name || '#' || t.num
        FROM (SELECT thread, time < lag(time) OVER (PARTITION BY thread ORDER BY event) AS early FROM events)
        JOIN threads t USING (thread) JOIN artifacts a USING (artifact) WHERE early ORDER BY ALL""",
    "events in the future": """
        SELECT a.name || ': ' || epoch_ms(time * 1000) FROM events JOIN artifacts a USING (artifact)
        WHERE time > epoch(now()) ORDER BY ALL""",
    "events before the Hub had discussions (2022-05-25)": """
        SELECT a.name || ': ' || epoch_ms(time * 1000) FROM events JOIN artifacts a USING (artifact)
        WHERE a.platform = 'huggingface' AND time < 1653436800 ORDER BY ALL""",
    "threads without any event": """
        SELECT a.name || '#' || t.num FROM threads t JOIN artifacts a USING (artifact)
        ANTI JOIN events e ON e.thread = t.thread ORDER BY ALL""",
    "threads without an opening comment": """
        SELECT a.name || '#' || t.num FROM threads t JOIN artifacts a USING (artifact)
        WHERE t.thread IN (SELECT thread FROM events)
            AND t.thread NOT IN (SELECT thread FROM events WHERE opening) ORDER BY ALL""",
    "artifacts created after their first event": """
        SELECT a.name FROM artifacts a
        JOIN (SELECT artifact, min(time) AS first FROM events GROUP BY artifact) f USING (artifact)
        WHERE a.created > f.first + 86400 ORDER BY ALL""",
    "rows rejected by the importers": "SELECT file || ': ' || rejected FROM imports WHERE rejected > 0 ORDER BY ALL",
    "what the build put together or left out": """
        SELECT note || ': ' || count FROM build_notes WHERE count > 0 ORDER BY ALL""",
}


@dataclass(frozen=True, slots=True)
class Check:
    """What one check found: how many, and the first few by name."""

    name: str
    count: int
    examples: tuple[str, ...]

    def __str__(self) -> str:
        shown = "; ".join(self.examples) + ("; …" if self.count > len(self.examples) else "")
        return printable(f"  check: {self.count:,} {self.name}: {shown}")


def run(store: duckdb.DuckDBPyConnection) -> list[Check]:
    """Run every check; those that find nothing are left out."""
    found = []
    for name, query in CHECKS.items():
        rows = [str(row[0]) for row in store.execute(query).fetchall()]
        if rows:
            found.append(Check(name, len(rows), tuple(rows[:3])))
    return found


def summary(store: duckdb.DuckDBPyConnection) -> list[str]:
    """Say what a store holds, and how the last look at its artifacts ended."""
    counts = {
        table: _one(store, f"SELECT count(*) FROM {table}") for table in ("artifacts", "threads", "events", "people")
    }
    comments = _one(store, "SELECT count(*) FROM events WHERE kind = 'comment'")
    outcomes = store.execute("SELECT outcome, count(*) FROM artifacts GROUP BY 1 ORDER BY 2 DESC, 1").fetchall()
    ends = store.execute(
        "SELECT epoch_ms(min(time) * 1000)::DATE, epoch_ms(max(time) * 1000)::DATE FROM events WHERE kind = 'comment'"
    ).fetchone() or (None, None)
    when = f", {ends[0]} to {ends[1]}" if ends[0] else ""
    return [
        ", ".join(f"{count:,} {table}" for table, count in counts.items()) + f"; {comments:,} interactions{when}",
        "last looks: " + (", ".join(f"{count:,} {outcome}" for outcome, count in outcomes) or "none"),
    ]


def _one(store: duckdb.DuckDBPyConnection, query: str) -> int:
    row = store.execute(query).fetchone()
    return int(row[0]) if row else 0
