"""Finding models by name, and in the private tier threads by what they say."""

from typing import Any

from openlives.measures.clock import calendar_week_start, date
from openlives.web.explorer.asking import Asking

MODELS, THREADS = 50, 100
FOUND = """SELECT a.name, a.task, a.license, a.gate, a.created, a.outcome, coalesce(n.said, 0) > 0 AS active
           FROM artifacts a LEFT JOIN activity n USING (artifact)
           WHERE kind = 'model' AND (contains(lower(a.name), $1) OR list_contains(a.former_names, $2))
           ORDER BY lower(a.name) <> $1, coalesce(n.said, 0) DESC, a.name"""


def models(asking: Asking, text: str, first: int = 0) -> dict[str, Any]:
    """Find models whose name holds a text, those with most interactions first; an empty text finds all."""
    said = " ".join(text.split())
    rows = asking.found(f"{FOUND} LIMIT {MODELS + 1} OFFSET {int(first)}", [said.lower(), said])
    found = [{**row, "created": "" if row["created"] is None else date(row["created"])} for row in rows]
    return {"q": said, "found": found[:MODELS], "first": first, "before": max(0, first - MODELS) if first else None,
            "after": first + MODELS if len(found) > MODELS else None}  # fmt: skip


def threads(asking: Asking, text: str, week: int | None, artifacts: list[int] | None) -> list[dict[str, Any]]:
    """Find threads by words of their titles and comments, by week, by artifact: the busiest first."""
    since, until = (calendar_week_start(week), calendar_week_start(week + 1)) if week is not None else (0, 2**62)
    query = """
        SELECT a.name, t.num, t.title, t.pull_request, t.status, t.created, s.comments FROM (
            SELECT thread, count(*) AS comments FROM events WHERE kind = 'comment' AND time >= $since AND time < $until
            AND ($all OR artifact IN (SELECT unnest($artifacts::INTEGER[])))
            AND ($text = '' OR contains(lower(body), $text) OR thread IN
                (SELECT thread FROM threads WHERE contains(lower(title), $text))) GROUP BY thread) s
        JOIN threads t USING (thread) JOIN artifacts a ON a.artifact = t.artifact
        ORDER BY s.comments DESC, a.name, t.num LIMIT $most"""
    given = {"since": since, "until": until, "all": artifacts is None, "artifacts": artifacts or [],
             "text": " ".join(text.split()).lower(), "most": THREADS}  # fmt: skip
    rows = asking.found(query, given)
    return [{**row, "created": "" if row["created"] is None else date(row["created"])} for row in rows]
