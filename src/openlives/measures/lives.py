"""One life: when an artifact's community began, when it was last heard of, and who took part (methods, section 2).

`interactions` is any frame with one row an interaction: `artifact`, `person` (null for a deleted account), `time`
(integer seconds).
"""

import narwhals.stable.v2 as nw

from openlives.measures.engine import Frame, grouped, on_any_engine


@on_any_engine
def pairs(interactions: Frame) -> Frame:
    """Each person's part in each artifact: `interactions`, `first`, `last` (seconds).

    Deleted accounts are one row with a null person: nobody in particular.
    """
    time = nw.col("time")
    return grouped(interactions, "artifact", "person", interactions=nw.len(), first=time.min(), last=time.max())


@on_any_engine
def lives_of(pairs: Frame) -> Frame:
    """Add up `pairs` to one row an artifact: `first`, `last` (seconds), `interactions`, `participants`."""
    return grouped(
        pairs.with_columns(participants=is_somebody()),
        "artifact",
        first=nw.col("first").min(),
        last=nw.col("last").max(),
        interactions=nw.col("interactions").sum(),
        participants=nw.col("participants").sum(),
    )


@on_any_engine
def lives(interactions: Frame) -> Frame:
    """One row an active artifact: `first`, `last` (seconds), `interactions`, `participants` (distinct people).

    Duration in days is `(last - first) / 86400`. A deleted account interacts, but is no participant.
    """
    together: Frame = lives_of(pairs(interactions))
    return together


def is_somebody() -> nw.Expr:
    """1 for a person, 0 for the deleted accounts: no engine counts a null as a person this way."""
    return (~nw.col("person").is_null()).cast(nw.Int64)
