"""Play a policy against a world in simulated time: who is polled when, and which events that finds.

A policy sees what a collector would: the daily list, and the events that polls have found. Before the start, one first
sweep has looked at every model once, within twenty days.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from openlives.collector.expected import LESSON_WEEKS, Lesson, Rule, choose, fit, lesson, worth
from openlives.collector.known import History, Known, Listing
from refresh_worlds import DAY, Floats, Ints, World

STEP = 4 * 3600  # seconds between decisions
SWEEP = 20 * DAY  # how long the first sweep took, at 5 % a day
SHARE = 0.05  # of the models that may be polled in a day
FLOOR = 0.2  # of the polls, at most


class Hub:
    """A world, and what a collector knows of it at a moment."""

    def __init__(self, world: World) -> None:
        self.world, self.now, self.models = world, world.start, 0
        self.history = History(world.model, world.time)  # asked only until `seen`
        rows = np.arange(len(world.created))
        early = world.start - (np.random.default_rng(3).random(len(rows)) * SWEEP).astype(np.int64)
        seen = np.maximum(world.created, early)
        nothing = (np.zeros(len(rows), np.float32),) * 3
        self._known = self.history.known(rows, world.created, seen, nothing)
        self._listed = (-1, nothing)

    @property
    def seen(self) -> Ints:
        """Until when the events of each listed model are known."""
        return self._known.seen[: self.models]

    def go(self, now: int) -> None:
        """Let time pass; at midnight there is a new list."""
        self.now = now
        self.models = int(np.searchsorted(self.world.created, now // DAY * DAY, "right"))

    def known(self) -> Known:
        """What is known of each listed model."""
        today = self.now // DAY * DAY
        if self._listed[0] != today:
            self._listed = (today, self.listing(self.models, today))
        likes, downloads, trending = self._listed[1]
        return replace(self._known[: self.models], likes=likes, downloads=downloads, trending=trending)

    def listing(self, models: int, at: int) -> Listing:
        """What the list of a day showed; the first was taken when the first sweep began."""
        day = max(at, self.world.start - SWEEP) // DAY * DAY
        likes, downloads, trending = self.world.listing(models, day)
        return likes.astype(np.float32), downloads.astype(np.float32), trending.astype(np.float32)

    def lesson(self, at: int) -> Lesson:
        """What was known at a past moment, and what came of it."""
        models = int(np.searchsorted(self.world.created, at))
        return lesson(self.history, self.world.created[:models], self.seen[:models], self.listing(models, at), at)

    def poll(self, rows: Ints) -> None:
        """Look at some models: all of their events are known from now on."""
        nothing = (np.zeros(len(rows), np.float32),) * 3
        new = self.history.known(rows, self.world.created[rows], np.full(len(rows), self.now), nothing)
        for name in ("seen", "events", "last", "recent"):
            getattr(self._known, name)[rows] = getattr(new, name)


Policy = Callable[[Hub, int], tuple[Ints, int]]  # (hub, requests) -> rows to poll, how many of them are the floor's


def greatest(score: Floats, count: int) -> Ints:
    """Rows of the greatest scores."""
    return np.argpartition(-score, count - 1)[:count] if count else np.zeros(0, np.int64)


def with_floor(hub: Hub, score: Floats, requests: int) -> tuple[Ints, int]:
    """Spend the floor's share on those unseen for longest, and the rest by score: the same floor as ours has."""
    nothing = np.zeros(hub.models, np.float32)
    rows, quota = choose(nothing, hub.seen, hub.now, requests, days=STEP / DAY, floor_days=None, floor_share=FLOOR)
    score[rows[:quota]] = -np.inf
    return np.concatenate([rows[:quota], greatest(score, requests - quota)]), quota


def uniform(hub: Hub, requests: int) -> tuple[Ints, int]:
    """Poll those unseen for longest."""
    return greatest(-hub.seen.astype(float), requests), 0


