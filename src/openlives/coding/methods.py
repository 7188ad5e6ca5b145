"""The methods paragraph of a paper, computed from what was done in a project: never typed."""

import json
import math
from collections.abc import Sequence
from typing import Any

from openlives.coding import adjudicate, codebook, rounds, themes, versions
from openlives.coding.agreement import agreement_table
from openlives.coding.project import Project
from openlives.coding.ratings import Ratings, Unit, ratings
from openlives.coding.sqlite import one, rows

CHANGED = {
    "add": "added",
    "change": "changed",
    "move": "moved",
    "merge": "merged",
    "split": "split",
    "retire": "retired",
}


def paragraph(project: Project) -> str:
    """Write it: sample and n, coders and mode, codebook and versions, rounds and agreement, and what deviates."""
    parts = [_sample(project), _coders(project), _codebook(project)]
    parts += [_round(project, row) for row in rounds.listed(project)]
    return "\n".join(part for part in [*parts, _deviations(project)] if part)


def _count(project: Project, query: str, *values: str) -> int:
    return int((one(project.connection, query, values) or {"count(*)": 0}).popitem()[1])


def _sample(project: Project) -> str:
    told = []
    for each in json.loads(project.fact("samples", "[]")):
        seed = f", seed {each['seed']}" if each["rule"].startswith("random") else ""
        limit = f", the first {each['limit']:,}" if each.get("limit") else ""
        told.append(f"{each['rule']}{seed}{limit} ({each['threads']:,} threads)")
    units = _count(project, "SELECT count(*) FROM units WHERE state <> 'stub'")
    threads = _count(project, "SELECT count(DISTINCT thread) FROM units WHERE state <> 'stub'")
    models = _count(project, "SELECT count(DISTINCT artifact) FROM threads")
    return (
        f"Sample: {'; '.join(told) or 'drawn by hand'}. In all {units:,} comments in {threads:,} threads "
        f"of {models:,} models, with their text as it was when the sample was drawn."
    )


def _coders(project: Project) -> str:
    made = rows(
        project.connection,
        f"""SELECT k.kind, count(DISTINCT c.coder) AS coders, count(*) AS codings, count(DISTINCT c.unit) AS units
           FROM codings c JOIN coders k USING (coder) WHERE c.layer = 'coding' AND {rounds.CLOSED}
           GROUP BY k.kind ORDER BY k.kind""",
    )
    people = next((row for row in made if row["kind"] == "human"), {"coders": 0, "codings": 0, "units": 0})
    machine = next((row for row in made if row["kind"] == "machine"), None)
    mode = "in the open" if not rounds.listed(project) else "in the open and in blind rounds"
    told = f"{people['coders']} people put {people['codings']:,} codings to {people['units']:,} comments, {mode}."
    return told + (
        f" Suggestions of machines ({machine['codings']:,}) were kept apart and are counted nowhere." if machine else ""
    )


def _codebook(project: Project) -> str:
    codes, board = codebook.codes(project), [theme for theme in themes.board(project) if theme["theme"]]
    frozen = versions.listed(project)
    done = {kind: _count(project, "SELECT count(*) FROM journal WHERE kind = ?", kind) for kind in CHANGED}
    undone = _count(project, f"SELECT count(*) FROM journal c WHERE kind = 'undo' AND {rounds.CLOSED}")
    told = ", ".join(f"{count:,} {CHANGED[kind]}" for kind, count in done.items() if count)
    return (
        f"The codebook holds {len(codes):,} codes under {len(board):,} themes, in {len(frozen):,} frozen versions; "
        f"its history: {told or 'nothing'} (recorded, with {undone:,} undone)."
    )


def rated(project: Project, round_: str) -> Ratings:
    """Give what was said in a closed round, comment by comment, as agreement is measured on it."""
    told = adjudicate.said(project, round_)
    frozen = versions.codes_of(project, rounds.find(project, round_)["version"])
    coders = sorted({name for sets in told.values() for name in sets})
    units = {unit: Unit(unit, _address(project, unit)) for unit in told}
    given = {name: {units[unit]: sets[name] for unit, sets in told.items()} for name in coders}
    used = {path for sets in told.values() for codes in sets.values() for path in codes}
    return ratings(given, [*dict.fromkeys([code["path"] for code in frozen] + sorted(used))])


def _address(project: Project, unit: str) -> str:
    return str((one(project.connection, "SELECT thread FROM units WHERE unit = ?", [unit]) or {})["thread"])


def _round(project: Project, row: dict[str, Any]) -> str:
    coders = ", ".join(each["name"] for each in row["coders"])
    about = f"Round {row['name']} (codebook version {row['version']}, {row['units']:,} comments, blind, by {coders})"
    if row["open"]:
        return f"{about} is still open, and left out."
    if len(row["done"]) < 2:
        return f"{about} was abandoned: no two of them closed it, and there is no agreement."
    about += f", without {', '.join(row['left'])}, who did not close it" if row["left"] else ""
    first = agreement_table(rated(project, row["round"])).iloc[0]
    apart = adjudicate.disagreements(project, row["round"])
    settled = sum(each["settled"] is not None for each in apart)
    names = [name for name in ("percent", "cohen", "fleiss", "alpha", "ac1") if math.isfinite(first[name])]
    told = ", ".join(_value(first, name) for name in names) or "cannot be computed"
    return (
        f"{about}: agreement on {'one code each' if first['kind'] == 'nominal' else 'sets of codes (MASI)'}, "
        f"n = {first['shared']:,}: {told}. "
        f"The coders differ on {len(apart):,} comments, of which {settled:,} were settled."
    )


def _value(row: Any, name: str) -> str:
    words = {"percent": "percent", "cohen": "Cohen's kappa", "fleiss": "Fleiss' kappa", "ac1": "AC1"}
    ends = [row[f"{name}_low"], row[f"{name}_high"]]
    between = f" [{ends[0]:.2f}, {ends[1]:.2f}]" if all(map(math.isfinite, ends)) else ""
    return f"{words.get(name, 'Krippendorff’s alpha')} {row[name]:.2f}{between}"


def _deviations(project: Project) -> str:
    """Tell what is not as planned: not read, flagged, stubs, to be looked at again."""
    states: Sequence[dict[str, Any]] = rows(
        project.connection,
        "SELECT state, count(*) AS n FROM units WHERE state <> 'present' GROUP BY state ORDER BY state",
    )
    told = [f"{row['n']:,} comments are {row['state']}" for row in states]
    names = {row["round"]: row["name"] for row in rounds.listed(project)}
    told += [f"the round {names[key]} {what}" for key, what in rounds.given_up(project).items() if key in names]
    if any(row["open"] for row in rounds.listed(project)):  # it would tell how far the others are
        told.append("how much was read is told when all rounds are closed")
        return f"Deviations: {'; '.join(told)}."
    read = _count(project, "SELECT count(DISTINCT unit) FROM seen")
    units = _count(project, "SELECT count(*) FROM units WHERE state <> 'stub'")
    told += [f"{units - read:,} were read by nobody"] if read < units else []
    again = _count(project, "SELECT count(DISTINCT unit) FROM requeued")
    told += [f"{again:,} wait to be looked at again"] if again else []
    return f"Deviations: {'; '.join(told) or 'none'}."
