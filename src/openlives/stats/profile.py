"""Redrawn lives: what would a community's weekly series look like by chance? (methods, section 5)"""

import numpy as np
from numpy.typing import NDArray

from openlives.stats.intervals import Array
from openlives.stats.trend import kendall

Ints = NDArray[np.int64]


def series_of(artifact: Ints, week: Ints, *, artifacts: int, min_weeks: int) -> tuple[Ints, Ints, Ints]:
    """Count person-weeks into one series an artifact, from its first active week to its last, zeros kept.

    Gives the counts of all series one after the other, the length
    of each, and the artifacts they belong to; series shorter than `min_weeks` are left out.
    """
    first, last = np.full(artifacts, np.iinfo(np.int64).max), np.full(artifacts, -1)
    np.minimum.at(first, artifact, week)
    np.maximum.at(last, artifact, week)
    lengths = np.where(last >= 0, last - first + 1, 0)
    keep = lengths >= min_weeks
    lengths = np.where(keep, lengths, 0)
    offset = np.concatenate([[0], np.cumsum(lengths)])
    inside = keep[artifact]
    place = offset[artifact[inside]] + week[inside] - first[artifact[inside]]
    return np.bincount(place, minlength=int(offset[-1])), lengths[keep], np.flatnonzero(keep)


def shuffled_tau(values: Ints, lengths: Ints, draws: int, rng: np.random.Generator) -> Array:
    """Tau of each series with its weeks in random order, first and last held fixed: (draws × series)."""
    starts = np.concatenate([[0], np.cumsum(lengths)[:-1]]).astype(np.int64)
    result = np.full((draws, len(lengths)), np.nan)
    for n in np.unique(lengths):
        rows = np.flatnonzero(lengths == n)
        block = values[starts[rows][:, None] + np.arange(n)[None, :]]
        many = np.repeat(block, draws, axis=0)
        many[:, 1:-1] = rng.permuted(many[:, 1:-1], axis=1)
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


def redrawn(cumulative: Array, sizes: Ints, ages: Ints, rng: np.random.Generator) -> tuple[Ints, Ints]:
    """Draw each artifact's person-weeks anew from the common profile, cut at its own age: (artifact, week)."""
    artifact = np.repeat(np.arange(len(sizes)), sizes)
    ceiling = cumulative[np.minimum(ages, len(cumulative) - 1)][artifact]
    week = np.searchsorted(cumulative, rng.random(len(artifact)) * ceiling, side="left")
    return artifact, week.astype(np.int64)
