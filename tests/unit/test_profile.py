"""Redrawn lives: series of person-weeks, shuffled weeks, and one profile for all from lives that are cut short."""

import numpy as np
import pytest

from openlives.stats.profile import common_profile, redrawn, redrawn_series, series_of, shuffled_tau
from openlives.stats.smooth import local_linear
from openlives.stats.trend import kendall

TRUE = np.cumsum(0.7 ** np.arange(12)) / np.sum(0.7 ** np.arange(12))  # a distribution over weeks 0 to 11


def test_series_of():
    """Artifact 0 is active in weeks 2, 2 and 5; artifact 1 in one week only, which is too short; artifact 2 never."""
    values, lengths = series_of(np.array([2, 5, 2, 4, 0, 3]), np.array([3, 1, 0, 2]), min_weeks=4)
    assert values.tolist() == [2, 0, 0, 1, 1, 0, 0, 1]
    assert lengths.tolist() == [4, 0, 0, 4]


def test_series_of_nothing():
    """No person-weeks, no series."""
    values, lengths = series_of(np.zeros(0, int), np.zeros(3, int), min_weeks=1)
    assert (len(values), lengths.tolist()) == (0, [0, 0, 0])


def cut_short(rng, artifacts=3000, people=6):
    """Draw lives from TRUE, each seen up to its own age only."""
    age = rng.integers(0, 12, artifacts)
    artifact = np.repeat(np.arange(artifacts), people)
    week = np.searchsorted(TRUE, rng.random(len(artifact)) * TRUE[age[artifact]])
    return artifact, week, age


def test_common_profile_recovers_the_truth():
    """From lives of which only the beginning is seen comes that of whole lives; a plain count is far off."""
    artifact, week, age = cut_short(np.random.default_rng(1))
    found = common_profile(artifact, week, age)
    naive = np.cumsum(np.bincount(week, minlength=12)) / len(week)
    assert np.abs(found[:12] - TRUE).max() < 0.03
    assert np.abs(naive - TRUE).max() > 0.1


def test_common_profile_of_whole_lives_is_the_count():
    """Where all are followed to the end, it is the plain cumulative share, each community weighing 1."""
    artifact, week = np.array([0, 0, 0, 0, 1]), np.array([0, 0, 0, 3, 1])
    found = common_profile(artifact, week, np.array([9, 9]))
    np.testing.assert_allclose(found[:5], [0.375, 0.875, 0.875, 1, 1])


def test_redrawn_stays_below_age():
    """No life is drawn beyond its age, and each has its own number of person-weeks."""
    rng = np.random.default_rng(2)
    sizes, ages = rng.integers(1, 40, 300), rng.integers(0, 15, 300)
    week = redrawn(TRUE, sizes, ages, rng)
    assert len(week) == sizes.sum()
    assert (week <= np.repeat(ages, sizes)).all()
    assert week.min() == 0


def test_redrawn_follows_the_profile():
    """A life that is old enough has the profile itself."""
    rng = np.random.default_rng(3)
    week = redrawn(TRUE, np.array([40_000]), np.array([50]), rng)
    np.testing.assert_allclose(np.cumsum(np.bincount(week, minlength=12)) / 40_000, TRUE, atol=0.01)


def test_redrawn_is_what_a_search_finds():
    """The table finds the same weeks as a search in the profile, number by number."""
    sizes, ages = np.array([5000, 0, 3000]), np.array([50, 3, 4])
    week = redrawn(TRUE, sizes, ages, np.random.default_rng(9))
    share = np.random.default_rng(9).random(8000) * np.repeat(TRUE[np.minimum(ages, 11)], sizes)
    np.testing.assert_array_equal(week, np.searchsorted(TRUE, share))


def test_redrawn_series_are_the_same_in_pieces(monkeypatch):
    """Copies drawn a few at a time are those drawn at once."""
    sizes, ages = np.array([30, 4, 90]), np.array([20, 2, 11])
    whole = redrawn_series(TRUE, sizes, ages, 7, np.random.default_rng(10), min_weeks=4)
    monkeypatch.setattr("openlives.stats.profile.AT_ONCE", 250)
    pieces = redrawn_series(TRUE, sizes, ages, 7, np.random.default_rng(10), min_weeks=4)
    for one, other in zip(whole, pieces, strict=True):
        np.testing.assert_array_equal(one, other)
    assert len(whole[1]) == 21


def test_shuffled_weeks_keep_first_and_last():
    """With one week between the first and the last nothing can be shuffled; tau stays as it is."""
    values, lengths = np.array([3, 1, 2, 5, 4, 1]), np.array([3, 3])
    drawn = shuffled_tau(values, lengths, 5, np.random.default_rng(4))
    np.testing.assert_array_equal(drawn, np.tile(kendall(values, lengths)[0], (5, 1)))


def test_shuffled_weeks_lose_their_trend():
    """A steady fall over 40 weeks is gone when its weeks are shuffled, but for the two that are held."""
    values = np.arange(40, 0, -1)
    drawn = shuffled_tau(values, np.array([40]), 400, np.random.default_rng(5))
    assert kendall(values, np.array([40]))[0] == pytest.approx([-1])
    held = 77 / 780  # the 2 * 38 + 1 pairs with the first or the last week are still in falling order
    assert drawn.mean() == pytest.approx(-held, abs=0.02)


def test_smooth_trend_of_a_line_is_the_line():
    """A local line fits a line exactly, and its band holds it."""
    x = np.linspace(0, 1, 30)
    value, low, high = local_linear(x, 3 - 2 * x, np.linspace(0, 1, 7), rng=np.random.default_rng(6))
    np.testing.assert_allclose(value, 3 - 2 * np.linspace(0, 1, 7), atol=1e-9)
    assert (low <= value + 1e-9).all()
    assert (high >= value - 1e-9).all()
