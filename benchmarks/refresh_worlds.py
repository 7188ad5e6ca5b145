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

from refresh_lives import Floats, Ints, Lives, Regime, draw_lives, draw_regime

DAY = 86_400
START = 1_760_054_400  # a midnight
WARM = 730  # days of history before the start
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
    known = truth(lives, regime, life, created, model, time)
    return World(f"made up {seed}", START, START + days * DAY, created, model, time, told, known)


def seconds(day: Floats) -> Ints:
    """Give days of a world as seconds."""
    return np.asarray((day - WARM) * DAY).astype(np.int64) + START


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


def truth(lives: Lives, regime: Regime, life: float, created: Ints, model: Ints, time: Ints) -> Intensity:
    """True events a day: size and course of the life are known, and the replies to what polls have shown."""
    order = np.argsort(time, kind="stable")
    model, time = model[order], time[order]
    drawn = regime.replies / (1 + regime.replies)

    def expected(models: int, seen: Ints, now: int) -> Floats:
        pace = lives.pace(slice(models), (now - created[:models]) / DAY + 1e-6)
        recent = slice(*np.searchsorted(time, [now - 4 * DAY, now]))
        who, when = model[recent], time[recent]
        shown = who < models
        shown[shown] = when[shown] <= seen[who[shown]]
        wait = np.maximum(now - when[shown], 600) / DAY / 0.4
        replies = drawn / 0.4 * 0.6 * wait**-0.4 * np.exp(-(wait**0.6))
        return (pace + regime.swept / life) * (1 + regime.replies) + np.bincount(who[shown], replies, models)

    return expected
