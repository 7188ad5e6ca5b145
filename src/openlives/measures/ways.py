"""Where an artifact's people came from, and where they went (methods, section 14)."""

import narwhals.stable.v2 as nw

from openlives.measures.engine import Frame, grouped, on_any_engine


@on_any_engine
def visitors(pairs: Frame, *, since: int, until: int, seconds: int) -> Frame:
    """People who can be followed for `seconds` within the window: `artifact`, `person`, `way`, `start`, `end`.

    One row a person and way: `to`, from after their last interaction here; `from`, up to before their first.
    """
    somebody = pairs.filter(~nw.col("person").is_null())
    gone = somebody.filter(nw.col("last") + seconds < until)
    come = somebody.filter(nw.col("first") - seconds >= since)
    return nw.concat(
        [
            gone.select("artifact", "person", way=nw.lit("to"), start=nw.col("last") + 1, end=nw.col("last") + seconds),
            come.select(
                "artifact", "person", way=nw.lit("from"), start=nw.col("first") - seconds, end=nw.col("first") - 1
            ),
        ]
    )


@on_any_engine
def elsewhere(visitors: Frame, interactions: Frame) -> Frame:
    """Where visitors were seen in their time before or after: `artifact`, `person`, `way`, `other`, once each."""
    said = interactions.select("person", "time", other="artifact")
    met = visitors.join(said, on="person", how="inner").filter(
        nw.col("other") != nw.col("artifact"), nw.col("time") >= nw.col("start"), nw.col("time") <= nw.col("end")
    )
    return met.select("artifact", "person", "way", "other").unique()


@on_any_engine
def ways(elsewhere: Frame) -> Frame:
    """Count people by where they were seen: `artifact`, `way`, `other`, `people`."""
    return grouped(elsewhere, "artifact", "way", "other", people=nw.len())
