"""How far coders agree who gave each unit one code: units × coders, codes being 0, 1, …, and −1 where one did not rate.

Every coefficient is a function of sums over units, so thousands of resampled tables are one product of matrices. Gaps
are left out, never filled, and what cannot be computed is NaN, never 0. Two fixed readings of the same rows, one of
which may be the truth: `agreement.py`. Several codes a unit: `codesets.py`.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from openlives.stats.intervals import Array, Interval, percentile, ratio, resampled_sums

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
DRAWS = 2000


@dataclass(frozen=True, slots=True)
class Reliability:
    """What is known of coders' agreement, each value with its 95 % interval by resampling units.

    `units` were rated by anyone, `shared` by two or more: those that agreement rests on. `prevalence` (coders × codes)
    is the share of the units that a coder rated to which the coder gave the code.
    """

    units: int
    shared: int
    percent: Interval
    cohen: Interval
    fleiss: Interval
    alpha: Interval
    ac1: Interval
    prevalence: Array


def nominal(said: Ints, codes: int, *, draws: int = DRAWS, seed: int = 1) -> Reliability:
    """Measure agreement on one code a unit, of so many `codes` that could be given (AC1 depends on how many).

    - percent: pairs of coders of a unit who agree, as a share, averaged over the units that two or more rated.
    - cohen: Cohen's kappa (1960, doi:10.1177/001316446002000104), of two coders, on the units that both rated.
    - fleiss: Fleiss' kappa (1971, doi:10.1037/h0031619), where all units have as many ratings; NaN otherwise.
    - alpha: Krippendorff's, nominal, with gaps (2018, Content Analysis, 4th edition, chapter 12).
    - ac1: Gwet's, with gaps (2008, doi:10.1348/000711006X126600; 2014, Handbook, 4th edition, chapter 5).
    """
    ratings = said >= 0
    given = np.eye(codes + 1)[said][..., :codes]  # -1 falls into the column that is cut off
    sums = _sums(given, ratings.sum(1).astype(np.float64))
    drawn = resampled_sums(sums, draws, np.random.default_rng(seed))
    whole, several = _coefficients(sums.sum(0), codes), _coefficients(drawn, codes)
    found = {name: interval(float(whole[name]), several[name]) for name in whole}
    if said.shape[1] != 2:
        found["cohen"] = Interval(np.nan)
    return Reliability(
        units=int(ratings.any(1).sum()),
        shared=int((ratings.sum(1) > 1).sum()),
        prevalence=ratio(given.sum(0), ratings.sum(0)[:, None].astype(np.float64)),
        **found,
    )


def binary(chosen: Bools, rated: Bools, *, draws: int = DRAWS, seed: int = 1) -> tuple[Reliability, ...]:
    """Measure agreement on each code for itself: on a unit, a coder who rated it gave the code (1) or did not (0).

    `chosen` is (units × coders × codes), `rated` (units × coders); what is chosen where nothing was rated is ignored.
    """
    said = np.where(rated[..., None], chosen, -1).astype(np.int64)
    return tuple(nominal(said[..., code], 2, draws=draws, seed=seed) for code in range(said.shape[-1]))


def interval(value: float, drawn: Array) -> Interval:
    """Take the interval of a value from the draws in which it is defined; none where the value itself is not."""
    return percentile(value, drawn) if np.isfinite(value) else Interval(value)


def _sums(given: Array, ratings: Array) -> Array:
    """What coefficients need to know of each unit, side by side: (units × columns), `_coefficients` takes it apart."""
    counts, shared = given.sum(1), (ratings > 1)[:, None]
    pairs, alike = ratings * (ratings - 1), (counts * (counts - 1)).sum(1)
    first, second = given[:, 0], given[:, min(1, given.shape[1] - 1)]
    both = (first.sum(1) * second.sum(1))[:, None]
    share = np.divide(alike, pairs, out=np.zeros(len(pairs)), where=pairs > 0)
    apart = np.divide(pairs - alike, ratings - 1, out=np.zeros(len(pairs)), where=pairs > 0)
    one = np.stack([ratings > 0, ratings > 1, ratings, ratings**2, share, apart, both[:, 0]], axis=1, dtype=np.float64)
    each = np.divide(counts, ratings[:, None], out=np.zeros_like(counts), where=ratings[:, None] > 0)
    same = (first * second).sum(1)[:, None]
    return np.concatenate([one, same, each, counts, counts * shared, first * both, second * both], axis=1)


def _coefficients(sums: Array, codes: int) -> dict[str, Array]:
    """Every coefficient from sums over units (… × columns)."""
    rated, shared, ratings, squares, share, apart, both, same = np.moveaxis(sums[..., :8], -1, 0)
    each, counts, paired, first, second = np.moveaxis(sums[..., 8:].reshape(*sums.shape[:-1], 5, codes), -2, 0)
    percent = ratio(share, shared)
    return {
        "percent": percent,
        "cohen": 1 - ratio((both - same) * both, both**2 - (first * second).sum(-1)),
        "fleiss": np.where(
            (rated * squares == ratings**2) & (rated == shared),  # as many ratings for each unit: no variance
            1 - ratio((1 - percent) * ratings**2, ratings**2 - (counts**2).sum(-1)),
            np.nan,
        ),
        "alpha": alpha_from(apart, paired.sum(-1), paired.sum(-1) ** 2 - (paired**2).sum(-1)),
        "ac1": _ac1(percent, ratio(each, rated[..., None]), codes),
    }


def alpha_from(observed: Array, values: Array, expected: Array) -> Array:
    """Krippendorff's alpha from disagreement in units, the number of values that can be paired, and in all pairs."""
    return 1 - ratio(observed * (values - 1), expected)


def _ac1(percent: Array, shares: Array, codes: int) -> Array:
    """Gwet's AC1 from observed agreement and the codes' shares; NaN where there is one code only."""
    if codes < 2:
        return np.full(percent.shape, np.nan)
    chance = (shares * (1 - shares)).sum(-1) / (codes - 1)
    return ratio(percent - chance, 1 - chance)
