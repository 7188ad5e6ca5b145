"""How many comments to expect of each model, and so whom to ask next (design notes on the Hub, section 5).

A poll finds every comment since the last one. What a model is expected to have is a rate that the collection learns
from itself: two Poisson regressions, one for models of which something was ever found, one for those still silent. A
comment costs the days that it waits, and `LATE_COST` days more if it waits for longer than one: so a model that
expects `rate` comments a day and was not looked at for t days is worth `rate * (t**2 / 2 + LATE_COST * (t >= 1))`.
For a constant rate that is the index which least mean cost asks for (average cost of a renewal cycle); without its
second part it is the square-root rule, with intervals as 1 / sqrt(rate) (Cho & Garcia-Molina 2003,
doi:10.1145/958942.958945). Arrays in, arrays out: nothing here reads or asks anything.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from math import floor
from typing import NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float32]
Array = NDArray[np.float64]
Listing = tuple[Floats, Floats, Floats]  # likes, downloads and trending score of each model, NaN where not known

DAY = 86_400
SPANS = (1, 7, 30, 90)  # days
GAPS = (0, 1, 3, 10, 30)  # days for which a model had not been looked at, as lessons have it
LESSON_DAYS = 7
LATE_COST = 10.0  # days
LATE = 23 * 3600  # seconds: the last moment at which a poll an hour later would still come within a day
ENOUGH = 50  # comments to learn from; with fewer, the defaults stand
MOST = 20  # comments of one model in one lesson: a bot's thousand on one model teaches nothing about others
SILENT_ROWS = 30_000  # silent models kept a lesson; they stand for the rest
CHUNK = 250_000  # models at a time, which bounds memory

@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What is known of each model, one row a model; times in integer seconds."""

    created: Ints  # release
    seen: Ints  # until when its comments are known: its last poll, or its release before the first
    events: Ints  # comments found, up to `seen`
    last: Ints  # time of the last of them; -1 without
    recent: Ints  # rows × SPANS: those in so many days before `seen`
    likes: Floats  # of the last listing, as are the next two; NaN where not known
    downloads: Floats
    trending: Floats
    closed: NDArray[np.bool_]  # discussions are disabled

    def __len__(self) -> int:
        return len(self.created)

    def __getitem__(self, rows: slice | NDArray[np.generic]) -> Self:
        """Take some of the models."""
        return type(self)(**{f.name: getattr(self, f.name)[rows] for f in fields(self)})


class History:
    """Every comment that polls have found: a model (row of `Known`) and a time each, in any order."""

    def __init__(self, model: NDArray[np.integer], time: Ints) -> None:
        self._keys = np.sort((model.astype(np.int64) << 34) + time)  # 34 bits hold the seconds of 500 years

    def upto(self, rows: Ints, at: Ints) -> Ints:
        """Give the place behind the last comment of each row that is not later than a time."""
        return np.searchsorted(self._keys, (rows << 34) + np.maximum(at, -1), "right")

    def count(self, rows: Ints, after: Ints, at: Ints) -> Ints:
        """Count the comments of each row later than one time and not later than another."""
        return np.maximum(self.upto(rows, at) - self.upto(rows, after), 0)

    def known(self, rows: Ints, created: Ints, seen: Ints, listing: Listing) -> Known:
        """Give what is known of some models when their comments are known until `seen`; all are open."""
        events = self.count(rows, np.full(len(rows), -1), seen)
        recent = [self.count(rows, seen - days * DAY, seen) for days in SPANS]
        return Known(
            created=created, seen=seen, events=events, recent=np.stack(recent, axis=1),
            last=np.where(events > 0, self._keys[np.maximum(self.upto(rows, seen) - 1, 0)] & (2**34 - 1), -1)
            if len(self._keys) else np.full(len(rows), -1),
            likes=listing[0], downloads=listing[1], trending=listing[2], closed=np.zeros(len(rows), bool),
        )  # fmt: skip


class Lesson(NamedTuple):
    """What was known at a moment, and what came of it."""

    known: Known
    now: int  # the moment
    days: Floats  # for how long each model's comments are known from then on
    found: Ints  # how many they are


def lesson(history: History, created: Ints, seen: Ints, listing: Listing, now: int) -> Lesson:
    """Look back at a past moment: what a collector would have known, and what it then found within a week.

    `created`, `seen` and `listing` have one row a model; the listing is that of the time. Some models are taken as
    unwatched for some of `GAPS`, since the rule must tell their rates as well.
    """
    rows = np.flatnonzero(created < now)
    gap = np.array(GAPS)[_scatter(created[rows] + now) % len(GAPS)] * DAY
    then = np.clip(now - gap, created[rows], seen[rows])
    known = history.known(rows, created[rows], then, (listing[0][rows], listing[1][rows], listing[2][rows]))
    until = np.clip(seen[rows], now, now + LESSON_DAYS * DAY)
    days = ((until - now) / DAY).astype(np.float32)
    return Lesson(known, now, days, history.count(rows, np.full(len(rows), now), until))


