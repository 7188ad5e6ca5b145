"""One bundle, one shape: newlines as the standard wants them, offsets moved with them, a fixed order.

The standard counts in text whose lines end with one line feed. So CRLF and a lone CR become LF, byte order marks before
the text go, and every offset is moved by exactly what went before it. An offset within a CRLF goes to its front.
"""

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass, replace
from typing import Any

from openlives.coding.exchange.checks import ILLEGIBLE, check, texts
from openlives.coding.exchange.model import Bundle, Code, Source

DROPPED = re.compile("\r(?=\n)")


def tidy(bundle: Bundle) -> Bundle:
    """Give the bundle in the one shape in which it is written and read; raises InputError on what cannot be written.

    Codes stand in the order of their tree, codings in that of their texts. Tidying twice changes nothing.
    """
    check(bundle)
    moved = {source.guid: _offsets(source.text) for source in bundle.sources}
    place = {source.guid: number for number, source in enumerate(bundle.sources)}
    codings = (
        replace(one, start=moved[one.source](one.start), end=moved[one.source](one.end)) for one in bundle.codings
    )
    shaped = replace(
        bundle,
        codes=tuple(_in_tree(bundle.codes)),
        sources=tuple(_newlines(source, moved[source.guid]) for source in bundle.sources),
        codings=tuple(sorted(codings, key=lambda one: (place[one.source], one.start, one.end, one.guid))),
        notes=tuple(replace(note, about=tuple(sorted({*note.about}))) for note in bundle.notes),
    )
    tidied: Bundle = _rewritten(shaped, lambda text: text.replace("\r\n", "\n").replace("\r", "\n"))
    return tidied


def legible(bundle: Bundle) -> tuple[Bundle, tuple[str, ...]]:
    """Put U+FFFD for each character that XML cannot hold, one for one, and name the places where that was done."""
    places = tuple(where for where, text in texts(bundle) if ILLEGIBLE.search(text))
    return (_rewritten(bundle, lambda text: ILLEGIBLE.sub("\ufffd", text)) if places else bundle), places


def plain(text: str) -> str:
    """Give a source's text as it is written: no byte order mark, lines that end with one newline."""
    return text.lstrip("\ufeff").replace("\r\n", "\n").replace("\r", "\n")


def dropped(text: str) -> list[int]:
    """Give the places of the characters that `plain` drops."""
    marks = len(text) - len(text.lstrip("\ufeff"))
    return [*range(marks), *(found.start() for found in DROPPED.finditer(text))]


def _offsets(text: str) -> Callable[[int], int]:
    places = dropped(text)
    return lambda offset: offset - bisect_left(places, offset)


def _newlines(source: Source, moved: Callable[[int], int]) -> Source:
    comments = tuple(replace(block, start=moved(block.start), end=moved(block.end)) for block in source.comments)
    return replace(source, text=plain(source.text), comments=comments)


def _in_tree(codes: tuple[Code, ...]) -> Iterator[Code]:
    children: dict[str | None, list[Code]] = defaultdict(list)
    for code in codes:
        children[code.parent].append(code)

    def below(parent: str | None) -> Iterator[Code]:
        for code in children[parent]:
            yield code
            yield from below(code.guid)

    return below(None)


def _rewritten(thing: Any, change: Callable[[str], str]) -> Any:
    if isinstance(thing, str):
        return change(thing)
    if isinstance(thing, tuple):
        return tuple(_rewritten(one, change) for one in thing)
    if is_dataclass(thing) and not isinstance(thing, type):
        return replace(thing, **{field.name: _rewritten(getattr(thing, field.name), change) for field in fields(thing)})
    return thing
