"""Made-up worlds to try refreshing on, drawn afresh for each seed.

They do not share the form of the rule under test (`openlives.collector.expected`: a log-linear regression on
counts, ages and likes). Here a model has a hidden size (a capped Pareto) and hidden life: log-normal bursts, a second
burst for some, a flat trickle, a few perennials; threads draw replies (Weibull delays); bots sweep over thousands of
models that no history points to; weekends are thinner. Likes and downloads follow the size through noise. How heavy,
how long, how noisy and how many bots differs from seed to seed.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import lognorm

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

DAY = 86_400
START = 1_760_054_400  # a midnight
WARM = 730  # days of history before the start
WEEKEND = 6.2 / 7  # what is left when 4 of 10 events of two days in seven do not happen
ACTIVE, PER_ACTIVE = 0.0846, 3.34  # the paper, section 4.1
Listing = Callable[[int, int], tuple[Floats, Floats, Floats]]  # (models, now) -> likes, downloads, trending score
Intensity = Callable[[int, Ints, int], Floats]  # (models, seen, now) -> true events a day


@dataclass(frozen=True)
class World:
    """Models in the order of their creation, and every event there will be, by model and time (seconds).

    `listing` tells what the daily list shows of the first so many models; `intensity` what only the world knows, given
    until when polls have shown the events.
    """

    name: str
    start: int
    end: int
    created: Ints
    model: Ints
    time: Ints
    listing: Listing
    intensity: Intensity | None


@dataclass(frozen=True)
class Regime:
    """What differs between seeds; drawn in `draw_regime`."""

    tail: float  # Pareto exponent of sizes
    burst: float  # days: median of the median age of a burst's events
    trickle: float  # share of a size that is spread flat
    perennial: float  # share of models with an audience that never fades
    revived: float  # share that has a second burst
    replies: float  # replies that an event draws, on the average
    swept: float  # share of models that bots touch in all
    noise: float  # standard deviation of log likes, given the size
    growth: float  # releases at the end, as a multiple of those at the beginning


def draw_regime(rng: np.random.Generator) -> Regime:
    """Draw how a world behaves."""
    return Regime(
        tail=rng.uniform(1.05, 1.6),
        burst=rng.uniform(5, 20),
        trickle=rng.uniform(0.05, 0.3),
        perennial=rng.uniform(0.01, 0.06),
        revived=rng.uniform(0.03, 0.15),
        replies=rng.uniform(0.1, 0.45),
        swept=rng.uniform(0.01, 0.04),
        noise=rng.uniform(0.6, 1.6),
        growth=rng.uniform(2, 5),
    )


def made_up(seed: int, models: int, days: int) -> World:
    """Make a world: nothing in it is real."""
    rng = np.random.default_rng([7, seed])
    regime, life = draw_regime(rng), float(WARM + days)
    born = np.sort(np.log1p(rng.random(models) * (regime.growth - 1)) / np.log(regime.growth) * life)
    lives = draw_lives(rng, regime, life - born)
    model, age = lives.draw(rng)
    swept, day = sweeps(rng, regime, born, lives.size, life)
    model, day = np.concatenate([model, swept]), np.concatenate([born[model] + age, day])
    model, day = with_replies(rng, regime, model, day)
    kept = (day < life) & ((day % 7 < 5) | (rng.random(len(day)) < 0.6))
    order = np.lexsort((day[kept], model[kept]))
    model, time, created = model[kept][order], seconds(day[kept][order]), seconds(born)
    told = listing(rng, regime, lives.size, created)
    known = truth(lives, regime, created, model, time)
    return World(f"made up {seed}", START, START + days * DAY, created, model, time, told, known)


def seconds(day: Floats) -> Ints:
    """Give days of a world as seconds."""
    return np.asarray((day - WARM) * DAY).astype(np.int64) + START


@dataclass(frozen=True)
class Lives:
    """Hidden size (events expected in a whole life, bots and replies apart) and hidden course of each model."""

    size: Floats
    median: Floats  # days: median age of the first burst's events
    spread: Floats  # standard deviation of its logarithm
    second: Floats  # days: when a second burst begins; infinite where none does
    flat: Floats  # share of the size spread flat over `length`
    length: Floats  # days

    def parts(self) -> tuple[Floats, Floats, Floats]:
        """Share of the size in the first burst, the second, and the trickle."""
        again = np.where(np.isfinite(self.second), 0.4, 0.0)
        return (1 - self.flat) * (1 - again), (1 - self.flat) * again, self.flat

    def lived(self, age: Floats) -> Floats:
        """Share of the size that falls before an age in days."""
        first, second, flat = self.parts()
        later = lognorm.cdf(np.maximum(age - self.second, 0), self.spread, scale=self.median)
        early = lognorm.cdf(age, self.spread, scale=self.median)
        return np.asarray(first * early + second * later + flat * np.clip(age / self.length, 0, 1))

    def pace(self, rows: slice, age: Floats) -> Floats:
        """Events expected a day at an age in days."""
        first, second, flat = (part[rows] for part in self.parts())
        s, m = self.spread[rows], self.median[rows]
        bursts = first * lognorm.pdf(age, s, scale=m)
        bursts += second * lognorm.pdf(np.maximum(age - self.second[rows], 0), s, scale=m)
        return np.asarray(self.size[rows] * (bursts + flat * (age < self.length[rows]) / self.length[rows]))

    def draw(self, rng: np.random.Generator) -> tuple[Ints, Floats]:
        """Model and age in days of every event of every whole life."""
        model = np.repeat(np.arange(len(self.size)), rng.poisson(self.size))
        first, second, _ = (part[model] for part in self.parts())
        part = rng.random(len(model))
        age = rng.lognormal(np.log(self.median[model]), self.spread[model])
        again = (part >= first) & (part < first + second)
        age[again] += self.second[model][again]
        return model, np.where(part < first + second, age, rng.random(len(model)) * self.length[model])


def draw_lives(rng: np.random.Generator, regime: Regime, ages: Floats) -> Lives:
    """Draw lives, with sizes such that the paper's share is ever active by the end, with the paper's mean."""
    n = len(ages)
    perennial = rng.random(n) < regime.perennial
    raw = np.minimum(rng.pareto(regime.tail, n) + 0.05, 3000)
    lives = Lives(
        size=np.where(perennial, raw * 5, raw),
        median=rng.lognormal(np.log(regime.burst), 0.8, n),
        spread=rng.uniform(0.7, 1.7, n),
        second=np.where(rng.random(n) < regime.revived, rng.uniform(20, 500, n), np.inf),
        flat=np.where(perennial, rng.uniform(0.7, 1.0, n), regime.trickle * rng.random(n) * 2),
        length=rng.uniform(300, 900, n),
    )
    until = lives.size * lives.lived(ages) * WEEKEND
    wanted = (ACTIVE * PER_ACTIVE - regime.swept) / (ACTIVE - regime.swept)  # bots bring one each
    low, high = 1e-4, 1e3
    for _ in range(60):
        scale = np.sqrt(low * high)
        seen = until * scale
        mean = seen.mean() * (1 + regime.replies) / (1 - np.exp(-seen)).mean()
        low, high = (scale, high) if mean < wanted else (low, scale)
    audience = min(1.0, (ACTIVE - regime.swept * 0.9) / (1 - np.exp(-until * scale)).mean())
    size = lives.size * scale * (rng.random(n) < audience)
    return Lives(size, lives.median, lives.spread, lives.second, lives.flat, lives.length)


def sweeps(rng: np.random.Generator, regime: Regime, born: Floats, size: Floats, life: float) -> tuple[Ints, Floats]:
    """Model and day of one pull request each, by bots that go over many models within days."""
    models, days, left = [], [], int(regime.swept * len(born))
    while left > 0:
        day, lasting = rng.uniform(60, life), rng.uniform(0.3, 6)
        there = np.flatnonzero(born < day)
        taste = (size[there] + 0.2) ** rng.choice([0.0, 0.6])  # some bots take any model, some prefer large ones
        count = min(left, int(len(born) * rng.uniform(0.0005, 0.006)) + 1, len(there))
        models.append(rng.choice(there, count, replace=False, p=taste / taste.sum()))
        days.append(day + lasting * rng.random(count))
        left -= count
    return np.concatenate(models), np.concatenate(days)


def with_replies(rng: np.random.Generator, regime: Regime, model: Ints, day: Floats) -> tuple[Ints, Floats]:
    """Add to each event the replies it draws, and theirs."""
    models, days = [model], [day]
    while len(models[-1]):
        again = np.repeat(
            np.arange(len(models[-1])), rng.poisson(regime.replies / (1 + regime.replies), len(models[-1]))
        )
        models.append(models[-1][again])
        days.append(days[-1][again] + 0.4 * rng.weibull(0.6, len(again)))
    return np.concatenate(models), np.concatenate(days)


def listing(rng: np.random.Generator, regime: Regime, size: Floats, created: Ints) -> Listing:
    """Likes, downloads and trending score as the list shows them: they follow the size, through noise."""
    n = len(size)
    likes = (size + 0.1 * rng.random(n)) ** 0.8 * 4 * rng.lognormal(0, regime.noise, n)
    reach = (size + 0.1 * rng.random(n)) ** 0.6 * 60 * rng.lognormal(0, regime.noise + 0.5, n)
    pace = rng.lognormal(np.log(20), 0.8, n)

    def shown(models: int, now: int) -> tuple[Floats, Floats, Floats]:
        age = np.maximum(now // DAY * DAY - created[:models], 0) / DAY
        grown, before = (1 - np.exp(-np.maximum(age - back, 0) / pace[:models]) for back in (0, 7))
        monthly = reach[:models] * np.exp(-age / (20 * pace[:models])) * grown
        return np.floor(likes[:models] * grown), np.floor(monthly), np.floor(likes[:models] * (grown - before))

    return shown


def truth(lives: Lives, regime: Regime, created: Ints, model: Ints, time: Ints) -> Intensity:
    """True events a day: size and course of the life are known, and the replies to what polls have shown."""
    order = np.argsort(time, kind="stable")
    model, time = model[order], time[order]
    drawn = regime.replies / (1 + regime.replies)
    bots = regime.swept / (WARM + 90)

    def expected(models: int, seen: Ints, now: int) -> Floats:
        pace = lives.pace(slice(models), (now - created[:models]) / DAY + 1e-6)
        recent = slice(*np.searchsorted(time, [now - 4 * DAY, now]))
        who, when = model[recent], time[recent]
        shown = who < models
        shown[shown] = when[shown] <= seen[who[shown]]
        wait = np.maximum(now - when[shown], 600) / DAY / 0.4
        replies = drawn / 0.4 * 0.6 * wait**-0.4 * np.exp(-(wait**0.6))
        return (pace + bots) * (1 + regime.replies) + np.bincount(who[shown], replies, models)

    return expected
