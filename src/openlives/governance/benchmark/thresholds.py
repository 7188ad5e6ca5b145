"""Thresholds chosen on some lineages and tried on others, so that no row is judged by what was learnt from its kin."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import combinations_with_replacement, pairwise

import numpy as np

from openlives.governance.benchmark.assessor import Thresholds
from openlives.stats.agreement import balanced_accuracy, kappa, tables

FOLDS = 5
COVERAGE = 0.60  # of the rows of a training part, that have to be answered
MOST = 24  # cuts that are tried between scores

LEVELS = ("no", "partial", "yes")
Decide = Callable[[float, Thresholds], str]


@dataclass(frozen=True, slots=True)
class Scored:
    """A row to choose thresholds by: its score (None: nothing to go by), its label (no, partial, yes), its lineage."""

    score: float | None
    truth: str
    lineage: str

    @property
    def positive(self) -> bool:
        """Whether it is labelled yes."""
        return self.truth == "yes"


def folds(rows: Sequence[Scored], count: int = FOLDS) -> list[int]:
    """Give each row its part: lineages stay whole, and those with positives are dealt out first; nothing is random."""
    positives: dict[str, int] = {}
    sizes: dict[str, int] = {}
    for row in rows:
        positives[row.lineage] = positives.get(row.lineage, 0) + row.positive
        sizes[row.lineage] = sizes.get(row.lineage, 0) + 1
    held = [(0, 0)] * count  # positives and rows of each part so far
    part: dict[str, int] = {}
    for lineage in sorted(sizes, key=lambda name: (-positives[name], -sizes[name], name)):
        chosen = min(range(count), key=lambda i: held[i] if positives[lineage] else (held[i][1], i))
        part[lineage] = chosen
        held[chosen] = (held[chosen][0] + positives[lineage], held[chosen][1] + sizes[lineage])
    return [part[row.lineage] for row in rows]


def choose(rows: Sequence[Scored], decide: Decide) -> Thresholds | None:
    """Choose the thresholds with the best balanced accuracy among those that answer enough; None: no choice.

    Enough is `COVERAGE` of the rows, or as much as any thresholds reach. Of equals in that, those win that tell the
    three levels apart best (linearly weighted kappa), and then those that answer more.
    """
    cuts = _cuts(sorted({row.score for row in rows if row.score is not None}))
    tried = [(*_tried(rows, decide, pair), pair) for pair in combinations_with_replacement(cuts, 2)]
    known = [one for one in tried if np.isfinite(one[0])]
    if not known:
        return None
    enough = min(COVERAGE, max(coverage for _, _, coverage, _ in known))
    return max(
        (one for one in known if one[2] >= enough), key=lambda one: (round(one[0], 9), round(one[1], 9), one[2])
    )[3]


def _cuts(scores: Sequence[float]) -> list[float]:
    """Give the places between scores, and one beyond each end; where scores are many, only so many of them."""
    if not scores:
        return []
    inner = [(low + high) / 2 for low, high in pairwise(scores)]
    if len(inner) > MOST:
        inner = [inner[round(place)] for place in np.linspace(0, len(inner) - 1, MOST)]
    return [scores[0] - 1, *inner, scores[-1] + 1]


def _tried(rows: Sequence[Scored], decide: Decide, thresholds: Thresholds) -> tuple[float, float, float]:
    """Give balanced accuracy (NaN: not known), weighted kappa of the levels (0: not known) and coverage of a pair."""
    said = {score: decide(score, thresholds) for score in {row.score for row in rows if row.score is not None}}
    answered = [
        (LEVELS.index(row.truth), LEVELS.index(said[row.score]))
        for row in rows
        if row.score is not None and said[row.score] in LEVELS
    ]
    if not answered:
        return np.nan, 0.0, 0.0
    truth, ours = np.array(answered, dtype=np.int64).T
    one = np.zeros(len(truth), np.int64)
    top = len(LEVELS) - 1
    binary = tables((truth == top).astype(np.int64), (ours == top).astype(np.int64), one, 2)[0]
    weighted = float(kappa(tables(truth, ours, one, len(LEVELS))[0], "linear"))
    return float(balanced_accuracy(binary)), weighted if np.isfinite(weighted) else 0.0, len(answered) / len(rows)


def out_of_fold(rows: Sequence[Scored], decide: Decide) -> list[str] | None:
    """Decide each row by thresholds that were chosen on the other parts; None if some part leaves no choice."""
    part = folds(rows)
    outcomes = ["unknown"] * len(rows)
    for held_out in sorted(set(part)):
        chosen = choose([row for row, own in zip(rows, part, strict=True) if own != held_out], decide)
        if chosen is None:
            return None
        for number, row in enumerate(rows):
            if part[number] == held_out and row.score is not None:
                outcomes[number] = decide(row.score, chosen)
    return outcomes
