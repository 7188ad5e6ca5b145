"""The first page: what was collected, which communities persist, and the ways into it."""

from typing import Any

from openlives.errors import NothingToAskError
from openlives.questions import QUESTIONS
from openlives.report.page import TITLES
from openlives.rules import Rules
from openlives.web.explorer.asking import Asking
from openlives.web.explorer.block import ask
from openlives.web.explorer.links import Links


def front(asking: Asking, links: Links, rules: Rules) -> dict[str, Any]:
    """Give the first page."""
    whole = rules.but(within=())
    try:
        persistent = ask(asking, "persistence", whole)
    except NothingToAskError:
        persistent = None
    return {
        "persistent": persistent,
        "communities": [(spec, links.community(spec)) for spec in rules.communities],
        "questions": questions(links),
    }


def questions(links: Links) -> list[tuple[str, str, str, str]]:
    """List the questions: title, what is asked, where it stands in the paper, and its page."""
    return [
        (
            TITLES.get(name, name),
            question.asks,
            _cited(question.cites.figure, question.cites.section),
            links.question(name),
        )
        for name, question in QUESTIONS.items()
    ]


def _cited(figure: str, section: str) -> str:
    return f"Figure {figure}" if figure else f"§{section}"
