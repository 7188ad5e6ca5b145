"""A smooth trend through points, with its uncertainty (local linear regression; Fan & Gijbels 1996)."""

import numpy as np

from openlives.stats.intervals import Array


def local_linear(
    x: Array, y: Array, grid: Array, *, rng: np.random.Generator, width: float = 0.25, draws: int = 200
) -> tuple[Array, Array, Array]:
    """Fit a line round each point of the grid by Gaussian weights; interval by bootstrap over points.

    `width` is the bandwidth as a share of the range of x. Gives value, low and high on the grid.
    """
    bandwidth = max(width * (x.max() - x.min()), 1e-9)
    kernel = np.exp(-0.5 * ((grid[:, None] - x[None, :]) / bandwidth) ** 2)
    once = _fit(kernel, x, y, grid, np.ones((1, len(x))))[0]
    counts = rng.multinomial(len(x), np.full(len(x), 1 / len(x)), size=draws).astype(float)
    drawn = _fit(kernel, x, y, grid, counts)
    low, high = np.quantile(drawn, [0.025, 0.975], axis=0)
    return once, low, high


def _fit(kernel: Array, x: Array, y: Array, grid: Array, weights: Array) -> Array:
    """Weighted least squares at each point of the grid, for each row of weights, from five sums."""
    s0, s1, s2, t0, t1 = (weights @ (kernel * v).T for v in (np.ones_like(x), x, x * x, y, x * y))
    determinant = s0 * s2 - s1 * s1
    slope = np.where(determinant > 1e-12, (s0 * t1 - s1 * t0) / np.maximum(determinant, 1e-12), 0)
    return np.asarray((t0 - slope * s1) / s0 + slope * grid[None, :])
