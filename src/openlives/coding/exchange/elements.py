"""Elements that projects and codebooks share, and which of all there are we carry."""

from collections import Counter
from collections.abc import Iterator
from xml.etree.ElementTree import Element

from openlives.coding.exchange.checks import COLOUR
from openlives.coding.exchange.model import Code

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
        yield Code(guid_of(at), at.get("name", ""), parent, colour, described(at), codable)
        yield from codes_of(at, lost, guid_of(at))


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


def guid_of(at: Element, name: str = "guid") -> str:
    """Give an element's GUID, or the one that another attribute names."""
    return guid_in(at.get(name, ""))


def refs(at: Element, path: str) -> tuple[str, ...]:
    """Give the GUIDs that references point to."""
    return tuple(guid_of(one, "targetGUID") for one in at.iterfind(path))


def described(at: Element) -> str:
    """Give an element's description, or nothing."""
    return at.findtext("Description") or ""
