"""Moves from one artifact to the next, and whether they follow common routes."""

import numpy as np
import pytest

from openlives.stats import routes
from openlives.stats.routes import Moves, herding, moves


def found(visits, longest_gap=26):
    """Find the moves among visits (person, artifact, week, interactions)."""
    moved = moves(*np.array(visits, dtype=np.int64).reshape(-1, 4).T, longest_gap=longest_gap)
    return sorted(
        zip(moved.person.tolist(), moved.origin.tolist(), moved.to.tolist(), moved.week.tolist(), strict=True)
    )


def test_moves_by_hand():
    """The origin is the busiest artifact of the latest earlier active week; coming back is no move."""
    visits = [
        (0, 7, 1, 1),  # the first week has no origin
        (0, 8, 1, 2),
        (0, 9, 3, 1),  # from 8, the busiest of week 1
        (0, 7, 3, 5),  # known already
        (0, 6, 4, 1),  # from 7, the busiest of week 3
        (1, 7, 1, 1),  # another person: no origin
    ]
    assert found(visits) == [(0, 7, 6, 4), (0, 8, 9, 3)]


def test_longest_gap():
    """26 weeks after the latest active week is a move, 27 are not; and it is the latest week that counts."""
    assert found([(0, 1, 0, 1), (0, 2, 26, 1)]) == [(0, 1, 2, 26)]
    assert found([(0, 1, 0, 1), (0, 2, 27, 1)]) == []
    assert found([(0, 1, 0, 1), (0, 3, 26, 1), (0, 2, 50, 1)]) == [(0, 1, 3, 26), (0, 3, 2, 50)]


def test_ties_of_the_busiest():
    """Where two artifacts are equally busy, the lower key is the origin."""
    assert found([(0, 5, 1, 2), (0, 4, 1, 2), (0, 9, 2, 1)]) == [(0, 4, 9, 2)]


def test_nobody_moves():
    """No visits, no moves, and no herding."""
    assert found([]) == []
    none = np.zeros(0, np.int64)
    ratio, p, table = herding(Moves(none, none, none, none), 10, np.random.default_rng(1))
    assert np.isnan([ratio, p]).all()
    assert len(table) == 0


def wandering(rng, n=120, artifacts=8, weeks=40):
    """Make moves whose origins have nothing to do with their goals, but for not being the same."""
    to = rng.integers(0, artifacts, n)
    origin = (to + rng.integers(1, artifacts, n)) % artifacts
    return Moves(origin, to, rng.integers(0, weeks, n), np.arange(n))


def test_random_moves_do_not_herd():
    """With random origins the ratio is near 1 and p is as likely high as low: 40 tries."""
    rng = np.random.default_rng(2)
    tries = [herding(wandering(rng), 99, rng)[:2] for _ in range(40)]
    ratio, p = np.mean(tries, axis=0)
    assert ratio == pytest.approx(1, abs=0.03)
    assert 0.35 < p < 0.65
    assert np.mean([p < 0.05 for _, p in tries]) <= 0.15


def test_planted_routes_are_found():
    """Half of the moves go along one route, in all weeks: the least p there is, and that route by name."""
    rng = np.random.default_rng(3)
    moved = wandering(rng)
    moved.origin[:60], moved.to[:60] = 1, 2
    ratio, p, table = herding(moved, 199, rng)
    assert ratio > 1.5
    assert p == pytest.approx(1 / 200)
    first = table.sort_values("moves").iloc[-1]
    assert (first["origin"], first["to"]) == (1, 2)
    assert first["moves"] >= 60 > first["expected"]
    assert first["p_bh"] < 0.05


def test_one_route_only_is_no_evidence():
    """Where all come from one artifact and go to one, no permutation differs: p is 1."""
    same = np.zeros(10, np.int64)
    ratio, p, _ = herding(Moves(same, same + 1, np.arange(10), np.arange(10)), 50, np.random.default_rng(4))
    assert (ratio, p) == (1, 1)


def test_permutations():
    """Origins stay within their block of four weeks, each as often as before, and never meet their goal."""
    rng = np.random.default_rng(5)
    moved = wandering(rng, n=200, weeks=16)
    block = moved.week // 4
    drawn = routes._permuted(moved.origin, moved.to, block, 50, rng)
    for b in np.unique(block):
        inside = np.sort(drawn[:, block == b], axis=1)
        np.testing.assert_array_equal(inside, np.tile(np.sort(moved.origin[block == b]), (50, 1)))
    assert not (drawn == moved.to).any()


def test_sum_of_squares():
    """Route sizes 3, 1 and 2, 2 give 10 and 8."""
    np.testing.assert_array_equal(routes._squares(np.array([[5, 1, 5, 5], [2, 3, 3, 2]])), [10, 8])
