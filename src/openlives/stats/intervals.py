"""Intervals by resampling whole clusters: artifacts of one owner, or events of one person, are not independent.

Every statistic here is a function of sums, so a bootstrap draw is a weighted sum over clusters, and thousands of draws
are one product of matrices (Efron & Tibshirani 1993, doi:10.1201/9780429246593).
"""

from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

Array = NDArray[np.float64]
Drawn = NDArray[np.uint32]  # how often each of n is drawn, a row a draw
Z95 = 1.959963984540054
SAME = 1e-12  # draws closer than this differ by rounding only
CHUNK = 4_000_000  # weights held in memory at a time
PIECE = 2**16  # of them in the processor's cache at a time
COMMON = 50  # rows of a kind that are drawn as one number
MANY = 1_000  # clusters above which draws are Poisson
FEW = 8  # columns up to which sums of common kinds are drawn as normal
SKEWED = 0.02  # skewness that a normal sum may leave out: ends of an interval move by a hundredth of its standard error


@dataclass(frozen=True, slots=True)
class Interval:
    """A value with the ends of its 95 % interval; NaN means that there is none."""

    value: float
    low: float = float("nan")
    high: float = float("nan")


def tally(group: NDArray[np.int64], values: NDArray[Any], groups: int = 0) -> Array:
    """Add up values by group, groups being numbered from 0; at least so many groups."""
    return np.bincount(group, weights=values.astype(np.float64), minlength=groups).astype(np.float64)


def cluster_sums(values: Array, clusters: NDArray[np.int64]) -> Array:
    """Sum rows (n × k) by cluster; clusters are any integers."""
    _, index = np.unique(clusters, return_inverse=True)
    sums = np.zeros((int(index.max(initial=-1)) + 1, values.shape[1]))
    for column in range(values.shape[1]):
        sums[:, column] = np.bincount(index, weights=values[:, column], minlength=len(sums))
    return sums


def resampled_sums(sums: Array | csr_matrix, draws: int, rng: np.random.Generator) -> Array:
    """Draw clusters with replacement, `draws` times, and add up their rows: (draws × k).

    Equal rows are drawn together, by a multinomial over their kinds. Of more than `MANY` clusters, the number of times
    that each is drawn is Poisson (Chamandy et al. 2012), which for ratios of sums differs by the order of 1 / n.
    """
    if isinstance(sums, csr_matrix):
        return _add_up(sums, np.ones(sums.shape[0]), draws, rng)
    if len(sums) == 0:
        return np.zeros((draws, sums.shape[1]))
    kinds, counts = _kinds(sums)
    if sums.shape[1] > FEW and len(kinds) > MANY:  # a table gives Poisson numbers of mean 1, sooner than any other
        times = np.where(counts < COMMON, counts, 1).astype(np.int64)
        kinds, counts = np.repeat(kinds, times, axis=0), np.repeat(np.where(counts < COMMON, 1.0, counts), times)
    return resampled_kinds(kinds, counts, draws, rng)


def resampled_kinds(kinds: Array, counts: Array, draws: int, rng: np.random.Generator) -> Array:
    """Do the same for clusters that are given as kinds of rows, with how many there are of each."""
    if counts.sum() <= MANY or kinds.shape[1] > FEW:
        return _add_up(kinds, counts, draws, rng)
    common = _common(kinds, counts)
    rare = _add_up(kinds[~common], counts[~common], draws, rng, many=True)
    return rare + _normal(kinds[common], counts[common], draws, rng)


def _kinds(sums: Array) -> tuple[Array, Array]:
    """Equal rows put together, with how many there are."""
    order = np.lexsort(sums.T)
    new = np.concatenate([[True], np.any(sums[order[1:]] != sums[order[:-1]], axis=1)])
    starts = np.flatnonzero(new)
    return sums[order[starts]], np.diff(np.concatenate([starts, [len(sums)]])).astype(np.float64)


def _common(kinds: Array, counts: Array) -> NDArray[np.bool_]:
    """Tell the kinds whose sum is as good as normal: so common or so small that they hardly skew it.

    A Poisson number of rows x adds its mean times x³ to the third cumulant of a sum. The kinds that add least are
    taken, as long as they would together move the skewness of any column, and of the error of any ratio of two, by no
    more than `SKEWED`.
    """
    sides = _with_ratios(kinds, counts)
    spread = np.sqrt(counts @ sides**2)
    third = (counts[:, None] * (np.abs(sides) / np.where(spread > 0, spread, 1.0)) ** 3).max(axis=1, initial=0.0)
    order = np.argsort(third, kind="stable")
    common = np.zeros(len(kinds), dtype=bool)
    common[order[np.cumsum(third[order]) <= SKEWED]] = True
    return common