@dataclass
class SquareRoot:
    """Poll as often as the square root of the rate (Cho & Garcia-Molina 2003, doi:10.1145/958942.958945).

    The rate is the events found over the days observed, both as if `days` more had been seen with events at the rate
    of all models: without that, a model once seen silent would never be polled again.
    """

    days: float

    def __call__(self, hub: Hub, requests: int) -> tuple[Ints, int]:
        """Choose whom to poll."""
        known = hub.known()
        observed = (known.seen - known.created) / DAY
        usual = known.events.sum() / observed.sum()
        rate = (known.events + usual * self.days) / (observed + self.days)
        return with_floor(hub, np.sqrt(rate) * (hub.now - known.seen), requests)


@dataclass
class Ours:
    """The rule of `openlives.collector.expected`, learned anew each week from what had been found by then."""

    rule: Rule | None = None
    due: int = 0

    def __call__(self, hub: Hub, requests: int) -> tuple[Ints, int]:
        """Choose whom to poll."""
        if self.rule is None or hub.now >= self.due:
            self.rule = fit([hub.lesson(hub.now - week * 7 * DAY) for week in LESSON_WEEKS])
            self.due = hub.now + 7 * DAY
        rate = self.rule.rate(hub.known(), hub.now)
        return choose(rate, hub.seen, hub.now, requests, days=STEP / DAY, floor_days=None, floor_share=FLOOR)


def informed(hub: Hub, requests: int) -> tuple[Ints, int]:
    """Our index on the true rates, which only the world knows; of past events, only those that polls have found."""
    rate = hub.world.intensity(hub.models, hub.seen, hub.now)
    return with_floor(hub, worth(rate, hub.seen, hub.now).astype(float), requests)


def oracle(hub: Hub, requests: int) -> tuple[Ints, int]:
    """Poll the models that have most events waiting: it sees what no collector can."""
    rows = np.arange(hub.models)
    waiting = hub.history.count(rows, hub.seen, np.full(hub.models, hub.now))
    return greatest(waiting - 1e-12 * hub.seen, requests), 0


class Outcome(NamedTuple):
    """What a policy came to; means are over the events that happened within the days played."""

    within: float  # share found within a day of happening
    delay: float  # mean days until found; those never found count until the end
    never: float  # share not found by the end
    found: float  # events found a thousand requests
    floor: float  # share of the requests spent by the floor
    longest: float  # days: the longest that any model went unpolled


def play(world: World, policy: Policy) -> Outcome:
    """Play all days."""
    hub = Hub(world)
    found = np.full(len(world.time), world.end + 1)
    edges = np.searchsorted(world.model, np.arange(len(world.created) + 1))
    spent = floor = 0
    owed = longest = 0.0
    for now in range(world.start + STEP, world.end + 1, STEP):
        hub.go(now)
        owed += SHARE * hub.models * STEP / DAY
        requests, owed = int(owed), owed % 1
        rows, quota = policy(hub, requests)
        longest = max(longest, (now - hub.seen[rows].min()) / DAY)
        busy = rows[edges[rows] < edges[rows + 1]]
        before = hub.seen[busy]
        hub.poll(rows)
        for row, seen in zip(busy, before, strict=True):
            own = slice(edges[row], edges[row + 1])
            found[own][(world.time[own] > seen) & (world.time[own] <= now)] = now
        spent, floor = spent + len(rows), floor + quota
    longest = max(longest, (world.end - hub.seen.min()) / DAY)
    return outcome(world, found, spent, floor, longest)


def outcome(world: World, found: Ints, spent: int, floor: int, longest: float) -> Outcome:
    """Measure what was found when."""
    within = (world.time > world.start) & (world.time <= world.end)
    time, found = world.time[within], found[within]
    delay = (np.minimum(found, world.end) - time) / DAY
    never = found > world.end
    return Outcome(
        within=float(np.mean(~never & (delay <= 1))),
        delay=float(delay.mean()),
        never=float(never.mean()),
        found=1000 * float(np.sum(~never)) / spent,
        floor=floor / spent,
        longest=longest,
    )
