"""Kendall's tau-b of a series against time, for many series at once (methods, section 5).

Equal to `scipy.stats.kendalltau(method="auto")`, which takes a call a series: too slow for the hundreds of thousands
of redrawn series that the checks need. Series of equal length are one matrix; each lag is one comparison of it with
itself.
"""

from collections.abc import Callable, Iterator
from functools import cache
from math import factorial

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray
from scipy.special import ndtr
from scipy.stats import rankdata

Array = NDArray[np.float64]
EXACT_UP_TO = 33  # SciPy's own bound for the exact distribution
CELLS = 2**18  # numbers in one matrix: more would not stay in the processor's cache


def kendall(values: NDArray[np.generic], lengths: NDArray[np.int64], *, with_p: bool = True) -> tuple[Array, Array]:
    """Tau-b and its two-sided p for each series; NaN where it is undefined (constant, or shorter than 2).

    `values` are the series one after the other, `lengths` how long each is. Without `with_p`, p is left out (NaN).
    """
    values, lengths = narrow(np.asarray(values)), np.asarray(lengths, dtype=np.int64)
    starts = np.concatenate([[0], np.cumsum(lengths)[:-1]]) if len(lengths) else lengths
    tau, p = np.full(len(lengths), np.nan), np.full(len(lengths), np.nan)
    for n, rows in _by_length(lengths):
        block = sliding_window_view(values, n)[starts[rows]].T
        tau[rows], p[rows] = _kendall_block(np.ascontiguousarray(_ranked(block)), with_p)
    return tau, p


