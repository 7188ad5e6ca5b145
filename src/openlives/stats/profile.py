"""Redrawn lives: what would a community's weekly series look like by chance? (methods, section 5)"""

import numpy as np
from numpy.typing import NDArray

from openlives.stats.intervals import Array
from openlives.stats.trend import kendall, narrow

Ints = NDArray[np.int64]
Weeks = NDArray[np.int32]
AT_ONCE = 2**19  # person-weeks drawn in one go: more would not stay in the processor's cache
STEPS = 2**14  # a power of two: to multiply by it rounds nothing


def series_of(week: Ints | Weeks, sizes: Ints, *, min_weeks: int) -> tuple[Ints, Ints]:
    """Count person-weeks into one series an artifact, from its first active week to its last, zeros kept.

    Weeks stand artifact by artifact, so many of each as `sizes` tells. Gives the counts of all series one after the
    other, and the length of each: 0 for one shorter than `min_weeks`, which has no counts.
    """
    some = sizes > 0
    starts = (np.cumsum(sizes) - sizes)[some]
    first, lengths = np.zeros(len(sizes), np.int64), np.zeros(len(sizes), np.int64)
    if len(starts):
        first[some] = np.minimum.reduceat(week, starts)
        lengths[some] = np.maximum.reduceat(week, starts) - first[some] + 1
    short = lengths < min_weeks
    lengths[short] = 0
    total = int(lengths.sum())
    offset = np.where(short, total, np.cumsum(lengths) - lengths) - first  # the short ones lie behind, and are cut off
    counts = np.bincount(np.repeat(offset, sizes) + week, minlength=total)[:total]
    return counts, lengths


def shuffled_tau(values: Ints, lengths: Ints, draws: int, rng: np.random.Generator) -> Array:
    """Tau of each series with its weeks in random order, first and last held fixed: (draws × series)."""
    starts = np.concatenate([[0], np.cumsum(lengths)[:-1]]).astype(np.int64)
    result = np.full((draws, len(lengths)), np.nan)
    for n in np.unique(lengths):
        rows = np.flatnonzero(lengths == n)
        block = values[starts[rows][:, None] + np.arange(n)[None, :]]
        between = np.repeat(block[:, 1:-1], draws, axis=0)
        many = np.repeat(narrow(block), draws, axis=0)
        many[:, 1:-1] = rng.permuted(between, axis=1, out=between)  # faster in eight bytes than in one
        tau, _ = kendall(many.ravel(), np.full(len(many), n), with_p=False)
        result[:, rows] = tau.reshape(len(rows), draws).T
    return result


def common_profile(artifact: Ints, week: Ints, age: Ints) -> Array:
    """One weekly profile for all communities: the distribution of a person-week over weeks of life.

    It is the one that would be seen if all were followed for ever: product-limit for right truncation (a community of
    age A shows no week after A; Lynden-Bell 1971, doi:10.1093/mnras/155.1.95). Each community weighs 1, however many
    person-weeks it has. Gives the cumulative distribution at weeks 0, 1, ...
    """
    weight = 1 / np.bincount(artifact)[artifact]
    horizon = int(max(week.max(initial=0), age.max(initial=0))) + 1
    here = np.bincount(week, weights=weight, minlength=horizon)
    seen_by = np.cumsum(here) - np.concatenate(
        [[0], np.cumsum(np.bincount(age[artifact], weights=weight, minlength=horizon))[:-1]]
    )
    with np.errstate(divide="ignore", invalid="ignore"):
        hazard = np.where(seen_by > 0, np.minimum(here / seen_by, 1), 0)
    survives = np.where(hazard < 1, 1 - hazard, 1.0)  # the first week has hazard 1: nothing lies before it
    backwards = np.concatenate([np.cumprod(survives[::-1])[::-1][1:], [1.0]])
    return np.asarray(backwards)


def redrawn(cumulative: Array, sizes: Ints, ages: Ints, rng: np.random.Generator) -> Weeks:
    """Draw each artifact's person-weeks anew from the common profile, cut at its own age: weeks, by artifact."""
    steps = cumulative * STEPS
    ceiling = steps[np.minimum(ages, len(cumulative) - 1)]
    drawn = rng.random(int(sizes.sum()))
    drawn *= np.repeat(ceiling, sizes)
    return _weeks_at(steps, drawn)


def _weeks_at(ends: Array, place: Array) -> Weeks:
    """The first week that ends at or after each place, where all weeks together are `STEPS` long.

    Within most steps no week ends: there a table tells the week, and only the other places need to be searched.
    """
    before = np.searchsorted(ends, np.arange(STEPS + 1))
    table = np.append(np.where(before[1:] == before[:-1], before[:-1], -1), -1).astype(np.int32)
    week = table[place.astype(np.int32)]
    unsure = np.flatnonzero(week < 0)
    week[unsure] = np.searchsorted(ends, place[unsure])
    return week


def redrawn_series(
    cumulative: Array, sizes: Ints, ages: Ints, copies: int, rng: np.random.Generator, *, min_weeks: int
) -> tuple[Ints, Ints]:
    """Redraw all artifacts several times over: the series of all copies, and the length of each (as `series_of`)."""
    step = max(1, AT_ONCE // max(1, int(sizes.sum())))
    values, lengths = [], []
    for start in range(0, copies, step):
        many, old = (np.tile(each, min(step, copies - start)) for each in (sizes, ages))
        counts, length = series_of(redrawn(cumulative, many, old, rng), many, min_weeks=min_weeks)
        values.append(narrow(counts))
        lengths.append(length)
    return np.concatenate(values), np.concatenate(lengths)
