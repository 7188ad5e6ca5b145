"""Rates that follow from traits: Poisson regression with a log link (McCullagh & Nelder 1989, chapter 6)."""

import numpy as np

from openlives.stats.intervals import Array

LOWEST, HIGHEST = -25.0, 5.0  # of the log of a rate: wide enough for any, narrow enough for exp


def poisson(x: Array, exposure: Array, count: Array, weight: Array, ridge: float = 3.0) -> Array:
    """Give constant and slopes of the log of a rate, counts being Poisson with mean rate times exposure.

    `x` is rows by traits; a `weight` says for how many rows one stands. By damped Newton steps; a `ridge` on the
    slopes of standardised traits keeps them finite. A trait that is the same in all rows has slope 0.
    """
    mean, scale = x.mean(axis=0), x.std(axis=0)
    scale[scale < 1e-6] = np.inf
    z = np.column_stack([np.ones(len(x)), (x - mean) / scale])
    penalty = np.concatenate([[1e-9], np.full(x.shape[1], ridge)])
    w = np.zeros(z.shape[1])
    w[0] = np.log((weight @ count) / (weight @ exposure))
    value, mu = _loss(w, z, exposure, count, weight, penalty)
    for _ in range(50):
        slope = z.T @ (weight * (mu - count)) + penalty * w
        move = np.linalg.solve(z.T @ (z * (weight * mu)[:, None]) + np.diag(penalty), slope)
        before = value
        for step in 0.5 ** np.arange(12):
            new, mu_new = _loss(w - step * move, z, exposure, count, weight, penalty)
            if new < value:
                w, value, mu = w - step * move, new, mu_new
                break
        if before - value <= 1e-9 * abs(before):
            break
    slopes = w[1:] / scale
    return np.concatenate([[w[0] - slopes @ mean], slopes])


def _loss(w: Array, z: Array, exposure: Array, count: Array, weight: Array, penalty: Array) -> tuple[float, Array]:
    """Negative log-likelihood with the penalty, up to a constant, and the means."""
    log = np.clip(z @ w, LOWEST, HIGHEST)
    mu = np.exp(log) * exposure
    return float(weight @ (mu - count * log) + penalty[1:] @ (w[1:] ** 2) / 2), mu
