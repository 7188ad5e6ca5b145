"""Intervals: sums over clusters, resampled; against direct computation, theory, and simulation."""

import numpy as np
import pytest
from scipy.sparse import csr_matrix
from scipy.stats import binom, norm, poisson

from openlives.stats.intervals import (
    _POISSON_STEPS,
    MANY,
    _common,
    cluster_sums,
    cluster_weights,
    median_interval,
    middle,
    normal_half_width,
    percentile,
    ratio,
    resampled_kinds,
    resampled_sums,
    simultaneous,
    times_drawn,
)


def test_cluster_sums():
    """Rows of one cluster are added up; clusters are any whole numbers, in their order."""
    values = np.array([[1.0, 10.0], [2.0, 20.0], [4.0, 40.0]])
    np.testing.assert_array_equal(cluster_sums(values, np.array([7, -3, 7])), [[2, 20], [5, 50]])
    assert cluster_sums(np.zeros((0, 2)), np.zeros(0, int)).shape == (0, 2)


def test_normal_half_width():
    """From n, sum and sum of squares comes z s / sqrt(n); one value has none."""
    rng = np.random.default_rng(1)
    values = rng.poisson(3, (50, 4)).astype(float)
    expected = norm.ppf(0.975) * values.std(axis=0, ddof=1) / np.sqrt(50)
    found = normal_half_width(np.full(4, 50.0), values.sum(axis=0), (values**2).sum(axis=0))
    np.testing.assert_allclose(found, expected, rtol=1e-12)
    assert np.isnan(normal_half_width(np.array([1.0]), np.array([5.0]), np.array([25.0])))[0]


def test_ratio():
    """Nothing to divide by is unknown, not infinite."""
    np.testing.assert_array_equal(ratio(np.array([6.0, 1.0]), np.array([3.0, 0.0])), [2, np.nan])


def test_percentile():
    """The middle 95 % of 1 to 1001; draws that are undefined do not count; one draw is no interval."""
    drawn = np.concatenate([np.arange(1, 1002, dtype=float), [np.nan, np.inf]])
    found = percentile(500, drawn)
    assert (found.value, found.low, found.high) == (500, 26, 976)
    assert np.isnan(percentile(1, np.array([1.0])).low)


def test_resampled_sums_have_the_right_mean_and_spread():
    """The bootstrap of a sum has the sum as its mean and sqrt(n) times the (ddof 0) deviation as its spread."""
    rng = np.random.default_rng(2)
    sums = rng.exponential(size=(80, 2))
    drawn = resampled_sums(sums, 20_000, rng)
    spread = np.sqrt(80) * sums.std(axis=0)
    np.testing.assert_array_less(np.abs(drawn.mean(axis=0) - sums.sum(axis=0)), 5 * spread / np.sqrt(20_000))
    np.testing.assert_allclose(drawn.std(axis=0), spread, rtol=0.03)


def test_resampled_sums_of_nothing():
    """Without clusters every draw is zero."""
    np.testing.assert_array_equal(resampled_sums(np.zeros((0, 2)), 3, np.random.default_rng(1)), np.zeros((3, 2)))


def test_resampled_sums_of_no_sparse_rows():
    """The same for sparse sums, as of a window in which no artifact is followed."""
    found = resampled_sums(csr_matrix((0, 2)), 3, np.random.default_rng(1))
    np.testing.assert_array_equal(found, np.zeros((3, 2)))


@pytest.mark.parametrize("rows", [500, 5000])
def test_ratios_of_resampled_sums(rows):
    """Few kinds of rows or many, dense or sparse: a ratio of sums spreads as the delta method says."""
    rng = np.random.default_rng(9)
    n = rng.integers(1, 5, rows).astype(float)
    sums = np.column_stack([n * rng.exponential(size=rows), n])
    share = sums[:, 0].sum() / n.sum()
    expected = np.sqrt(np.sum((sums[:, 0] - share * n) ** 2)) / n.sum()
    for form in (sums, csr_matrix(sums)):
        drawn = resampled_sums(form, 4000, rng)
        found = drawn[:, 0] / drawn[:, 1]
        assert found.mean() == pytest.approx(share, abs=4 * expected / np.sqrt(4000) + expected**2)
        assert found.std() == pytest.approx(expected, rel=0.06)


def test_resampled_sums_in_chunks(monkeypatch):
    """However few draws fit into memory at once, every draw holds n clusters."""
    monkeypatch.setattr("openlives.stats.intervals.CHUNK", 25)
    drawn = resampled_sums(np.ones((10, 1)), 7, np.random.default_rng(1))
    np.testing.assert_array_equal(drawn, np.full((7, 1), 10))


def test_bootstrap_of_singletons_is_close_to_normal():
    """Where every artifact is its own cluster, the bootstrap of a mean is as wide as the normal interval."""
    rng = np.random.default_rng(3)
    values = rng.gamma(2, size=400)
    drawn = resampled_sums(cluster_sums(values[:, None], np.arange(400)), 4000, rng)[:, 0] / 400
    found = percentile(values.mean(), drawn)
    expected = norm.ppf(0.975) * values.std(ddof=1) / np.sqrt(400)
    assert (found.high - found.low) / 2 == pytest.approx(expected, rel=0.06)


def test_clusters_of_equals_widen_it():
    """Four copies of each value tell no more than one: the interval is twice as wide as if they were independent."""
    rng = np.random.default_rng(4)
    values = np.repeat(rng.normal(size=300), 4)
    widths = []
    for clusters in (np.repeat(np.arange(300), 4), np.arange(1200)):
        weights = cluster_weights(clusters, 3000, rng)
        widths.append(np.std(weights @ values / weights.sum(axis=1)))
    assert widths[0] / widths[1] == pytest.approx(2, rel=0.08)


