"""How much of a week falls on few artifacts (methods, section 7)."""

import numpy as np
from numpy.typing import NDArray

from openlives.stats.intervals import Array

Ints = NDArray[np.int64]


def simpson(counts: Array, group: Ints, minimum: int) -> Array:
    """Chance that two interactions of a group (a week) fall on one artifact: sum n(n-1) / N(N-1).

    Unbiased in thin weeks. `counts` is (draws × cells), each cell belongs to a `group`, given in ascending order;
    gives (draws × groups), NaN where N is below `minimum` (Simpson 1949, doi:10.1038/163688a0).
    """
    starts = np.flatnonzero(np.concatenate([[True], group[1:] != group[:-1]]))
    total = np.add.reduceat(counts, starts, axis=1)
    same = np.add.reduceat(counts * (counts - 1), starts, axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(total >= max(2, minimum), same / (total * (total - 1)), np.nan)


def gini(values: Array) -> float:
    """Gini coefficient of non-negative values: 0 where all are equal, near 1 where one has all; NaN where all are 0."""
    ordered = np.sort(values)
    n, total = len(ordered), ordered.sum()
    if n == 0 or total <= 0:
        return float("nan")
    return float((2 * np.arange(1, n + 1) - n - 1) @ ordered / (n * total))


def evenness(values: Array) -> float:
    """Shannon entropy over its greatest possible value (Pielou): 1 where all are equal, 0 where one has all."""
    n, total = len(values), values.sum()
    if n < 2 or total <= 0:
        return float("nan")
    share = values[values > 0] / total
    return float(-(share * np.log(share)).sum() / np.log(n))


def tenure(busiest: Ints) -> float:
    """Mean number of successive weeks for which the same artifact is the busiest; NaN without weeks."""
    if len(busiest) == 0:
        return float("nan")
    return float(len(busiest) / (1 + np.count_nonzero(np.diff(busiest))))
