"""What people decided about a model, and why: judgements overrule verdicts, and are seen to do so.

A file (TOML or YAML) holds a list `judgement`, each with `model`, `dimension`, `outcome`, `who`, `when`, `why`, and
`evidence` (an address, a file, a line). Where raters disagree, nothing is overruled until one judgement is marked
`adjudicated = true`.
"""

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from openlives.errors import InputError
from openlives.governance.evidence import Evidence, Verdict

OUTCOMES = {
    "terms": ("yes", "no", "unknown"),
    "access": ("yes", "no", "unknown"),
    "process": ("yes", "partial", "no", "unknown"),
    "process_own": ("yes", "partial", "no", "unknown"),
}
NEEDED = ("model", "dimension", "outcome", "who", "when", "why")


@dataclass(frozen=True, slots=True)
class Judgement:
    """One decision of one person about one dimension of one model."""

    model: str
    dimension: str
    outcome: str
    who: str
    when: str
    why: str
    evidence: str = ""
    adjudicated: bool = False


def read(file: Path, *, missing_ok: bool = False) -> list[Judgement]:
    """Read a file of judgements; the first that cannot be used is an `InputError` that names it."""
    if missing_ok and not file.exists():
        return []
    try:
        text = file.read_text(encoding="utf-8")
        found = tomllib.loads(text) if file.suffix == ".toml" else yaml.safe_load(text) or {}
    except (OSError, ValueError, yaml.YAMLError, RecursionError) as error:
        raise InputError(
            f"The judgements cannot be read: {error}", where=file.name, todo="Give TOML or YAML."
        ) from error
    rows = found.get("judgement") if isinstance(found, dict) else None
    if not isinstance(rows, list):
        raise InputError("The file holds no list `judgement`", where=file.name, todo="Write [[judgement]] before each.")
    return [_judgement(row, f"{file.name}, judgement {number}") for number, row in enumerate(rows, start=1)]


def _judgement(row: Any, where: str) -> Judgement:
    if not isinstance(row, Mapping):
        raise InputError("A judgement is no table", where=where, todo=f"Give {', '.join(NEEDED)}.")
    missing = [name for name in NEEDED if row.get(name) in (None, "")]  # YAML reads `no` as false
    if missing:
        raise InputError(
            f"A judgement has no {' and no '.join(missing)}", where=where, todo=f"Give {', '.join(NEEDED)}."
        )
    unknown = [name for name in row if name not in {*NEEDED, "evidence", "adjudicated"}]
    if unknown:
        raise InputError(f"A judgement has no field {unknown[0]!r}", where=where, todo=f"Give {', '.join(NEEDED)}.")
    dimension, outcome = row["dimension"], row["outcome"]
    outcome = (
        {True: "yes", False: "no"}.get(outcome, outcome) if isinstance(outcome, bool) else outcome
    )  # YAML's yes and no
    if outcome not in OUTCOMES.get(str(dimension), ()):
        todo = "; ".join(f"{name}: {', '.join(allowed)}" for name, allowed in OUTCOMES.items())
        raise InputError(f"There is no outcome {outcome!r} of {dimension!r}", where=where, todo=todo)
    if not isinstance(row["when"], date) and not _is_date(str(row["when"])):
        raise InputError(f"`when` is not a date: {row['when']!r}", where=where, todo="Write it as 2026-01-31.")
    texts = {name: str(row[name]) for name in NEEDED}
    return Judgement(
        **{**texts, "outcome": str(outcome)},
        evidence=str(row.get("evidence", "")),
        adjudicated=row.get("adjudicated") is True,
    )


def _is_date(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def overrule(verdict: Verdict, judged: Sequence[Judgement]) -> Verdict:
    """Lay judgements over the verdict of the rule; what the rule said stays readable."""
    ours = [one for one in judged if one.dimension == verdict.dimension]
    if not ours:
        return verdict
    last = [one for one in ours if one.adjudicated] or ours
    outcomes = {one.outcome for one in last}
    if len(outcomes) > 1:
        told = ", ".join(f"{one.who}: {one.outcome}" for one in last)
        return replace(verdict, reasons=(f"raters disagree, so the rule stands ({told})", *verdict.reasons))
    chosen = max(last, key=lambda one: one.when)
    said = f"judged {chosen.outcome} by {', '.join(sorted({one.who for one in last}))} on {chosen.when}: {chosen.why}"
    rule = f"the rule said {verdict.outcome} ({verdict.confidence} confidence)"
    seen = (Evidence("judgement", chosen.evidence or chosen.why, "", chosen.when),)
    return replace(
        verdict,
        outcome=chosen.outcome,
        confidence="judged",
        reasons=(said, rule, *verdict.reasons),
        evidence=seen + verdict.evidence,
    )


def pairs(judged: Iterable[Judgement]) -> dict[tuple[str, str, str], list[tuple[str, str]]]:
    """Pair what every two people said of the same model: (dimension, one, other) → outcomes."""
    by_item: dict[tuple[str, str], dict[str, str]] = {}
    for one in judged:
        if not one.adjudicated:
            by_item.setdefault((one.dimension, one.model), {})[one.who] = one.outcome
    found: dict[tuple[str, str, str], list[tuple[str, str]]] = {}
    for (dimension, _), said in sorted(by_item.items()):
        people = sorted(said)
        for place, first in enumerate(people):
            for second in people[place + 1 :]:
                found.setdefault((dimension, first, second), []).append((said[first], said[second]))
    return found
