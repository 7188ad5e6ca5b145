"""Answers → one self-contained page that reads like a paper's results section. It never asks the store anything."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import fields
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path
from typing import Any

import pandas as pd
from jinja2 import Environment, StrictUndefined
from markupsafe import Markup

from openlives.collection import Collection
from openlives.questions.question import Answer, Number, plain
from openlives.report.figures import READINGS
from openlives.rules import Rules

TITLES = {
    "coverage": "What was collected",
    "lifecycle": "The life cycle of a model",
    "distributions": "How long, how much, by how many",
    "decline": "Decline, and whether it is an artefact",
    "growth": "Growth of the platform",
    "nomads": "Nomads",
    "persistence": "Those that persist",
    "lives": "Single lives",
    "licences": "Licences",
    "gates": "Gates, and the talk about them",
    "documentation": "What model cards tell",
    "artefacts": "Artefacts of openness",
    "definition": "The definition, and who meets it",
    "openness": "How open those are that persist",
    "drift": "Drift: in families, and over time",
    "themes": "What people talk about",
}
SHOWN_ROWS = 15
CHOSEN = {  # columns of wide tables that are shown; the others are in the files
    "definition": ("system", "organisation", "osi", "paper", "ours", "models", "agrees_osi", "agrees_paper"),
    "openness": (
        *("part", "rank", "name", "score", "licence", "gate", "process", "use", "level", "osaid"),
        *("paper_licence", "paper_gate", "paper_process", "paper_use", "osi"),
    ),
    "lives": ("name", "state", "trend", "sure", "people", "score", "rank", "tau", "first_day", "last_day", "outcome"),
    "drift": ("name", "ancestor", "generations", "licence", "ancestor_licence", "licence_case", "gate_case", "seen"),
}
READ = {"coverage", "persistence", "nomads", "decline", "licences", "gates", "documentation", "artefacts", *CHOSEN}


def write_page(
    answered: Mapping[str, Sequence[Answer]],
    drawn: Mapping[str, Mapping[str, str]],
    skipped: Mapping[str, str],
    collection: Collection,
    rules: Rules,
    out: Path,
) -> None:
    """Write `report.html` beside the answers and figures that it shows; `skipped` questions say why they have none."""
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    environment.filters |= {"plain": plain, "cell": _cell}
    template = environment.from_string((files("openlives.report") / "report.html.j2").read_text(encoding="utf-8"))
    sections = [_section(name, answers, drawn[name], out / "figures") for name, answers in answered.items()]
    first = next(iter(answered.values()))[0]
    page = template.render(
        sections=sections,
        skipped=[(TITLES.get(name, name), why) for name, why in skipped.items()],
        window=first.window,
        readings=READINGS,
        people=[a.people for a in next(iter(answered.values()))],
        made_up=first.made_up,
        rules=_rules(rules),
        changed=sorted(rules.changed()),
        fingerprint=collection.fingerprint,
        version=version("openlives"),
        not_seen=first.not_seen,
    )
    (out / "report.html").write_text(page, encoding="utf-8")


def _section(name: str, answers: Sequence[Answer], drawn: Mapping[str, str], folder: Path) -> dict[str, Any]:
    question = answers[0].question
    return {
        "name": name,
        "title": TITLES.get(name, question.name),
        "question": question,
        "answers": answers,
        "numbers": _side_by_side(answers),
        "figures": [
            {
                "part": part,
                "svg": _inline(folder / f"{stem}.svg", stem),
                "stem": stem,
                "caption": _caption(answers, part),
            }
            for part, stem in drawn.items()
        ],
        "table": _table(answers[0]),
        "rules": {
            k: v
            for k, v in answers[0].used_rules().items()
            if k not in {"people", "lists", "tag_synonyms", "persistence_list"}
        },
    }


def _side_by_side(answers: Sequence[Answer]) -> list[tuple[str, str, list[Number | None]]]:
    """Give every number in each reading, beside one another."""
    names: dict[str, Number] = {}
    for answer in answers:
        for name, number in answer.numbers.items():
            names.setdefault(name, number)
    return [(number.meaning, number.unit, [a.numbers.get(name) for a in answers]) for name, number in names.items()]


def _caption(answers: Sequence[Answer], part: str) -> str:
    """Say what a figure rests on, and what it could not see."""
    what = f"{part}: " if part else ""
    rests = "; ".join(f"{a.people}: n = {a.question.rests_on(a, part):,} artifacts" for a in answers)
    since, until = answers[0].window
    cites = answers[0].question.cites
    return (
        f"{what}{answers[0].question.asks} {rests}. Window {since} to {until} (last day out). "
        f"Not seen: {answers[0].not_seen}. "
        f"After {f'Figure {cites.figure}' if cites.figure else f'§{cites.section}'} of the paper."
    )


def _inline(path: Path, stem: str) -> Markup:
    """Put an SVG into the page, its ids made its own so that figures do not borrow from each other."""
    svg = path.read_text(encoding="utf-8")
    svg = svg[svg.index("<svg") :]
    seen: Counter[str] = Counter()

    def own(match: re.Match[str]) -> str:
        seen[match[1]] += 1
        again = f"-{seen[match[1]]}" if seen[match[1]] > 1 else ""  # the same raster in two panels has the same id
        return f'id="{stem}-{match[1]}{again}"'

    svg = re.sub(r'\bid="([^"]+)"', own, svg)
    svg = re.sub(r'(xlink:href="#|href="#|url\(#)', rf"\1{stem}-", svg)
    svg = re.sub(
        r'<svg ([^>]*?)width="[^"]+" height="[^"]+"|<svg ([^>]*?)height="[^"]+"([^>]*?)width="[^"]+"',
        r"<svg \1\2\3",
        svg,
        count=1,
    )
    return Markup(svg)  # noqa: S704  # matplotlib's own SVG, in which every label is a path or escaped


def _table(answer: Answer) -> dict[str, Any] | None:
    """Give the first rows of the main table, for the questions whose table is for reading."""
    if answer.question.name not in READ:
        return None
    table = answer.table
    if chosen := CHOSEN.get(answer.question.name):
        table = table[[*chosen]]
    if answer.question.name == "nomads" and len(table):
        columns = [
            "community",
            "variant",
            "artifacts",
            "people",
            "concentration",
            "stayed",
            "moved",
            "left",
            "moved_random",
            "nomadism_z",
            "came_back",
            "attachment",
            "inflow",
            "inflow_random",
            "herding_p",
        ]
        table = table[columns]
    many = len(table) if answer.question.name in {"nomads", "openness"} else SHOWN_ROWS
    return {
        "columns": list(table.columns),
        "rows": table.head(many).to_numpy(dtype=object).tolist(),
        "more": max(0, len(table) - many),
    }


def _cell(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else ""
    if value is None or value is pd.NA:
        return "–"
    return plain(float(value)) if isinstance(value, int | float) else str(value)


def _rules(rules: Rules) -> list[tuple[str, Any, str, str, str]]:
    """Give every rule with its value, unit, meaning and section."""
    plain_rules = rules.plain()
    return [
        (f.name, plain_rules[f.name], f.metadata["unit"], f.metadata["meaning"], f.metadata["section"])
        for f in fields(rules)
    ]
