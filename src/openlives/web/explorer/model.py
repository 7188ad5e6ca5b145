"""The page of a model: its life, who answers, where its people went, and how open it is, with the evidence."""

from typing import Any

import pandas as pd

from openlives.errors import NothingToAskError, OpenLivesError
from openlives.report.profile import GROUPS, about, opened, zero
from openlives.rules import Rules
from openlives.web.explorer import charts
from openlives.web.explorer.asking import Asking
from openlives.web.explorer.block import Block, ask, layers
from openlives.web.explorer.links import Links


def model(asking: Asking, links: Links, rules: Rules, name: str) -> dict[str, Any]:
    """Give the page of a model by its present name."""
    facts = about(asking.cursor(), name)
    found: dict[str, Any] = {"name": name, "facts": facts, "groups": GROUPS, "life": None, "why": "", "themes": None}
    try:
        life = ask(asking, "lives", rules.but(within=(f"model:{name}",)))
        found |= {"life": life, **drawn(life, name, facts)}
    except NothingToAskError as nothing:
        found["why"] = f"{nothing.what}. {zero(facts)}"
    if (asking.folder / "coding").is_dir():
        try:
            found["themes"] = ask(asking, "themes", rules.but(within=(f"model:{name}",)))
        except OpenLivesError:  # no project, several, or nothing coded here: a help that is not there
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


def drawn(life: Block, name: str, facts: dict[str, Any]) -> dict[str, Any]:
    """Draw the curve with what lies outside of what was seen, and the strip of threads."""
    weekly = life.answer.tables["weekly"]
    weekly = weekly[weekly["name"] == name]
    since, until = life.answer.rules.window
    first, end = int(weekly["week"].min()), int(weekly["week"].max())
    weeks = range(max(first - 4, (since // 86_400 + 3) // 7), max(end, ((until - 1) // 86_400 + 3) // 7) + 1)
    rows = weekly.to_dict("records")
    shown = {what: layers(rows, "name", what)[name] for what in ("interactions", "contributors")}
    marks = [(int(pd.Timestamp(facts["created"]).timestamp()), "created")] if facts["created"] else []
    unseen = [
        (range(end + 1, weeks.stop), "not seen: the last look was earlier"),
        (range(weeks.start, first), "before its first interaction"),
    ]
    curve = charts.stacked({"interactions": shown["interactions"]}, weeks, "interactions", marks=marks, unseen=unseen)
    people = charts.stacked({"contributors": shown["contributors"]}, weeks, "people", high=90, unseen=unseen)
    ticks, lanes = charts.strip(life.answer.tables["threads"], curve.since, curve.since + len(weeks) * 604_800)
    return {
        "curve": curve, "people": people, "spikes": charts.busiest({"": shown["interactions"]}),
        "strip": ticks, "lanes": lanes,
    }  # fmt: skip
