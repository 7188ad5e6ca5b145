"""A part of a collection, as rules and links name it: by tag, owner, family, list, name, or by what a model is.

Of one kind any may hold (two licences: either), of several kinds all must (a licence and a gate: both).
"""

from collections.abc import Sequence
from functools import reduce

import narwhals.stable.v2 as nw

from openlives.errors import NothingToAskError, RulesError
from openlives.measures.communities import community
from openlives.measures.engine import Frame
from openlives.measures.frames import Frames, small
from openlives.questions.groups import BY, placed_by

COMMUNITIES = ("model", "tag", "owner", "family", "list")
KINDS = (*COMMUNITIES, *BY)


def within(frames: Frames, specs: Sequence[str]) -> Frames:
    """Give the frames of a part of a collection, in the window of the whole; no `specs` give the whole."""
    if not specs:
        return frames
    kinds: dict[str, list[str]] = {}
    for spec in specs:
        kinds.setdefault(kind_of(spec), []).append(spec)
    each = [_either(frames, kind, given) for kind, given in kinds.items()]
    part = frames.only(reduce(lambda one, other: one.join(other, on="artifact", how="semi"), each))
    if small(part.artifacts.select("artifact").head(1)).empty:
        part.share.close()
        todo = "Check the names, and what the collection holds: openlives ask coverage HUB"
        raise NothingToAskError(f"No artifact of the collection is {' and '.join(specs)}", todo=todo)
    return part


def kind_of(spec: str) -> str:
    """Give the kind of a part, as `tag` of `tag:art`; a `RulesError` where there is none such."""
    kind, _, name = spec.partition(":")
    if kind not in KINDS or not name:
        raise RulesError(f"No such part of a collection: {spec!r}", todo=f"Write KIND:NAME; kinds: {', '.join(KINDS)}.")
    return kind


def _either(frames: Frames, kind: str, specs: Sequence[str]) -> Frame:
    """Give the artifacts of any of several parts of one kind: `artifact`."""
    if kind in BY:
        values = [spec.partition(":")[2] for spec in specs]
        return placed_by(frames, kind).filter(nw.col("group").is_in(values)).select("artifact")
    rules = frames.rules
    found = [
        community(spec, frames.artifacts, frames.tags, lists=rules.lists, synonyms=rules.tag_synonyms) for spec in specs
    ]
    return nw.concat([each.select("artifact") for each in found]).unique()