def _with_ratios(kinds: Array, counts: Array) -> Array:
    """Add to the columns the error of a ratio of any two, to first order: one less the ratio times the other."""
    total = counts @ kinds
    pairs = [(a, b) for a, b in combinations(range(kinds.shape[1]), 2) if total[b]]
    errors = [kinds[:, a] - total[a] / total[b] * kinds[:, b] for a, b in pairs]
    return np.column_stack([kinds, *errors])


def _normal(kinds: Array, counts: Array, draws: int, rng: np.random.Generator) -> Array:
    """Draw the sum of Poisson numbers of rows by its mean and covariance.

    Products are added up in the order of the columns: an algebra library's order would depend on the machine.
    """
    drawn = rng.standard_normal((draws, kinds.shape[1]))
    root = _root(kinds.T @ (kinds * counts[:, None]))
    result = np.tile(counts @ kinds, (draws, 1))
    for column in range(kinds.shape[1]):
        result += drawn[:, column, None] * root[:, column]
    return result


def _root(covariance: Array) -> Array:
    """Give the lower triangular root (Cholesky); a column that follows from those before has a row without an end."""
    root = np.zeros_like(covariance)
    for n in range(len(covariance)):
        rest = covariance[n:, n] - root[n:, :n] @ root[n, :n]
        if rest[0] > 1e-12 * covariance[n, n]:
            root[n:, n] = rest / np.sqrt(rest[0])
    return root