def test_cluster_weights():
    """Rows of one cluster are drawn together, and each draw holds as many clusters as there are."""
    weights = cluster_weights(np.array([5, 9, 5, 7]), 200, np.random.default_rng(5))
    np.testing.assert_array_equal(weights[:, 0], weights[:, 2])
    np.testing.assert_array_equal(weights[:, [0, 1, 3]].sum(axis=1), np.full(200, 3))


def test_simultaneous_band():
    """For 20 independent points theory gives the critical value; for one point it is 1.96."""
    rng = np.random.default_rng(6)
    expected = norm.ppf((1 + 0.95 ** (1 / 20)) / 2)
    assert simultaneous(np.zeros(20), rng.normal(size=(20_000, 20))) == pytest.approx(expected, rel=0.03)
    one = simultaneous(np.zeros(1), rng.normal(size=(20_000, 1)))
    assert one == pytest.approx(norm.ppf(0.975), rel=0.03)
    assert expected > one


def test_simultaneous_band_without_spread():
    """Where nothing varies there is no band; a point that does not vary does not spoil the others."""
    rng = np.random.default_rng(7)
    drawn = rng.normal(size=(500, 2)) * [1, 0]
    assert np.isnan(simultaneous(np.zeros(1), np.zeros((10, 1))))
    assert simultaneous(np.zeros(2), drawn) == pytest.approx(simultaneous(np.zeros(1), drawn[:, :1]))


@pytest.mark.parametrize("size", [1, 4])
def test_median_interval_covers(size):
    """In 600 samples the interval holds the true median about 95 times of 100, clusters or not."""
    rng = np.random.default_rng(8)
    truth, hits, runs, groups = np.log(2), 0, 600, 90
    for _ in range(runs):
        shared = rng.exponential(size=groups)
        found = median_interval(np.repeat(shared, size), np.repeat(np.arange(groups), size))
        hits += found.low <= truth <= found.high
    assert 0.92 < hits / runs < 0.985


def test_median_interval_of_few():
    """Nothing has no median; one cluster has one, without an interval."""
    assert np.isnan(median_interval(np.zeros(0), np.zeros(0, int)).value)
    found = median_interval(np.array([1.0, 5.0, 9.0]), np.array([1, 1, 1]))
    assert found.value == 5
    assert np.isnan(found.low)


def test_poisson_draws_are_a_few_comparisons():
    """Of all 65,536 numbers, as many stand for 0, 1, 2 … as Poisson's law has it, to one in 65,536."""
    counts = np.bincount((np.arange(65_536)[:, None] >= _POISSON_STEPS).sum(axis=1))
    np.testing.assert_allclose(counts / 65_536, poisson.pmf(np.arange(len(counts)), 1), rtol=0, atol=1 / 65_536)


def test_middle_of_draws():
    """The middle 95 % of each column is that of its defined draws."""
    drawn = np.random.default_rng(3).normal(size=(400, 3))
    np.testing.assert_array_equal(middle(drawn), np.quantile(drawn, [0.025, 0.975], axis=0))
    drawn[::3, 1] = np.nan
    low, high = middle(drawn)
    assert (low[1], high[1]) == tuple(np.quantile(drawn[np.isfinite(drawn[:, 1]), 1], [0.025, 0.975]))


def skewed(rng):
    """Give kinds of owners as a platform has them: many alike and small, few large, and a thing that is rare."""
    known = np.unique(np.concatenate([np.arange(1, 40), rng.geometric(0.004, 300)])).astype(float)
    owners = np.ceil(60_000 / known**2)
    return np.column_stack([np.floor(known * 0.97), known, known * (known % 7 == 0)]), owners


def test_common_kinds_are_drawn_as_one_sum_with_the_same_ends():
    """Of many clusters, ratios have the ends that a multinomial gives, to a few hundredths of a standard error."""
    kinds, owners = skewed(np.random.default_rng(4))
    draws, total = 40_000, int(owners.sum())
    assert total > MANY
    assert 0 < np.sum(~_common(kinds, owners)) < len(kinds)
    found = resampled_kinds(kinds, owners, draws, np.random.default_rng(5))
    plain = np.random.default_rng(6).multinomial(total, owners / total, size=draws) @ kinds
    for above in (0, 2):
        one, other = (np.quantile(each[:, above] / each[:, 1], [0.025, 0.5, 0.975]) for each in (found, plain))
        assert np.abs(one - other).max() < 0.08 * np.std(plain[:, above] / plain[:, 1])


def test_columns_that_follow_from_others_stay_together():
    """In every draw, a column that is another, or the sum of two, still is so."""
    kinds, owners = skewed(np.random.default_rng(7))
    twice = np.column_stack([kinds[:, :2], kinds[:, 1], kinds[:, 0] + kinds[:, 1]])
    drawn = resampled_kinds(twice, owners, 50, np.random.default_rng(8))
    np.testing.assert_allclose(drawn[:, 2], drawn[:, 1], rtol=1e-9)
    np.testing.assert_allclose(drawn[:, 3], drawn[:, 0] + drawn[:, 1], rtol=1e-9)


def test_times_drawn_are_those_of_a_multinomial():
    """Every draw is of as many as there are, and each number of times is as often as a binomial has it."""
    times = times_drawn(40, 5_000, np.random.default_rng(9))
    assert (times.sum(axis=1) == 40).all()
    found = np.bincount(times.ravel().astype(int), minlength=6)[:6] / times.size
    np.testing.assert_allclose(found, binom.pmf(np.arange(6), 40, 1 / 40), atol=0.005)
    assert times_drawn(0, 3, np.random.default_rng(9)).shape == (3, 0)
