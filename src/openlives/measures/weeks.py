"""Weeks of life and weeks of the calendar (methods, sections 1, 3, 5 and 8).

A *visit* is one person on one artifact in one week. Weeks in which nothing happened have no row: zeros are filled in
where they are estimated, from the number of artifacts at risk.
"""

import narwhals.stable.v2 as nw

from openlives.measures.clock import calendar_week, week_of_life
from openlives.measures.engine import Frame, on_any_engine
from openlives.measures.lives import is_somebody


@on_any_engine
def life_visits(interactions: Frame, lives: Frame) -> Frame:
    """Visits by week of life: `artifact`, `person`, `week`, `interactions`, and those `after` the first second."""
    time, first = nw.col("time"), nw.col("first")
    return (
        interactions.join(lives.select("artifact", "first"), on="artifact", how="inner")
        .with_columns(week=week_of_life(time, first), after=(time > first).cast(nw.Int64))
        .group_by("artifact", "person", "week")
        .agg(interactions=nw.len().cast(nw.Int64), after=nw.col("after").sum().cast(nw.Int64))
    )


@on_any_engine
def life_weeks(visits: Frame) -> Frame:
    """Add up visits to one row an artifact and week of life: `interactions`, `contributors` (distinct people)."""
    return visits.group_by("artifact", "week").agg(
        interactions=nw.col("interactions").sum().cast(nw.Int64), contributors=is_somebody().sum().cast(nw.Int64)
    )


@on_any_engine
def calendar_visits(interactions: Frame) -> Frame:
    """Visits by calendar week (Monday to Sunday, UTC): `artifact`, `person`, `week`, `interactions`."""
    return (
        interactions.with_columns(week=calendar_week(nw.col("time")))
        .group_by("artifact", "person", "week")
        .agg(interactions=nw.len().cast(nw.Int64))
    )


@on_any_engine
def calendar_weeks(visits: Frame) -> Frame:
    """Add up calendar visits to one row an artifact and calendar week: `interactions`, `contributors`."""
    return visits.group_by("artifact", "week").agg(
        interactions=nw.col("interactions").sum().cast(nw.Int64), contributors=is_somebody().sum().cast(nw.Int64)
    )


@on_any_engine
def persistence(visits: Frame) -> Frame:
    """Sum over calendar weeks of distinct contributors, from calendar visits: `artifact`, `score` (person-weeks)."""
    return visits.filter(~nw.col("person").is_null()).group_by("artifact").agg(score=nw.len().cast(nw.Int64))
