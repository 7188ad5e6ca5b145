"""Weeks of life and weeks of the calendar (methods, sections 1, 3, 5 and 8).

A *visit* is one person on one artifact in one week. Weeks in which nothing happened have no row: zeros are filled in
where they are estimated, from the number of artifacts at risk.
"""

import narwhals.stable.v2 as nw

from openlives.measures.clock import calendar_week, week_of_life
from openlives.measures.engine import Frame, grouped, on_any_engine
from openlives.measures.lives import is_somebody


@on_any_engine
def life_visits(interactions: Frame, lives: Frame) -> Frame:
    """Visits by week of life: `artifact`, `person`, `week`, `interactions`, and those `after` the first second."""
    time, first = nw.col("time"), nw.col("first")
    placed = interactions.join(lives.select("artifact", "first"), on="artifact", how="inner").with_columns(
        week=week_of_life(time, first), after=(time > first).cast(nw.Int64)
    )
    return grouped(placed, "artifact", "person", "week", interactions=nw.len(), after=nw.col("after").sum())


@on_any_engine
def life_weeks(visits: Frame) -> Frame:
    """Add up visits to one row an artifact and week of life: `interactions`, `contributors` (distinct people)."""
    return _together(visits)


@on_any_engine
def calendar_visits(interactions: Frame) -> Frame:
    """Visits by calendar week (Monday to Sunday, UTC): `artifact`, `person`, `week`, `interactions`."""
    placed = interactions.with_columns(week=calendar_week(nw.col("time")))
    return grouped(placed, "artifact", "person", "week", interactions=nw.len())


@on_any_engine
def calendar_weeks(visits: Frame) -> Frame:
    """Add up calendar visits to one row an artifact and calendar week: `interactions`, `contributors`."""
    return _together(visits)


def _together(visits: Frame) -> Frame:
    sums = {name: nw.col(name).sum() for name in ("interactions", "contributors")}
    return grouped(visits.with_columns(contributors=is_somebody()), "artifact", "week", **sums)


@on_any_engine
def persistence(visits: Frame) -> Frame:
    """Sum over calendar weeks of distinct contributors, from calendar visits: `artifact`, `score` (person-weeks)."""
    return grouped(visits.filter(~nw.col("person").is_null()), "artifact", score=nw.len())


@on_any_engine
def presence(visits: Frame) -> Frame:
    """Add the calendar `weeks` with a contributor to the score: `artifact`, `score` (person-weeks), `weeks`."""
    each = grouped(visits.filter(~nw.col("person").is_null()), "artifact", "week", contributors=nw.len())
    return grouped(each, "artifact", score=nw.col("contributors").sum(), weeks=nw.len())
