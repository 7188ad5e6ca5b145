"""Who stays, moves and leaves, who comes over, and what chance gives: against plain loops from methods, section 7."""

from collections import defaultdict

import numpy as np
import pytest

from openlives.stats.fates import Ledger, Marks, Mobile, attachment, fates
from openlives.stats.matching import bins, matched_sets

SEEDS = range(150)
QUIET = 100  # seconds until which first contacts do not count


def ledger_of(entries, periods, artifacts):
    """Make a ledger of (person, artifact, period, first)."""
    columns = np.array(entries, dtype=np.int64).reshape(-1, 4).T
    return Ledger.of(*columns, periods=periods, artifacts=artifacts)


def some(seed):
    """Make a small random ledger, its entries, and a random community; some entries lie before the first period."""
    rng = np.random.default_rng(seed)
    people, artifacts, periods = rng.integers(1, 9), int(rng.integers(1, 7)), int(rng.integers(1, 6))
    entries = [
        (p, a, t, (t + 1) * 60 + int(rng.integers(0, 60)))
        for p in range(people)
        for a in range(artifacts)
        for t in range(-1, periods)
        if rng.random() < rng.choice([0.1, 0.5])
    ]
    members = rng.random(artifacts) < 0.6
    return entries, members, periods, artifacts


def used_by(entries, members):
    """Say which of the community's artifacts each person used in each period."""
    used = defaultdict(set)
    for person, artifact, period, _ in entries:
        if members[artifact] and period >= 0:
            used[person, period].add(artifact)
    return used


def brute_fates(entries, members, periods):
    """Follow everybody by plain loops: for each person how often there, stayed and moved."""
    used, found = used_by(entries, members), defaultdict(lambda: [0, 0, 0])
    for (person, period), here in used.items():
        if period < periods - 1:
            then = used.get((person, period + 1), set())
            found[person][0] += 1
            found[person][1] += bool(then & here)
            found[person][2] += bool(then and not then & here)
    return {person: tuple(counts) for person, counts in found.items()}


def brute_attachment(entries, members, periods):
    """E of each person by plain loops: 1 - (1 - Q)^k over the others' person-artifact pairs of the next period."""
    used, found = used_by(entries, members), defaultdict(lambda: [0, 0, 0.0])
    for (person, period), here in used.items():
        then = used.get((person, period + 1), set())
        if period < periods - 1 and then:
            pairs = [a for (p, t), their in used.items() if t == period + 1 and p != person for a in their]
            q = sum(a in here for a in pairs) / len(pairs) if pairs else 0.0
            found[person][0] += 1
            found[person][1] += bool(then & here)
            found[person][2] += 1 - (1 - q) ** len(then)
    return dict(found)


def brute_inflow(entries, members):
    """Late first contacts by plain loops: how many, and how many by people seen earlier elsewhere in the community."""
    first = {}
    for person, artifact, _, time in entries:
        if members[artifact]:
            first[person, artifact] = min(time, first.get((person, artifact), time))
    late = [(person, artifact, time) for (person, artifact), time in first.items() if time >= QUIET]
    seen = [any(p == person and t < time for (p, _), t in first.items()) for person, _, time in late]
    return len(late), sum(seen)


@pytest.mark.parametrize("chunk", np.array_split(SEEDS, 3))
def test_fates(chunk):
    """Stayed, moved and left are those of plain loops, person by person and as shares."""
    for seed in chunk:
        entries, members, periods, artifacts = some(seed)
        found = fates(ledger_of(entries, periods, artifacts), members)
        expected = brute_fates(entries, members, periods)
        columns = zip(found.person, found.there, found.stayed, found.moved, strict=True)
        assert {p: tuple(counts) for p, *counts in columns} == expected
        total = np.sum(list(expected.values()) or [[0, 0, 0]], axis=0)
        if total[0]:
            shares = (total[1] / total[0], total[2] / total[0], 1 - (total[1] + total[2]) / total[0])
            assert found.shares == pytest.approx(shares)
        else:
            assert np.isnan(found.shares).all()


def test_fates_by_hand():
    """Ada stays, bea moves, cyr leaves, dov comes back a period too late: he left."""
    entries = [
        (0, 0, 0, 1),
        (0, 0, 1, 2),
        (1, 0, 0, 1),
        (1, 1, 1, 2),
        (2, 0, 0, 1),
        (2, 2, 1, 2),
        (3, 0, 0, 1),
        (3, 0, 2, 3),
    ]
    found = fates(ledger_of(entries, 3, 3), np.array([True, True, False]))
    assert found.shares == pytest.approx((1 / 6, 1 / 6, 4 / 6))


@pytest.mark.parametrize("chunk", np.array_split(SEEDS, 3))
def test_attachment(chunk):
    """Who came back, who stayed, and what chance expects, person by person."""
    for seed in chunk:
        entries, members, periods, artifacts = some(seed)
        people, *sums = attachment(ledger_of(entries, periods, artifacts), members)
        expected = brute_attachment(entries, members, periods)
        assert people.tolist() == sorted(expected)
        for person, *counts in zip(people, *sums, strict=True):
            assert counts == pytest.approx(expected[person])


