"""Project XML read back into a bundle, whoever wrote it; what cannot be carried is counted, never dropped silently."""

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from itertools import accumulate
from xml.etree.ElementTree import Element

from openlives.coding.exchange import markup
from openlives.coding.exchange.checks import COLOUR
from openlives.coding.exchange.mend import mended
from openlives.coding.exchange.model import (
    Block,
    Bundle,
    Case,
    Code,
    Coder,
    Coding,
    Note,
    Source,
    Theme,
    Value,
    Variable,
)
from openlives.coding.exchange.tidy import tidy
from openlives.errors import InputError

DESCRIBED = ("Description", "NoteRef")
VALUES = ("TextValue", "BooleanValue", "IntegerValue", "FloatValue", "DateValue", "DateTimeValue")
CARRIED = {
    "Project": ("Users", "CodeBook", "Variables", "Cases", "Sources", "Notes", "Sets", *DESCRIBED),
    "Users": ("User",),
    "CodeBook": ("Codes", "Sets"),
    "Codes": ("Code",),
    "Code": ("Code", *DESCRIBED),
    "Variables": ("Variable",),
    "Variable": ("Description",),
    "Cases": ("Case",),
    "Case": ("Description", "VariableValue", "SourceRef"),
    "VariableValue": ("VariableRef", *VALUES),
    "Sources": ("TextSource",),
    "TextSource": ("PlainTextContent", "PlainTextSelection", "Coding", "VariableValue", *DESCRIBED),
    "PlainTextSelection": ("Coding", *DESCRIBED),
    "Coding": ("CodeRef", "NoteRef"),
    "Notes": ("Note",),
    "Note": ("PlainTextContent",),
    "Sets": ("Set",),
    "Set": ("Description", "MemberCode", "MemberSource", "MemberNote"),
}


def read(
    data: bytes, text_at: Callable[[str], str | None], *, where: str = "project.qde", utf16: bool = False
) -> Bundle:
    """Read project XML; `text_at` gives the text that a path names, or None.

    Some programs count offsets in UTF-16 units, against the standard: say `utf16` for those. `Bundle.lost` counts what
    was in the file and is not carried. Raises InputError on broken, dangerous or impossible input.
    """
    root = markup.parse(data, where)
    if root.tag != "Project":
        raise InputError(f"Not a REFI-QDA project: it holds {root.tag}", where=where, todo="Give a .qdpx or .qde.")
    lost = Counter(left_behind(root))
    notes = {_guid(at): at for at in root.iterfind("Notes/Note")}
    memos = {key: _text(at, text_at) or "" for key, at in notes.items()}
    sources: list[Source] = []
    codings: list[Coding] = []
    for at in root.iterfind("Sources/TextSource"):
        if (text := _text(at, text_at)) is None:
            lost["TextSource whose text is not in the file"] += 1
            continue
        count = _utf16(text) if utf16 else int
        sources.append(_source(at, text, count))
        codings += _codings(at, text, count, memos)
    bundle = Bundle(
        name=root.get("name", ""),
        coders=tuple(Coder(_guid(at), at.get("name", "")) for at in root.iterfind("Users/User")),
        codes=tuple(codes_of(root.find("CodeBook/Codes"), lost)),
        variables=tuple(_variable(at) for at in root.iterfind("Variables/Variable")),
        cases=tuple(_case(at) for at in root.iterfind("Cases/Case")),
        sources=tuple(sources),
        codings=tuple(codings),
        notes=tuple(_notes(root, notes, memos)),
        themes=tuple(_theme(at) for at in root.iterfind("Sets/Set")),
        description=_described(root),
        created=root.get("creationDateTime", ""),
    )
    return tidy(mended(bundle, lost))


def codes_of(room: Element | None, lost: Counter[str], parent: str | None = None) -> Iterator[Code]:
    """Read codes, each before those within it; a colour that is none is left out, and counted."""
    for at in () if room is None else room.iterfind("Code"):
        colour = at.get("color", "").upper()
        if len(colour) == 4:
            colour = "#" + "".join(2 * digit for digit in colour[1:])
        if colour and not COLOUR.fullmatch(colour):
            lost["colour of a Code"] += 1
            colour = ""
        codable = at.get("isCodable", "true").strip() not in {"false", "0"}
        yield Code(_guid(at), at.get("name", ""), parent, colour, _described(at), codable)
        yield from codes_of(at, lost, _guid(at))


def guid_in(text: str) -> str:
    """Give a GUID as we write it: lower case, no braces."""
    return text.strip().strip("{}").lower()


