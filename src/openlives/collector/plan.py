"""What a collection will cost, before it starts: requests, and hours at the quota of the token.

The Hub tells nowhere which models have discussions, so each must be asked: that is most of it. Where a collection has
looked at many models already, its own shares are used; else those of the study (section 4: 8.46 % of models have
interactions), and two threads a model that has any.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from math import ceil
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx2

from openlives.collector.models import LIMIT
from openlives.collector.scope import Scope
from openlives.errors import HubError
from openlives.quotas import TIERS, WINDOW, Tier
from openlives.store import archive

ACTIVE, THREADS = 0.0846, 2.0  # share of models with threads, and threads of each of them
ENOUGH = 1000  # models looked at, from which our own shares are better


@dataclass(frozen=True, slots=True)
class Plan:
    """The requests of a collection: to the API for lists and threads, to the repositories for cards."""

    models: int
    listing: int
    sweep: int
    threads: int
    cards: int
    asked: int  # what it took to find out

    @property
    def api(self) -> int:
        """All requests to the API."""
        return self.listing + self.sweep + self.threads

    def hours(self, tier: Tier, share: float) -> float:
        """Give the hours that it takes: the two buckets are filled beside each other, but cards come last."""
        return _hours(self.api, tier.api, share) + _hours(self.cards, tier.resolvers, share)

    def lines(self, name: str, tier: Tier, share: float) -> Iterator[str]:
        """Say it in lines."""
        yield f"{self.models:,} models; {self.asked} requests were made to find that out"
        parts = (("list of models", self.listing), ("lists of threads", self.sweep), ("threads", self.threads))
        for what, number in parts:
            yield f"  {what}: {number:,} requests, {_hours(number, tier.api, share):,.2f} hours"
        if self.cards:
            yield f"  cards: {self.cards:,} requests, {_hours(self.cards, tier.resolvers, share):,.2f} hours"
        hours, quota = self.hours(tier, share), f"{tier.api:,} requests in {WINDOW // 60} minutes"
        yield f"in all {self.api + self.cards:,} requests, {hours:,.1f} hours ({hours / 24:,.1f} days)"
        yield f"at a share of {share:g} of the quota of tier {name} ({quota})"


def _hours(requests: int, quota: int, share: float) -> float:
    return requests / (quota * share) * WINDOW / 3600


def plan(models: int, scope: Scope, hub: Path, asked: int = 0) -> Plan:
    """Work out the requests for so many models."""
    active, threads = _shares(hub)
    listing = models if scope.models else ceil(models / LIMIT)
    return Plan(models, listing, models, round(models * active * threads), models if scope.cards else 0, asked)


def _shares(hub: Path) -> tuple[float, float]:
    """Give the share of models with threads, and their threads, as this collection found them so far."""
    if archive.exists(hub):
        with archive.opened(hub, read_only=True) as opened:
            looked = _count(opened, "SELECT count(*) FROM models WHERE outcome = 'complete'")
            active = _count(opened, "SELECT count(DISTINCT model) FROM threads")
            if looked >= ENOUGH and active:
                return active / looked, _count(opened, "SELECT count(*) FROM threads") / active
    return ACTIVE, THREADS


def _count(opened: archive.Archive, query: str) -> int:
    return int(opened.db.execute(query).fetchone()[0])


async def ask(http: httpx2.AsyncClient, scope: Scope, hub: Path) -> tuple[int, Tier | None, int]:
    """Find out how many models there are, and the quota, with as few requests as can be; nothing is kept.

    Names that were given are counted, and a list that this collection has read before is not read again.
    """
    known = len(scope.models) or _listed(hub, scope)
    query: list[tuple[str, Any]] = [pair for pair in scope.query(LIMIT if known is None else 1) if pair[0] != "expand"]
    count, asked, tier, seen = 0, 0, None, {""}
    while query:
        rows, reply = await _page(http, query)
        asked += 1
        tier = tier or _tier(reply.headers.get("ratelimit-policy", ""))
        count += len(rows)
        follows = urlsplit(reply.links.get("next", {}).get("url", "")).query if known is None and rows else ""
        query = [] if follows in seen else parse_qsl(follows)
        seen.add(follows)
    return known if known is not None else count, tier, asked


async def _page(http: httpx2.AsyncClient, query: Any) -> tuple[list[Any], httpx2.Response]:
    """Ask for a page of the list, of the same host always: the token goes nowhere else."""
    try:
        reply = await http.get("/api/models", params=query)
        rows = reply.json() if reply.status_code == 200 else None
    except (httpx2.HTTPError, OSError, ValueError) as error:
        what = f"The Hub cannot be reached, or does not answer: {type(error).__name__}"
        raise HubError(what, todo="Give --assume-models.") from error
    if not isinstance(rows, list):
        what = f"The Hub does not show its list of models: {reply.status_code}"
        raise HubError(what, todo="Give --assume-models.")
    return rows, reply


def _listed(hub: Path, scope: Scope) -> int | None:
    """Give the number of models of a list that was read before."""
    if not scope.everything or not archive.exists(hub):
        return None
    with archive.opened(hub, read_only=True) as opened:
        query = "SELECT count(*) FROM runs WHERE listed AND scope = ?"
        if not opened.db.execute(query, [scope.key()]).fetchone()[0]:
            return None
        return _count(opened, "SELECT count(*) FROM models")


def _tier(policy: str) -> Tier | None:
    """Tell the tier from the quota that a reply names; an unknown one is taken at its word."""
    found = re.search(r"q=(\d+)", policy)
    if not found:
        return None
    quota = int(found[1])
    return next((tier for tier in TIERS.values() if tier.api == quota), Tier(quota, quota, quota))
