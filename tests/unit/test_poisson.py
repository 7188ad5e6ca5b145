"""Poisson regression: the closed form where there is one, and the optimum where there is none."""

import numpy as np
import pytest
from scipy.optimize import minimize

from openlives.stats.poisson import poisson


def test_two_groups():
    """With one trait that is 0 or 1, each group's rate is its counts over its exposure."""
    group, exposure = np.array([0, 0, 0, 1, 1]), np.array([1.0, 2, 3, 4, 1])
    count, weight = np.array([1.0, 0, 2, 9, 1]), np.array([1.0, 2, 1, 1, 3])
    constant, slope = poisson(group[:, None].astype(float), exposure, count, weight, ridge=0)
    assert np.exp(constant) == pytest.approx(3 / 8, rel=1e-4)
    assert np.exp(constant + slope) == pytest.approx(12 / 7, rel=1e-4)


def test_the_optimum_that_scipy_finds():
    """Three traits of quite different scales: the same weights as SciPy's minimiser finds."""
    rng = np.random.default_rng(1)
    x = rng.normal(size=(500, 3)) * [1, 20, 0.05] + [0, 5, 3]
    exposure, weight = rng.uniform(0.5, 7, 500), rng.integers(1, 5, 500).astype(float)
    count = rng.poisson(np.exp(-2 + (x - [0, 5, 3]) @ [0.5, 0.04, -3]) * exposure).astype(float)
    scale = x.std(axis=0)

    def loss(w):
        log = w[0] + (x - x.mean(axis=0)) @ (w[1:] / scale)
        return weight @ (np.exp(log) * exposure - count * log) + 3 * np.sum(w[1:] ** 2) / 2

    best = minimize(loss, np.zeros(4), method="BFGS").x
    ours = poisson(x, exposure, count, weight)
    np.testing.assert_allclose(ours[1:] * scale, best[1:], atol=2e-3)
    assert ours[0] + x.mean(axis=0) @ ours[1:] == pytest.approx(best[0], abs=2e-3)


def test_a_trait_that_is_the_same_everywhere():
    """Nothing can be told from it: its slope is 0, and no number is undefined."""
    x = np.column_stack([np.full(50, 4.0), np.arange(50.0)])
    told = poisson(x, np.ones(50), np.arange(50.0) + 1, np.ones(50))
    assert told[1] == 0
    assert told[2] > 0
    assert np.isfinite(told).all()
