"""Project XML read back into a bundle, whoever wrote it; what cannot be carried is counted, never dropped silently."""

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from itertools import accumulate
from xml.etree.ElementTree import Element

from openlives.coding.exchange import markup
from openlives.coding.exchange.elements import VALUES, codes_of, described, guid_of, left_behind, refs
from openlives.coding.exchange.mend import mended
from openlives.coding.exchange.model import (
    Block,
    Bundle,
    Case,
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
    notes = {guid_of(at): at for at in root.iterfind("Notes/Note")}
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
        coders=tuple(Coder(guid_of(at), at.get("name", "")) for at in root.iterfind("Users/User")),
        codes=tuple(codes_of(root.find("CodeBook/Codes"), lost)),
        variables=tuple(_variable(at) for at in root.iterfind("Variables/Variable")),
        cases=tuple(_case(at) for at in root.iterfind("Cases/Case")),
        sources=tuple(sources),
        codings=tuple(codings),
        notes=tuple(_notes(root, notes, memos)),
        themes=tuple(_theme(at) for at in root.iterfind("Sets/Set")),
        description=described(root),
        created=root.get("creationDateTime", ""),
    )
    return tidy(mended(bundle, lost))


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
        guid_of(at), at.get("name", ""), text, tuple(_block(one, count) for one in comments), _values(at), described(at)
    )


def _block(at: Element, count: Callable[[str], int]) -> Block:
    start, end = _whole(at, "startPosition", count), _whole(at, "endPosition", count)
    return Block(guid_of(at), start, end, at.get("name", ""), described(at))


def _codings(at: Element, text: str, count: Callable[[str], int], memos: dict[str, str]) -> Iterator[Coding]:
    for one in at.iterfind("Coding"):
        yield _coding(one, at, (0, len(text)), at, memos)
    for selection in at.iterfind("PlainTextSelection"):
        for one in selection.iterfind("Coding"):
            span = (_whole(selection, "startPosition", count), _whole(selection, "endPosition", count))
            yield _coding(one, selection, span, at, memos)


def _coding(at: Element, selection: Element, span: tuple[int, int], source: Element, memos: dict[str, str]) -> Coding:
    about = dict.fromkeys(refs(at, "NoteRef") + (() if selection is source else refs(selection, "NoteRef")))
    return Coding(
        guid=guid_of(at),
        source=guid_of(source),
        code=next(iter(refs(at, "CodeRef")), ""),
        coder=guid_of(at, "creatingUser") or guid_of(selection, "creatingUser"),
        start=span[0],
        end=span[1],
        created=at.get("creationDateTime") or selection.get("creationDateTime") or "",
        memo="\n\n".join(filter(None, (memos.get(note) for note in about))),
    )


def _variable(at: Element) -> Variable:
    return Variable(guid_of(at), at.get("name", ""), at.get("typeOfVariable", "Text"), described(at))


def _values(at: Element) -> tuple[Value, ...]:
    return tuple(
        Value(
            next(iter(refs(one, "VariableRef")), ""),
            next((child.text or "" for child in one if child.tag in VALUES), None),
        )
        for one in at.iterfind("VariableValue")
    )


def _case(at: Element) -> Case:
    return Case(guid_of(at), at.get("name", ""), _values(at), refs(at, "SourceRef"), described(at))


def _theme(at: Element) -> Theme:
    return Theme(guid_of(at), at.get("name", ""), described(at), refs(at, "MemberCode"), refs(at, "MemberSource"))


def _notes(root: Element, notes: dict[str, Element], memos: dict[str, str]) -> Iterator[Note]:
    about: dict[str, list[str]] = defaultdict(list)
    for at in root.iter():
        coded = at.find("Coding") is not None and at.tag == "PlainTextSelection"
        for note in refs(at, "NoteRef") + refs(at, "MemberNote"):
            about[note].append("memo" if coded or at.tag == "Coding" else guid_of(at))
    for key, at in notes.items():
        subjects = tuple(filter(None, (one for one in about[key] if one != "memo")))
        if subjects or "memo" not in about[key]:
            made = at.get("creationDateTime", "")
            yield Note(key, at.get("name", ""), memos[key], subjects, guid_of(at, "creatingUser"), made)
