"""A run of the collector: first the list of models, then a look at each, then their cards; at any time it may stop.

Whatever is left to do stands on the frontier in the archive, so that the next run of the same scope goes on there.
"""

import asyncio
import sqlite3
import time
from collections import Counter, deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from openlives.collector import models, threads
from openlives.collector.client import LANES, Asker, GaveUpError, Question, StopError
from openlives.collector.refusals import outcome
from openlives.collector.scope import Scope
from openlives.errors import OpenLivesError
from openlives.store import frontier

Task = Callable[[Asker, Any], Awaitable[Any]]


@dataclass(slots=True)
class Progress:
    """How far a run is: looks by how they ended, and what is left to do."""

    asker: Asker
    ended: Counter[str] = field(default_factory=Counter)
    left: dict[str, int] = field(default_factory=dict)
    stage: str = "the list of models"
    finished: bool = False
    why: str = ""
    begun: float = field(default_factory=time.monotonic)

    @property
    def models(self) -> int:
        """Models looked at in this run."""
        return self.ended.total()

    def to_go(self) -> float | None:
        """Give the seconds that are left, if the rest goes as fast as what was done; None before that can be said."""
        spent, done = time.monotonic() - self.begun, self.models
        return None if done < 20 else sum(self.left.values()) * spent / done  # too few to say


async def collect(asker: Asker, scope: Scope, progress: Progress) -> None:
    """Collect what a scope asks for, or as much as may be asked; `progress` says in the end whether all is done."""
    try:
        await _prepare(asker, scope)
        for task, action in actions(scope).items():
            progress.stage = task
            await drain(asker, task, action, progress)
    except StopError as stop:
        progress.why = str(stop)
        return
    finally:
        progress.left = frontier.left(asker.archive, asker.run)
    frontier.end(asker.archive, asker.run, asker.clock())
    progress.finished = True


async def _prepare(asker: Asker, scope: Scope) -> None:
    """Find out which models there are: from the list, or from the names that were given."""
    archive, number = asker.archive, asker.run
    if not scope.models:
        await models.read_list(asker, scope)
    elif not frontier.run(archive, number)["listed"]:
        with archive.together():
            frontier.plan(archive, number, "model", [frontier.named(archive, name) for name in scope.models])
            frontier.at_page(archive, number, None, listed=True)


def actions(scope: Scope) -> dict[str, Task]:
    """Give what is to be done, in order, and how."""
    return {
        "model": lambda asker, model: models.read_one(asker, model, scope),
        "threads": threads.look,
        "card": read_card,
    }


async def drain(asker: Asker, task: str, action: Task, progress: Progress) -> None:
    """Do one task for every model on the frontier, some at a time; what fails comes again, last."""
    waiting: deque[Any] = deque()
    busy: set[int] = set()
    spent: list[StopError] = []

    async def lane() -> None:
        while not spent:
            if not waiting:
                waiting.extend(frontier.due(asker.archive, asker.run, task, [*busy], LANES * 8))
            if not waiting:
                return
            row = waiting.popleft()
            busy.add(row["model"])
            try:
                ended = str(await _done(asker, task, action, row))
                final = ended not in ("partial", "failed") or row["tries"] + 1 >= frontier.TRIES
                progress.ended[ended] += final and task == "threads"
            except StopError as stop:  # what is in the air comes down first
                spent.append(stop)
            finally:
                busy.discard(row["model"])

    try:
        async with asyncio.TaskGroup() as lanes:
            for _ in range(LANES if asker.allowance is None else min(LANES, 1 + asker.allowance // 8)):
                lanes.create_task(lane())
    except BaseExceptionGroup as several:
        raise several.exceptions[0] from several
    if spent:
        raise spent[0]


async def _done(asker: Asker, task: str, action: Task, row: Any) -> Any:
    """Do one task for one model; if it cannot be done, say so in the ledger and try it again later."""
    try:
        return await action(asker, row)
    except (StopError, OpenLivesError, sqlite3.DatabaseError):
        raise
    except Exception as odd:  # noqa: BLE001  # one model that nobody foresaw must not stop the others
        error = odd if isinstance(odd, GaveUpError) else GaveUpError(f"not foreseen: {odd!r}"[:300], None)
        with asker.archive.together():
            if task != "card":
                now = asker.clock()
                asker.archive.look(
                    asker.run, row["name"], now, "failed", model=row["model"], status=error.status, reason=error.reason
                )
                frontier.looked(asker.archive, row["model"], now, "failed", error.reason, deep=False)
            frontier.again(asker.archive, asker.run, task, row["model"])
        return "failed"


async def read_card(asker: Asker, model: Any) -> None:
    """Fetch the card of a model from its repository, unless we have it as of the last commit.

    What is behind a gate stays behind it: access is never asked for.
    """
    archive, key = asker.archive, model["model"]
    if model["card"] is None or model["card"] != model["modified"]:
        path = f"/{quote(model['name'])}/resolve/main/README.md"
        answer = await asker.ask(Question("card", path, (), model["name"], model=key))
        with archive.together():
            if answer.status == 200:
                archive.use(answer.reply)
            elif outcome(answer)[0] == "failed":
                frontier.again(archive, asker.run, "card", key)
                return
            archive.db.execute("UPDATE models SET card = ? WHERE model = ?", [model["modified"] or "", key])
            frontier.done(archive, asker.run, "card", key)
        return
    with archive.together():
        frontier.done(archive, asker.run, "card", key)


async def watch(progress: Progress, tell: Callable[[Progress], None], every: float) -> None:
    """Tell of the progress now and then, until cancelled."""
    while True:
        await asyncio.sleep(every)
        progress.left = frontier.left(progress.asker.archive, progress.asker.run)
        tell(progress)
