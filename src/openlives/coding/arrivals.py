"""A project of another program brought in: codes, codings and memos, on comments that are here or come along."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from openlives.coding import bundle as going
from openlives.coding import codebook, codings, snapshot
from openlives.coding.exchange import layout
from openlives.coding.exchange import model as of
from openlives.coding.journal import Change, do
from openlives.coding.project import Project, key_of
from openlives.coding.ratings import Ratings
from openlives.coding.sqlite import one, writing

Places = dict[str, tuple[of.Source, dict[str, str]]]  # of each source: itself, and the unit of each block


def bring_in(project: Project, coder: str, bundle: of.Bundle) -> dict[str, int]:
    """Bring a bundle in as one action; give how much is new of each kind. What is here already stays as it is."""
    with writing(project.connection):
        before = _counts(project)
        people = {each.guid: project.coder(each.name, _kind(each.name)) for each in bundle.coders}
        places = {source.guid: (source, _units(project, source, place)) for place, source in enumerate(bundle.sources)}
        changes, codes = _codes(project, bundle)
        changes += [change for each in bundle.codings for change in _coding(project, each, places, codes, people)]
        changes += [change for each in bundle.notes for change in _memo(project, each, people)]
        do(project.connection, coder, "import", f"brought in {bundle.name!r}", changes)
        return {name: count - before[name] for name, count in _counts(project).items()}


def _kind(name: str) -> str:
    return "machine" if name.startswith("machine:") else "human"


def _counts(project: Project) -> dict[str, int]:
    tables = ("threads", "units", "codes", "themes", "codings", "memos")
    return {name: int(project.connection.execute(f"SELECT count(*) FROM {name}").fetchone()[0]) for name in tables}


def _units(project: Project, source: of.Source, place: int) -> dict[str, str]:
    """Find the comments of a source here, or take them along; give the unit of each block."""
    run, told = project.connection.execute, _json(source.description)
    artifact, _, num = source.name.rpartition("#")
    number = int(num) if artifact and snapshot.NUMBER.fullmatch(num) else 0
    blocks = source.comments or (of.Block(of.guid("comment", source.guid), 0, len(source.text), f"{source.name}:1"),)
    run(
        "INSERT OR IGNORE INTO threads (thread, artifact, num, title, opened, place) VALUES (?, ?, ?, ?, ?, ?)",
        [source.name, artifact or source.name, number, str(told.get("title") or ""), told.get("opened"), place],
    )
    units = {}
    for nth, block in enumerate(blocks):
        known = _json(block.description)
        unit = str(known.get("unit") or key_of("unit", block.address))
        text = source.text[block.start : block.end]
        values = [
            known.get("event") or "",
            known.get("time"),
            known.get("week"),
            known.get("role") or "",
            known.get("voice"),
        ]
        state = known.get("state") or "present"
        cursor = run(
            "INSERT OR IGNORE INTO units VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [unit, source.name, nth, *values, text, snapshot.hashed(text), known.get("language") or "", state],
        )
        if cursor.rowcount:
            run("INSERT INTO words (text, title, unit) VALUES (?, '', ?)", [text, unit])
        units[block.guid] = unit
    return units


def _json(text: str) -> dict[str, Any]:
    try:
        told = json.loads(text or "{}")
    except ValueError:
        return {}
    return told if isinstance(told, dict) else {}


def _codes(project: Project, bundle: of.Bundle) -> tuple[list[Change], dict[str, str]]:
    """Give the changes that make the codes and themes that are not here, and our code for each of theirs."""
    here = {row["path"]: row["code"] for row in codebook.codes(project)}
    owners = {code: theme.guid for theme in bundle.themes for code in theme.codes}
    changes: list[Change] = []
    codes, paths = dict[str, str](), dict[str | None, str]()
    for theme in bundle.themes:
        row = {"theme": theme.guid, "name": theme.name, "definition": theme.description, "place": len(changes)}
        if not one(project.connection, "SELECT theme FROM themes WHERE theme = ?", [theme.guid]):
            changes.append(Change("themes", None, row))
    for place, code in enumerate(bundle.codes):
        paths[code.guid] = f"{paths[code.parent]} / {code.name}" if code.parent else code.name
        known = one(project.connection, "SELECT code FROM codes WHERE code = ?", [code.guid])
        codes[code.guid] = code.guid if known else here.get(paths[code.guid], code.guid)
        if not known and paths[code.guid] not in here:
            told: dict[str, Any] = {
                "code": code.guid,
                "parent": codes.get(code.parent or ""),
                "theme": owners.get(code.guid),
            }
            told |= {"name": codebook.named(code.name), "place": place, "retired": int(not code.is_codable), "vivo": ""}
            changes.append(
                Change("codes", None, told | _definition(code.definition) | {"colour": code.colour or "#4477AA"})
            )
    return changes, codes


def _definition(text: str) -> dict[str, str]:
    """Take a description apart into what it was put together of."""
    parts = dict.fromkeys(("definition", *going.PARTS), "")
    for field, mark in reversed(going.PARTS.items()):
        text, found, rest = text.partition(mark)
        parts[field] = rest if found else ""
    return parts | {"definition": text}


def _coding(
    project: Project, coding: of.Coding, places: Places, codes: dict[str, str], people: dict[str, str]
) -> list[Change]:
    """Put a coding to the comment that its span lies in; one that crosses comments goes to none."""
    source, units = places[coding.source]
    found = layout.comment_at(source, coding.start, coding.end) if source.comments else None
    if source.comments and found is None:
        return []
    block, start, stop = found or (None, coding.start, coding.end)
    unit = units[block.guid] if block else next(iter(units.values()))
    length = block.end - block.start if block else len(source.text)
    if one(project.connection, "SELECT coding FROM codings WHERE coding = ?", [coding.guid]):
        return []
    text = (one(project.connection, "SELECT text FROM units WHERE unit = ?", [unit]) or {"text": ""})["text"]
    span = [None, None] if (start, stop) == (0, length) else [layout.as_stored(text, each) for each in (start, stop)]
    row: dict[str, Any] = {"coding": coding.guid, "unit": unit, "coder": _who(project, people, coding.coder)}
    row |= {"code": codes[coding.code], "start": span[0], "stop": span[1], "round": None, "layer": "coding"}
    row |= {"negative": int(coding.memo.startswith(going.AGAINST)), "memo": coding.memo.removeprefix(going.AGAINST)}
    return [Change("codings", None, row | {"made": _second(coding.created)})]


def _who(project: Project, people: dict[str, str], guid: str) -> str:
    return people.get(guid) or project.coder("somebody")


def _second(moment: str) -> int:
    return int(datetime.fromisoformat(moment).timestamp()) if moment else 0


def _memo(project: Project, note: of.Note, people: dict[str, str]) -> list[Change]:
    if one(project.connection, "SELECT memo FROM memos WHERE memo = ?", [note.guid]):
        return []
    about = note.name if note.name.partition(":")[0] in ("unit", "code", "theme", "thread") else "project"
    row = {"memo": note.guid, "about": about, "coder": _who(project, people, note.coder), "text": note.text}
    return [Change("memos", None, row | {"round": None, "made": _second(note.created)})]


@dataclass(frozen=True, slots=True)
class Said:
    """What came of raters' tables: codings that are new, threads that are here, and addresses that are not."""

    codings: int
    known: int
    missing: tuple[str, ...]


def of_raters(project: Project, ratings: Ratings, *, stubs: bool) -> Said:
    """Put what raters said of threads to their first comments, each rater's in their own name; stubs if asked."""
    missing, units = [], dict[int, str]()
    for row, unit in enumerate(ratings.units):
        where = unit.address.removeprefix("https://huggingface.co/").replace("/discussions/", "#")
        query = "SELECT unit FROM units WHERE thread = ? AND state <> 'stub' ORDER BY place, time, unit"
        found = one(project.connection, query, [where])
        if found:
            units[row] = found["unit"]
        else:
            missing.append(unit.address or unit.name)
            if stubs and unit.address:
                units[row] = snapshot.stub(project, unit.address)
    before = _counts(project)["codings"]
    for column, name in enumerate(ratings.coders):
        coder = project.coder(name)
        with writing(project.connection):
            codes = [codebook.add(project, coder, code) for code in ratings.codes]
            for row, key in units.items():
                for place in ratings.chosen[row, column].nonzero()[0]:
                    codings.put(project, coder, key, codes[place])
    return Said(_counts(project)["codings"] - before, len(ratings.units) - len(missing), tuple(missing))
