"""Time as integers, so that weeks and months mean the same on every engine (methods, section 1).

No engine's own date function is used: they disagree with each other.
"""

from datetime import UTC, datetime, timedelta

import narwhals.stable.v2 as nw

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


def month(time: nw.Expr) -> nw.Expr:
    """Months since year 0 (12 year + month - 1), from seconds, by the arithmetic of the Gregorian calendar."""
    days = time // DAY + 719_468  # since 0000-03-01, where years end with February
    era = days // 146_097
    day_of_era = days - era * 146_097
    year_of_era = (day_of_era - day_of_era // 1460 + day_of_era // 36_524 - day_of_era // 146_096) // 365
    day_of_year = day_of_era - (365 * year_of_era + year_of_era // 4 - year_of_era // 100)
    return (year_of_era + era * 400) * 12 + (5 * day_of_year + 2) // 153 + 2


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


def date(time: float) -> str:
    """Write seconds as a UTC date."""
    return datetime.fromtimestamp(time, UTC).strftime("%Y-%m-%d")
