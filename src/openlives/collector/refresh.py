"""The incremental run: the list of models again, and then a look where new comments are to be expected.

The list is nearly free and shows new models, renames, and what changed. Of the rest, each model is worth a request by
what it has done so far (`expected`); the floor sees to it that no model is forgotten. Whatever somebody told us of
(webhooks, notifications) comes first.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from openlives.collector import models, run, threads
from openlives.collector.client import Asker, StopError
from openlives.collector.expected import LESSON_WEEKS, Rule, choose, fit, lesson
from openlives.collector.known import DAY, History, Known
from openlives.collector.scope import Scope
from openlives.store import frontier
from openlives.store.archive import Archive


def fitted(archive: Archive, now: float) -> tuple[Rule, Known, np.ndarray[Any, Any]]:
    """Learn from what this archive has found so far; give the rule, what is known of each model, and their keys.

    Likes, downloads and trends are those of the last list, for the lessons of past weeks too: what they say of the past
    is a little too much. Models that are gone or private are left out.
    """
    rows = archive.db.execute(
        """SELECT model, created, coalesce(looked, created, 0) AS seen, likes, downloads, trending, outcome FROM models
        WHERE coalesce(outcome, '') NOT IN ('gone', 'private', 'unreachable') ORDER BY model"""
    ).fetchall()
    keys = np.array([row["model"] for row in rows], np.int64)
    created = np.array([row["created"] or row["seen"] for row in rows], np.int64)
    seen = np.array([max(row["seen"], row["created"] or 0) for row in rows], np.int64)
    columns = [[row[what] for row in rows] for what in ("likes", "downloads", "trending")]
    likes, downloads, trending = (np.array(column, np.float64).astype(np.float32) for column in columns)
    listing = likes, downloads, trending
    history = _history(archive, keys)
    everyone = np.arange(len(keys))
    lessons = [lesson(history, created, seen, listing, int(now) - week * 7 * DAY) for week in LESSON_WEEKS]
    known = history.known(everyone, created, seen, listing)
    closed = np.array([row["outcome"] == "disabled" for row in rows], bool)
    known.closed[:] = closed
    return fit([one for one in lessons if len(one.known)]), known, keys


def _history(archive: Archive, keys: np.ndarray[Any, Any]) -> History:
    """Give every comment that was ever found, as the row of its model and its time."""
    query = "SELECT t.model, c.value AS time FROM threads t, json_each(t.comments) c"
    found = np.array([tuple(row) for row in archive.db.execute(query)], np.int64).reshape(-1, 2)
    rows = np.searchsorted(keys, found[:, 0])
    there = (rows < len(keys)) & (keys[np.minimum(rows, len(keys) - 1)] == found[:, 0]) if len(keys) else rows > 0
    return History(rows[there], found[there, 1])


async def refresh(asker: Asker, scope: Scope, progress: run.Progress, *, days: float, relist: bool = True) -> None:
    """Spend the allowance of this run, which has to last for so many days, where most is to be expected."""
    archive = asker.archive
    try:
        if relist:
            progress.stage = "the list of models"
            await models.read_list(asker, scope, plan=False)
            await run.drain(asker, "model", run.actions(scope)["model"], progress)
        chosen = _chosen(asker, days)
        with archive.together():
            frontier.plan(archive, asker.run, "threads", chosen)
        progress.stage = "threads"
        await run.drain(asker, "threads", _look, progress)
    except StopError as stop:
        if asker.stopping:
            progress.why = str(stop)
            return
    frontier.end(archive, asker.run, asker.clock())
    progress.finished = True


async def _look(asker: Asker, model: Any) -> str:
    return await threads.look(asker, model, shallow=True)


def _chosen(asker: Asker, days: float) -> Sequence[int]:
    """Give the models to look at, hinted ones first, then by worth."""
    hinted = [row["model"] for row in asker.archive.db.execute(
        "SELECT model FROM models WHERE hinted > coalesce(looked, 0) ORDER BY hinted, model")]  # fmt: skip
    rule, known, keys = fitted(asker.archive, asker.clock())
    if not len(keys):
        return hinted
    now = int(asker.clock())
    requests = len(keys) if asker.allowance is None else max(0, asker.allowance - len(hinted))
    rows, _ = choose(rule.rate(known, now), known.seen, now, requests, days=days)
    first = set(hinted)
    return [*hinted, *(int(key) for key in keys[rows] if int(key) not in first)]


def due(archive: Archive) -> int:
    """Give how many requests a day's refresh takes if nothing else is said: one for every twentieth model."""
    known: int = archive.db.execute("SELECT count(*) FROM models").fetchone()[0]
    return max(100, known // 20)
