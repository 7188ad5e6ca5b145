"""Who answers, and after how long: threads with the first reply by somebody else (methods, section 14)."""

import narwhals.stable.v2 as nw

from openlives.measures.engine import Frame, grouped, on_any_engine
from openlives.measures.movement import flag


@on_any_engine
def replies(interactions: Frame) -> Frame:
    """One row a thread whose opening is among the interactions, and what came of it.

    `artifact`, `thread`, `opened` and `last` (seconds), `comments`, `people`, `own` (1 where an owner or a member of
    the owning organisation opened it), `answered` (seconds of the first comment by somebody else; null where there is
    none), and who that was: `by_producer`, `by_staff` (0, 1). Between two deleted accounts nobody can tell.
    """
    producer = nw.max_horizontal(flag("by_owner"), flag("by_member"))
    said = interactions.select(
        "artifact", "thread", "person", "time", opens=flag("opening"), producer=producer, staff=flag("by_staff")
    )
    opened = said.filter(nw.col("opens") == 1).select("thread", opened="time", opener="person", own="producer")
    whole = grouped(said, "artifact", "thread", comments=nw.len(), last=nw.col("time").max())
    named = said.filter(~nw.col("person").is_null()).select("thread", "person").unique()
    others = said.join(opened, on="thread", how="inner").filter(
        nw.col("opens") == 0, _by_somebody_else(), nw.col("time") >= nw.col("opened")
    )
    first = grouped(others, "thread", answered=nw.col("time").min())
    heard = others.join(first, on="thread", how="inner").filter(nw.col("time") == nw.col("answered"))
    roles = grouped(
        heard, "thread", answered=nw.col("answered").min(), by_producer=nw.col("producer").max(),
        by_staff=nw.col("staff").max(),
    )  # fmt: skip
    together = whole.join(opened.drop("opener"), on="thread", how="inner")
    together = together.join(grouped(named, "thread", people=nw.len()), on="thread", how="left")
    joined = together.join(roles, on="thread", how="left")
    return joined.with_columns(nw.col("people").fill_null(0).cast(nw.Int64))


def _by_somebody_else() -> nw.Expr:
    """Whether it was not the opener; whether two deleted accounts are one cannot be told."""
    person, opener = nw.col("person"), nw.col("opener")
    one_deleted = person.is_null() != opener.is_null()
    return one_deleted | (~person.is_null() & ~opener.is_null() & (person != opener))
