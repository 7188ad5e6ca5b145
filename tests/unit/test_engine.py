"""What every engine does alike: the rows of few values; and work that is done side by side."""

import threading
from datetime import UTC, datetime

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pytest

from openlives.measures.clock import date, dates
from openlives.measures.engine import among, lazy
from openlives.questions.beside import at_once, beside

NAMES = ["a/b", 'o\'ther "x"', "'); DROP TABLE t; --", "ünï/cødé", "", None]
WANTED = [[], ["a/b"], ["a/b", "no/such"], ["'); DROP TABLE t; --", 'o\'ther "x"'], ["ünï/cødé", ""], ["%", "a/_"]]


@pytest.fixture(scope="module")
def named():
    """The same rows on every engine, on DuckDB with an index and without."""
    rows = pd.DataFrame({"key": range(len(NAMES)), "name": NAMES})
    with duckdb.connect() as connection:
        connection.register("rows", rows)
        connection.execute("CREATE TABLE t AS FROM rows; CREATE TABLE u AS FROM t; CREATE INDEX by_name ON u (name)")
        yield {
            "pandas": rows,
            "polars": pl.from_pandas(rows),
            "duckdb": connection.table("t"),
            "index": connection.table("u"),
        }


@pytest.mark.parametrize("wanted", WANTED)
@pytest.mark.parametrize("engine", ["pandas", "polars", "duckdb", "index"])
def test_rows_of_few_values(named, engine, wanted):
    """They are found by what they say, whatever signs are in it; nothing is what nobody wants."""
    found = among(lazy(named[engine]), "name", wanted).collect("pandas").to_native()
    assert sorted(found["key"]) == [place for place, name in enumerate(NAMES) if name in wanted]
    keys = [len(name) for name in wanted]
    found = among(lazy(named[engine]), "key", keys).collect("pandas").to_native()
    assert sorted(found["key"]) == sorted({key for key in keys if key < len(NAMES)})


def test_results_come_in_the_order_of_things():
    """However long each takes, and on whatever thread."""
    first = threading.Event()

    def slow(one, other):
        if one == 0:
            first.wait(0.2)
        else:
            first.set()
        return one + other

    assert beside(slow, range(5), range(10, 15)) == [10, 12, 14, 16, 18]
    assert at_once(lambda: 1, lambda: "two") == [1, "two"]
    assert beside(slow, []) == []


def test_an_error_beside_is_an_error():
    """What fails on a thread fails for whoever asked."""
    with pytest.raises(ZeroDivisionError):
        at_once(lambda: 1, lambda: 1 / 0)


def test_many_dates_are_those_of_one():
    """Leap days, ends of years, and before 1970."""
    when = [
        datetime(*day, tzinfo=UTC)
        for day in ((2024, 2, 29), (2023, 12, 31, 23, 59, 59), (1969, 12, 31, 12), (2100, 3, 1))
    ]
    times = np.array([int(one.timestamp()) for one in when])
    assert list(dates(times)) == [date(int(time)) for time in times] == [f"{one:%Y-%m-%d}" for one in when]
    assert list(dates(np.array([], dtype=np.int64))) == []