def _add_up(
    kinds: Array | csr_matrix, counts: Array, draws: int, rng: np.random.Generator, *, many: bool = False
) -> Array:
    if 0 in kinds.shape:
        return np.zeros((draws, kinds.shape[1]))
    result = np.empty((draws, kinds.shape[1]))
    step = max(1, CHUNK // max(1, len(counts)))
    for start in range(0, draws, step):
        rows = min(step, draws - start)
        times = _times_drawn(counts, rows, rng, poisson=many or len(counts) > MANY)
        if isinstance(kinds, np.ndarray):
            result[start : start + rows] = times.astype(np.float64, copy=False) @ kinds
        else:
            result[start : start + rows] = product(kinds, times)
    return result


def product(rows: Array | csr_matrix, times: NDArray[Any]) -> Array:
    """Add up rows (n × k) as often as each was drawn (draws × n): (draws × k).

    A few draws at a time, so that they stay in the processor's cache; in the layout that a sparse product wants.
    """
    step, result = max(8, PIECE // max(1, times.shape[1])), np.empty((len(times), rows.shape[1]))
    turned = None if isinstance(rows, np.ndarray) else rows.T.tocsr()
    for start in range(0, len(times), step):
        some = times[start : start + step]
        if turned is None:
            result[start : start + step] = some.astype(np.float64) @ rows
        else:
            result[start : start + step] = (turned @ np.ascontiguousarray(some.T, dtype=np.float64)).T
    return result


def _times_drawn(counts: Array, draws: int, rng: np.random.Generator, *, poisson: bool) -> NDArray[Any]:
    """How often each kind is drawn, when as many rows are drawn as there are: (draws × kinds)."""
    if not poisson:
        return rng.multinomial(int(counts.sum()), counts / counts.sum(), size=draws)
    times, common = _poisson_one((draws, len(counts)), rng), counts > 1
    if common.any():
        times = times.astype(np.float64)
        times[:, common] = rng.poisson(counts[common], size=(draws, int(common.sum())))
    return times


def _poisson_one(shape: tuple[int, int], rng: np.random.Generator) -> NDArray[np.uint8]:
    """Draw Poisson numbers with mean 1, each as often as it is likely among 65,536: a draw is then a few comparisons.

    They are made in pieces that stay in the processor's cache.
    """
    chance = rng.integers(0, 65_536, size=shape, dtype=np.uint16).reshape(-1)
    times = np.zeros(len(chance), np.uint8)
    for start in range(0, len(chance), PIECE):
        piece = chance[start : start + PIECE]
        for least in _POISSON_STEPS:
            times[start : start + PIECE] += (piece >= least).view(np.uint8)
    return times.reshape(shape)


def _poisson_steps() -> NDArray[np.uint16]:
    """Of 65,536 numbers, the first that stands for 1, for 2, and so on up to 8."""
    likely = np.exp(-1.0) / np.cumprod(np.concatenate([[1.0], np.arange(1, 9)]))
    return np.searchsorted((np.arange(65_536) + 0.5) / 65_536, np.cumsum(likely)[:-1], side="right").astype(np.uint16)


_POISSON_STEPS = _poisson_steps()


def cluster_weights(clusters: NDArray[np.int64], draws: int, rng: np.random.Generator) -> Array:
    """How often each of n rows is drawn when whole clusters are drawn with replacement: (draws × n)."""
    unique, inverse = np.unique(clusters, return_inverse=True)
    n = len(unique)
    chosen = rng.integers(0, max(1, n), size=(draws, n)) + (np.arange(draws) * n)[:, None]
    return np.bincount(chosen.ravel(), minlength=draws * n).reshape(draws, n).astype(np.float64)[:, inverse]


def times_drawn(n: int, draws: int, rng: np.random.Generator) -> Drawn:
    """How often each of n is drawn when n are drawn with replacement, exactly: (draws × n).

    Some rows at a time, so that their counts stay in the processor's cache.
    """
    times, step = np.zeros((draws, n), np.uint32), max(1, PIECE // max(1, n))
    chosen = rng.integers(0, max(1, n), size=(draws, n), dtype=np.int32)
    for start in range(0, draws if n else 0, step):
        rows = chosen[start : start + step]
        rows += n * np.arange(len(rows), dtype=np.int32)[:, None]
        times[start : start + step] = np.bincount(rows.ravel(), minlength=rows.size).reshape(rows.shape)
    return times


def percentile(value: float, drawn: Array) -> Interval:
    """Take the middle 95 % of the draws that are defined as the interval of a value.

    Where no draw differs (one cluster, or all of a kind) there is no interval: that is no certainty.
    """
    fine = drawn[np.isfinite(drawn)]
    if len(fine) < 2 or np.ptp(fine) <= SAME * max(1.0, abs(float(value))):
        return Interval(float(value))
    low, high = np.quantile(fine, [0.025, 0.975])
    return Interval(float(value), float(low), float(high))


def middle(drawn: Array) -> tuple[Array, Array]:
    """The ends of the middle 95 % of the draws in each column, those that are not defined left out."""
    take: Any = np.nanquantile if np.isnan(drawn).any() else np.quantile  # the former takes a call a column
    low, high = take(drawn, [0.025, 0.975], axis=0)
    return low, high


def ratio(numerator: Array, denominator: Array) -> Array:
    """Divide, and give NaN where there is nothing to divide by."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(denominator > 0, numerator / denominator, np.nan)


def normal_half_width(n: Array, total: Array, squares: Array) -> Array:
    """Half-width of the normal 95 % interval of a mean, from n, the sum and the sum of squares (ddof 1)."""
    with np.errstate(divide="ignore", invalid="ignore"):
        variance = np.maximum(squares - total**2 / n, 0) / (n - 1)
        return np.where(n > 1, Z95 * np.sqrt(variance / n), np.nan)


def simultaneous(value: Array, drawn: Array) -> float:
    """Critical value of a sup-t band: how many standard errors hold the whole curve in 95 % of the draws.

    Montiel Olea & Plagborg-Møller 2019, doi:10.1002/jae.2656.
    """
    error = np.nanstd(drawn, axis=0, ddof=1)
    usable = np.isfinite(value) & (error > 0)
    if not usable.any():
        return float("nan")
    largest = np.nanmax(np.abs(drawn[:, usable] - value[usable]) / error[usable], axis=1)
    return float(np.quantile(largest, 0.95))


def median_interval(values: Array, clusters: NDArray[np.int64]) -> Interval:
    """Median with an interval from that of the share below it (Woodruff 1952, doi:10.1080/01621459.1952.10483443).

    The share's standard error allows for clusters (linearised).
    """
    ordered = np.sort(values)
    n = len(ordered)
    if n == 0:
        return Interval(float("nan"))
    median = float(np.median(ordered))
    below = (values <= median).astype(np.float64) - np.mean(values <= median)
    sums = cluster_sums(below[:, None], clusters)[:, 0]
    groups = len(sums)
    if groups < 2:
        return Interval(median)
    error = np.sqrt(groups / (groups - 1) * np.sum(sums**2)) / n
    ends = np.clip([0.5 - Z95 * error, 0.5 + Z95 * error], 0, 1)
    low, high = ordered[np.clip(np.round(ends * (n - 1)).astype(int), 0, n - 1)]
    return Interval(median, float(low), float(high))


def wilson(yes: float, of: float) -> Interval:
    """Share with Wilson's score interval (Wilson 1927, doi:10.1080/01621459.1927.10502953)."""
    if of <= 0:
        return Interval(float("nan"))
    share, square = yes / of, Z95**2
    centre = (share + square / (2 * of)) / (1 + square / of)
    half = Z95 / (1 + square / of) * np.sqrt(share * (1 - share) / of + square / (4 * of**2))
    return Interval(share, float(centre - half) if yes > 0 else 0.0, float(centre + half) if yes < of else 1.0)