def _scatter(values: Ints) -> Ints:
    """Give numbers that look random but follow from the values alone, so that the order of rows never matters."""
    return (values * 2_654_435_761 % 2**32) >> 12


def _log(value: NDArray[np.generic], plus: float = 1.0) -> Floats:
    """Log of a number that is at least 0; what is not known counts as 0."""
    return np.log(np.nan_to_num(np.maximum(value, 0).astype(np.float32)) + np.float32(plus))


def _ages(known: Known, now: int) -> list[Floats]:
    age = _log((now - known.created) / DAY, 0.5)
    return [age, np.maximum(age - np.log(np.float32(30.5)), 0)]


def _fame(known: Known) -> list[Floats]:
    return [_log(known.likes), _log(known.downloads), _log(known.trending)]


def _silent(known: Known, now: int) -> list[Floats]:
    watched, unwatched = _log((known.seen - known.created) / DAY), _log((now - known.seen) / DAY, 0.25)
    return [*_ages(known, now), watched, unwatched, *_fame(known)]


def _lively(known: Known, now: int) -> list[Floats]:
    counts = [_log(count) for count in (*known.recent.T, known.events)]
    return [*_ages(known, now), _log((now - known.last) / DAY, 0.1), *counts, *_fame(known)]


# What an unlearned rule takes is the fit to the real crawl of benchmarks/refresh.py, rounded; likes are a guess.
KINDS = {
    "models without a comment so far": (_silent, {
        "": -7.0, "days since release": 0.0, "the same, beyond 30": 0.0, "days watched": 0.0, "days unwatched": 0.0,
        "likes": 0.4, "downloads": 0.1, "trending score": 0.4,
    }),
    "models with comments": (_lively, {
        "": -2.0, "days since release": 0.0, "the same, beyond 30": 0.0, "days since its last comment": -0.7,
        **{f"comments in {days} days": 0.1 for days in SPANS}, "comments ever": 0.1,
        "likes": 0.1, "downloads": 0.0, "trending score": 0.1,
    }),
}  # fmt: skip


class Fit(NamedTuple):
    """One regression: the log of comments a day is the first weight and the sum of the others times traits."""

    weights: Floats
    comments: int  # that taught it
    learned: bool  # or the defaults stand, since they were fewer than `ENOUGH`


class Rule(NamedTuple):
    """One regression for the models without a comment so far, one for the others."""

    silent: Fit
    lively: Fit

    def rate(self, known: Known, now: int) -> Floats:
        """Give the comments a day to expect of each model; 0 where discussions are disabled."""
        rate = np.empty(len(known), np.float32)
        for start in range(0, len(known), CHUNK):
            part, out = known[start : start + CHUNK], rate[start : start + CHUNK]
            lively = part.events > 0
            for rows, traits, fit_ in ((~lively, _silent, self.silent), (lively, _lively, self.lively)):
                log = sum((w * t for w, t in zip(fit_.weights[1:], traits(part[rows], now), strict=True)), fit_.weights[0])
                out[rows] = np.exp(np.clip(log, -25, 5))
            out[part.closed] = 0
        return rate


def fit(lessons: Sequence[Lesson]) -> Rule:
    """Learn the rates from lessons; where they hold too few comments, the defaults stand."""
    return Rule(*(_fit(lessons, lively) for lively in (False, True)))


def _fit(lessons: Sequence[Lesson], lively: bool) -> Fit:
    traits, defaults = [*KINDS.values()][lively]
    parts = [_examples(one, lively, traits) for one in lessons]
    comments = int(sum(part[2].sum() for part in parts))
    if comments < ENOUGH:
        return Fit(np.array([*defaults.values()], np.float32), comments, learned=False)
    return Fit(_poisson(*(np.concatenate(column) for column in zip(*parts, strict=True))), comments, learned=True)


