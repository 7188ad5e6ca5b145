"""The incremental run: the list of models again, and then a look where new comments are to be expected.

The list is nearly free and shows new models, renames, and what changed. Of the rest, each model is worth a request by
what it has done so far (`expected`); the floor sees to it that no model is forgotten. Whatever somebody told us of
(webhooks, notifications) comes first.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from openlives.collector import models, run, threads
from openlives.collector.client import Asker, StopError
from openlives.collector.expected import LESSON_WEEKS, Lesson, Rule, choose, fit, lesson
from openlives.collector.known import DAY, History, Ints, Known, Listing
from openlives.collector.scope import Scope
from openlives.sources.hub_api import loads
from openlives.store import frontier
from openlives.store.archive import Archive, unpack


def fitted(archive: Archive, now: float) -> tuple[Rule, Known, Ints]:
    """Learn from what this archive has found so far; give the rule, what is known of each model, and their keys.

    Models that are gone or private are left out. A lesson of the past goes by the list of its time: today's likes would
    tell it what came later.
    """
    rows = archive.db.execute(
        """SELECT model, id, name, created, coalesce(looked, created, 0) AS seen, outcome FROM models
        WHERE coalesce(outcome, '') NOT IN ('gone', 'private', 'unreachable') OR listed > looked ORDER BY model"""
    ).fetchall()
    keys = np.array([row["model"] for row in rows], np.int64)
    created = np.array([row["created"] or row["seen"] for row in rows], np.int64)
    seen = np.array([max(row["seen"], row["created"] or 0) for row in rows], np.int64)
    places = {row["id"] or row["name"]: place for place, row in enumerate(rows)}
    history = _history(archive, keys)

    def lesson_of(week: int) -> Lesson:
        then = int(now) - week * 7 * DAY
        return lesson(history, created, seen, _listing(archive, places, then), then)

    known = history.known(np.arange(len(keys)), created, seen, _listing(archive, places, now))
    closed = np.array([row["outcome"] == "disabled" for row in rows], bool)
    return fit([lesson_of(week) for week in LESSON_WEEKS]), replace(known, closed=closed), keys


def _listing(archive: Archive, places: dict[str, int], at: float) -> Listing:
    """Give likes, downloads and trending scores as the last list before a moment had them; NaN where it had none."""
    columns = np.full((3, len(places)), np.nan, np.float32)
    last = archive.db.execute(
        "SELECT max(run) FROM replies WHERE kind = 'models' AND used AND time <= ?", [at]
    ).fetchone()
    query = """SELECT b.packed FROM replies r JOIN bodies b USING (body)
        WHERE r.run = ? AND r.kind = 'models' AND r.used AND r.time <= ? ORDER BY r.reply"""
    for reply in archive.db.execute(query, [last[0], at]):
        for row in filter(lambda row: isinstance(row, dict), loads(unpack(reply["packed"]))):
            place = places.get(str(row.get("_id") or row.get("id")))
            if place is not None:
                told = (row.get("likes"), row.get("downloads"), row.get("trendingScore"))
                columns[:, place] = [value if isinstance(value, int | float) else np.nan for value in told]
    return columns[0], columns[1], columns[2]


def _history(archive: Archive, keys: Ints) -> History:
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
    except StopError:
        progress.why = "the requests were spent on the list of models"
        return
    with archive.together():
        frontier.plan(archive, asker.run, "threads", _chosen(asker, days))
    progress.stage = "threads"
    try:
        await run.drain(asker, "threads", _look, progress)
    except StopError:
        progress.why = "the requests are spent, as they were meant to be"
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
