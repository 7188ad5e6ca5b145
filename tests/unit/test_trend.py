"""Kendall and Spearman: the same numbers as SciPy's, series by series."""

import numpy as np
import pytest
from scipy.stats import kendalltau, spearmanr

from openlives.stats.trend import kendall, spearman, spearman_draws, spearman_rows


def in_scipy(series):
    """Give SciPy's tau and p of each series against time."""
    found = [kendalltau(np.arange(len(s)), s, method="auto") for s in series]
    return np.array([f.statistic for f in found]), np.array([f.pvalue for f in found])


def compare(series):
    """Hold our tau and p against SciPy's; give how many were defined."""
    tau, p = kendall(np.concatenate(series), np.array([len(s) for s in series]))
    expected_tau, expected_p = in_scipy(series)
    np.testing.assert_allclose(tau, expected_tau, rtol=0, atol=1e-9, equal_nan=True)
    np.testing.assert_allclose(p, expected_p, rtol=0, atol=1e-9, equal_nan=True)
    return int(np.isfinite(expected_tau).sum())


def lengths(rng, count):
    """Give lengths from 2 up: mostly short, some up to 200."""
    return np.where(rng.random(count) < 0.05, rng.integers(2, 201, count), rng.integers(2, 40, count))


def test_counts_with_ties():
    """4,000 series of small counts, as weekly contributors are: ties everywhere."""
    rng = np.random.default_rng(1)
    assert compare([rng.poisson(rng.choice([0.3, 2, 8]), n) for n in lengths(rng, 4000)]) > 3000


def test_large_and_negative_counts():
    """1,500 series of whole numbers that do not fit into a byte."""
    rng = np.random.default_rng(2)
    assert compare([rng.integers(-300, 300, n) for n in lengths(rng, 1500)]) > 1400


def test_floats():
    """2,500 series of real numbers: with ties, and without, where p is exact up to 33."""
    rng = np.random.default_rng(3)
    series = [rng.normal(size=n) for n in lengths(rng, 1500)]
    series += [np.round(rng.normal(size=n), 1) for n in lengths(rng, 1000)]
    assert compare(series) > 2400


def test_no_ties_around_the_bound_of_the_exact_p():
    """1,500 permutations of lengths 2 to 40: the exact path up to 33, the normal one above."""
    rng = np.random.default_rng(4)
    assert compare([rng.permutation(n) for n in rng.integers(2, 41, 1500)]) == 1500


@pytest.mark.parametrize("n", [34, 35, 50, 120, 170, 171, 172, 173, 200])
def test_long_and_almost_sorted(n):
    """Above 33, SciPy is still exact where at most one pair is out of order, either way round."""
    up = np.arange(n)
    swapped = up.copy()
    swapped[[5, 6]] = [6, 5]
    twice = swapped.copy()
    twice[[20, 21]] = [21, 20]
    assert compare([up, up[::-1], swapped, swapped[::-1], twice, twice[::-1]]) == 6


def test_constants_are_undefined():
    """500 constant series have no tau and no p, and neither has a series of one."""
    rng = np.random.default_rng(5)
    assert (
        compare([np.full(n, value) for n, value in zip(lengths(rng, 500), rng.integers(0, 9, 500), strict=True)]) == 0
    )
    assert np.isnan(kendall(np.array([3, 1, 2]), np.array([1, 2]))[0]).tolist() == [True, False]


def test_without_p():
    """Tau is the same without p, which is then unknown."""
    values, sizes = np.array([1, 2, 3, 3, 2, 1, 1]), np.array([3, 4])
    tau, p = kendall(values, sizes, with_p=False)
    np.testing.assert_array_equal(tau, kendall(values, sizes)[0])
    assert np.isnan(p).all()


def test_no_series():
    """No series, no answers."""
    tau, p = kendall(np.zeros(0, int), np.zeros(0, int))
    assert len(tau) == len(p) == 0


def test_spearman():
    """Rho is SciPy's, ties included; pairs with an unknown value are left out."""
    rng = np.random.default_rng(6)
    for n in rng.integers(3, 60, 200):
        x, y = np.round(rng.normal(size=n), 1), rng.poisson(2, n).astype(float)
        x[rng.random(n) < 0.1] = np.nan
        known = np.isfinite(x)
        if known.sum() >= 3 and len(set(x[known])) > 1 and len(set(y[known])) > 1:
            assert spearman(x, y) == pytest.approx(spearmanr(x[known], y[known]).statistic, abs=1e-9)


@pytest.mark.parametrize("high", [200, 300, 70_000, 2**40])
@pytest.mark.parametrize("n", [30, 255, 256, 300])
def test_wide_counts_and_long_series(high, n):
    """Neither high counts nor more weeks than one byte can count change anything: a rise, a fall and a mixture."""
    mixed = np.random.default_rng(n).integers(0, high, n)
    assert compare([np.sort(mixed), np.sort(mixed)[::-1], mixed, mixed // (high // 3)]) == 4


def test_spearman_of_rows():
    """Many rows at once are the same as one after the other, each without its own unknown pairs."""
    rng = np.random.default_rng(8)
    x, y = rng.poisson(3, (30, 20)).astype(float), rng.poisson(5, 20).astype(float)
    x[rng.random(x.shape) < 0.2], x[7], y[3] = np.nan, np.nan, np.nan
    expected = [spearmanr(row[k], y[k]).statistic if (k := np.isfinite(row + y)).any() else np.nan for row in x]
    np.testing.assert_allclose(spearman_rows(x, y), expected, rtol=0, atol=1e-9, equal_nan=True)


def test_spearman_is_undefined():
    """Fewer than three pairs, or a constant, have no rho."""
    assert np.isnan(spearman(np.array([1.0, 2.0]), np.array([1.0, 2.0])))
    assert np.isnan(spearman(np.array([1.0, 1.0, 1.0]), np.array([1.0, 2.0, 3.0])))


def test_spearman_of_resamples():
    """Whole-number weights mean that each pair stands in the sample so often."""
    rng = np.random.default_rng(7)
    x, y = rng.poisson(3, 40).astype(float), rng.normal(size=40)
    weights = rng.multinomial(40, np.full(40, 1 / 40), size=100).astype(float)
    expected = [spearmanr(np.repeat(x, w.astype(int)), np.repeat(y, w.astype(int))).statistic for w in weights]
    np.testing.assert_allclose(spearman_draws(x, y, weights), expected, rtol=0, atol=1e-9)
