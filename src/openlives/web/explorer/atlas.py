"""The map of openness: models in the two-by-two of the Dual Openness Framework, sized by persistence."""

from typing import Any

from openlives.errors import NothingToAskError
from openlives.governance.dual import QUADRANTS, UNKNOWN
from openlives.rules import Rules
from openlives.web.explorer import charts
from openlives.web.explorer.asking import Asking
from openlives.web.explorer.block import ask

MOST = 100  # models on the map
BOX, STRIP = (470, 280), (950, 220)  # a quadrant, and the place of those without one, in their own units
FILTERS = {"licence_class": "kind of licence", "gate": "gate", "task": "task"}
CLASSES = ("osi-approved", "open-other", "use-restricted", "non-commercial", "no-derivatives", "none", "unknown")
GATES = ("none", "auto", "manual", "probably", "unknown")


def atlas(asking: Asking, rules: Rules) -> dict[str, Any]:
    """Give the map of the whole or of a part; the address says which."""
    rules = rules if rules.persistence_top != asking.usual.persistence_top else rules.but(persistence_top=MOST)
    found: dict[str, Any] = {"block": None, "why": "", "filters": _filters(asking, rules)}
    try:
        block = ask(asking, "openness", rules)
    except NothingToAskError as nothing:
        return {**found, "why": nothing.what}
    models = block.answer.table
    rows = models[models["part"] == "most persistent"].to_dict("records")
    order = [*(QUADRANTS[process, use] for process in (True, False) for use in (True, False)), UNKNOWN]
    mine = [[row for row in rows if row["quadrant"] == quadrant] for quadrant in order]
    sizes = [BOX, BOX, BOX, BOX, STRIP]
    boxed = [(each, *size) for each, size in zip(mine, sizes, strict=True)]
    circles = asking.remembered(("circles", block.asked), lambda: charts.packed(boxed, "score"))
    counts = block.answer.tables["quadrants"]
    boxes = [
        {"quadrant": quadrant, "models": each, "circles": placed, "wide": size[0], "high": size[1],
         "counts": counts[counts["quadrant"] == quadrant].set_index("among").to_dict("index")}
        for quadrant, each, placed, size in zip(order, mine, circles, sizes, strict=True)
    ]  # fmt: skip
    return {**found, "block": block, "boxes": boxes, "rows": rows}


def _filters(asking: Asking, rules: Rules) -> list[tuple[str, str, list[tuple[str, bool]]]]:
    """Give what the map can be held to, with what it is held to."""
    tasks = asking.remembered(("tasks",), lambda: _tasks(asking))
    values = {"licence_class": CLASSES, "gate": GATES, "task": tasks}
    return [
        (kind, label, [(value, f"{kind}:{value}" in rules.within) for value in values[kind]])
        for kind, label in FILTERS.items()
    ]


def _tasks(asking: Asking) -> list[str]:
    query = """SELECT task FROM artifacts WHERE kind = 'model' AND task IS NOT NULL
               GROUP BY task ORDER BY count(*) DESC, task LIMIT 40"""
    return [str(row[0]) for row in asking.cursor().execute(query).fetchall()]
