"""How many comments to expect of each model, and so whom to ask next (design notes on the Hub, section 5).

A poll finds every comment since the last one. How many to expect is a rate that the collection learns from itself: two
Poisson regressions, one for models of which a comment was ever found, one for those still silent.

A comment costs the days that it waits, and `LATE_COST` days more if it waits for longer than one. What a poll is worth
follows: `rate * (t**2 / 2 + LATE_COST * (t >= 1))` for a model not looked at for t days. At a constant rate, polling
whenever that passes a fixed bound has the least mean cost; without its second part it is the square-root rule, with
intervals as 1 / sqrt(rate) (Cho & Garcia-Molina 2003, doi:10.1145/958942.958945).
"""

from collections.abc import Callable, Sequence
from math import floor
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from openlives.collector.known import DAY, SPANS, Floats, History, Ints, Known, Listing
from openlives.stats.intervals import Array
from openlives.stats.poisson import poisson

LATE_COST = 10.0  # days
LATE = 23 * 3600  # seconds: an hour later, a poll would hardly come within a day
LESSON_WEEKS = (1, 2, 3, 4)  # how far back to take lessons; older ones teach what no longer holds
LESSON_DAYS = 7
GAPS = (0, 0, 1, 3, 10, 30)  # days for which lessons take a model as not looked at
ENOUGH = 50  # comments to learn from; with fewer, the defaults stand
MOST = 20  # comments of one model in one lesson: a bot's thousand on one model teach nothing about others
SILENT_ROWS = 30_000  # silent models kept a lesson; they stand for the rest
CHUNK = 250_000  # models at a time, which bounds memory


class Kind(NamedTuple):
    """A kind of model with a regression of its own: its name, its traits, and their weights where none are learned."""

    name: str
    traits: Callable[[Known, int], list[Floats]]
    defaults: dict[str, float]


def _log(value: NDArray[np.generic], plus: float = 1.0) -> Floats:
    """Log of a number that is at least 0; what is not known counts as 0."""
    return np.asarray(np.log(np.nan_to_num(np.maximum(value, 0).astype(np.float32)) + np.float32(plus)), np.float32)


def _shared(known: Known, now: int) -> list[Floats]:
    age = _log((now - known.created) / DAY, 0.5)
    grown = np.maximum(age - np.log(np.float32(30.5)), 0)
    return [age, grown, _log(known.likes), _log(known.downloads), _log(known.trending)]


def _silent(known: Known, now: int) -> list[Floats]:
    return [*_shared(known, now), _log((known.seen - known.created) / DAY, 0.5)]


def _lively(known: Known, now: int) -> list[Floats]:
    counts = [_log(count) for count in (*known.recent.T, known.events)]
    return [*_shared(known, now), _log((now - known.last) / DAY, 0.1), *counts]


# Where too little can be learned: between what a real crawl and made-up worlds taught (benchmarks/refresh.py), by hand.
SILENT = Kind("models without a comment so far", _silent, {
    "": -6.0, "days since release": -0.5, "days since release beyond 30": 0.2,
    "likes": 0.5, "downloads": 0.2, "trending score": 0.1,
    "days from release to the last look": -0.4,
})  # fmt: skip
LIVELY = Kind("models with comments", _lively, {
    "": -1.5, "days since release": -1.0, "days since release beyond 30": 0.7,
    "likes": 0.2, "downloads": 0.05, "trending score": 0.0,
    "days since the last comment": -0.4,
    **{f"comments in the {days} d before the last look": 0.1 for days in SPANS}, "comments ever": 0.5,
})  # fmt: skip


class Lesson(NamedTuple):
    """What was known at a moment, and what came of it."""

    known: Known
    now: int  # the moment
    days: Array  # for how long each model's comments are known from then on
    found: Array  # how many they are
    weight: Array  # for how many models each stands


