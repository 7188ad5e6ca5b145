"""How far coders agree who gave each unit any number of codes: sets are compared, and those that overlap agree in part.

Sets are (units × coders × codes) of yes and no, beside (units × coders) of who rated what: a set may be empty, which is
something else than a unit that was not rated.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix, hstack

from openlives.stats.intervals import Array, Interval, ratio, resampled_sums
from openlives.stats.reliability import DRAWS, Bools, alpha_from, interval

MASI = (2 / 3, 1 / 3)  # monotonicity: one set holds the other; they overlap
BLOCK = 500  # rows of distances held in memory at a time


@dataclass(frozen=True, slots=True)
class SetReliability:
    """Agreement on sets of codes, with 95 % intervals by resampling units.

    `percent` is the share of pairs of coders of a unit who gave exactly the same set, averaged over units.
    """

    units: int
    shared: int
    percent: Interval
    alpha: Interval


def masi(one: Bools, other: Bools) -> Array:
    """Distance of sets of codes (n × codes, m × codes): 0 the same, 1 nothing in common, as (n × m).

    1 less Jaccard's index times monotonicity: 1 for equal sets, 2/3 where one holds the other, 1/3 where they overlap
    (Passonneau 2006, Measuring agreement on set-valued items, LREC). Two empty sets are the same.
    """
    left, right = one.astype(np.float64), other.astype(np.float64)
    common = left @ right.T
    first, second = left.sum(1)[:, None], right.sum(1)[None, :]
    jaccard = np.divide(common, first + second - common, out=np.ones_like(common), where=first + second > 0)
    within = common == np.minimum(first, second)
    return np.where(jaccard == 1, 0.0, 1 - jaccard * np.where(within, *MASI))


def sets(chosen: Bools, rated: Bools, *, draws: int = DRAWS, seed: int = 1) -> SetReliability:
    """Measure agreement on sets: alpha with the MASI distance, gaps left out; NaN where all sets are the same.

    Takes memory for units², or for kinds of sets², whichever is less.
    """
    shared = rated.sum(1) > 1
    kinds, counts = _counted(chosen[shared], rated[shared])
    ratings = np.asarray(counts.sum(1), dtype=np.float64).ravel()
    near, apart = _within(kinds, counts, ratings)
    held, between = _between(kinds, counts)
    sums = csr_matrix(hstack([csr_matrix(np.stack([near, apart, ratings, np.ones(len(ratings))], axis=1)), held]))
    rng = np.random.default_rng(seed)
    percent, alpha = _coefficients(np.asarray(sums.sum(0), dtype=np.float64).ravel(), between)
    percents, alphas = _coefficients(resampled_sums(sums, draws, rng), between)
    return SetReliability(
        units=int(rated.any(1).sum()),
        shared=int(shared.sum()),
        percent=interval(float(percent), percents),
        alpha=interval(float(alpha), alphas),
    )


def _counted(chosen: Bools, rated: Bools) -> tuple[Bools, csr_matrix]:
    """Give the sets there are (kinds × codes), and how often each unit was given each of them (units × kinds)."""
    unit, _ = np.nonzero(rated)
    packed, which = np.unique(np.packbits(chosen[rated], axis=1), axis=0, return_inverse=True)
    kinds = np.unpackbits(packed, axis=1, count=chosen.shape[2]).astype(bool)
    once = np.ones(len(unit))
    counts = csr_matrix((once, (unit, which.ravel())), shape=(len(rated), len(kinds)))
    mark: Any = counts @ np.random.default_rng(1).random(len(kinds))
    order = np.argsort(mark)  # draws are then the same whatever the order of units was
    return kinds, counts[order]


def _within(kinds: Bools, counts: csr_matrix, ratings: Array) -> tuple[Array, Array]:
    """Give each unit's share of pairs with the same set, and its disagreement."""
    alike = np.asarray(counts.multiply(counts - (counts > 0)).sum(1)).ravel()
    apart = np.zeros(len(ratings))
    for start in range(0, kinds.shape[0], BLOCK):
        block: Any = counts[:, start : start + BLOCK]
        spread = counts @ masi(kinds, kinds[start : start + BLOCK])
        apart += np.asarray(block.multiply(spread).sum(1)).ravel()
    return ratio(alike, ratings * (ratings - 1)), apart / (ratings - 1)


def _between(kinds: Bools, counts: csr_matrix) -> tuple[csr_matrix, Array]:
    """Give what to add up over units, and the distances between: by kind of set, or by unit where those are fewer."""
    units = counts.shape[0]
    if len(kinds) <= units:
        return counts, masi(kinds, kinds)
    between = np.zeros((units, units))
    for start in range(0, len(kinds), BLOCK):
        block: Any = counts[:, start : start + BLOCK]
        between += (block @ (counts @ masi(kinds, kinds[start : start + BLOCK])).T).T
    return csr_matrix(np.eye(units)), between


def _coefficients(sums: Array, between: Array) -> tuple[Array, Array]:
    """Percent agreement and alpha from sums over units (… × columns)."""
    near, apart, ratings, units = np.moveaxis(sums[..., :4], -1, 0)
    held = sums[..., 4:]
    return ratio(near, units), alpha_from(apart, ratings, ((held @ between) * held).sum(-1))
