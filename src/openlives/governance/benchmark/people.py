"""How far people agree among themselves on the same models: the ceiling of what an assessor can reach.

Every two organisations with enough rows in common, all pairs put together, and a second reading where there is one.
The process is compared on three levels, and as yes or not yes.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np

from openlives.governance.benchmark.labels import Label, rows_of
from openlives.governance.benchmark.thresholds import LEVELS
from openlives.governance.benchmark.votes import Vote, latest
from openlives.stats.agreement import accuracy, kappa, tables

FEWEST = 5  # rows in common, below which the kappa of two organisations says nothing
UNDECIDED = "not judged"  # in the words of a vote that rests on the code alone: not yes, but no or partial is open
SHAPE = "A second reading has the columns hf_id, judged_terms and judged_process."
BINARY = "process, yes or not"
Both = list[tuple[str, str]]


def pairs(votes: Sequence[Vote]) -> list[dict[str, Any]]:
    """Hold organisations against each other: share of rows on which they agree, kappa and weighted kappas."""
    decided = [vote for vote in votes if UNDECIDED not in vote.raw]
    found = []
    for title, dimension, cast in (
        ("terms", "terms", votes),
        ("process", "process", decided),
        (BINARY, "process", votes),
    ):
        common = _common(latest([vote for vote in cast if vote.label in LEVELS], dimension), binary=title == BINARY)
        found += [_row(title, f"{a} and {b}", both) for (a, b), both in common.items() if len(both) >= FEWEST]
        pooled = [one for both in common.values() for one in both]
        if len(pooled) >= FEWEST:
            turned = pooled + [(second, first) for first, second in pooled]  # who is first is an accident
            found.append({**_row(title, "any two, put together", turned), "rows": len(pooled)})
    return found


def _common(cast: Mapping[str, Mapping[str, Vote]], *, binary: bool) -> dict[tuple[str, str], Both]:
    """Give what every two organisations say of the models that both judged."""
    found: dict[tuple[str, str], Both] = defaultdict(list)
    for by_org in cast.values():
        for first, second in combinations(sorted(by_org), 2):
            both = by_org[first].label, by_org[second].label
            found[first, second].append((_yes_or_no(both[0]), _yes_or_no(both[1])) if binary else both)
    return dict(sorted(found.items()))


def _yes_or_no(label: str) -> str:
    return "yes" if label == "yes" else "no"


def second_reading(file: Path, labels: Mapping[str, Label]) -> list[dict[str, Any]]:
    """Hold a second reading against the labels; *unknown* in it, and what is not labelled, is no vote."""
    if not file.exists():
        return []
    _, rows = rows_of(file, needs=("hf_id", "judged_terms", "judged_process"), shape=SHAPE)
    here = [(labels[row["hf_id"]], row) for row in rows if row["hf_id"] in labels]
    terms = [(one.reviewed or one.terms or one.derived, row["judged_terms"]) for one, row in here]
    process = [(one.process, row["judged_process"]) for one, row in here if not one.code_only]
    binary = [(one.process, row["judged_process"]) for one, row in here]
    sides = {"terms": _known(terms), "process": _known(process)}
    sides[BINARY] = [(_yes_or_no(first), _yes_or_no(second)) for first, second in _known(binary)]
    return [_row(title, "labels and a second reading", both) for title, both in sides.items() if both]


def _known(both: Both) -> Both:
    return [(first, second) for first, second in both if first in LEVELS and second in LEVELS]


def _row(title: str, pair: str, both: Both) -> dict[str, Any]:
    """Count and compare; there is no kappa where a side knows one level only."""
    first, second = (np.array([LEVELS.index(word) for word in side], np.int64) for side in zip(*both, strict=True))
    table = tables(first, second, np.zeros(len(both), np.int64), len(LEVELS))[0]
    varied = len(set(first)) > 1 and len(set(second)) > 1
    weights = {"kappa": "none", "weighted_kappa": "linear", "weighted_kappa_quadratic": "quadratic"}
    return {
        "dimension": title,
        "pair": pair,
        "rows": len(both),
        "agree": float(accuracy(table)),
        **{name: float(kappa(table, weight)) if varied else float("nan") for name, weight in weights.items()},
    }
