"""The page of a model: its life, who answers, where its people went, and how open it is, with the evidence."""

from typing import Any

import pandas as pd

from openlives.errors import NothingToAskError
from openlives.governance.assess import Assessment
from openlives.governance.commercial import commercial
from openlives.governance.note import NAMES
from openlives.measures.clock import date
from openlives.rules import Rules
from openlives.web.explorer import charts
from openlives.web.explorer.asking import Asking
from openlives.web.explorer.block import Block, ask, layers
from openlives.web.explorer.links import Links

FACTS = ("created", "task", "library", "license", "gate", "likes", "downloads", "files", "looked")
GROUPS = {
    "Its life": ("interactions", "people", "duration", "weeks", "longest_silence", "silence", "late", "tau", "p", "sure"),
    "Its place": ("score", "rank", "ranked"),
    "Who speaks": ("share_owner", "share_member", "share_staff", "share_deleted", "share_busiest"),
    "Who answers": (
        *("threads", "asked", "answered_week", "answer_median", "first_producer", "first_staff", "first_others"),
    ),
    "Where its people were": ("went_to", "went_from"),
}


def model(asking: Asking, links: Links, rules: Rules, name: str) -> dict[str, Any]:
    """Give the page of a model by its present name."""
    facts = about(asking, name)
    found: dict[str, Any] = {"name": name, "facts": facts, "groups": GROUPS, "life": None, "why": "", "themes": None}
    try:
        life = ask(asking, "lives", rules.but(within=(f"model:{name}",)))
        found |= {"life": life, **drawn(life, name, facts, rules)}
    except NothingToAskError as nothing:
        found["why"] = nothing.what
    if (asking.folder / "coding").is_dir():
        try:
            found["themes"] = ask(asking, "themes", rules.but(within=(f"model:{name}",)))
        except NothingToAskError:
            found["themes"] = None
    assessment = asking.assessed(name)
    owner = facts["owner"]
    return {
        **found,
        "open": opened(assessment, quotes=links.private) if assessment else None,
        "owner": owner,
        "owner_link": links.community(f"owner:{owner}") if owner else "",
        "family_link": links.community(f"family:{name}"),
    }


def about(asking: Asking, name: str) -> dict[str, Any]:
    """What the store says of a model, as last seen."""
    query = f"SELECT owner, outcome, former_names, {', '.join(FACTS)} FROM artifacts WHERE name = ?"
    cursor = asking.cursor().execute(query, [name])
    row = dict(zip([column[0] for column in cursor.description or ()], cursor.fetchone() or (), strict=True))
    return {**row, "created": _day(row["created"]), "looked": _day(row["looked"])}


def _day(time: int | None) -> str:
    return "" if time is None else date(time)


def drawn(life: Block, name: str, facts: dict[str, Any], rules: Rules) -> dict[str, Any]:
    """Draw the curve with what lies outside of what was seen, and the strip of threads."""
    weekly = life.answer.tables["weekly"]
    weekly = weekly[weekly["name"] == name]
    since, until = life.answer.rules.window
    first, end = int(weekly["week"].min()), int(weekly["week"].max())
    weeks = range(max(first - 4, (since // 86_400 + 3) // 7), max(end, ((until - 1) // 86_400 + 3) // 7) + 1)
    rows = weekly.to_dict("records")
    shown = {what: layers(rows, "name", what)[name] for what in ("interactions", "contributors")}
    marks = [(int(pd.Timestamp(facts["created"]).timestamp()), "created")] if facts["created"] else []
    unseen = [(range(end + 1, weeks.stop), "not seen: the last look was earlier"), (range(weeks.start, first), "before its first interaction")]
    curve = charts.stacked({"interactions": shown["interactions"]}, weeks, "interactions", marks=marks, unseen=unseen)
    people = charts.stacked({"contributors": shown["contributors"]}, weeks, "people", high=90, unseen=unseen)
    ticks, lanes = charts.strip(life.answer.tables["threads"], curve.since, curve.since + len(weeks) * 604_800)
    return {
        "curve": curve, "people": people, "spikes": charts.busiest({"": shown["interactions"]}),
        "strip": ticks, "lanes": lanes,
    }  # fmt: skip


def opened(assessment: Assessment, *, quotes: bool) -> dict[str, Any]:
    """Put an assessment in the order in which a user asks; a quote is of the card, and stays in the private tier."""
    money = commercial(assessment)
    verdicts = [
        (NAMES[key], verdict.outcome, verdict.level, verdict.confidence, verdict.reasons, evidence(verdict.evidence, quotes=quotes))
        for key, verdict in assessment.verdicts.items()
    ]
    unseen = [name for name, finding in assessment.findings.items() if finding.outcome in ("unknown", "unreachable")]
    return {
        "licence": assessment.licence, "quadrant": assessment.quadrant, "osaid": assessment.osaid, "verdicts": verdicts,
        "commercial": money, "says_so": evidence(money.evidence, quotes=quotes), "unseen": unseen,
    }  # fmt: skip


def evidence(pieces: Any, *, quotes: bool, most: int = 6) -> list[tuple[str, str, str, str]]:
    """Give pieces of evidence: where, what it says, at which revision, and when it was seen."""
    return [(one.where, one.quote if quotes else "", one.revision[:12], one.seen[:10]) for one in pieces[:most]]
