"""Hidden sizes and lives of made-up models: what draws comments, and when."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import lognorm

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

WEEKEND = 6.2 / 7  # what is left when 4 of 10 events of two days in seven do not happen
ACTIVE, PER_ACTIVE = 0.0846, 3.34  # the paper, section 4.1


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
