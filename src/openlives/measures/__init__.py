"""What our words mean: frame → frame, on DuckDB, Polars, pandas and PySpark, used by more than one question."""

from openlives.measures.access import access_threads
from openlives.measures.automation import openings, repeaters
from openlives.measures.clock import with_month
from openlives.measures.communities import derivatives, family, of_owner, on_list, with_tag
from openlives.measures.lives import lives, pairs
from openlives.measures.movement import community_weeks, stays
from openlives.measures.weeks import calendar_visits, calendar_weeks, life_visits, life_weeks, persistence

__all__ = [
    "access_threads",
    "calendar_visits",
    "calendar_weeks",
    "community_weeks",
    "derivatives",
    "family",
    "life_visits",
    "life_weeks",
    "lives",
    "of_owner",
    "on_list",
    "openings",
    "pairs",
    "persistence",
    "repeaters",
    "stays",
    "with_month",
    "with_tag",
]
