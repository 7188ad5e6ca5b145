"""A project of another program brought in: codes, codings and memos, on comments that are here or come along."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from openlives.coding import bundle as going
from openlives.coding import codebook, codings, snapshot
from openlives.coding.exchange import layout
from openlives.coding.exchange import model as of
from openlives.coding.exchange.checks import ILLEGIBLE
from openlives.coding.exchange.tidy import plain
from openlives.coding.journal import Change, do
from openlives.coding.project import Project, key_of
from openlives.coding.ratings import Ratings
from openlives.coding.sqlite import one, rows, writing

Places = dict[str, tuple[of.Source, dict[str, str]]]  # of each source: itself, and the unit of each block ("": none)
LEFT = "codings left out"
KINDS = {"unit": str, "event": str, "time": int, "week": int, "role": str, "voice": int, "language": str, "state": str}
STATES = ("present", "changed", "hidden", "gone")
LARGEST = 2**53  # of the numbers that a stranger's file may tell


def bring_in(project: Project, coder: str, bundle: of.Bundle) -> dict[str, int]:
    """Bring a bundle in as one action; give how much is new of each kind. What is here already stays as it is.

    Left out, and counted as LEFT, are codings across comments, and those of comments that say something else here: they
    would stand at words that nobody coded. To an erased comment nothing comes back but that a code was put there.
    """
    with writing(project.connection):
        before = _counts(project)
        people = {each.guid: project.coder(each.name, _kind(each.name)) for each in bundle.coders}
        used = set[str]()
        places = {
            source.guid: (source, _units(project, source, place, used)) for place, source in enumerate(bundle.sources)
        }
        changes, codes = _codes(project, bundle)
        known = {row["coding"] for row in rows(project.connection, "SELECT coding FROM codings")}
        coded = [_coding(project, each, places, codes, people) for each in bundle.codings if each.guid not in known]
        changes += [change for change in coded if change is not None]
        changes += [change for each in bundle.notes for change in _memo(project, each, people)]
        do(project.connection, coder, "import", f"brought in {bundle.name!r}", changes)
        told = {name: count - before[name] for name, count in _counts(project).items()}
        return told | ({LEFT: coded.count(None)} if None in coded else {})


def _kind(name: str) -> str:
    return "machine" if name.startswith("machine:") else "human"


def _counts(project: Project) -> dict[str, int]:
    tables = ("threads", "units", "codes", "themes", "codings", "memos")
    return {name: int(project.connection.execute(f"SELECT count(*) FROM {name}").fetchone()[0]) for name in tables}


def _units(project: Project, source: of.Source, place: int, used: set[str]) -> dict[str, str]:
    """Find the comments of a source here, or take them along; give the unit of each block."""
    run, told = project.connection.execute, _json(source.description)
    artifact, _, num = source.name.rpartition("#")
    number = int(num) if artifact and snapshot.NUMBER.fullmatch(num) else 0
    blocks = source.comments or (of.Block(of.guid("comment", source.guid), 0, len(source.text), f"{source.name}:1"),)
    run(
        "INSERT OR IGNORE INTO threads (thread, artifact, num, title, opened, place) VALUES (?, ?, ?, ?, ?, ?)",
        [
            source.name,
            artifact or source.name,
            number,
            str(told.get("title") or ""),
            _number(told.get("opened")),
            place,
        ],
    )
    units: dict[str, str] = {}
    for nth, block in enumerate(blocks):
        known = _typed(_json(block.description))
        unit = known.get("unit") or key_of("unit", block.address)
        if unit in used:  # two comments of a file are not one
            unit = key_of("unit", source.name, block.guid)
        used.add(unit)
        text = source.text[block.start : block.end]
        values = [
            known.get("event") or "",
            known.get("time"),
            known.get("week"),
            known.get("role") or "",
            known.get("voice"),
        ]
        fine = STATES if text else (*STATES, "erased", "stub")
        state = known["state"] if known.get("state") in fine else "present"
        cursor = run(
            "INSERT OR IGNORE INTO units VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [unit, source.name, nth, *values, text, snapshot.hashed(text), known.get("language") or "", state],
        )
        if cursor.rowcount:
            run("INSERT INTO words (text, title, unit) VALUES (?, '', ?)", [text, unit])
        units[block.guid] = unit if cursor.rowcount or _same(project, unit, source.name, text) else ""
    return units


def _typed(told: dict[str, Any]) -> dict[str, Any]:
    """Keep of what a file tells of a comment what is of its kind: files come from anybody."""
    fine = {name: value for name, value in told.items() if isinstance(value, KINDS.get(name, ()))}
    return {name: value for name, value in fine.items() if KINDS[name] is str or _number(value) is not None}


def _number(value: Any) -> int | None:
    return value if isinstance(value, int) and abs(value) < LARGEST else None


def _same(project: Project, unit: str, thread: str, text: str) -> bool:
    """Tell whether a comment that is here says what it says there, or was erased."""
    row = one(project.connection, "SELECT thread, text, state FROM units WHERE unit = ?", [unit])
    if row is None or row["thread"] != thread:
        return False
    return row["state"] == "erased" or _read(row["text"]) == _read(text)


def _read(text: str) -> str:
    return ILLEGIBLE.sub("\ufffd", plain(text))


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
) -> Change | None:
    """Put a coding to the comment that its span lies in; None for one that crosses comments, or finds other words."""
    source, units = places[coding.source]
    found = layout.comment_at(source, coding.start, coding.end) if source.comments else None
    if source.comments and found is None:
        return None
    block, start, stop = found or (None, coding.start, coding.end)
    unit = units[block.guid] if block else next(iter(units.values()))
    length = block.end - block.start if block else len(source.text)
    here = one(project.connection, "SELECT text, state FROM units WHERE unit = ?", [unit])
    if here is None:
        return None
    row: dict[str, Any] = {"coding": coding.guid, "unit": unit, "coder": _who(project, people, coding.coder)}
    row |= {"code": codes[coding.code], "round": None, "layer": "coding", "made": _second(coding.created)}
    row |= {"negative": int(coding.memo.startswith(going.AGAINST)), "memo": coding.memo.removeprefix(going.AGAINST)}
    if here["state"] == "erased":
        return Change("codings", None, row | {"start": None, "stop": None, "memo": ""})
    text, first = here["text"], block is None or block is source.comments[0]
    if not first:  # a mark that no thread begins with was never dropped
        text = text.replace("\ufeff", ".")
    span = [None, None] if (start, stop) == (0, length) else [layout.as_stored(text, each) for each in (start, stop)]
    return Change("codings", None, row | {"start": span[0], "stop": span[1]})


def _who(project: Project, people: dict[str, str], guid: str) -> str:
    return people.get(guid) or project.coder("somebody")


def _second(moment: str) -> int:
    told = datetime.fromisoformat(moment) if moment else None
    return 0 if told is None else int((told if told.tzinfo else told.replace(tzinfo=UTC)).timestamp())


def _memo(project: Project, note: of.Note, people: dict[str, str]) -> list[Change]:
    if one(project.connection, "SELECT memo FROM memos WHERE memo = ?", [note.guid]):
        return []
    about = note.name if note.name.partition(":")[0] in ("unit", "code", "theme", "thread") else "project"
    erased = "SELECT unit FROM units WHERE 'unit:' || unit = ? AND state = 'erased'"
    if one(project.connection, erased, [about]):
        return []
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
