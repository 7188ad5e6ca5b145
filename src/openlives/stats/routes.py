"""Moves from one artifact to the next, and whether they follow common routes (methods, section 7)."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import false_discovery_control

from openlives.stats.intervals import tally

Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Moves:
    """One row a move: from `origin` to `to`, by `person`, in calendar `week`."""

    origin: Ints
    to: Ints
    week: Ints
    person: Ints


def moves(person: Ints, artifact: Ints, week: Ints, interactions: Ints, *, longest_gap: int) -> Moves:
    """Find each person's first contact with an artifact at most so many weeks after their latest earlier active week.

    The origin is that week's artifact: the one on which the person was busiest (the lower key, where two are equal).
    """
    order = np.lexsort((artifact, -interactions, week, person))
    person, artifact, week = person[order], artifact[order], week[order]
    span = int(week.max(initial=0)) + 2
    moment = person * span + week
    start = np.concatenate([[True], moment[1:] != moment[:-1]]) if len(moment) else np.zeros(0, bool)
    weeks, main = moment[start], artifact[start]
    firsts = np.lexsort((week, artifact, person))
    new = np.ones(len(firsts), bool)
    new[1:] = (person[firsts][1:] != person[firsts][:-1]) | (artifact[firsts][1:] != artifact[firsts][:-1])
    contact = firsts[new]
    before = np.searchsorted(weeks, moment[contact]) - 1
    same = (before >= 0) & (weeks[np.maximum(before, 0)] // span == person[contact])
    close = same & (moment[contact] - weeks[np.maximum(before, 0)] <= longest_gap)
    chosen, origin = contact[close], main[before[close]]
    return Moves(origin, artifact[chosen], week[chosen], person[chosen])


def herding(found: Moves, permutations: int, rng: np.random.Generator) -> tuple[float, float, pd.DataFrame]:
    """Compare the sum of squared route sizes with that when origins are permuted within 4-week blocks.

    An origin is never permuted onto its goal. Gives the ratio to the mean of the permutations, p, and the single
    routes of at least 5 moves with their p (Benjamini-Hochberg). NaN with fewer than 2 moves.
    """
    n = len(found.to)
    if n < 2:
        return (
            float("nan"),
            float("nan"),
            pd.DataFrame({"origin": [], "to": [], "moves": [], "expected": [], "p_bh": []}),
        )
    block = found.week // 4
    origins = _permuted(found.origin, found.to, block, permutations, rng)
    base = int(max(found.origin.max(), found.to.max())) + 1
    observed = found.origin * base + found.to
    routes, counts = np.unique(observed, return_counts=True)
    drawn = origins * base + found.to[None, :]
    statistic = _squares(drawn)
    ratio = float((counts**2).sum() / statistic.mean())
    p = float((1 + np.sum(statistic >= (counts**2).sum())) / (1 + permutations))
    return ratio, p, _single(routes[counts >= 5], counts[counts >= 5], drawn, base)


def _permuted(origin: Ints, to: Ints, block: Ints, permutations: int, rng: np.random.Generator) -> Ints:
    """Permute origins within blocks; a move onto itself is swapped with another of its block, as often as needed."""
    n = len(origin)
    order = np.argsort(block, kind="stable")
    keys = np.sort(block)[None, :] + rng.random((permutations, n))
    result = np.empty((permutations, n), np.int64)
    result[:, order] = origin[order][np.argsort(keys, axis=1)]
    start, stop = np.searchsorted(block[order], block, "left"), np.searchsorted(block[order], block, "right")
    stuck = np.arange(permutations)
    for _ in range(20 * n):  # one swap a permutation at a time; a block with one goal only cannot be mended
        clash = result[stuck] == to[None, :]
        some = clash.any(axis=1)
        stuck, clash = stuck[some], clash[some]
        if len(stuck) == 0:
            break
        place = np.argmax(clash * rng.random(clash.shape, dtype=np.float32), axis=1)
        other = order[rng.integers(start[place], stop[place])]
        mine, theirs = result[stuck, place], result[stuck, other]
        fine = (theirs != to[place]) & (mine != to[other])
        result[stuck[fine], place[fine]], result[stuck[fine], other[fine]] = theirs[fine], mine[fine]
    return result


def _squares(routes: Ints) -> NDArray[np.float64]:
    """Sum of squared route sizes of each permutation."""
    ordered = np.sort(routes, axis=1)
    ends = np.ones(ordered.shape, bool)
    ends[:, :-1] = ordered[:, 1:] != ordered[:, :-1]
    row, column = np.nonzero(ends)
    new_row = np.concatenate([[True], row[1:] != row[:-1]])
    size = np.where(new_row, column + 1, column - np.concatenate([[0], column[:-1]]))
    return tally(row, size.astype(float) ** 2, len(routes))


def _single(routes: Ints, counts: Ints, drawn: Ints, base: int) -> pd.DataFrame:
    """The routes that carry at least 5 moves, each against the permutations."""
    sizes = np.array([(drawn == route).sum(axis=1) for route in routes]).reshape(len(routes), len(drawn))
    p = (1 + (sizes >= counts[:, None]).sum(axis=1)) / (1 + len(drawn))
    adjusted = false_discovery_control(p) if len(p) else p
    return pd.DataFrame(
        {
            "origin": routes // base,
            "to": routes % base,
            "moves": counts,
            "expected": sizes.mean(axis=1),
            "p_bh": adjusted,
        }
    )
