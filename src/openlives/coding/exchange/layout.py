"""A thread laid out as one text, and the way back: from a span of that text to one of a comment as it was stored."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable

from openlives.coding.exchange.model import Block, Source, guid
from openlives.coding.exchange.tidy import dropped

BETWEEN = "\n\n"


def thread(key: str, name: str, comments: Iterable[tuple[str, str, str]]) -> Source:
    """Lay out comments, each an (address, description, text), under each other; `key` and addresses make the GUIDs.

    What was coded at `start` of a comment stands at `block.start + start`.
    """
    text, blocks = "", list[Block]()
    for address, description, said in comments:
        text += BETWEEN if blocks else ""
        blocks.append(Block(guid("comment", key, address), len(text), len(text) + len(said), address, description))
        text += said
    return Source(guid("thread", key), name, text, tuple(blocks))


def comment_at(source: Source, start: int, end: int) -> tuple[Block, int, int] | None:
    """Find the comment that holds a span, and the span within it; None where it crosses comments or lies between.

    An empty span between two comments belongs to the later one. Blocks must be in order, as they are written.
    """
    place = bisect_right([block.start for block in source.comments], start) - 1
    if place < 0 or end > source.comments[place].end:
        return None
    block = source.comments[place]
    return block, start - block.start, end - block.start


def as_stored(stored: str, offset: int) -> int:
    """Give the offset in a stored text for one in the same text as it was written: the other way round of `tidy`."""
    return offset + bisect_left([place - number for number, place in enumerate(dropped(stored))], offset)
