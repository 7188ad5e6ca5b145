"""Reading threads: those of a week, a community or a search, and one with all its comments. Private tier only."""

from typing import Any

import narwhals.stable.v2 as nw

from openlives.errors import CollectionError
from openlives.measures.clock import WEEK, calendar_week_start, date
from openlives.measures.frames import small
from openlives.rules import Rules
from openlives.web.explorer import search
from openlives.web.explorer.asking import Asking
from openlives.web.markdown import dead

LONGEST = 2000  # comments of a thread on one page
SAID = """SELECT e.time, e.person, e.by_owner, e.by_member, e.by_staff, e.app, e.hidden, e.edited, e.body, e.kind
          FROM events e JOIN threads t USING (thread) JOIN artifacts a ON a.artifact = t.artifact
          WHERE a.name = ? AND t.num = ? ORDER BY e.position LIMIT ?"""


def threads(asking: Asking, rules: Rules, text: str, week: int | None) -> dict[str, Any]:
    """List threads of a part of the collection, of a week, or with certain words."""
    artifacts = None
    if rules.within:
        artifacts = asking.remembered(("artifacts", rules.shape), lambda: _members(asking, rules))
    shown = search.threads(asking, text, week, artifacts) if rules.within or text or week is not None else []
    return {"found": shown, "q": text, "week": week, "most": search.THREADS, "within": rules.within,
            "monday": "" if week is None else date(calendar_week_start(week))}  # fmt: skip


def _members(asking: Asking, rules: Rules) -> list[int]:
    frames = asking.frames(rules)[0]
    return [
        int(key) for key in small(frames.artifacts.filter(~nw.col("name").is_null()).select("artifact"))["artifact"]
    ]


def thread(asking: Asking, name: str, num: int) -> dict[str, Any]:
    """Give a thread: every comment with its writer's role and voice, never the name."""
    about = asking.found(
        """SELECT t.title, t.status, t.pull_request, t.created, a.name,
           (SELECT min(time) FROM events WHERE artifact = a.artifact AND kind = 'comment') AS first
           FROM threads t JOIN artifacts a USING (artifact) WHERE a.name = ? AND t.num = ?""",
        [name, num],
    )
    if not about:
        raise CollectionError("There is no such thread", where=f"{name[:80]} #{num}", todo="Look at the model's page.")
    rows = asking.found(SAID, [name, num, LONGEST + 1])
    voices: dict[int, int] = {}
    comments = [_comment(row, voices, about[0]["first"]) for row in rows[:LONGEST] if row["kind"] == "comment"]
    others = sum(row["kind"] != "comment" for row in rows)
    return {**about[0], "num": num, "comments": comments, "others": others, "cut": len(rows) > LONGEST,
            "opened": "" if about[0]["created"] is None else date(about[0]["created"])}  # fmt: skip


def _comment(row: dict[str, Any], voices: dict[int, int], first: int | None) -> dict[str, Any]:
    voice = None if row["person"] is None else voices.setdefault(row["person"], len(voices) + 1)
    week = None if first is None or row["time"] is None else (row["time"] - first) // WEEK
    shown = {name: row[name] for name in ("hidden", "edited")}
    day = date(row["time"]) if row["time"] is not None else ""
    said = {"html": dead(row["body"] or ""), "empty": not row["body"]}
    return {"voice": voice, "role": _role(row), "day": day, "week": week, **shown, **said}


def _role(row: dict[str, Any]) -> str:
    if row["person"] is None:
        return "deleted account"
    for flag, role in (("by_owner", "owner"), ("by_member", "member"), ("by_staff", "Hub staff"), ("app", "app")):
        if row[flag]:
            return role
    return "user"
