"""Intervals by resampling whole clusters: artifacts of one owner, or events of one person, are not independent.

Every statistic here is a function of sums, so a bootstrap draw is a weighted sum over clusters, and thousands of draws
are one product of matrices (Efron & Tibshirani 1993, doi:10.1201/9780429246593).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Z95 = 1.959963984540054
CHUNK = 4_000_000  # weights held in memory at a time


@dataclass(frozen=True, slots=True)
class Interval:
    """A value with the ends of its 95 % interval; NaN means that there is none."""

    value: float
    low: float = float("nan")
    high: float = float("nan")


def cluster_sums(values: Array, clusters: NDArray[np.int64]) -> Array:
    """Sum rows (n × k) by cluster; clusters are any integers."""
    _, index = np.unique(clusters, return_inverse=True)
    sums = np.zeros((int(index.max(initial=-1)) + 1, values.shape[1]))
    for column in range(values.shape[1]):
        sums[:, column] = np.bincount(index, weights=values[:, column], minlength=len(sums))
    return sums


def resampled_sums(sums: Array, draws: int, rng: np.random.Generator) -> Array:
    """Draw clusters with replacement, `draws` times, and add up their rows: (draws × k)."""
    n = len(sums)
    if n == 0:
        return np.zeros((draws, sums.shape[1]))
    result = np.empty((draws, sums.shape[1]))
    step = max(1, CHUNK // n)
    for start in range(0, draws, step):
        rows = min(step, draws - start)
        chosen = rng.integers(0, n, size=(rows, n), dtype=np.int32) + (np.arange(rows, dtype=np.int64) * n)[:, None]
        weights = np.bincount(chosen.ravel(), minlength=rows * n).reshape(rows, n)
        result[start : start + rows] = weights.astype(np.float64) @ sums
    return result


def cluster_weights(clusters: NDArray[np.int64], draws: int, rng: np.random.Generator) -> Array:
    """How often each of n rows is drawn when whole clusters are drawn with replacement: (draws × n)."""
    unique, inverse = np.unique(clusters, return_inverse=True)
    n = len(unique)
    chosen = rng.integers(0, max(1, n), size=(draws, n)) + (np.arange(draws) * n)[:, None]
    return np.bincount(chosen.ravel(), minlength=draws * n).reshape(draws, n).astype(np.float64)[:, inverse]


def percentile(value: float, drawn: Array) -> Interval:
    """Take the middle 95 % of the draws that are defined as the interval of a value."""
    fine = drawn[np.isfinite(drawn)]
    if len(fine) < 2:
        return Interval(float(value))
    low, high = np.quantile(fine, [0.025, 0.975])
    return Interval(float(value), float(low), float(high))


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
