"""The list of models, page by page, the newest first; each page is stored before the next is asked for."""

from collections.abc import Iterable
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

from openlives.collector.client import Answer, Asker, GaveUpError, Question
from openlives.collector.refusals import outcome
from openlives.collector.scope import EXPAND, HEAVY, Scope
from openlives.errors import HubError
from openlives.sources.hub_api import seconds
from openlives.store import frontier

LIMIT, LEAST = 1000, 50  # models a page
READINGS = 8  # of a page that does not look whole
QUICK = 4  # attempts before a page is asked for in smaller pieces


async def read_list(asker: Asker, scope: Scope, *, plan: bool = True) -> None:
    """Read the list to its end, from where the run stopped; `plan` looks at all that it shows."""
    archive, number = asker.archive, asker.run
    state = frontier.run(archive, number)
    query = tuple(parse_qsl(state["cursor"])) if state["cursor"] else scope.query(LIMIT)
    while not state["listed"]:
        answer, rows, query = await _whole_page(asker, query)
        with archive.together():
            archive.use(answer.reply)
            old = _enter(asker, scope, rows, answer.time, plan=plan)
            end = old or not rows or not answer.next  # an empty page is the end, wherever it leads
            follows = None if end else _following(answer.next or "", query)
            frontier.at_page(archive, number, follows, listed=end)
            if end and scope.everything:
                frontier.plan_unlisted(archive, number)
        state = frontier.run(archive, number)
        query = tuple(parse_qsl(follows or ""))


def _enter(asker: Asker, scope: Scope, rows: Iterable[dict[str, Any]], now: float, *, plan: bool) -> bool:
    """Put the models of a page on the frontier; tell whether the list has come to those that are too old."""
    keys, old = [], False
    for row in rows:
        created = seconds(row.get("createdAt"))
        key = frontier.meet(asker.archive, row, created, now)
        old = old or (created is not None and scope.since is not None and created < scope.since)
        if plan and scope.wants(created):
            keys.append(key)
    frontier.plan(asker.archive, asker.run, "threads", keys)
    if scope.cards:
        frontier.plan(asker.archive, asker.run, "card", keys)
    return old


def _following(link: str, query: tuple[tuple[str, Any], ...]) -> str:
    """Give the query of the next page: what the Hub says, in pages of the size that works."""
    limit = dict(query)["limit"]
    return urlencode([(name, limit if name == "limit" else value) for name, value in parse_qsl(urlsplit(link).query)])


async def _whole_page(asker: Asker, query: tuple[tuple[str, Any], ...]) -> tuple[Answer, list[dict[str, Any]], Any]:
    """Ask for a page until it looks whole: full, or twice the same; where the Hub fails, for a smaller one.

    A page is made of every model that any of its readings showed: rows can be missing, but none is invented.
    """
    seen: dict[str, dict[str, Any]] = {}
    before: list[set[str]] = []
    for _ in range(READINGS):
        answer, query = await _page(asker, query)
        rows = {row["id"]: row for row in answer.content if isinstance(row, dict) and isinstance(row.get("id"), str)}
        seen |= rows
        limit = int(dict(query)["limit"])
        if len(seen) == len(rows) and (len(rows) == limit or set(rows) in before):
            if answer.next and rows:
                query = _with_limit(query, len(rows))  # the Hub may give fewer than it was asked for
            return answer, list(rows.values()), query
        before.append(set(rows))
    raise HubError(
        f"A page of the list of models differs in each of {READINGS} readings",
        todo="What came before is kept; run the same command again to go on there.",
    )


async def _page(asker: Asker, query: tuple[tuple[str, Any], ...]) -> tuple[Answer, tuple[tuple[str, Any], ...]]:
    """Ask for a page; in smaller ones, and without what is heavy, if the Hub cannot deliver it."""
    while True:
        limit = int(dict(query)["limit"])
        try:
            attempts = QUICK if limit > LEAST else 3 * QUICK
            answer = await asker.ask(Question("models", "/api/models", query), attempts)
        except GaveUpError as error:
            if limit <= LEAST:
                raise HubError(
                    f"The list of models cannot be read: {error.reason}",
                    todo="What came before is kept; run the same command again to go on there.",
                ) from error
            light = tuple(pair for pair in query if pair[0] != "expand" or pair[1] not in HEAVY)
            query = _with_limit(light, max(LEAST, limit // 2))
            continue
        if answer.status != 200:
            raise HubError(f"The Hub does not show its list of models: {answer.status} {answer.text}")
        return answer, query


def _with_limit(query: tuple[tuple[str, Any], ...], limit: int) -> tuple[tuple[str, Any], ...]:
    return tuple((name, limit if name == "limit" else value) for name, value in query)


async def read_one(asker: Asker, model: Any, scope: Scope) -> None:
    """Ask for the metadata of one model; then its threads are due, unless it cannot be seen."""
    query = tuple(("expand", field) for field in EXPAND)
    path = f"/api/models/{quote(model['name'])}"
    answer = await asker.ask(Question("model", path, query, model["name"]))
    archive, number, key = asker.archive, asker.run, model["model"]
    with archive.together():
        private = answer.status == 200 and answer.content.get("private") is True
        if answer.status == 200 and not private:
            archive.use(answer.reply)
            met = frontier.meet(archive, answer.content, seconds(answer.content.get("createdAt")), answer.time)
            tasks = ("threads", "card") if scope.cards else ("threads",)
            for task in tasks if scope.wants(seconds(answer.content.get("createdAt"))) else ():
                frontier.plan(archive, number, task, [met])
            if met != key:  # the name led to a model that we knew by another
                archive.db.execute("DELETE FROM models WHERE model = ? AND id IS NULL", [key])
        else:
            ended, reason = ("private", "only our token can see it") if private else outcome(answer)
            archive.look(number, model["name"], answer.time, ended, status=answer.status, reason=reason)
            frontier.looked(archive, key, answer.time, ended, reason, deep=False)
            frontier.done(archive, number, "threads", key)
        frontier.done(archive, number, "model", key)
