"""Marks for a set of rows: how much was answered, how well, with intervals by lineage, and beside simple rules.

Everything here is a plain tree of names and numbers, as it goes into JSON; what cannot be computed is NaN.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from openlives.governance.benchmark.baselines import Rule
from openlives.governance.benchmark.thresholds import LEVELS
from openlives.governance.evidence import Dossier
from openlives.stats.agreement import BINARY, ORDERED, Ints, agreement, balanced_accuracy, paired, tables
from openlives.stats.intervals import Array, Interval

ANSWERS = frozenset(LEVELS)
Marks = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Row:
    """A labelled model beside what we say of it; `dossier` is None where nothing is at hand about it."""

    name: str
    truth: str
    ours: str
    confidence: str
    lineage: str
    dossier: Dossier | None

    @property
    def answered(self) -> bool:
        """Whether we say anything."""
        return self.ours in ANSWERS


def mark(rows: Sequence[Row], baselines: Mapping[str, Rule]) -> Marks:
    """Mark yes against not yes: counts, agreement on the answered rows, and each baseline on the same rows."""
    answered = [row for row in rows if row.answered]
    return {
        **counts(rows),
        **spread(agreement(BINARY, counted(answered, [row.ours for row in answered]))),
        "confident_no": confident_no(rows),
        "baselines": {name: beside(rows, rule) for name, rule in baselines.items()},
    }


def counts(rows: Sequence[Row]) -> Marks:
    """Count rows labelled, with evidence and answered, their lineages, and the positives among them."""
    seen = [row for row in rows if row.dossier is not None]
    answered = [row for row in rows if row.answered]
    return {
        "rows": len(rows),
        "with_evidence": len(seen),
        "answered": len(answered),
        "coverage": share(len(answered), len(seen)),
        "coverage_of_labelled": share(len(answered), len(rows)),
        **_lineages(rows, ""),
        **_lineages(answered, "answered_"),
    }


def _lineages(rows: Sequence[Row], prefix: str) -> Marks:
    positive = [row for row in rows if row.truth == "yes"]
    return {
        f"{prefix}lineages": len({row.lineage for row in rows}),
        f"{prefix}positives": len(positive),
        f"{prefix}positive_lineages": len({row.lineage for row in positive}),
    }


def share(part: int, whole: int) -> float:
    """Divide counts; NaN where there is nothing to divide by."""
    return part / whole if whole else float("nan")


def counted(rows: Sequence[Row], said: Sequence[str]) -> Array:
    """Count rows by lineage, label and what was said, yes against not yes: (lineages × 2 × 2)."""
    truth = np.array([row.truth == "yes" for row in rows], dtype=np.int64)
    return tables(truth, np.array([word == "yes" for word in said], dtype=np.int64), _clusters(rows), 2)


def _clusters(rows: Sequence[Row]) -> Ints:
    number = {lineage: place for place, lineage in enumerate(sorted({row.lineage for row in rows}))}
    return np.array([number[row.lineage] for row in rows], dtype=np.int64)


def spread(intervals: Mapping[str, Interval]) -> Marks:
    """Lay intervals flat: `accuracy`, `accuracy_low`, `accuracy_high`, …"""
    return {
        f"{name}{ending}": value
        for name, interval in intervals.items()
        for ending, value in (("", interval.value), ("_low", interval.low), ("_high", interval.high))
    }


def confident_no(rows: Sequence[Row]) -> Marks:
    """Count the answers no at high or medium confidence, and those of them that are labelled yes."""
    confident = [row for row in rows if row.ours == "no" and row.confidence in ("high", "medium")]
    wrong = sum(row.truth == "yes" for row in confident)
    return {"rows": len(confident), "wrong": wrong, "error": share(wrong, len(confident))}


def beside(rows: Sequence[Row], rule: Rule) -> Marks:
    """Hold a simple rule against us by balanced accuracy, resampling lineages for both at once.

    On the rows that we answer; and on all rows with evidence, with our unknown counted as no.
    """
    seen = [row for row in rows if row.dossier is not None]
    answered = [row for row in seen if row.answered]
    as_no = [row if row.answered else replace(row, ours="no") for row in seen]
    return {**_beside(answered, rule), "unknown_as_no": _beside(as_no, rule)}


def _beside(rows: Sequence[Row], rule: Rule) -> Marks:
    theirs = counted(rows, ["yes" if row.dossier is not None and rule(row.dossier) else "no" for row in rows])
    ours = counted(rows, [row.ours for row in rows])
    compared = paired(ours, theirs)
    return {
        "rows": len(rows),
        "ours": float(balanced_accuracy(ours.sum(0))),
        **spread(agreement({name: BINARY[name] for name in ("balanced_accuracy", "f1")}, theirs)),
        **spread({"difference": compared.difference}),
        "better_share": compared.share,
    }


def mark_levels(rows: Sequence[Row]) -> Marks:
    """Mark no, partial and yes as ordered levels, on the answered rows."""
    answered = [row for row in rows if row.answered]
    truth, ours = (
        np.array([LEVELS.index(word) for word in words], dtype=np.int64)
        for words in ([row.truth for row in answered], [row.ours for row in answered])
    )
    table = tables(truth, ours, _clusters(answered), len(LEVELS))
    return {
        "levels_answered": len(answered),
        "levels": {
            label: dict(zip(LEVELS, map(int, said), strict=True))
            for label, said in zip(LEVELS, table.sum(0), strict=True)
        },
        **spread({f"levels_{name}": value for name, value in agreement(_PLAIN, table).items()}),
        **spread(agreement(_WEIGHTED, table)),
    }


_PLAIN = {name: statistic for name, statistic in ORDERED.items() if not name.startswith("weighted")}
_WEIGHTED = {name: statistic for name, statistic in ORDERED.items() if name.startswith("weighted")}
