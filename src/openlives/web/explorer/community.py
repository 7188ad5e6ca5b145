"""The page of a community: who herds where, who stays, moves and leaves, and what was said in a week."""

from typing import Any

from openlives.errors import NothingToAskError
from openlives.measures.clock import date, whole_calendar_weeks
from openlives.rules import Rules
from openlives.web.explorer import charts
from openlives.web.explorer.asking import Asking
from openlives.web.explorer.block import ask, layers
from openlives.web.explorer.links import Links

SHOWN = ("concentration", "stayed", "moved", "left", "nomadism", "nomadism_z", "attachment", "inflow", "inflow_random")
QUESTIONS = ("lives", "lifecycle", "decline", "distributions", "persistence", "growth", "openness", "licences", "gates")
ROUTES = 12


def community(asking: Asking, links: Links, rules: Rules, spec: str) -> dict[str, Any]:
    """Give the page of a community."""
    found: dict[str, Any] = {"spec": spec, "herd": None, "why": "", "shown": SHOWN}
    try:
        herd = ask(asking, "nomads", rules.but(communities=(spec,), within=()))
        if len(herd.answer.tables["weeks"]):
            found |= {"herd": herd, **_drawn(herd)}
        found["why"] = "" if found["herd"] else herd.answer.finding.sentence
    except NothingToAskError as nothing:
        found["why"] = nothing.what
    asked = [(name, links.question(name, [spec])) for name in QUESTIONS]
    return {**found, "asked": [(name, link) for name, link in asked if link]}


def _drawn(herd: Any) -> dict[str, Any]:
    """Draw the panel: weekly interactions by model, the busiest coloured, releases marked, and contributors below."""
    window = whole_calendar_weeks(*herd.answer.rules.window)
    rows = herd.rows("weeks")
    talk = layers([row for row in rows if row["what"] != "contributors"], "name")
    people = layers([row for row in rows if row["what"] == "contributors"], "name")
    rest = next((row["name"] for row in rows if row["what"] == "others"), "")
    released = herd.rows("releases") if "created" in herd.answer.tables["releases"].columns else []
    marks = [(int(row["created"]), f"{row['name']}, {date(row['created'])}") for row in released]
    since, until = (date(end) for end in herd.answer.rules.window)
    return {
        "panel": charts.stacked(talk, window, "interactions", high=260, rest=rest, marks=marks),
        "crowd": charts.stacked(people, window, "people", high=90),
        "names": [(name, 7 if name == rest else place) for place, name in enumerate(talk)],
        "spikes": charts.busiest(talk),
        "routes": herd.answer.tables["routes"].head(ROUTES).to_dict("records"),
        "magnets": _last(herd),
        "since": since,
        "until": until,
    }


def _last(herd: Any) -> list[dict[str, Any]]:
    """Give magnet and sticky of the models in the last period that has a sticky."""
    table = herd.answer.tables["magnets"]
    judged = table[table["sticky"].notna()] if "sticky" in table.columns else table.head(0)
    if judged.empty:
        return []
    last = judged[judged["period"] == judged["period"].max()]
    found: list[dict[str, Any]] = (
        last.sort_values(["contributors", "name"], ascending=[False, True]).head(12).to_dict("records")
    )
    return found
