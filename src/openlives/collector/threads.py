"""A look at one model: its list of threads, and every thread that has changed since it was last read.

The list shows, for each thread, its number, status, title and number of comments: a thread whose row is the same is
not read again. A list is believed when its pages fit each other and their own count; what does not fit is read again.
"""

import asyncio
import math
from collections.abc import Awaitable, Container, Iterable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

import orjson

from openlives.collector.client import Answer, Asker, GaveUpError, Question
from openlives.collector.models import still_public
from openlives.collector.refusals import outcome
from openlives.sources.hub_api import FAULTS, seconds, thread_row
from openlives.store import frontier

PAGE = 50  # threads; the Hub's own number
READINGS = 8  # of a list whose pages do not fit
TOLD = ("status", "title", "numComments", "pinned", "isPullRequest", "numReactionUsers")
DAY = 86_400
RECHECKS = (1, 7, 30, 90)  # days after its last comment: edits and hidings do not show in the list
DEEP = 30 * DAY  # the first page alone does not show comments in older threads
TOGETHER = 8  # threads of one model asked for at a time


@dataclass(slots=True)
class Listing:
    """The threads of a model, as its list shows them: `pages` that fit, and how many threads there are to be."""

    count: int = 0
    pages: dict[int, list[dict[str, Any]]] = field(default_factory=dict)
    moved: str | None = None
    refused: Answer | None = None
    whole: bool = False
    unchanged: bool = False
    shown: dict[int, dict[str, Any]] = field(default_factory=dict)  # whatever any reading showed

    @property
    def rows(self) -> dict[int, dict[str, Any]]:
        """The rows of all pages by number."""
        return {row["num"]: row for page in sorted(self.pages) for row in self.pages[page]}

    def fits(self, page: int) -> bool:
        """Tell whether a page has as many different threads as the count leaves for it."""
        nums = [row["num"] for row in self.pages.get(page, ())]
        return len(nums) == len(set(nums)) == max(0, min(PAGE, self.count - page * PAGE)) and page in self.pages

    @property
    def fitting(self) -> bool:
        """Whether every page fits, and no thread stands on two."""
        return all(self.fits(page) for page in range(self.last)) and len(self.rows) == self.count

    @property
    def last(self) -> int:
        """The number of pages; an empty list has one."""
        return max(1, math.ceil(self.count / PAGE))


async def look(asker: Asker, model: Any, *, shallow: bool = False) -> str:
    """Look at a model and enter into the ledger how that ended; give the outcome.

    A shallow look stops after the first page when nothing on it has changed.
    """
    try:
        return await _look(asker, model, shallow=shallow)
    except GaveUpError as error:
        return _end(asker, model, "failed", error.reason, error.status)


async def _look(asker: Asker, model: Any, *, shallow: bool) -> str:
    archive, key, now = asker.archive, model["model"], asker.clock()
    if not await still_public(asker, model):
        return str(frontier.model(archive, key)["outcome"])
    known = frontier.threads(archive, key)
    listing = await _listing(asker, model, known if shallow and not _deep_due(model, now) else None)
    if listing.refused:
        ended, reason = outcome(listing.refused)
        return _end(asker, model, ended, reason, listing.refused.status)
    shown = listing.rows if listing.whole or listing.unchanged else listing.shown
    rows = {num: _row(row) for num, row in shown.items()}
    with archive.together():
        frontier.listed(archive, key, rows)
        if listing.moved:
            archive.db.execute("UPDATE models SET name = ? WHERE model = ?", [listing.moved, key])
    model = frontier.model(archive, key)
    changed = [num for num, row in rows.items() if _is_due(known.get(num), row, now)]
    vanished = [num for num, row in known.items() if listing.whole and num not in rows and not row["gone"]]
    failed = await _read_all(asker, model, sorted([*changed, *vanished]), rows)
    if failed:
        return _end(asker, model, "partial", f"{len(failed)} threads could not be read: {failed[0]}", None)
    if not listing.whole and not listing.unchanged:
        said = f"the list counts {listing.count} threads and shows {len(rows)}"
        return _end(asker, model, "partial", said, 200)
    holes = max(rows, default=0) - len(rows) if listing.whole else 0
    return _end(asker, model, "complete", f"{holes} numbers are not listed" if holes else None, 200, deep=listing.whole)


def _deep_due(model: Any, now: float) -> bool:
    return model["deep"] is None or now - model["deep"] > DEEP


async def _listing(asker: Asker, model: Any, known: dict[int, Any] | None) -> Listing:
    """Read the list of threads until its pages fit; `known` threads allow to stop after an unchanged first page."""
    found = Listing()
    for _ in range(READINGS):
        if not found.fits(0) and not await _read_page(asker, model, 0, found):
            return found
        if known is not None and found.fits(0) and _unchanged(found, known):
            found.unchanged = True
            return found
        for page in range(1, found.last):
            if found.pages.get(page - 1) == []:
                break  # nothing comes after an empty page, whatever was counted
            if not found.fits(page) and not await _read_page(asker, model, page, found):
                return found
        if found.fitting:
            found.whole = True
            return found
        if all(found.fits(page) for page in range(found.last)):
            found.pages.clear()  # a thread stands on two pages: the list moved while it was read
        else:
            found.pages.pop(0, None)  # it may be the count that is wrong
    return found


def _unchanged(found: Listing, known: dict[int, Any]) -> bool:
    there = sum(not row["gone"] for row in known.values())
    same = all(num in known and known[num]["fetched"] == _row(row) for num, row in found.rows.items())
    return same and found.count == there


