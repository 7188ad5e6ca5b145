"""Where verdicts and labels differ, one by one, with what both sides rest on and a suggestion of the cause."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

from openlives.governance.benchmark.labels import Label
from openlives.governance.benchmark.marking import ANSWERS
from openlives.governance.evidence import Dossier, Verdict

FAR = 365  # days between a vote and the evidence, within which terms and data sets seldom change
REPOSITORY = re.compile(r"repository ([^:]+):")
CAUSES = {
    "label": "the label's own sources differ",
    "date": "the votes and the evidence are more than a year apart",
    "identity": "the evidence is of a repository whose name shares no word with the model's",
    "rule": "none of the other causes is visible, so a rule may be wrong",
}


def disagreements(label: Label, dossier: Dossier | None, verdict: Verdict, dimension: str) -> Iterator[dict[str, Any]]:
    """Yield one row if the verdict differs from the label; no against partial, where the label is safe in it."""
    wanted = {"terms": label.reviewed or label.terms, "access": label.access, "process": label.process}[dimension]
    if not wanted or verdict.outcome not in ANSWERS or verdict.outcome == wanted:
        return
    if dimension == "process" and label.code_only and verdict.outcome != "yes":
        return
    cause = suggest(label, dossier, verdict, dimension)
    yield {
        "dimension": dimension,
        "model": label.name,
        "lineage": label.lineage,
        "label": wanted,
        "votes": label.of(f"{dimension}_votes"),
        "last_vote": label.of("last_vote_date"),
        "ours": verdict.outcome,
        "confidence": verdict.confidence,
        "reasons": list(verdict.reasons),
        "evidence": [
            {"where": one.where, "quote": one.quote, "revision": one.revision, "seen": one.seen}
            for one in verdict.evidence
        ],
        "cause_suggested": cause,
        "cause_because": CAUSES[cause],
    }


def suggest(label: Label, dossier: Dossier | None, verdict: Verdict, dimension: str) -> str:
    """Suggest a cause by what can be told without reading: label, date, identity, else rule."""
    if label.of(f"{dimension}_conflict"):
        return "label"
    voted, seen = day(label.of("last_vote_date")), _looked(dossier, verdict)
    if voted and seen and abs((voted - seen).days) > FAR:
        return "date"
    repositories = {found[1] for one in verdict.evidence if (found := REPOSITORY.match(one.where))}
    if any(not _words(name) & _words(label.name) for name in repositories):
        return "identity"
    return "rule"


def _looked(dossier: Dossier | None, verdict: Verdict) -> date | None:
    """Give the latest day at which the verdict's evidence was seen, or else the dossier."""
    days = [found for one in verdict.evidence if (found := day(one.seen))]
    return max(days, default=day(dossier.seen) if dossier else None)


def day(text: str) -> date | None:
    """Read a day from an ISO date, a month, a year or a second (UTC); None if it is none of these."""
    if found := re.match(r"(\d{4})(?:-(\d\d))?(?:-(\d\d))?(?!\d)", text):
        try:
            return date(int(found[1]), int(found[2] or 7), int(found[3] or 1))
        except ValueError:
            return None
    if re.fullmatch(r"\d{9,10}", text):
        return datetime.fromtimestamp(int(text), UTC).date()
    return None


def _words(name: str) -> set[str]:
    """Give the words in a name, of three letters or more, without digits: by these kin are known."""
    return {
        word for word in re.findall(r"[a-z]{3,}", name.lower()) if word not in ("chat", "base", "instruct", "model")
    }