def _examples(one: Lesson, lively: bool, traits: Callable[[Known, int], list[Floats]]) -> tuple[Array, ...]:
    """Traits, days, comments and weight of each model of a kind; of silent ones without comments, a sample."""
    rows = np.flatnonzero(((one.known.events > 0) == lively) & (one.days > 0) & ~one.known.closed)
    weight = np.ones(len(rows))
    dull = one.found[rows] == 0
    every = 1 if lively else 1 + int(dull.sum()) // SILENT_ROWS
    taken = ~dull | (_scatter(one.known.created[rows]) % every == 0)
    weight[dull] = dull.sum() / max(1, (dull & taken).sum())
    rows, weight = rows[taken], weight[taken]
    x = np.stack(traits(one.known[rows], one.now), axis=1).astype(float)
    return x, one.days[rows].astype(float), np.minimum(one.found[rows], MOST).astype(float), weight


def _poisson(x: Array, days: Array, found: Array, weight: Array, ridge: float = 3.0) -> Floats:
    """Weights of a Poisson regression with a log link, by damped Newton steps; a little ridge keeps them finite."""
    mean, scale = x.mean(axis=0), x.std(axis=0)
    scale[scale < 1e-6] = np.inf  # a trait that is the same everywhere, such as likes that are never known
    z = np.column_stack([np.ones(len(x)), (x - mean) / scale])
    w = np.zeros(z.shape[1])
    w[0] = np.log((weight @ found) / (weight @ days))
    penalty = np.where(np.arange(len(w)) > 0, ridge, 0)

    def loss(w: Array) -> tuple[float, Array]:
        log = np.clip(z @ w, -25, 5)
        mu = np.exp(log) * days
        return float(weight @ (mu - found * log) + penalty @ (w * w) / 2), mu

    (value, mu), step = loss(w), 1.0
    for _ in range(50):
        slope = z.T @ (weight * (mu - found)) + penalty * w
        move = np.linalg.solve(z.T @ (z * (weight * mu)[:, None]) + np.diag(penalty + 1e-9), slope)
        step = 1.0
        while (new := loss(w - step * move))[0] > value and step > 1e-4:
            step /= 2
        if value - new[0] < 1e-9 * abs(value):
            break
        w, (value, mu) = w - step * move, new
    raw = w[1:] / scale
    return np.concatenate([[w[0] - raw @ mean], raw]).astype(np.float32)


def explain(rule: Rule) -> str:
    """Say what a rule takes into account, in words: by what the rate is multiplied where a trait doubles."""
    lines = []
    for (kind, (_, words)), one in zip(KINDS.items(), rule, strict=True):
        source = f"learned from {one.comments:,} comments" if one.learned else (
            f"defaults, since there are only {one.comments} comments to learn from"
        )
        lines.append(f"{kind} ({source})")
        lines += [f"  twice the {w:30} x {2**x:.2f}" for w, x in zip(words, one.weights, strict=True) if w and x]
    return "\n".join(lines)


def floor_polls(models: int, now: int, requests: int, days: float, floor_days: float | None, share: float) -> int:
    """Give how many of the requests go to the models that were not looked at for longest.

    As many as let every model be looked at within `floor_days` (None: as many as are allowed), at most a `share` of
    the requests. Fractions are carried over from one decision to the next by the clock, so nothing has to be kept.
    """
    pace = floor_pace(models, requests, days, floor_days, share)
    return min(requests, floor((now / DAY + days) * pace) - floor(now / DAY * pace))


def floor_pace(models: int, requests: int, days: float, floor_days: float | None, share: float) -> float:
    """Give the floor's polls a day; so no model goes unpolled for longer than models / pace, in days."""
    allowed = share * requests / days
    return allowed if floor_days is None else min(allowed, models / floor_days)


def choose(
    rate: Floats, seen: Ints, now: int, requests: int, *, days: float = 1.0,
    floor_days: float | None = 60.0, floor_share: float = 0.2,
) -> Ints:  # fmt: skip
    """Give the rows to poll now with so many requests, which have to last for so many days.

    First the floor's, who come whatever is expected of them; then the others by worth, the greatest first.
    """
    requests = min(requests, len(rate))
    quota = floor_polls(len(rate), now, requests, days, floor_days, floor_share)
    stale = np.argpartition(seen, quota - 1)[:quota] if quota else np.zeros(0, np.int64)
    gain = worth(rate, seen, now)
    gain[stale] = -1
    rest = requests - quota
    best = np.argpartition(-gain, rest - 1)[:rest] if rest else stale[:0]
    return np.concatenate([stale, best[np.argsort(-gain[best], kind="stable")]])


def worth(rate: Floats, seen: Ints, now: int) -> Floats:
    """Give what a poll saves, in days of waiting: the index that the module's text derives."""
    waited = np.maximum(now - seen, 0)
    days = (waited / DAY).astype(np.float32)
    return np.asarray(rate * (days * days / 2 + np.float32(LATE_COST) * (waited >= LATE)), np.float32)
