"""Time as integers, so that weeks and months mean the same on every engine (methods, section 1).

No engine's own date function is used: they disagree with each other.
"""

from datetime import UTC, datetime, timedelta

import narwhals.stable.v2 as nw
import numpy as np
from numpy.typing import NDArray

from openlives.measures.engine import Frame, on_any_engine

DAY = 86_400
WEEK = 7 * DAY


def week_of_life(time: nw.Expr, first: nw.Expr) -> nw.Expr:
    """Whole weeks since the artifact's first interaction, from 0."""
    return (time - first) // WEEK


def calendar_week(time: nw.Expr) -> nw.Expr:
    """Weeks since the Monday before 1970-01-01; each starts on a Monday, 00:00 UTC."""
    return (time // DAY + 3) // 7


def calendar_week_start(week: int) -> int:
    """Give the second at which a calendar week starts."""
    return (week * 7 - 3) * DAY


def whole_calendar_weeks(since: int, until: int) -> range:
    """Give the calendar weeks that lie wholly within a window; the partial ones at its ends are left out."""
    first = -((-(since // DAY + 3)) // 7) if since % DAY == 0 else (since // DAY + 3) // 7 + 1
    return range(first, (until // DAY + 3) // 7)


@on_any_engine
def with_month(frame: Frame, *, time: str = "time") -> Frame:
    """Add `month`: months since year 0 (12 year + month - 1), UTC. The arithmetic is done once for each day."""
    dated = frame.with_columns(_date=nw.col(time) // DAY)
    return dated.join(_months(dated.select("_date").unique()), on="_date", how="inner").drop("_date")


def _months(days: Frame) -> Frame:
    """Months of days since 1970, by the arithmetic of the Gregorian calendar.

    One step a column: an engine that writes each division out twice would otherwise write the first a thousand times.
    """
    c = nw.col
    steps: list[dict[str, nw.Expr]] = [
        {"_day": c("_date") + 719_468},  # since 0000-03-01, where years end with February
        {"_era": c("_day") // 146_097},
        {"_doe": c("_day") - c("_era") * 146_097},  # day of the era of 400 years
        {"_a": c("_doe") // 1460, "_b": c("_doe") // 36_524, "_c": c("_doe") // 146_096},
        {"_yoe": (c("_doe") - c("_a") + c("_b") - c("_c")) // 365},
        {"_a": c("_yoe") // 4, "_b": c("_yoe") // 100},
        {"_doy": c("_doe") - (365 * c("_yoe") + c("_a") - c("_b"))},
        {"_mp": (5 * c("_doy") + 2) // 153},
        {"month": (c("_yoe") + c("_era") * 400) * 12 + c("_mp") + 2},
    ]
    for step in steps:
        days = days.with_columns(**step)
    return days.select("_date", "month")


def add_months(time: int, months: int) -> int:
    """Add calendar months to a time; the day is held within the month (31 January + 1 month = 28 or 29 February)."""
    when = datetime.fromtimestamp(time, UTC)
    index = when.year * 12 + when.month - 1 + months
    following = datetime(*divmod_month(index + 1), 1, tzinfo=UTC)
    last_day = (following - timedelta(days=1)).day
    year, month_ = divmod_month(index)
    return int(when.replace(year=year, month=month_, day=min(when.day, last_day)).timestamp())


def divmod_month(index: int) -> tuple[int, int]:
    """Turn months since year 0 into (year, month)."""
    return index // 12, index % 12 + 1


def dates(times: NDArray[np.int64]) -> NDArray[np.str_]:
    """Write many seconds as UTC dates."""
    return np.datetime_as_string(times.astype("datetime64[s]"), unit="D")


def date(time: float) -> str:
    """Write seconds as a UTC date."""
    return datetime.fromtimestamp(time, UTC).strftime("%Y-%m-%d")
