"""The list of models, page by page, the newest first; each page is stored before the next is asked for."""

from collections.abc import Iterable
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

from openlives.collector.client import ATTEMPTS, Answer, Asker, GaveUpError, Question
from openlives.collector.refusals import outcome
from openlives.collector.scope import EXPAND, HEAVY, Scope
from openlives.errors import HubError
from openlives.sources.hub_api import seconds
from openlives.store import frontier

LIMIT, LEAST = 1000, 50  # models a page
READINGS = 8  # of a page that does not look whole
ENOUGH = 4  # readings after which two that agree are believed, whatever others showed
QUICK = 4  # attempts before a page is asked for in smaller pieces
LATER = "What came before is kept; run the same command again to go on there."
Query = tuple[tuple[str, Any], ...]


async def read_list(asker: Asker, scope: Scope, *, plan: bool = True) -> None:
    """Read the list to its end, from where the run stopped; `plan` looks at all that it shows."""
    archive, number, most = asker.archive, asker.run, LIMIT
    state = frontier.run(archive, number)
    query = _sized(tuple(parse_qsl(state["cursor"])), LIMIT) if state["cursor"] else scope.query(LIMIT)
    while not state["listed"]:
        answer, rows, limit = await _whole_page(asker, query)
        with archive.together():
            archive.use(answer.reply)
            old = _enter(asker, scope, rows, answer.time, plan=plan)
            end = old or not rows or not answer.next  # an empty page is the end, wherever it leads
            follows = None if end else _following(answer.next or "", scope)
            if follows and follows == state["cursor"]:
                raise HubError("A page of the list of models leads to itself", todo=LATER)
            frontier.at_page(archive, number, follows, listed=end)
            if end and scope.everything:
                frontier.plan_unlisted(archive, number)
        state = frontier.run(archive, number)
        most = len(rows) if len(rows) < limit else most  # the Hub may give fewer than it was asked for
        query = _sized(tuple(parse_qsl(follows or "")), min(most, 2 * limit))


def _enter(asker: Asker, scope: Scope, rows: Iterable[dict[str, Any]], now: float, *, plan: bool) -> bool:
    """Put the models of a page on the frontier; tell whether the list has come to those that are too old."""
    keys, old = [], False
    for row in rows:
        if row.get("private"):
            _leave(asker, row, now)
            continue
        created = _created(row)
        key = frontier.meet(asker.archive, row, created, now)
        old = old or (created is not None and scope.since is not None and created < scope.since)
        if plan and scope.wants(created):
            keys.append(key)
    frontier.plan(asker.archive, asker.run, "threads", keys)
    if scope.cards:
        frontier.plan(asker.archive, asker.run, "card", keys)
    return old


def _leave(asker: Asker, row: dict[str, Any], now: float) -> None:
    """Leave a private model alone; one that was public before is known, and the ledger says what became of it."""
    known = frontier.known(asker.archive, row.get("_id"))
    if known is not None:
        _close(asker, known, now, "private", "only our token can see it", 200)


def _created(row: dict[str, Any]) -> int | None:
    """Give the time of creation; one that makes no sense is not known."""
    try:
        return seconds(row.get("createdAt"))
    except (ValueError, TypeError, OverflowError):
        return None


def _following(link: str, scope: Scope) -> str:
    """Give the query of the next page: the Hub's own cursor, and whatever else we always ask for."""
    told = parse_qsl(urlsplit(link).query)
    ours = {name for name, _ in scope.query(LIMIT)}
    return urlencode([*scope.query(LIMIT), *(pair for pair in told if pair[0] not in ours)])


async def _whole_page(asker: Asker, query: Query) -> tuple[Answer, list[dict[str, Any]], int]:
    """Ask for a page until it looks whole: full, or twice the same; give its models, and how many were asked for."""
    shown: set[str] = set()
    before: list[set[str]] = []
    for reading in range(READINGS):
        answer, query = await _page(asker, query)
        rows = {row["id"]: row for row in answer.content if isinstance(row, dict) and isinstance(row.get("id"), str)}
        shown |= set(rows)
        agreed = set(rows) in before and (set(rows) == shown or reading >= ENOUGH)
        limit = int(dict(query)["limit"])
        if len(rows) == limit or agreed:
            return answer, list(rows.values()), limit
        before.append(set(rows))
    raise HubError(f"A page of the list of models differs in each of {READINGS} readings", todo=LATER)


