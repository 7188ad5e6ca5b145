"""Concentration: chance of meeting on one artifact, inequality, evenness, and how long a leader leads."""

from itertools import combinations

import numpy as np
import pytest

from openlives.stats.concentration import evenness, gini, simpson, tenure


def test_simpson_is_the_share_of_pairs_on_one_artifact():
    """Counting every pair of interactions of a week gives the same."""
    rng = np.random.default_rng(1)
    counts, group = rng.poisson(3, (5, 12)), np.repeat(np.arange(3), 4)
    found = simpson(counts.astype(float), group, 2)
    for draw in range(5):
        for week in range(3):
            where = np.repeat(np.arange(12)[group == week], counts[draw, group == week])
            pairs = list(combinations(where, 2))
            assert found[draw, week] == pytest.approx(sum(a == b for a, b in pairs) / len(pairs))


def test_simpson_of_thin_weeks():
    """A week below the minimum, or with one interaction, has none."""
    counts = np.array([[4.0, 0.0, 5.0, 1.0]])
    group = np.array([0, 0, 1, 2])
    np.testing.assert_array_equal(simpson(counts, group, 5), [[np.nan, 1, np.nan]])
    np.testing.assert_array_equal(simpson(counts, group, 0), [[1, 1, np.nan]])


@pytest.mark.parametrize(
    ("values", "expected"), [([2, 2, 2], 0), ([1, 3], 0.25), ([0, 0, 0, 4], 0.75), ([1, 2, 3], 2 / 9)]
)
def test_gini(values, expected):
    """Worked out by hand: mean absolute difference over twice the mean; 1, 2, 3 give (8 / 9) / 4."""
    assert gini(np.array(values, dtype=float)) == pytest.approx(expected)


@pytest.mark.parametrize(("values", "expected"), [([5, 5, 5, 5], 1), ([7, 0], 0), ([1, 1, 0, 0], 0.5)])
def test_evenness(values, expected):
    """Worked out by hand: two of four artifacts, equal, have one bit of entropy of two possible."""
    assert evenness(np.array(values, dtype=float)) == pytest.approx(expected)


@pytest.mark.parametrize("measure", [gini, evenness])
def test_nothing_has_none(measure):
    """Neither no artifact nor no interaction has an inequality."""
    assert np.isnan(measure(np.zeros(0)))
    assert np.isnan(measure(np.zeros(3)))


def test_tenure():
    """Six weeks under three successive leaders: two weeks each."""
    assert tenure(np.array([1, 1, 2, 2, 2, 1])) == 2
    assert np.isnan(tenure(np.zeros(0, int)))