@pytest.mark.parametrize("chunk", np.array_split(SEEDS, 3))
def test_mobile_gives_the_same_shares(chunk):
    """The short way, for many sets at once, gives the share of `fates` and the inflow of plain loops for each."""
    for seed in chunk:
        entries, _, periods, artifacts = some(seed)
        ledger = ledger_of(entries, periods, artifacts)
        mobile, size = Mobile.of(ledger, QUIET), 1 + seed % artifacts
        sets = np.random.default_rng(seed).permuted(np.tile(np.arange(artifacts), (9, 1)), axis=1)[:, :size]
        marks = Marks.made(sets, artifacts)
        for chosen, moved, inflow in zip(sets, mobile.moved_shares(marks), mobile.inflow_shares(marks), strict=True):
            members = np.isin(np.arange(artifacts), chosen)
            assert moved == pytest.approx(fates(ledger, members).shares[1], nan_ok=True)
            late, seen = brute_inflow(entries, members)
            assert inflow == pytest.approx(seen / late if late else np.nan, nan_ok=True)


def test_more_sets_and_rows_than_a_byte_counts():
    """A thousand people who come over from one artifact to another, asked about in seventeen sets."""
    entries = [(p, a, a, QUIET + a) for p in range(1_000) for a in (0, 1)]
    mobile = Mobile.of(ledger_of(entries, 3, 4), QUIET)
    marks = Marks.made(np.array([[0, 1]] * 16 + [[1, 2]]), 4)
    assert mobile.moved_shares(marks).tolist() == [0.5] * 16 + [0.0]
    assert mobile.inflow_shares(marks).tolist() == [0.5] * 16 + [0.0]


def test_inflow_says_who():
    """Of two who come to artifact 1, the one who was on artifact 0 before comes from within."""
    entries = [(0, 0, 0, 10), (0, 1, 1, 120), (1, 2, 0, 10), (1, 1, 1, 130)]
    person, earlier = Mobile.of(ledger_of(entries, 2, 3), QUIET).inflow(np.array([True, True, False]))
    assert dict(zip(person.tolist(), earlier.tolist(), strict=True)) == {0: True, 1: False}


def test_empty_ledger():
    """A platform without anybody: nothing is known, nothing breaks."""
    ledger = ledger_of([], 2, 3)
    everything = np.ones(3, bool)
    assert np.isnan(fates(ledger, everything).shares).all()
    assert len(attachment(ledger, everything)[0]) == 0
    mobile = Mobile.of(ledger, QUIET)
    marks = Marks.made(np.array([[0, 1, 2]]), 3)
    assert np.isnan([mobile.moved_shares(marks), mobile.inflow_shares(marks)]).all()


def test_cells():
    """Alike are equal numbers up to 3, and about a factor of 1.5 above; another quarter is another cell."""
    cell = bins(np.array([1, 2, 3, 4, 100, 101, 1]), np.array([0, 0, 0, 0, 0, 0, 1]))
    assert len(set(cell[:4].tolist())) == 4
    assert cell[4] == cell[5]
    assert cell[6] != cell[0]


@pytest.mark.parametrize(("pool", "wanted"), [(8, 6), (400, 5), (30, 7), (6, 6)])
def test_matched_sets(pool, wanted):
    """Each set has its members' cells, none twice, and every like artifact has the same chance."""
    rng = np.random.default_rng(1)
    cell = rng.permutation(np.concatenate([np.zeros(pool, int), np.ones(12, int)]))
    members = np.concatenate([np.flatnonzero(cell == 0)[:wanted], np.flatnonzero(cell == 1)[:3]])
    drawn = matched_sets(cell, members, 2000, rng)
    assert drawn.shape == (2000, wanted + 3)
    assert all(len(set(row)) == len(row) for row in drawn.tolist())
    np.testing.assert_array_equal(np.sort(cell[drawn], axis=1), np.tile(np.sort(cell[members]), (2000, 1)))
    often = np.bincount(drawn.ravel(), minlength=len(cell))[cell == 0]
    expected = 2000 * wanted / pool
    assert np.abs(often - expected).max() <= 5 * np.sqrt(expected)


def test_matched_sets_of_nobody():
    """No members, empty sets."""
    assert matched_sets(np.zeros(5, int), np.zeros(0, int), 4, np.random.default_rng(1)).shape == (4, 0)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_part_of_a_ledger_is_its_own_ledger(seed):
    """Entries taken out of a sorted ledger give what the same entries give when they are sorted anew."""
    entries, _, periods, artifacts = some(seed)
    whole = ledger_of(sorted(entries, key=lambda e: (e[0], e[2], e[1])), periods, artifacts)
    keep = np.random.default_rng([seed, 1]).random(len(entries)) < 0.7
    part = whole.only(keep)
    columns = (column[keep] for column in (whole.person, whole.artifact, whole.period, whole.first))
    anew = Ledger.of(*columns, periods=periods, artifacts=artifacts)
    for one, other in [(part.again, anew.again), *zip(part.contacts, anew.contacts, strict=True)]:
        np.testing.assert_array_equal(one, other)
