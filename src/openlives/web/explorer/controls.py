"""Rules as controls: what a question depends on, as the fields of a form, and a form as the rules that it says."""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from typing import Any

from openlives.questions.question import ALWAYS, Question
from openlives.rules import BOUNDS, Rules
from openlives.web.explorer.links import DRAWN, DRAWS

FORM = "set"  # a field that tells a form from a link
KINDS = {bool: "switch", int: "whole", float: "number", str: "text"}


@dataclass(frozen=True, slots=True)
class Control:
    """One rule on a page: how it is asked for, its value, its usual value, and what it means."""

    name: str
    kind: str
    value: Any
    usual: Any
    meaning: str
    unit: str
    section: str
    choices: tuple[str, ...]
    least: float | None
    most: float | None
    own: bool  # whether it is this question's, and not every question's

    @property
    def changed(self) -> bool:
        """Whether it is not at its usual value."""
        return bool(self.value != self.usual)


def controls(question: Question, rules: Rules, usual: Rules) -> list[Control]:
    """Give the controls of a question, its own first; tables of a study file cannot be changed on a page."""
    values, was = rules.plain(), usual.plain()
    found = []
    for rule in fields(Rules):
        if rule.name not in question.used(rules) or isinstance(was[rule.name], dict) or was[rule.name] is None:
            continue
        value, about = values[rule.name], rule.metadata
        kind = "choice" if about["choices"] else "lines" if isinstance(value, list) else KINDS[type(value)]
        kind = "date" if about["unit"] == "date" else kind
        least, most = BOUNDS.get(rule.name, (0, None)) if kind in ("whole", "number") else (None, None)
        most = min(most or DRAWS, max(DRAWS, was[rule.name])) if about["unit"] in DRAWN else most
        choices, own = tuple(map(str, about["choices"])), not rule.name.startswith(ALWAYS)
        told = (about["meaning"], about["unit"], about["section"])
        found.append(Control(rule.name, kind, value, was[rule.name], *told, choices, least, most, own))
    return sorted(found, key=lambda control: not control.own)


def pairs(form: Iterable[tuple[str, str]], usual: Rules) -> list[tuple[str, str]]:
    """Read a form as rules are said: what stands in lines is a list."""
    was, found = usual.plain(), []
    for name, text in form:
        if isinstance(was.get(name), list):
            lines = [line.strip() for line in text.splitlines() if line.strip()]
            found += [(name, line) for line in lines] or [(name, "")]
        elif name != FORM:
            found.append((name, text.strip()))
    return found