def left_behind(at: Element) -> Iterator[str]:
    """Name the elements that are not carried, outermost ones only."""
    for child in at:
        if child.tag in CARRIED.get(at.tag, ()):
            yield from left_behind(child)
        else:
            yield f"{child.tag} in {at.tag}"
    if at.tag == "PlainTextSelection" and at.find("Coding") is not None and at.find("Description") is not None:
        yield "Description in a coded PlainTextSelection"


def _guid(at: Element, name: str = "guid") -> str:
    return guid_in(at.get(name, ""))


def _refs(at: Element, path: str) -> tuple[str, ...]:
    return tuple(_guid(one, "targetGUID") for one in at.iterfind(path))


def _described(at: Element) -> str:
    return at.findtext("Description") or ""


def _text(at: Element, text_at: Callable[[str], str | None]) -> str | None:
    content = at.find("PlainTextContent")
    if content is not None:
        return content.text or ""
    path = at.get("plainTextPath")
    return None if path is None else text_at(path)


def _utf16(text: str) -> Callable[[str], int]:
    starts = list(accumulate((1 + (ord(letter) > 0xFFFF) for letter in text), initial=0))
    return lambda offset: bisect_right(starts, int(offset)) - 1 if int(offset) <= starts[-1] else int(offset)


def _whole(at: Element, name: str, count: Callable[[str], int]) -> int:
    try:
        return count(at.get(name, ""))
    except ValueError as error:
        raise InputError(
            f"Not a number of characters: {at.get(name)}", where=f"{at.tag} {at.get('guid')}", todo=markup.BROKEN
        ) from error


def _source(at: Element, text: str, count: Callable[[str], int]) -> Source:
    comments = (one for one in at.iterfind("PlainTextSelection") if one.find("Coding") is None)
    return Source(
        _guid(at), at.get("name", ""), text, tuple(_block(one, count) for one in comments), _values(at), _described(at)
    )


def _block(at: Element, count: Callable[[str], int]) -> Block:
    start, end = _whole(at, "startPosition", count), _whole(at, "endPosition", count)
    return Block(_guid(at), start, end, at.get("name", ""), _described(at))


def _codings(at: Element, text: str, count: Callable[[str], int], memos: dict[str, str]) -> Iterator[Coding]:
    for one in at.iterfind("Coding"):
        yield _coding(one, at, (0, len(text)), at, memos)
    for selection in at.iterfind("PlainTextSelection"):
        for one in selection.iterfind("Coding"):
            span = (_whole(selection, "startPosition", count), _whole(selection, "endPosition", count))
            yield _coding(one, selection, span, at, memos)


def _coding(at: Element, selection: Element, span: tuple[int, int], source: Element, memos: dict[str, str]) -> Coding:
    about = dict.fromkeys(_refs(at, "NoteRef") + (() if selection is source else _refs(selection, "NoteRef")))
    return Coding(
        guid=_guid(at),
        source=_guid(source),
        code=next(iter(_refs(at, "CodeRef")), ""),
        coder=_guid(at, "creatingUser") or _guid(selection, "creatingUser"),
        start=span[0],
        end=span[1],
        created=at.get("creationDateTime") or selection.get("creationDateTime") or "",
        memo="\n\n".join(filter(None, (memos.get(note) for note in about))),
    )


def _variable(at: Element) -> Variable:
    return Variable(_guid(at), at.get("name", ""), at.get("typeOfVariable", "Text"), _described(at))


def _values(at: Element) -> tuple[Value, ...]:
    return tuple(
        Value(
            next(iter(_refs(one, "VariableRef")), ""),
            next((child.text or "" for child in one if child.tag in VALUES), None),
        )
        for one in at.iterfind("VariableValue")
    )


def _case(at: Element) -> Case:
    return Case(_guid(at), at.get("name", ""), _values(at), _refs(at, "SourceRef"), _described(at))


def _theme(at: Element) -> Theme:
    return Theme(_guid(at), at.get("name", ""), _described(at), _refs(at, "MemberCode"), _refs(at, "MemberSource"))


def _notes(root: Element, notes: dict[str, Element], memos: dict[str, str]) -> Iterator[Note]:
    about: dict[str, list[str]] = defaultdict(list)
    for at in root.iter():
        coded = at.find("Coding") is not None and at.tag == "PlainTextSelection"
        for note in _refs(at, "NoteRef") + _refs(at, "MemberNote"):
            about[note].append("memo" if coded or at.tag == "Coding" else _guid(at))
    for key, at in notes.items():
        subjects = tuple(filter(None, (one for one in about[key] if one != "memo")))
        if subjects or "memo" not in about[key]:
            made = at.get("creationDateTime", "")
            yield Note(key, at.get("name", ""), memos[key], subjects, _guid(at, "creatingUser"), made)