def _by_length(lengths: NDArray[np.int64]) -> Iterator[tuple[int, NDArray[np.int64]]]:
    order = np.argsort(narrow(lengths), kind="stable")
    different, edges = np.unique(lengths[order], return_index=True)
    for n, rows in zip(different, np.split(order, edges)[1:], strict=True):
        step = max(1, CELLS // max(1, int(n)))
        for start in range(0, len(rows) if n >= 2 else 0, step):
            yield int(n), rows[start : start + step]


def narrow(values: NDArray[np.generic]) -> NDArray[np.generic]:
    """Give counts in as few bytes as hold them: the fewer bytes, the faster every comparison."""
    if values.dtype.kind not in "iub" or values.size == 0 or values.min() < 0:
        return values
    return values.astype(np.min_scalar_type(values.max()), copy=False)


def _ranked(block: NDArray[np.generic]) -> NDArray[np.generic]:
    """Give small integers in the order of the values."""
    found = narrow(block)
    return found if found.dtype.itemsize <= 2 else narrow(rankdata(block, method="dense", axis=0).astype(np.int64))


def _pairs(block: NDArray[np.generic]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """For each column: the pairs of rows of which the later is higher, and the pairs that differ.

    Each row counts the rows before it, so that no number is wider than it must be until the end.
    """
    n = len(block)
    counter = np.min_scalar_type(n)
    up, apart = np.zeros(block.shape, counter), np.zeros(block.shape, counter)
    found = np.empty(block.shape, bool)
    for lag in range(1, n):
        later, earlier, here = block[lag:], block[:-lag], found[lag:]
        up[lag:] += np.greater(later, earlier, out=here).view(np.uint8)
        apart[lag:] += np.not_equal(later, earlier, out=here).view(np.uint8)
    return up.sum(axis=0, dtype=np.int64), apart.sum(axis=0, dtype=np.int64)


def _kendall_block(ranks: NDArray[np.generic], with_p: bool) -> tuple[Array, Array]:
    """Tau and p for the columns of a matrix: time runs down, series lie side by side."""
    n, count = ranks.shape
    up, apart = _pairs(ranks)
    down = apart - up
    pairs = n * (n - 1) // 2
    tied = pairs - up - down
    with np.errstate(divide="ignore", invalid="ignore"):
        tau = np.where(tied < pairs, (up - down) / np.sqrt(pairs) / np.sqrt(pairs - tied), np.nan)
    if not with_p:
        return np.clip(tau, -1, 1), np.full(count, np.nan)
    p = _p_asymptotic(ranks, up - down, n)
    exact = (tied == 0) & ((n <= EXACT_UP_TO) | (np.minimum(down, pairs - down) <= 1))
    if exact.any():
        p[exact] = _p_exact(n)(np.minimum(down, pairs - down)[exact])
    p[tied == pairs] = np.nan
    return np.clip(tau, -1, 1), p


def _p_asymptotic(ranks: NDArray[np.generic], score: NDArray[np.int64], n: int) -> Array:
    """Normal approximation with the variance corrected for ties (Kendall 1970, section 4.4); time itself has none."""
    ordered = np.sort(ranks, axis=0)
    run = np.ones(ranks.shape[1], np.int64)
    ties = np.zeros(ranks.shape[1], np.int64)
    for row in range(1, n + 1):
        same = ordered[row] == ordered[row - 1] if row < n else np.zeros(ranks.shape[1], bool)
        ties += np.where(same, 0, run * (run - 1) * (2 * run + 5))
        run = np.where(same, run + 1, 1)
    variance = (n * (n - 1) * (2 * n + 5) - ties) / 18
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(2 * ndtr(-np.abs(score) / np.sqrt(variance)))


@cache
def _p_exact(n: int) -> Callable[[NDArray[np.int64]], Array]:
    """Two-sided p of so many discordant pairs, from the number of permutations with that many inversions."""
    top = n * (n - 1) // 2 + 1 if n <= EXACT_UP_TO else 2
    ways = [1] + [0] * (top - 1)
    for j in range(2, n + 1):
        running, sums = 0, []
        for k in range(top):
            running += ways[k] - (ways[k - j] if k >= j else 0)
            sums.append(running)
        ways = sums
    total, cumulative, tail = factorial(n), 0, []
    for way in ways:
        cumulative += way
        tail.append(min(1.0, 2 * cumulative / total))
    table = np.array(tail)
    return lambda discordant: np.ones(len(discordant)) if n == 2 else table[discordant]


def spearman(x: Array, y: Array) -> float:
    """Spearman's rank correlation over the pairs where both are known; NaN with fewer than three."""
    return float(spearman_rows(x[None, :], y)[0])


def spearman_rows(x: Array, y: Array) -> Array:
    """Spearman's rho of each row of x with y, over the pairs where both are known; NaN with fewer than three."""
    known = np.isfinite(x) & np.isfinite(y)
    a = 2 * rankdata(np.where(known, x, np.inf), axis=1)  # the unknown ones come last, and weigh nothing
    times = np.ascontiguousarray(known.T, dtype=np.float64)
    return np.where(known.sum(axis=1) < 3, np.nan, _rho(times, a.T, _twice_ranks(times, *_places(y))))


def spearman_draws(x: Array, y: Array, weights: Array) -> Array:
    """Spearman's rho in each resample, where row i of `weights` (draws × n) says how often each pair was drawn.

    Pairs with an unknown value are left out. Ranks follow from running sums of the weights: nothing is sorted again.
    """
    known = np.isfinite(x) & np.isfinite(y)
    drawn = np.full(len(weights), np.nan)
    if known.sum() < 3:
        return drawn
    places = [_places(each[known]) for each in (x, y)]
    step = max(1, CELLS // int(known.sum()))
    for start in range(0, len(weights), step):
        times = np.ascontiguousarray(weights[start : start + step, known].T)
        drawn[start : start + step] = _rho(times, *(_twice_ranks(times, *place) for place in places))
    return drawn
    places = [_places(each[known]) for each in (x, y)]
    step = max(1, CELLS // int(known.sum()))
    for start in range(0, len(weights), step):
        times = np.ascontiguousarray(weights[start : start + step, known].T)
        n = times.sum(axis=0)
        a, b = (_twice_ranks(times, *place) for place in places)
        weighted = times * a
        both, first = (np.einsum("ij,ij->j", weighted, each) - n * (n + 1) ** 2 for each in (b, a))
        second = np.einsum("ij,ij->j", np.multiply(times, b, out=weighted), b) - n * (n + 1) ** 2
        with np.errstate(divide="ignore", invalid="ignore"):
            drawn[start : start + step] = both / 4 / np.sqrt(first / 4 * (second / 4))
    return drawn


def _rho(times: Array, a: Array, b: Array) -> Array:
    """Correlate ranks down each column, from twice the mid-ranks and how often each pair stands in the sample.

    Twice a mid-rank is a whole number, so that the sums are exact, in whatever order they are taken.
    """
    n = times.sum(axis=0)
    weighted = times * a
    both, first = (np.einsum("ij,ij->j", weighted, each) - n * (n + 1) ** 2 for each in (b, a))
    second = np.einsum("ij,ij->j", np.multiply(times, b, out=weighted), b) - n * (n + 1) ** 2
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(both / 4 / np.sqrt(first / 4 * (second / 4)))


def _places(x: Array) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """The order of the values, the edges between those that differ, and for each value which of them it is."""
    values, inverse = np.unique(x, return_inverse=True)
    order = np.argsort(inverse, kind="stable")
    return order, np.searchsorted(inverse[order], np.arange(len(values) + 1)), inverse


def _twice_ranks(times: Array, order: NDArray[np.int64], edges: NDArray[np.int64], which: NDArray[np.int64]) -> Array:
    """Twice the mid-rank of each value (rows) when it stands in a sample (columns) as often as `times` says."""
    running = np.zeros((len(times) + 1, times.shape[1]))
    np.cumsum(times[order], axis=0, out=running[1:])
    ranks = running[edges[which]]
    ranks += running[edges[which + 1]]
    ranks += 1
    return np.asarray(ranks)
