"""A codebook alone, with its themes as sets of codes: REFI-QDA `.qdc`, both ways."""

from collections import Counter
from dataclasses import replace
from xml.etree.ElementTree import Element, SubElement

from openlives.coding.exchange import elements, markup
from openlives.coding.exchange.mend import mended
from openlives.coding.exchange.model import Bundle, Theme
from openlives.coding.exchange.qde import codes_into
from openlives.coding.exchange.tidy import tidy
from openlives.errors import InputError

NAMESPACE = "urn:QDA-XML:codebook:1.0"


def write(bundle: Bundle) -> bytes:
    """Write the codes and themes of a bundle, nothing else; raises InputError where there is no code at all."""
    if not bundle.codes:
        raise InputError("A codebook without codes", where=bundle.name, todo="Make a code first.")
    themes = tuple(replace(theme, sources=()) for theme in bundle.themes)
    bundle = tidy(Bundle(name="", codes=bundle.codes, themes=themes))
    root = Element("CodeBook", {"xmlns": NAMESPACE, "origin": "openlives"})
    codes_into(SubElement(root, "Codes"), bundle.codes, {})
    sets = SubElement(root, "Sets") if bundle.themes else root
    for theme in bundle.themes:
        at = SubElement(sets, "Set", guid=theme.guid, name=theme.name)
        if theme.description:
            SubElement(at, "Description").text = theme.description
        for code in theme.codes:
            SubElement(at, "MemberCode", guid=code)
    return markup.serialise(root)


def read(data: bytes, *, where: str = "codebook.qdc") -> Bundle:
    """Read a codebook that any program wrote: a bundle of codes and themes. Raises InputError."""
    root = markup.parse(data, where)
    if root.tag != "CodeBook":
        raise InputError(f"Not a REFI-QDA codebook: it holds {root.tag}", where=where, todo="Give a .qdc.")
    lost = Counter(elements.left_behind(root))
    codes = tuple(elements.codes_of(root.find("Codes"), lost))
    themes = tuple(_theme(at) for at in root.iterfind("Sets/Set"))
    return tidy(mended(Bundle(name="", codes=codes, themes=themes), lost))


def _theme(at: Element) -> Theme:
    members = (one.get("guid") or one.get("targetGUID") or "" for one in at.iterfind("MemberCode"))
    return Theme(
        elements.guid_in(at.get("guid", "")),
        at.get("name", ""),
        at.findtext("Description") or "",
        tuple(elements.guid_in(one) for one in members),
    )
