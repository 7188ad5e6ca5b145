"""Who was where, when: people on artifacts by period and by week, for communities that move (methods, section 7)."""

import narwhals.stable.v2 as nw

from openlives.measures.clock import WEEK, calendar_week
from openlives.measures.engine import Frame, grouped, on_any_engine

NEVER = 2**62  # later than any time: no thread was opened


@on_any_engine
def stays(interactions: Frame, *, until: int, period_weeks: int) -> Frame:
    """One row a person, artifact and period counted back from `until` (0 is the last period).

    `first` and `first_opened` (seconds; NEVER where no thread was opened) are the earliest within the period,
    `producer` and `staff` tell whether the person acted there as owner or member, or as staff of the platform.
    """
    back = (until - 1 - nw.col("time")) // (period_weeks * WEEK)
    producer = nw.max_horizontal(flag("by_owner"), flag("by_member"))
    opened = nw.when(flag("opening") == 1).then(nw.col("time")).otherwise(nw.lit(NEVER))
    placed = interactions.filter(~nw.col("person").is_null()).with_columns(
        back=back.cast(nw.Int32), producer=producer, staff=flag("by_staff"), opened=opened
    )
    together = grouped(
        placed,
        "person",
        "artifact",
        "back",
        first=nw.col("time").min(),
        first_opened=nw.col("opened").min(),
        producer=nw.col("producer").max(),
        staff=nw.col("staff").max(),
    )
    return together.with_columns(nw.col("producer", "staff").cast(nw.Int8))


@on_any_engine
def community_weeks(interactions: Frame, members: Frame) -> Frame:
    """One row a person, artifact and calendar week within a community: `interactions`, of which threads `opened`."""
    placed = interactions.join(members, on="artifact", how="inner").with_columns(
        week=calendar_week(nw.col("time")),
        opened=flag("opening"),
        producer=nw.max_horizontal(flag("by_owner"), flag("by_member")),
    )
    sums = {"interactions": nw.len(), "opened": nw.col("opened").sum(), "producer": nw.col("producer").max()}
    return grouped(placed, "artifact", "person", "week", **sums)


def flag(name: str) -> nw.Expr:
    """1 where it is true, 0 where it is false or not known, on every engine."""
    return (nw.col(name) == nw.lit(value=True)).fill_null(value=False).cast(nw.Int64)
