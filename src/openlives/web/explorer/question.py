"""The page of a question: its answer, with its rules as controls; whatever is changed is in the address."""

from typing import Any

from openlives import questions
from openlives.errors import NothingToAskError
from openlives.report.page import CHOSEN, READ, TITLES
from openlives.rules import Rules
from openlives.web.explorer.asking import Asking
from openlives.web.explorer.block import ask
from openlives.web.explorer.controls import controls
from openlives.web.explorer.links import Links, changed

ROWS = 25


def question(asking: Asking, links: Links, rules: Rules, name: str, part: str = "") -> dict[str, Any]:
    """Give the page of a question; `part` is that of its figures which is shown."""
    asked = questions.find(name)
    found: dict[str, Any] = {"question": asked, "title": TITLES.get(name, name), "block": None, "why": "", "part": part}
    try:
        block = ask(asking, name, rules)
        parts = block.parts
        found |= {"block": block, "parts": parts, "part": part if part in parts else parts[0] if parts else None}
        found["tables"] = [
            (key, chosen(name, place, table)) for place, (key, table) in enumerate(block.answer.tables.items())
        ]
    except NothingToAskError as nothing:
        found |= {"why": nothing.what, "todo": nothing.todo}
    shown = {"controls": controls(asked, rules, asking.usual), "links_changed": changed(rules, asking.usual)}
    return {**found, **shown, "linked": linked(links, name), "rows": ROWS, "read": READ}


def chosen(name: str, place: int, table: Any) -> list[str]:
    """Give the columns of a table that a page shows: of the wide main ones the chosen, else all."""
    columns = [str(column) for column in table.columns if column not in ("artifact", "sentence")]
    return [column for column in CHOSEN.get(name, columns) if column in columns] if place == 0 else columns


def linked(links: Links, question: str) -> dict[str, Any]:
    """Say which columns of a question's tables lead to a page."""
    names = ("name", "other", "relative", "ancestor", "base", "origin", "to", "model")
    to_model = dict.fromkeys(names, links.model)
    if question != "lives":  # elsewhere it is what somebody else says
        del to_model["other"]
    return {**to_model, "community": links.community}