async def _page(asker: Asker, query: Query) -> tuple[Answer, Query]:
    """Ask for a page; in a smaller one if the Hub cannot deliver it, and in the end without what is heavy."""
    while True:
        limit = int(dict(query)["limit"])
        try:
            answer = await asker.ask(Question("models", "/api/models", query), QUICK if limit > LEAST else ATTEMPTS)
        except GaveUpError as error:
            light = tuple(pair for pair in query if pair[0] != "expand" or pair[1] not in HEAVY)
            if error.status is None and limit > LEAST:  # nobody answers at all: a smaller page is no help
                answer = await _patiently(asker, query)
            elif limit > LEAST:
                query = _sized(query, max(LEAST, limit // 2))
                continue
            elif light != query:
                query = light
                continue
            else:
                raise HubError(f"The list of models cannot be read: {error.reason}", todo=LATER) from error
        if answer.status != 200:
            raise HubError(f"The Hub does not show its list of models: {answer.status} {answer.text}", todo=LATER)
        return answer, query


async def _patiently(asker: Asker, query: Query) -> Answer:
    try:
        return await asker.ask(Question("models", "/api/models", query))
    except GaveUpError as error:
        raise HubError(f"The list of models cannot be read: {error.reason}", todo=LATER) from error


def _sized(query: Query, limit: int) -> Query:
    return (*(pair for pair in query if pair[0] != "limit"), ("limit", limit))


async def read_one(asker: Asker, model: Any, scope: Scope) -> None:
    """Ask for the metadata of one model; then its threads are due, unless it cannot be seen."""
    archive, number = asker.archive, asker.run
    answer = await metadata(asker, model)
    with archive.together():
        if _is_shown(answer):
            archive.use(answer.reply)
            created = _created(answer.content)
            met = frontier.meet(archive, answer.content, created, answer.time)
            for task in ("threads", "card") if scope.cards else ("threads",):
                if scope.wants(created):
                    frontier.plan(archive, number, task, [met])
            if met != model["model"]:
                _give_way(asker, model, answer)
        else:
            _refuse(asker, model, answer)
        frontier.done(archive, number, "model", model["model"])


async def metadata(asker: Asker, model: Any) -> Answer:
    """Ask for the metadata of one model."""
    query = tuple(("expand", field) for field in EXPAND)
    path = f"/api/models/{quote(model['name'])}"
    return await asker.ask(Question("model", path, query, model["name"], model=model["model"]))


def _is_shown(answer: Answer) -> bool:
    return answer.status == 200 and isinstance(answer.content.get("id"), str) and not answer.content.get("private")


def _give_way(asker: Asker, model: Any, answer: Answer) -> None:
    """The name led to another model: one that we only knew by that name is it; one with an id of its own is gone."""
    if model["id"] is None:
        asker.archive.db.execute("DELETE FROM models WHERE model = ?", [model["model"]])
    else:
        _close(asker, model, answer.time, "gone", "its name belongs to another model now", answer.status)


def _refuse(asker: Asker, model: Any, answer: Answer) -> None:
    if answer.status == 200:
        private = bool(answer.content.get("private"))
        ended, reason = ("private", "only our token can see it") if private else ("failed", "a reply without a model")
    else:
        ended, reason = outcome(answer)
    _close(asker, model, answer.time, ended, reason, answer.status)


def _close(asker: Asker, model: Any, now: float, ended: str, reason: str, status: int) -> None:
    """Enter into the ledger that a model's threads cannot be looked at, and why."""
    archive, key = asker.archive, model["model"]
    archive.look(asker.run, model["name"], now, ended, model=key, status=status, reason=reason)
    frontier.looked(archive, key, now, ended, reason, deep=False)
    for task in ("threads", "card"):
        frontier.done(archive, asker.run, task, key)


async def still_public(asker: Asker, model: Any) -> bool:
    """See to it that nothing private is read with a token that could: unless this run has seen the model in public."""
    if not asker.token or (model["listed"] or 0) >= frontier.run(asker.archive, asker.run)["started"]:
        return True
    answer = await metadata(asker, model)
    if _is_shown(answer):
        return True
    with asker.archive.together():
        _refuse(asker, model, answer)
    return False
