"""What a bundle must be before it is written: things once, pointers that point, letters that XML can hold."""

import re
from collections.abc import Container, Iterable, Iterator
from dataclasses import fields
from datetime import date, datetime
from typing import Any

from openlives.coding.exchange.model import KINDS, Bundle, Code, Coding, Note, Source, Value
from openlives.errors import InputError

DEEPEST = 30  # levels of codes; other programs show about five
GUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
COLOUR = re.compile(r"#[0-9A-F]{6}")
TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,9})?(?:Z|[+-][0-9]{2}:[0-9]{2})?")
ILLEGIBLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # XML 1.0, section 2.2
WRITTEN = {
    "Text": re.compile(r"(?s:.*)"),
    "Boolean": re.compile(r"true|false|0|1"),
    "Integer": re.compile(r"[+-]?[0-9]+"),
    "Float": re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)"),
    "Date": re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}"),
    "DateTime": TIME,
}


def check(bundle: Bundle) -> None:
    """Refuse with InputError what could not be written truly, and say where it stands."""
    _legible(bundle, "project")
    _once(bundle)
    _codes(bundle.codes)
    coders, codes = _of(bundle.coders), _of(bundle.codes)
    sources = {source.guid: source for source in bundle.sources}
    _time(bundle.created, "project")
    _values(bundle)
    for source in bundle.sources:
        for block in source.comments:
            _span(block.start, block.end, source, f"comment {block.address}")
    for coding in bundle.codings:
        _coding(coding, sources, codes, coders)
    for case in bundle.cases:
        _known(case.sources, sources, f"case {case.name}")
    for theme in bundle.themes:
        _known(theme.codes, codes, f"theme {theme.name}")
        _known(theme.sources, sources, f"theme {theme.name}")
    blocks = {block.guid for source in bundle.sources for block in source.comments}
    for note in bundle.notes:
        _note(note, codes | {*sources} | blocks | _of(bundle.themes), coders)


def is_time(text: str) -> bool:
    """Tell whether it is an ISO time as XML writes it, and one that there is."""
    try:
        return TIME.fullmatch(text) is not None and bool(datetime.fromisoformat(text))
    except ValueError:
        return False


def is_value(text: str, kind: str) -> bool:
    """Tell whether a value is written as its kind of variable wants it."""
    if kind not in KINDS or not WRITTEN[kind].fullmatch(text):
        return False
    try:
        return {"Date": date.fromisoformat, "DateTime": datetime.fromisoformat}.get(kind, bool)(text) is not None
    except ValueError:
        return False


def _of(things: Iterable[Any]) -> set[str]:
    return {thing.guid for thing in things}


def _legible(thing: Any, where: str) -> None:
    for name, text in texts(thing):
        if found := ILLEGIBLE.search(text):
            raise InputError(
                f"A character that XML cannot hold (U+{ord(found[0]):04X}, at {found.start()})",
                where=f"{where}: {name}",
                todo="Take it out, or let `legible` put U+FFFD in its place: that keeps every offset.",
            )


def texts(thing: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Yield every text within a dataclass, however deep, with its place."""
    if isinstance(thing, str):
        yield path, thing
    elif isinstance(thing, tuple):
        for number, one in enumerate(thing):
            yield from texts(one, f"{path}[{number}]")
    elif hasattr(thing, "__dataclass_fields__"):
        for field in fields(thing):
            yield from texts(getattr(thing, field.name), f"{path}.{field.name}".lstrip("."))


def _once(bundle: Bundle) -> None:
    blocks = (block for source in bundle.sources for block in source.comments)
    rows = (bundle.coders, bundle.codes, bundle.variables, bundle.cases, bundle.sources, bundle.codings)
    seen: set[str] = set()
    for thing in (one for row in (*rows, bundle.notes, bundle.themes, blocks) for one in row):
        if not GUID.fullmatch(thing.guid):
            raise InputError("Not a GUID in lower case", where=thing.guid, todo="Make it with `guid`.")
        if thing.guid in seen:
            raise InputError("Two things have the same GUID", where=thing.guid, todo="Each needs its own.")
        seen.add(thing.guid)


def _codes(codes: tuple[Code, ...]) -> None:
    parents = {code.guid: code.parent for code in codes}
    for code in codes:
        if code.colour and not COLOUR.fullmatch(code.colour):
            raise InputError(f"Not a colour: {code.colour}", where=f"code {code.name}", todo="Write it as #RRGGBB.")
        at, depth = code.parent, 1
        while at is not None:
            _known((at,), parents, f"code {code.name}: parent")
            at, depth = parents[at], depth + 1
            if depth > DEEPEST:
                raise InputError(
                    f"Codes stand within each other, or more than {DEEPEST} deep",
                    where=f"code {code.name}",
                    todo="Give one of them another parent.",
                )


def _known(wanted: Iterable[str], known: Container[str], where: str) -> None:
    if missing := [guid for guid in wanted if guid not in known]:
        raise InputError(f"It points to what is not there: {missing[0]}", where=where, todo="Export that as well.")


def _time(text: str, where: str) -> None:
    if text and not is_time(text):
        raise InputError(f"Not an ISO time: {text}", where=where, todo="Write it as 2024-01-31T09:30:00Z.")


def _values(bundle: Bundle) -> None:
    kinds = {variable.guid: variable.kind for variable in bundle.variables}
    for variable in bundle.variables:
        if variable.kind not in KINDS:
            raise InputError(
                f"No kind of variable: {variable.kind}", where=variable.name, todo=f"One of {', '.join(KINDS)}."
            )
    told: list[tuple[str, tuple[Value, ...]]] = [(f"case {case.name}", case.values) for case in bundle.cases]
    told += [(f"source {source.name}", source.values) for source in bundle.sources]
    for where, values in told:
        _known((one.variable for one in values), kinds, where)
        for one in values:
            if one.value is not None and not is_value(one.value, kinds[one.variable]):
                raise InputError(
                    f"Not of kind {kinds[one.variable]}: {one.value}",
                    where=where,
                    todo="Write true, 12, 0.5, 2024-01-31 or 2024-01-31T09:30:00Z.",
                )


def _span(start: int, end: int, source: Source, where: str) -> None:
    if not 0 <= start <= end <= len(source.text):
        raise InputError(
            f"A span outside its text: {start} to {end} of {len(source.text)} characters",
            where=f"source {source.name}, {where}",
            todo="Count characters of this very text from zero; where another program counted UTF-16 units, say utf16.",
        )


def _coding(coding: Coding, sources: dict[str, Source], codes: set[str], coders: set[str]) -> None:
    where = f"coding {coding.guid}"
    _known((coding.source,), sources, where)
    _known((coding.code,), codes, where)
    _known((coding.coder,) if coding.coder else (), coders, where)
    _span(coding.start, coding.end, sources[coding.source], where)
    _time(coding.created, where)


def _note(note: Note, things: set[str], coders: set[str]) -> None:
    _known(note.about, things, f"note {note.name}")
    _known((note.coder,) if note.coder else (), coders, f"note {note.name}")
    _time(note.created, f"note {note.name}")