def lesson(history: History, created: Ints, seen: Ints, listing: Listing, now: int) -> Lesson:
    """Look back at a past moment: what a collector would have known, and what it then found within a week.

    `created`, `seen` and `listing` have one row a model; the listing is that of the moment. What was known is taken to
    end some of `GAPS` earlier, since silence until today tells more than silence until a month ago. Of the models that
    were silent and stayed so, a sample is kept.
    """
    rows = np.flatnonzero((created < now) & (seen > now))
    until = np.minimum(seen[rows], now + LESSON_DAYS * DAY)
    found = history.count(rows, now, until)
    gap = np.array(GAPS)[_scatter(created[rows] + now) % len(GAPS)] * DAY
    then = np.maximum(now - gap, created[rows])
    dull = (found == 0) & (history.count(rows, 0, then) == 0)
    taken = ~dull | (_scatter(created[rows]) % (1 + dull.sum() // SILENT_ROWS) == 0)
    weight = np.where(dull, dull.sum() / max(1, (dull & taken).sum()), 1.0)[taken]
    rows, days, found = rows[taken], (until[taken] - now) / DAY, np.minimum(found[taken], MOST)
    likes, downloads, trending = (column[rows] for column in listing)
    known = history.known(rows, created[rows], then[taken], (likes, downloads, trending))
    return Lesson(known, now, days, found.astype(float), weight)


def _scatter(values: Ints) -> Ints:
    """Give numbers that look random but follow from the values alone, so that the order of rows never matters."""
    return (values * 2_654_435_761 % 2**32) >> 12


class Fit(NamedTuple):
    """One regression: the log of comments a day is the first weight and the sum of the others times the traits."""

    weights: Floats
    comments: int  # that there were to learn from
    learned: bool  # or the defaults stand, since they were fewer than `ENOUGH`


class Rule(NamedTuple):
    """What to expect of models without a comment so far, and of the others."""

    silent: Fit
    lively: Fit

    def rate(self, known: Known, now: int) -> Floats:
        """Give the comments a day to expect of each model at a moment; 0 where discussions are disabled."""
        rate = np.empty(len(known), np.float32)
        for start in range(0, len(known), CHUNK):
            part, out = known[start : start + CHUNK], rate[start : start + CHUNK]
            lively = part.events > 0
            for rows, kind, one in ((~lively, SILENT, self.silent), (lively, LIVELY, self.lively)):
                log = np.full(np.count_nonzero(rows), one.weights[0])
                for weight, trait in zip(one.weights[1:], kind.traits(part[rows], now), strict=True):
                    log += weight * trait
                out[rows] = np.exp(np.clip(log, -25, 5))
            out[part.closed] = 0
        return rate


def fit(lessons: Sequence[Lesson]) -> Rule:
    """Learn the rates from lessons; for a kind of which they hold too few comments, the defaults stand."""
    return Rule(_fit(lessons, SILENT), _fit(lessons, LIVELY))


def _fit(lessons: Sequence[Lesson], kind: Kind) -> Fit:
    parts = [_examples(one, kind) for one in lessons]
    comments = int(sum(part[2].sum() for part in parts))
    if comments < ENOUGH:
        return Fit(np.array([*kind.defaults.values()], np.float32), comments, learned=False)
    x, days, found, weight = (np.concatenate(column) for column in zip(*parts, strict=True))
    return Fit(poisson(x, days, found, weight).astype(np.float32), comments, learned=True)


def _examples(one: Lesson, kind: Kind) -> tuple[Array, Array, Array, Array]:
    """Traits, days, comments and weight of each model of a kind."""
    rows = np.flatnonzero((one.known.events > 0) == (kind is LIVELY))
    x = np.stack(kind.traits(one.known[rows], one.now), axis=1).astype(float)
    return x, one.days[rows], one.found[rows], one.weight[rows]


def explain(rule: Rule) -> str:
    """Say in words what a rule goes by: what the rate is multiplied by where a trait doubles."""
    lines = []
    for kind, one in ((SILENT, rule.silent), (LIVELY, rule.lively)):
        source = "learned from" if one.learned else "defaults: there is too little to learn from, with"
        lines.append(f"{kind.name} ({source} {one.comments:,} comments)")
        lines.append(f"  {np.exp(one.weights[0]):.2g} comments a day to start from, multiplied by")
        told = zip(kind.defaults, one.weights, strict=True)
        lines += [f"  {2**weight:4.2f} for twice the {trait}" for trait, weight in told if trait and weight]
    return "\n".join(lines)


def floor_pace(models: int, requests: int, days: float, floor_days: float | None, floor_share: float) -> float:
    """Give the polls a day that go to the models not looked at for longest; requests have to last for so many days.

    As many as let every model be looked at within `floor_days` (None: as many as are allowed), and at most a share of
    the requests. So no model goes unpolled for longer than models / pace, in days (and until the next decision).
    """
    allowed = floor_share * requests / days
    return allowed if floor_days is None else min(allowed, models / floor_days)


def choose(
    rate: Floats, seen: Ints, now: int, requests: int, *, days: float = 1.0,
    floor_days: float | None = 60.0, floor_share: float = 0.2,
) -> tuple[Ints, int]:  # fmt: skip
    """Give the rows to poll now with so many requests, which have to last for so many days; and the floor's share.

    The first rows, as many as the second answer says, are the floor's: those not looked at for longest, whatever is
    expected of them. Then come the others by worth, the greatest first. What is a fraction of a poll at one decision is
    carried to the next by the clock, so nothing has to be kept.
    """
    requests = min(requests, len(rate))
    pace = floor_pace(len(rate), requests, days, floor_days, floor_share)
    quota = min(requests, floor((now / DAY + days) * pace) - floor(now / DAY * pace))
    stale = _least(seen, quota)
    gain = worth(rate, seen, now)
    gain[stale] = -1
    best = _least(-gain, requests - quota)
    return np.concatenate([stale, best[np.argsort(-gain[best], kind="stable")]]), quota


def _least(values: NDArray[np.generic], count: int) -> Ints:
    return np.argpartition(values, count - 1)[:count] if count else np.zeros(0, np.int64)


def worth(rate: Floats, seen: Ints, now: int) -> Floats:
    """Give what a poll of each model saves, in days of waiting."""
    waited = np.maximum(now - seen, 0)
    days = (waited / DAY).astype(np.float32)
    return np.asarray(rate * (days * days / 2 + np.float32(LATE_COST) * (waited >= LATE)), np.float32)
