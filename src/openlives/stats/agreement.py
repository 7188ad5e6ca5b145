"""How far two readings of the same rows agree: confusion tables, what follows from them, and intervals by clusters.

A table counts rows by level: (… × levels × levels), the first reading (the truth, if one is) down, the second across.
Every statistic is a function of tables, and the last two axes are the table's, so that thousands of resampled tables
are one array. What cannot be computed is NaN, never 0.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from openlives.stats.intervals import Array, Interval, percentile, ratio, resampled_sums

Ints = NDArray[np.int64]
Statistic = Callable[[Array], Array]
DRAWS = 2000


@dataclass(frozen=True, slots=True)
class Better:
    """How one reading compares with another on the same rows: the difference, and the share of draws in which it wins.

    A draw in which both are equal counts half; NaN where no draw has both.
    """

    difference: Interval
    share: float


def tables(truth: Ints, other: Ints, clusters: Ints, levels: int) -> Array:
    """Count rows by cluster and by the levels that both readings give, levels being 0, 1, …: (clusters × levels²)."""
    kinds, index = np.unique(clusters, return_inverse=True)
    cell = (index * levels + truth) * levels + other
    counts = np.bincount(cell, minlength=len(kinds) * levels**2).astype(np.float64)
    return counts.reshape(len(kinds), levels, levels)


def accuracy(table: Array) -> Array:
    """Share of rows on which both agree."""
    return ratio(np.trace(table, axis1=-2, axis2=-1), table.sum((-2, -1)))


def precision(table: Array) -> Array:
    """Share of rows of the last level in the second reading that are so in the truth (two levels)."""
    return ratio(table[..., 1, 1], table[..., :, 1].sum(-1))


def recall(table: Array) -> Array:
    """Share of rows of the last level in the truth that are found (two levels)."""
    return ratio(table[..., 1, 1], table[..., 1, :].sum(-1))


def f1(table: Array) -> Array:
    """Harmonic mean of precision and recall; NaN where the truth has no row of the last level (two levels)."""
    wrong = table[..., 0, 1] + table[..., 1, 0]
    found = ratio(2 * table[..., 1, 1], 2 * table[..., 1, 1] + wrong)
    return np.where(table[..., 1, :].sum(-1) > 0, found, np.nan)


def balanced_accuracy(table: Array) -> Array:
    """Mean, over the levels that the truth has, of the share found; NaN where it has fewer than two.

    Brodersen et al. 2010, doi:10.1109/ICPR.2010.764.
    """
    rows = table.sum(-1)
    found = ratio(np.diagonal(table, axis1=-2, axis2=-1), rows)
    here = (rows > 0).sum(-1)
    return np.where(here > 1, ratio(np.nansum(found, axis=-1), here.astype(np.float64)), np.nan)


def kappa(table: Array, weights: str = "none") -> Array:
    """Cohen's kappa: agreement beyond what the margins give by chance; NaN where chance alone gives all.

    `weights` of disagreements between ordered levels: none (all weigh the same), linear, quadratic
    (Cohen 1960, doi:10.1177/001316446002000104; 1968, doi:10.1037/h0026256).
    """
    total = table.sum((-2, -1))
    chance = table.sum(-1)[..., :, None] * table.sum(-2)[..., None, :]
    cost = _cost(table.shape[-1], weights)
    return 1 - ratio((cost * table).sum((-2, -1)) * total, (cost * chance).sum((-2, -1)))


def _cost(levels: int, weights: str) -> Array:
    """What a disagreement between two levels weighs."""
    apart = np.abs(np.subtract.outer(np.arange(levels), np.arange(levels))).astype(np.float64)
    return {"none": (apart > 0).astype(np.float64), "linear": apart, "quadratic": apart**2}[weights]


BINARY: dict[str, Statistic] = {
    "accuracy": accuracy,
    "balanced_accuracy": balanced_accuracy,
    "precision": precision,
    "recall": recall,
    "f1": f1,
    "kappa": kappa,
}
ORDERED: dict[str, Statistic] = {
    "accuracy": accuracy,
    "balanced_accuracy": balanced_accuracy,
    "kappa": kappa,
    "weighted_kappa": partial(kappa, weights="linear"),
    "weighted_kappa_quadratic": partial(kappa, weights="quadratic"),
}


def agreement(
    statistics: dict[str, Statistic], counted: Array, *, draws: int = DRAWS, seed: int = 1
) -> dict[str, Interval]:
    """Take statistics of all clusters' tables, with 95 % intervals by resampling the clusters.

    `counted` is (clusters × levels × levels), as `tables` gives it. A kappa is NaN where the truth has one level only.
    """
    drawn, whole = _drawn(counted, draws, seed), counted.sum(0)
    return {
        name: percentile(float(_known(name, statistic, whole)), _known(name, statistic, drawn))
        for name, statistic in statistics.items()
    }


def _known(name: str, statistic: Statistic, table: Array) -> Array:
    """Take a statistic; a kappa only where the truth has two levels, since otherwise it is 0 whatever is said."""
    value = statistic(table)
    return np.where(np.isfinite(balanced_accuracy(table)), value, np.nan) if "kappa" in name else value


def paired(
    first: Array, second: Array, *, statistic: Statistic = balanced_accuracy, draws: int = DRAWS, seed: int = 1
) -> Better:
    """Compare two readings with one truth: both tables (clusters × levels × levels) are resampled together."""
    drawn = _drawn(np.stack([first, second], axis=1), draws, seed)
    difference = statistic(drawn[:, 0]) - statistic(drawn[:, 1])
    fine = difference[np.isfinite(difference)]
    share = float(np.mean((fine > 0) + (fine == 0) / 2)) if len(fine) else np.nan
    return Better(percentile(float(statistic(first.sum(0)) - statistic(second.sum(0))), difference), share)


def _drawn(counted: Array, draws: int, seed: int) -> Array:
    """Draw clusters with replacement and add up their tables: (draws × …)."""
    rng: Any = np.random.default_rng(seed)
    flat = counted.reshape(len(counted), int(np.prod(counted.shape[1:])))
    return resampled_sums(flat, draws, rng).reshape(draws, *counted.shape[1:])
