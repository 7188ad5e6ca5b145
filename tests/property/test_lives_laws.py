"""Laws of one life: who answers, where people were, what a family is, and waiting, each beside plain loops."""

import duckdb
import numpy as np
import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from openlives.measures.engine import lazy
from openlives.measures.lives import pairs
from openlives.measures.relatives import DEEPEST, relatives
from openlives.measures.replies import replies
from openlives.measures.ways import elsewhere, visitors, ways
from openlives.stats.waiting import waiting

SAID = {"artifact": pl.String, "thread": pl.Int64, "person": pl.String, "time": pl.Int64, "opening": pl.Boolean,
        "by_owner": pl.Boolean, "by_member": pl.Boolean, "by_staff": pl.Boolean}  # fmt: skip
WHO = st.sampled_from(["ada", "bea", "cyr", None])
FLAG = st.sampled_from([True, False, None])
COMMENT = st.tuples(WHO, st.integers(0, 30), FLAG, FLAG, FLAG)
THREADS = st.lists(st.lists(COMMENT, min_size=1, max_size=5), max_size=5)
SEEN = st.lists(st.tuples(st.sampled_from("abc"), WHO, st.integers(0, 60)), max_size=30)
TABLE = st.lists(st.tuples(st.integers(0, 20), st.booleans()), min_size=1, max_size=30)
LINKS = st.lists(st.tuples(st.integers(0, 11), st.integers(0, 11)), max_size=25)


def told(threads):
    """Make rows of interactions; the first comment of a thread opens it."""
    return [
        ("a", num, who, time, place == 0, *flags)
        for num, said in enumerate(threads)
        for place, (who, time, *flags) in enumerate(said)
    ]


def answers(threads):
    """Find the answers by plain loops: (thread, comments, last, opened, own, people, answered, producer, staff)."""
    for num, said in enumerate(threads):
        opener, opened, owner, member, _ = said[0]
        others = [one for one in said[1:] if (one[0] or opener) and one[0] != opener and one[1] >= opened]
        first = min((one[1] for one in others), default=None)
        heard = [one for one in others if one[1] == first]
        roles = [any(one[2] or one[3] for one in heard), any(one[4] for one in heard)]
        people, last = len({one[0] for one in said} - {None}), max(one[1] for one in said)
        found = (*map(int, roles),) if heard else (None, None)
        yield (num, len(said), last, opened, int(bool(owner or member)), people, first, *found)


COLUMNS = ("thread", "comments", "last", "opened", "own", "people", "answered", "by_producer", "by_staff")


@given(THREADS)
def test_answers_are_those_of_plain_loops(threads):
    """On Polars and on DuckDB."""
    frame = pl.LazyFrame(told(threads), SAID, orient="row")
    expected = list(answers(threads))
    assert sorted(replies(frame).select(COLUMNS).collect().rows()) == expected
    with duckdb.connect() as connection:
        connection.register("said", frame.collect().to_arrow())
        connection.execute("CREATE TABLE rows AS FROM said")
        assert sorted(replies(connection.table("rows")).select(*COLUMNS).fetchall()) == expected


@given(THREADS, st.randoms(use_true_random=False))
def test_the_order_of_comments_never_matters(threads, random):
    """Rows may come as they like."""
    rows = told(threads)
    shuffled = random.sample(rows, len(rows))
    found = [sorted(replies(pl.LazyFrame(each, SAID, orient="row")).select(COLUMNS).collect().rows())
             for each in (rows, shuffled)]  # fmt: skip
    assert found[0] == found[1]


@given(SEEN, st.integers(1, 30))
def test_ways_are_those_of_plain_loops(rows, seconds):
    """Who can be followed within the window, and where they were, each other artifact once."""
    since, until = 5, 50
    inside = [row for row in rows if since <= row[2] < until]
    frame = pl.LazyFrame(inside, {"artifact": pl.String, "person": pl.String, "time": pl.Int64}, orient="row")
    followed = visitors(pairs(frame), since=since, until=until, seconds=seconds)
    met = elsewhere(followed, frame)
    expected, of = set(), set()
    for artifact, person in {(a, p) for a, p, _ in inside if p}:
        mine = [t for a, p, t in inside if (a, p) == (artifact, person)]
        spans = {"to": (max(mine) + 1, max(mine) + seconds), "from": (min(mine) - seconds, min(mine) - 1)}
        for way, (start, end) in spans.items():
            if start >= since and end < until:
                of.add((artifact, person, way, start, end))
                expected |= {(artifact, person, way, a) for a, p, t in inside
                             if p == person and a != artifact and start <= t <= end}  # fmt: skip
    columns = ["artifact", "person", "way"]
    assert sorted(followed.select([*columns, "start", "end"]).collect().rows()) == sorted(of)
    assert sorted(met.select([*columns, "other"]).collect().rows()) == sorted(expected)
    counted = ways(met).collect().rows(named=True)
    assert sum(row["people"] for row in counted) == len(expected)
    assert all(1 <= row["people"] <= 3 for row in counted)


@given(LINKS, st.integers(0, 11))
def test_a_family_ends_and_names_each_once(links, root):
    """Ancestors generation by generation, however the circles run, and as many as can be reached."""
    bases = pl.LazyFrame([(f"m{a}", f"m{b}") for a, b in links], {"name": pl.String, "base": pl.String}, orient="row")
    found = relatives(lazy(bases), [f"m{root}"])
    for relation, edges in (("base", links), ("derivative", [(b, a) for a, b in links])):
        steps, reached = {root: 0}, [root]
        for here in reached:
            for nearer, further in edges:
                if nearer == here and further not in steps:
                    steps[further] = steps[here] + 1
                    reached.append(further)
        expected = {f"m{node}": step for node, step in steps.items() if 1 <= step <= DEEPEST}
        mine = found[found["relation"] == relation]
        shown = {k: v for k, v in expected.items() if relation == "base" or v == 1}
        assert dict(zip(mine["relative"], mine["generations"], strict=True)) == shown
        assert mine["relative"].is_unique
        assert set(mine["descendants"]) <= {len(expected)}


@given(TABLE, st.randoms(use_true_random=False))
def test_waiting_knows_no_order_and_no_unit(table, random):
    """Shuffled rows give the same curve; in other units the same shares, and times in these units."""
    curves = []
    for rows, unit in ((table, 1), (random.sample(table, len(table)), 60)):
        times, served = (np.array(column) for column in zip(*rows, strict=True))
        found = waiting(times.astype(float) * unit, served.astype(bool))
        ends = [found.quantile(0.5).value / unit, found.served(7 * unit).value]
        curves.append([found.times / unit, found.still, found.low, found.high, ends])
    for one, other in zip(*curves, strict=True):
        np.testing.assert_allclose(one, other)


@given(TABLE)
def test_waiting_falls_between_its_ends(table):
    """The curve never rises, stays between 0 and 1 and between its ends; without censoring it is a plain share."""
    times, served = (np.array(column) for column in zip(*table, strict=True))
    found = waiting(times.astype(float), served.astype(bool))
    assert (np.diff(found.still, prepend=1) <= 0).all()
    assert ((found.still >= 0) & (found.still <= 1)).all()
    some = found.still > 0
    assert (found.low[some] <= found.still[some]).all()
    assert (found.still[some] <= found.high[some]).all()
    if served.all():
        plain = [(times > time).mean() for time in found.times]
        np.testing.assert_allclose(found.still, plain, atol=1e-12)
