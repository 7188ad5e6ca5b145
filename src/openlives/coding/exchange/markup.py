"""XML from strangers: no DTD, no entities, no depth, no flood; names without their namespaces.

Programs disagree on the namespace of REFI-QDA (0.4, 1.0, a prefix, none), so it is not looked at. Expat does the
reading, and whatever could make it work without end is refused before it starts.
"""

from collections.abc import Callable
from xml.etree.ElementTree import Element, TreeBuilder, indent, tostring
from xml.parsers import expat

from openlives.errors import InputError

BYTES, DEPTH, ELEMENTS = 256 * 2**20, 64, 5_000_000
BROKEN = "Export it again from the program it comes from."


def parse(data: bytes, where: str) -> Element:
    """Read XML into elements whose names have no namespace; raises InputError on broken or dangerous input."""
    if len(data) > BYTES:
        raise InputError(f"More than {BYTES // 2**20} MB of XML", where=where, todo="Split the project.")
    builder = TreeBuilder()
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartElementHandler, parser.EndElementHandler = _counted(builder, where)
    parser.CharacterDataHandler = builder.data
    parser.StartDoctypeDeclHandler = lambda *_: _refuse("It declares a document type", where)
    parser.EntityDeclHandler = lambda *_: _refuse("It declares an entity", where)
    try:
        parser.Parse(data, True)
        return builder.close()
    except expat.ExpatError as error:
        raise InputError(f"Not well-formed XML: {error}", where=where, todo=BROKEN) from error
    except (LookupError, ValueError, AssertionError) as error:
        raise InputError("Not XML in an encoding that can be read", where=where, todo=BROKEN) from error


def serialise(root: Element) -> bytes:
    """Write elements as UTF-8 without a byte order mark, indented, the same bytes each time."""
    indent(root)
    return f'<?xml version="1.0" encoding="utf-8"?>\n{tostring(root, encoding="unicode")}\n'.encode()


def _refuse(what: str, where: str) -> None:
    raise InputError(f"{what}: that is not read", where=where, todo=BROKEN)


def _counted(builder: TreeBuilder, where: str) -> tuple[Callable[[str, dict[str, str]], None], Callable[[str], None]]:
    depth = count = 0

    def start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal depth, count
        depth, count = depth + 1, count + 1
        if depth > DEPTH or count > ELEMENTS:
            _refuse(f"More than {DEPTH} levels or {ELEMENTS:,} elements", where)
        builder.start(_local(tag), {_local(name): text for name, text in attributes.items()})

    def end(tag: str) -> None:
        nonlocal depth
        depth -= 1
        builder.end(_local(tag))

    return start, end


def _local(name: str) -> str:
    return name.rpartition(" ")[2]
