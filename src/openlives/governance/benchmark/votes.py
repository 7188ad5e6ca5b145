"""Votes behind labels, one row a vote, from `votes.csv` beside a label file: what was corrected, and why.

One organisation has one vote a dimension: its latest, and among those of one date the weightiest.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from openlives.governance.benchmark.labels import Label, rows_of

SHAPE = "A file of votes has the columns hf_id, org, dimension, label."


@dataclass(frozen=True, slots=True)
class Vote:
    """What one organisation says of one dimension of one model; `dropped` is the reason why it does not count."""

    name: str
    org: str
    dimension: str
    label: str
    kind: str
    weight: float
    dropped: str
    raw: str
    date: str


def read(file: Path) -> list[Vote]:
    """Read a file of votes; none if there is no such file."""
    if not file.exists():
        return []
    _, rows = rows_of(file, needs=("hf_id", "org", "dimension", "label"), shape=SHAPE)
    return [
        Vote(
            row["hf_id"],
            row["org"],
            row["dimension"],
            row["label"].lower(),
            row.get("kind", "") or "independent",
            _number(row.get("weight", "")),
            row.get("dropped", ""),
            row.get("raw", ""),
            row.get("date", ""),
        )
        for row in rows
    ]


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return 1.0


def latest(votes: Sequence[Vote], dimension: str) -> dict[str, dict[str, Vote]]:
    """Give each organisation's one independent vote on a dimension, dropped or not: model → organisation → vote."""
    found: dict[str, dict[str, Vote]] = defaultdict(dict)
    for vote in sorted(votes, key=lambda vote: (vote.date, vote.weight)):
        if vote.dimension == dimension and vote.kind == "independent":
            found[vote.name][vote.org] = vote
    return found


def as_voted(labels: Mapping[str, Label], votes: Sequence[Vote]) -> dict[str, str]:
    """Give the terms before any correction: where votes were dropped, what all votes say together.

    The weightier side; empty where both weigh the same.
    """
    before = {name: label.terms for name, label in labels.items()}
    for name, cast in latest(votes, "terms").items():
        if name in before and any(vote.dropped for vote in cast.values()):
            sides = {side: sum(vote.weight for vote in cast.values() if vote.label == side) for side in ("yes", "no")}
            before[name] = "" if sides["yes"] == sides["no"] else max(sides, key=lambda side: sides[side])
    return before


def corrections(labels: Mapping[str, Label], votes: Sequence[Vote]) -> list[dict[str, str]]:
    """List each model whose terms were corrected: as they were voted, as they stand now, and why."""
    before, found = as_voted(labels, votes), []
    reasons: dict[str, dict[str, None]] = defaultdict(dict)
    for vote in votes:
        if vote.dimension == "terms" and (why := vote.raw if vote.kind == "review" else vote.dropped):
            reasons[vote.name][why] = None
    for name, label in labels.items():
        after = label.reviewed or label.terms
        if label.reviewed or before[name] != after:
            why = "; ".join(reasons[name]) or "not said"
            found.append({"model": name, "before": before[name], "after": after, "reason": why})
    return found
