"""Laws that hold for any collection: sums, bounds, and that neither order nor repetition matters."""

import tempfile
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import numpy as np
import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from given import built, comment, dump, imported, thread, told, written
from openlives import measures
from openlives.measures.clock import with_month
from openlives.stats.concentration import evenness, gini
from openlives.stats.trend import kendall

SCHEMA = {"artifact": pl.String, "person": pl.String, "time": pl.Int64}
TIMES = st.one_of(
    st.integers(0, 5_000_000), st.sampled_from([604_799, 604_800, 345_599, 345_600]), st.integers(0, 4 * 10**9)
)
ROWS = st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from(["ada", "bea", "cyr", None]), TIMES), max_size=40)
FEW = settings(max_examples=max(5, settings().max_examples // 5))  # these build a store each time
NAMES = st.sampled_from(["ada", "bea", None])
SAYINGS = st.lists(st.tuples(NAMES, st.integers(1, 28), st.text(max_size=5)), min_size=1, max_size=4)
TOLD = st.lists(st.tuples(st.sampled_from(["a/x", "b/y"]), SAYINGS), min_size=1, max_size=4)


def interactions(rows):
    """Make a frame of interactions."""
    return pl.LazyFrame(rows, SCHEMA, orient="row")


def collected(frame):
    """Give the rows of a lazy frame in a fixed order."""
    rows = frame.collect()
    return rows.sort(rows.columns).rows(named=True)


def everything(frame):
    """Give every measure of a frame of interactions."""
    lives = measures.lives(frame)
    life, calendar = measures.life_visits(frame, lives), measures.calendar_visits(frame)
    weeks = measures.calendar_weeks(calendar)
    parts = (
        lives,
        measures.pairs(frame),
        life,
        measures.life_weeks(life),
        calendar,
        weeks,
        measures.persistence(calendar),
    )
    return [collected(part) for part in parts]


@given(ROWS)
def test_weekly_counts_sum_to_the_events(rows):
    """Weeks of life and calendar weeks each hold every interaction once, artifact by artifact."""
    lives, pairs, _, life_weeks, _, calendar_weeks, _ = everything(interactions(rows))
    for life in lives:
        name, expected = life["artifact"], sum(artifact == life["artifact"] for artifact, _, _ in rows)
        for part in (pairs, life_weeks, calendar_weeks):
            assert sum(row["interactions"] for row in part if row["artifact"] == name) == expected
        assert life["interactions"] == expected
    assert {life["artifact"] for life in lives} == {artifact for artifact, _, _ in rows}


@given(ROWS, st.randoms(use_true_random=False))
def test_row_order_never_matters(rows, random):
    """Shuffled rows give the same measures."""
    shuffled = rows.copy()
    random.shuffle(shuffled)
    assert everything(interactions(shuffled)) == everything(interactions(rows))


@given(ROWS)
def test_bounds(rows):
    """Persistence and contributors never exceed interactions; weeks of life are not negative, and the first is 0."""
    lives, _, _, life_weeks, _, calendar_weeks, scores = everything(interactions(rows))
    total = {life["artifact"]: life for life in lives}
    assert all(row["contributors"] <= row["interactions"] for row in life_weeks + calendar_weeks)
    for row in scores:
        life = total[row["artifact"]]
        assert life["participants"] <= row["score"] <= life["interactions"]
    for name, life in total.items():
        weeks = [row["week"] for row in life_weeks if row["artifact"] == name]
        assert (min(weeks), max(weeks)) == (0, (life["last"] - life["first"]) // 604_800)


@given(ROWS)
def test_deleted_accounts_change_no_count_of_people(rows):
    """Without the deleted accounts there are as many participants, and as much persistence."""
    scored = [everything(interactions(part))[-1] for part in (rows, [row for row in rows if row[1] is not None])]
    assert scored[0] == scored[1]


@given(ROWS)
def test_engines_agree(rows):
    """DuckDB gives what Polars gives."""
    with duckdb.connect() as connection:
        connection.execute("CREATE TABLE rows (artifact VARCHAR, person VARCHAR, time BIGINT)")
        if rows:
            connection.executemany("INSERT INTO rows VALUES (?, ?, ?)", rows)
        weeks = measures.calendar_weeks(measures.calendar_visits(connection.table("rows")))
        found = sorted(weeks.select("artifact", "week", "interactions", "contributors").fetchall())
    assert found == [tuple(row.values()) for row in everything(interactions(rows))[5]]


@given(st.lists(st.datetimes(datetime(1900, 1, 1), datetime(2200, 1, 1))))  # noqa: DTZ001  # Hypothesis wants them bare
def test_months_are_those_of_the_calendar(times):
    """Months by arithmetic are those of Python's own calendar, before 1970 too."""
    seconds = [int(time.replace(tzinfo=UTC, microsecond=0).timestamp()) for time in times]
    found = with_month(pl.LazyFrame({"time": seconds}, {"time": pl.Int64})).collect()
    expected = sorted((second, 12 * t.year + t.month - 1) for second, t in zip(seconds, times, strict=True))
    assert sorted(found.select("time", "month").rows()) == expected


@given(st.lists(st.lists(st.integers(0, 9), min_size=2, max_size=30), min_size=1, max_size=5))
def test_tau_turns_round(series):
    """A series told backwards has the opposite tau and the same p; scaling changes nothing."""
    lengths = np.array([len(s) for s in series])
    tau, p = kendall(np.concatenate(series), lengths)
    back, p_back = kendall(np.concatenate([s[::-1] for s in series]), lengths)
    scaled, _ = kendall(np.concatenate(series) * 1000 - 7, lengths)
    np.testing.assert_allclose(back, -tau, atol=1e-12)
    np.testing.assert_allclose(p_back, p, atol=1e-12)
    np.testing.assert_allclose(scaled, tau, atol=1e-12)


@given(st.lists(st.integers(0, 50), min_size=2, max_size=20).filter(any))
def test_inequality_is_between_none_and_all(values):
    """Gini and evenness lie between 0 and 1, and do not depend on order or scale."""
    array = np.array(values, dtype=float)
    for measure in (gini, evenness):
        assert -1e-12 <= measure(array) <= 1 + 1e-12
        np.testing.assert_allclose(measure(array[::-1] * 3), measure(array), atol=1e-12)


def documents(stories):
    """Turn drawn stories into threads."""
    threads = []
    for num, (artifact, said) in enumerate(stories, start=1):
        events = [
            comment(who, f"2024-01-{day:02d}T00:00:00Z", text, f"{num}-{i}") for i, (who, day, text) in enumerate(said)
        ]
        threads.append(thread(artifact, num, *events))
    return threads


@FEW
@given(TOLD)
def test_a_reimport_changes_nothing(stories):
    """The same file again, and the same threads in another file, leave every event as it was."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        first = dump(built(told(folder, *documents(stories))))
        imported(folder / "hub", folder / "told.jsonl")
        assert dump(built(folder / "hub")) == first
        imported(folder / "hub", written(folder / "again.jsonl", *documents(stories)[::-1]))
        again = dump(built(folder / "hub"))
    for table in ("people", "artifacts", "tags"):
        assert again[table] == first[table]
    assert [row[:-1] for row in again["events"]] == [row[:-1] for row in first["events"]]


@FEW
@given(TOLD)
def test_the_order_of_documents_changes_nothing(stories):
    """Documents in another order are another file, and the same collection."""
    tables = []
    for given_ in (documents(stories), documents(stories)[::-1]):
        with tempfile.TemporaryDirectory() as scratch:
            tables.append(dump(built(told(Path(scratch), *given_))))
    for name in ("people", "artifacts", "events"):
        assert tables[0][name] == tables[1][name]
