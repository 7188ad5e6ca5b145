"""Random sets of artifacts that look like a community but have nothing in common (methods, section 7)."""

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]


def bins(contributors: Ints, quarter: Ints) -> Ints:
    """Number the cells in which artifacts are alike: same quarter of first interaction, like number of contributors.

    Contributors are alike when equal up to 3, and within a factor of about 1.5 above.
    """
    size = np.where(
        contributors <= 3,
        contributors,
        3 + np.ceil(np.log(np.maximum(contributors, 1) / 3) / np.log(1.5)).astype(np.int64),
    )
    return np.unique(quarter * 1000 + size, return_inverse=True)[1].astype(np.int64)


def matched_sets(cell: Ints, members: Ints, draws: int, rng: np.random.Generator) -> Ints:
    """Draw sets of artifacts, (draws × members): for each member another from its own cell, none twice in a set."""
    order = np.argsort(cell, kind="stable")
    edges = np.searchsorted(cell[order], np.arange(int(cell.max(initial=-1)) + 2))
    wanted, counts = np.unique(cell[members], return_counts=True)
    chosen = [_choices(order[edges[c] : edges[c + 1]], int(k), draws, rng) for c, k in zip(wanted, counts, strict=True)]
    return np.concatenate(chosen, axis=1) if chosen else np.zeros((draws, 0), np.int64)


def _choices(pool: Ints, k: int, draws: int, rng: np.random.Generator) -> Ints:
    """Draw k of a pool without replacement, many times: (draws × k)."""
    if k * 4 >= len(pool):
        return rng.permuted(np.tile(pool, (draws, 1)), axis=1)[:, :k]
    place = rng.integers(0, len(pool), (draws, k))
    while True:  # few are drawn twice, and those are drawn again
        place.sort(axis=1)
        twice = np.zeros(place.shape, bool)
        twice[:, 1:] = place[:, 1:] == place[:, :-1]
        if not twice.any():
            return pool[place]
        place[twice] = rng.integers(0, len(pool), int(twice.sum()))
