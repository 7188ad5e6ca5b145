"""Who answers, and after how long: threads with the first reply by somebody else (methods, section 14)."""

import narwhals.stable.v2 as nw

from openlives.measures.engine import Frame, grouped, on_any_engine
from openlives.measures.movement import NEVER, flag

ROLES = ("producer", "staff")


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
    answers = (nw.col("opens") == 0) & _by_somebody_else() & (nw.col("time") >= nw.col("opened"))
    # The least of twice the time, and one more where it was not by them: the first answer, and whether any was.
    ranked = {by: nw.when(answers).then(2 * nw.col("time") + 1 - nw.col(by)).otherwise(NEVER) for by in ROLES}
    together = grouped(
        said.join(opened, on="thread", how="inner").with_columns(**ranked, deleted=_nobody()),
        *("artifact", "thread", "opened", "own"),
        comments=nw.len(),
        last=nw.col("time").max(),
        people=nw.col("person").n_unique(),
        **{by: nw.col(by).min() for by in ROLES},
        deleted=nw.col("deleted").max(),
    )
    first = nw.col("producer")
    heard = first < NEVER
    return together.select(
        *("artifact", "thread", "comments", "last", "opened", "own"),
        people=nw.col("people") - nw.col("deleted"),
        answered=nw.when(heard).then(first // 2),
        **{f"by_{by}": nw.when(heard).then(1 - nw.col(by) % 2) for by in ROLES},
    )


def _nobody() -> nw.Expr:
    return nw.col("person").is_null().cast(nw.Int64)


def _by_somebody_else() -> nw.Expr:
    """Whether it was not the opener; whether two deleted accounts are one cannot be told."""
    person, opener = nw.col("person"), nw.col("opener")
    one_deleted = person.is_null() != opener.is_null()
    return one_deleted | (~person.is_null() & ~opener.is_null() & (person != opener))
