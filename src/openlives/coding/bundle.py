"""A project as an exchange carries it, and back: what is in both comes back as it went.

Left out are open rounds, adjudications, and in which round something was said: no other program knows of them.
"""

import json
from datetime import UTC, datetime
from typing import Any

from openlives.coding import codebook, themes
from openlives.coding.exchange import layout
from openlives.coding.exchange import model as to
from openlives.coding.project import Project
from openlives.coding.rounds import CLOSED
from openlives.coding.sqlite import rows

PARTS = {"include": "\n\nInclude: ", "exclude": "\n\nExclude: ", "examples": "\n\nExamples: "}
AGAINST = "[a case against it] "
FACTS = ("license", "gate", "task")
TOLD = ("unit", "event", "time", "week", "role", "voice", "language", "state")


def of_project(project: Project) -> to.Bundle:
    """Give the whole project: threads with their comments, codes, themes, codings, memos, coders, models."""
    sources, blocks = _sources(project)
    codes = codebook.codes(project, retired=True)
    board = [theme for theme in themes.board(project) if theme["theme"]]
    of_theme = {
        theme["theme"]: tuple(row["code"] for row in codes if row["theme"] == theme["theme"]) for theme in board
    }
    return to.Bundle(
        name=project.name,
        coders=tuple(to.Coder(row["coder"], row["name"]) for row in project.coders()),
        codes=tuple(_code(row) for row in codes),
        variables=tuple(to.Variable(to.guid("variable", name), name) for name in FACTS),
        cases=tuple(_cases(project, sources)),
        sources=tuple(sources.values()),
        codings=tuple(_codings(project, sources, blocks)),
        notes=tuple(_notes(project, sources, blocks)),
        themes=tuple(to.Theme(t["theme"], t["name"], t["definition"], of_theme[t["theme"]]) for t in board),
    )


def _sources(project: Project) -> tuple[dict[str, to.Source], dict[str, to.Block]]:
    units: dict[str, list[dict[str, Any]]] = {}
    for unit in rows(project.connection, "SELECT * FROM units ORDER BY place, time, unit"):
        units.setdefault(unit["thread"], []).append(unit)
    sources, blocks = dict[str, to.Source](), dict[str, to.Block]()
    for thread in rows(project.connection, "SELECT * FROM threads ORDER BY place, thread"):
        held = units.get(thread["thread"], [])
        said = [(f"{thread['thread']}:{unit['place'] + 1}", _told(unit), unit["text"]) for unit in held]
        plain = layout.thread(thread["thread"], thread["thread"], said)
        told = json.dumps({"title": thread["title"], "opened": thread["opened"]}, ensure_ascii=False)
        source = to.Source(plain.guid, plain.name, plain.text, plain.comments, (), told)
        sources[thread["thread"]] = source
        blocks |= {unit["unit"]: block for unit, block in zip(held, source.comments, strict=True)}
    return sources, blocks


def _told(unit: dict[str, Any]) -> str:
    return json.dumps({name: unit[name] for name in TOLD}, ensure_ascii=False, sort_keys=True)


def _code(row: dict[str, Any]) -> to.Code:
    told = row["definition"] + "".join(mark + row[field] for field, mark in PARTS.items() if row[field])
    return to.Code(row["code"], row["name"], row["parent"], row["colour"].upper(), told, not row["retired"])


def _cases(project: Project, sources: dict[str, to.Source]) -> list[to.Case]:
    cases: dict[str, tuple[dict[str, Any], list[str]]] = {}
    for thread in rows(project.connection, "SELECT thread, artifact, facts FROM threads ORDER BY place, thread"):
        _, held = cases.setdefault(thread["artifact"], (json.loads(thread["facts"]), []))
        held.append(sources[thread["thread"]].guid)
    return [
        to.Case(
            to.guid("model", name),
            name,
            tuple(
                to.Value(to.guid("variable", fact), None if facts.get(fact) is None else str(facts[fact]))
                for fact in FACTS
            ),
            tuple(held),
        )
        for name, (facts, held) in cases.items()
    ]


def _codings(project: Project, sources: dict[str, to.Source], blocks: dict[str, to.Block]) -> list[to.Coding]:
    query = f"""SELECT c.*, u.thread FROM codings c JOIN units u USING (unit)
                WHERE c.layer = 'coding' AND {CLOSED} ORDER BY c.coding"""
    found = []
    for row in rows(project.connection, query):
        block = blocks[row["unit"]]
        start, stop = (0, block.end - block.start) if row["start"] is None else (row["start"], row["stop"])
        memo = (AGAINST if row["negative"] else "") + row["memo"]
        found.append(
            to.Coding(
                row["coding"],
                sources[row["thread"]].guid,
                row["code"],
                row["coder"],
                block.start + start,
                block.start + stop,
                _moment(row["made"]),
                memo,
            )
        )
    return found


def _moment(second: int) -> str:
    return datetime.fromtimestamp(second, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _notes(project: Project, sources: dict[str, to.Source], blocks: dict[str, to.Block]) -> list[to.Note]:
    found = []
    for row in rows(project.connection, f"SELECT * FROM memos c WHERE {CLOSED} ORDER BY made, memo"):
        kind, _, key = row["about"].partition(":")
        thing = {"unit": blocks.get(key), "thread": sources.get(key)}.get(kind)
        about = () if kind == "project" else ((thing.guid if thing else key),)
        found.append(to.Note(row["memo"], row["about"], row["text"], about, row["coder"], _moment(row["made"])))
    return found