async def _read_page(asker: Asker, model: Any, page: int, found: Listing) -> bool:
    """Read one page into the listing, unless it is not the one asked for; False if the Hub refuses.

    A page that counts differently from those before is asked for again: if it keeps to it, the list has changed, and
    what was read of it no longer holds.
    """
    path = f"/api/models/{quote(model['name'])}/discussions"
    query = (("p", page), ("status", "all"), ("type", "all"))
    question = Question("listing", path, query, model["name"], page=page, model=model["model"])
    counts: list[int] = []
    while True:
        answer = await asker.ask(question)
        if answer.status != 200:
            found.refused = answer
            return False
        rows, count = answer.content.get("discussions"), _count(answer.content.get("count"))
        if answer.content.get("start") not in (None, page * PAGE) or not isinstance(rows, list):
            return True
        if not found.pages or count == found.count or count in counts or len(counts) >= READINGS:
            break
        counts.append(count)
    if found.pages and count != found.count:
        found.pages.clear()
    with asker.archive.together():
        asker.archive.use(answer.reply)
    found.moved = answer.moved or found.moved
    found.pages[page] = [row for row in rows if isinstance(row, dict) and _is_number(row.get("num"))]
    found.shown |= {row["num"]: row for row in found.pages[page]}
    found.count = count
    return True


def _count(told: Any) -> int:
    """Give the number of threads that a list tells; -1, which no list fits, where it tells none."""
    if isinstance(told, str) and told.isascii() and told.isdigit():
        return int(told)
    return told if isinstance(told, int) and not isinstance(told, bool) else -1


def _is_number(num: Any) -> bool:
    return isinstance(num, int) and not isinstance(num, bool) and 0 < num < 2**31


def _row(row: dict[str, Any]) -> str:
    """Give what a row tells of a thread, as text."""
    return orjson.dumps([row.get(what) for what in TOLD]).decode()


def _is_due(known: Any, row: str, now: float) -> bool:
    """Tell whether a thread is to be read: it is new, its row changed, or it is time to look for edits."""
    if known is None or known["fetched"] != row or known["time"] is None:
        return True
    last = known["last_event"] or 0
    return any(known["time"] < last + days * DAY <= now for days in RECHECKS)


async def _read_all(asker: Asker, model: Any, nums: list[int], listed: Container[int]) -> list[str]:
    """Read threads, some at a time; give the reasons why any could not be read."""
    reasons: list[str] = []
    for at in range(0, len(nums), TOGETHER):
        some = (_read(asker, model, num, listed=num in listed) for num in nums[at : at + TOGETHER])
        reasons += filter(None, await settled(some))
    return reasons


async def settled(tasks: Iterable[Awaitable[Any]]) -> list[Any]:
    """Wait until all are done, whatever becomes of them; then raise the first error, or give the results."""
    results = await asyncio.gather(*tasks, return_exceptions=True)
    for result in results:
        if isinstance(result, BaseException):
            raise result
    return results


async def _read(asker: Asker, model: Any, num: int, *, listed: bool) -> str | None:
    """Read one thread; give the reason if that failed. One that is gone did not fail: there is nothing to read."""
    archive, name, key = asker.archive, model["name"], model["model"]
    path = f"/api/models/{quote(name)}/discussions/{num}"
    try:
        answer = await asker.ask(Question("thread", path, (), name, num, model=key))
    except GaveUpError as error:
        with archive.together():
            frontier.unread(archive, key, num)
            archive.look(
                asker.run, name, asker.clock(), "failed", model=key, num=num, status=error.status, reason=error.reason
            )
        return f"#{num}: {error.reason}"
    ended, reason = _judged(answer, num, listed=listed)
    with archive.together():
        again = False
        if ended == "complete":
            archive.use(answer.reply)
            asker.events += len(answer.content["events"])
            again = frontier.fetched(archive, key, num, answer.time, _comments(answer.content["events"]))
        elif ended == "gone":
            frontier.lost(archive, key, num)
        else:
            frontier.unread(archive, key, num)
        if ended != "complete" or again:  # that a thread was read shows by itself, unless the ledger says otherwise
            archive.look(asker.run, name, answer.time, ended, model=key, num=num, status=answer.status, reason=reason)
    return None if ended in ("complete", "gone") else f"#{num}: {reason}"


def _judged(answer: Answer, num: int, *, listed: bool) -> tuple[str, str | None]:
    """Say how it ended: a thread that the list shows and nobody finds has failed, and is not gone."""
    if answer.status != 200:
        ended, reason = outcome(answer)
        return ("failed", reason) if listed and answer.status == 404 else (ended, reason)
    content = answer.content
    if content.get("num", num) != num or not isinstance(content.get("events"), list):
        return "failed", "not the thread that was asked for"
    try:  # what the tables cannot hold was not read
        thread_row({"num": num, **content, "repo": {"name": "this/one", "type": "model"}})
    except FAULTS as error:
        return "failed", f"not understood: {error}"[:300]
    return "complete", None


def _comments(events: list[Any]) -> list[int]:
    """Give the times of the comments among the events of a thread."""
    found = []
    for event in events:
        if isinstance(event, dict) and event.get("type") == "comment":
            try:
                time = seconds(event.get("createdAt"))
            except FAULTS:
                continue
            found += [time] if time is not None else []
    return found


def _end(asker: Asker, model: Any, ended: str, reason: str | None, status: int | None, *, deep: bool = False) -> str:
    """Enter the end of a look into the ledger, and take the model off the frontier, unless it is worth another try."""
    archive, now, key = asker.archive, asker.clock(), model["model"]
    with archive.together():
        archive.look(asker.run, model["name"], now, ended, model=key, status=status, reason=reason)
        frontier.looked(archive, key, now, ended, reason, deep=deep)
        if ended in ("partial", "failed"):
            frontier.again(archive, asker.run, "threads", key)
        else:
            frontier.done(archive, asker.run, "threads", key)
        frontier.sum_up(archive, key)
    return ended
