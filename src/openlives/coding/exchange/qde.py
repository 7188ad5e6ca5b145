"""A bundle as REFI-QDA 1.0 project XML (`project.qde`), and what is in it read back.

One thread is one TextSource with a `plainTextPath`; a comment is a selection without codings, named by its address; a
coding is a selection of its own. A coding's memo is a Note that the coding points to.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from uuid import UUID, uuid5
from xml.etree.ElementTree import Element, SubElement

from openlives.coding.exchange.markup import serialise
from openlives.coding.exchange.model import Bundle, Case, Code, Coding, Note, Source, Theme, Value
from openlives.coding.exchange.tidy import tidy

NAMESPACE = "urn:QDA-XML:project:1.0"
INSIDE = "internal://"


def write(bundle: Bundle) -> bytes:
    """Write the project as XML; the texts themselves go beside it, as `text_name` says. Raises InputError."""
    bundle = tidy(bundle)
    kinds = {variable.guid: variable.kind for variable in bundle.variables}
    notes = _by_subject(bundle.notes)
    root = Element("Project", {"xmlns": NAMESPACE, "name": bundle.name, "origin": "openlives"})
    _made(root, "", bundle.created)
    for coder in bundle.coders:
        SubElement(_room(root, "Users"), "User", guid=coder.guid, name=coder.name)
    if bundle.codes:
        codes_into(SubElement(SubElement(root, "CodeBook"), "Codes"), bundle.codes, notes)
    for variable in bundle.variables:
        at = SubElement(_room(root, "Variables"), "Variable", guid=variable.guid, name=variable.name)
        at.set("typeOfVariable", variable.kind)
        _described(at, variable.description)
    for case in bundle.cases:
        _case(_room(root, "Cases"), case, kinds)
    codings: dict[str, list[Coding]] = {source.guid: [] for source in bundle.sources}
    for coding in bundle.codings:
        codings[coding.source].append(coding)
    for source in bundle.sources:
        _source(_room(root, "Sources"), source, codings[source.guid], notes, kinds)
    _notes(root, bundle)
    for theme in bundle.themes:
        _theme(_room(root, "Sets"), theme, notes)
    _described(root, bundle.description)
    _refer(root, "NoteRef", notes.get("", ()))
    return serialise(root)


def text_name(source: str) -> str:
    """Name the file of a source's text, within `sources/`."""
    return f"{source}.txt"


def codes_into(root: Element, codes: Iterable[Code], notes: Mapping[str, list[str]]) -> None:
    """Write codes into an element, each within its parent; the codes stand in the order of their tree."""
    at: dict[str | None, Element] = {None: root}
    for code in codes:
        element = at[code.guid] = SubElement(at[code.parent], "Code", guid=code.guid, name=code.name)
        element.set("isCodable", "true" if code.is_codable else "false")
        element.attrib.update({"color": code.colour} if code.colour else {})
        _described(element, code.definition)
        _refer(element, "NoteRef", notes.get(code.guid, ()))


def _by_subject(notes: tuple[Note, ...]) -> Mapping[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for note in notes:
        for subject in note.about or ("",):
            found[subject].append(note.guid)
    return found


def _room(root: Element, tag: str) -> Element:
    last = root[-1] if len(root) else None
    return last if last is not None and last.tag == tag else SubElement(root, tag)


def _described(at: Element, text: str) -> None:
    if text:
        SubElement(at, "Description").text = text


def _refer(at: Element, tag: str, guids: Iterable[str]) -> None:
    for guid in guids:
        SubElement(at, tag, targetGUID=guid)


def _values(at: Element, values: tuple[Value, ...], kinds: dict[str, str]) -> None:
    for one in values:
        element = SubElement(at, "VariableValue")
        _refer(element, "VariableRef", (one.variable,))
        if one.value is not None:
            SubElement(element, f"{kinds[one.variable]}Value").text = one.value


def _case(room: Element, case: Case, kinds: dict[str, str]) -> None:
    at = SubElement(room, "Case", guid=case.guid, name=case.name)
    _described(at, case.description)
    _values(at, case.values, kinds)
    _refer(at, "SourceRef", case.sources)


def _source(
    room: Element, source: Source, codings: list[Coding], notes: Mapping[str, list[str]], kinds: dict[str, str]
) -> None:
    path = INSIDE + text_name(source.guid)
    at = SubElement(room, "TextSource", guid=source.guid, name=source.name, plainTextPath=path)
    _described(at, source.description)
    for block in source.comments:
        comment = SubElement(at, "PlainTextSelection", guid=block.guid, name=block.address)
        _place(comment, block.start, block.end)
        _described(comment, block.description)
        _refer(comment, "NoteRef", notes.get(block.guid, ()))
    for coding in codings:
        selection = SubElement(at, "PlainTextSelection", guid=_derived(coding.guid, "selection"))
        _place(selection, coding.start, coding.end)
        _made(selection, coding.coder, coding.created)
        element = SubElement(selection, "Coding", guid=coding.guid)
        _made(element, coding.coder, coding.created)
        _refer(element, "CodeRef", (coding.code,))
        _refer(element, "NoteRef", (_derived(coding.guid, "memo"),) if coding.memo else ())
    _refer(at, "NoteRef", notes.get(source.guid, ()))
    _values(at, source.values, kinds)


def _place(at: Element, start: int, end: int) -> None:
    at.set("startPosition", str(start))
    at.set("endPosition", str(end))


def _made(at: Element, coder: str, created: str) -> None:
    at.attrib.update({"creatingUser": coder} if coder else {})
    at.attrib.update({"creationDateTime": created} if created else {})


def _derived(guid: str, kind: str) -> str:
    return str(uuid5(UUID(guid), kind))


def _notes(root: Element, bundle: Bundle) -> None:
    for note in bundle.notes:
        at = SubElement(_room(root, "Notes"), "Note", guid=note.guid, name=note.name)
        _made(at, note.coder, note.created)
        SubElement(at, "PlainTextContent").text = note.text
    for coding in bundle.codings:
        if coding.memo:
            at = SubElement(_room(root, "Notes"), "Note", guid=_derived(coding.guid, "memo"), name="memo")
            _made(at, coding.coder, coding.created)
            SubElement(at, "PlainTextContent").text = coding.memo


def _theme(room: Element, theme: Theme, notes: Mapping[str, list[str]]) -> None:
    at = SubElement(room, "Set", guid=theme.guid, name=theme.name)
    _described(at, theme.description)
    _refer(at, "MemberCode", theme.codes)
    _refer(at, "MemberSource", theme.sources)
    _refer(at, "MemberNote", notes.get(theme.guid, ()))
