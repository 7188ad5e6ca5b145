"""Kinds of life: alive or over, falling, rising or level, and how often its people, drawn anew, give the same kind."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from openlives.measures.clock import WEEK
from openlives.rules import Rules
from openlives.stats.intervals import Array, Drawn, Interval, percentile, product
from openlives.stats.trend import kendall

TOO_SHORT = "too short"


@dataclass(frozen=True, slots=True)
class Kind:
    """State and trend of one life, how sure both are together, its tau with p, and how many took part lately."""

    state: str
    trend: str
    sure: float
    tau: Interval
    p: float
    late: int


def kind(
    visits: pd.DataFrame, people: pd.DataFrame, weights: Drawn, trend: pd.DataFrame, end: int, rules: Rules
) -> Kind:
    """Tell the kind of a life from its visits by week of life, its people (`last`), and draws of these.

    `trend` has its row of tau and p, or none where it is too short.
    """
    late = people["last"].to_numpy() >= end - rules.lives_alive_weeks * WEEK
    alive = bool(late.any())
    tau, p = (float(trend[column].iloc[0]) if len(trend) else float("nan") for column in ("tau", "p"))
    length = int(trend["weeks"].iloc[0]) if len(trend) else 0
    drawn_tau, drawn_p = _drawn(visits, people, weights, length, rules)
    here = str(named(np.array([tau]), np.array([p]), rules)[0])
    same = (named(drawn_tau, drawn_p, rules) == here) & (np.any(weights[:, late] > 0, axis=1) == alive)
    sure = float(same.mean()) if len(people) else float("nan")
    # Drawing people adds noise to every week, which pulls tau towards 0: only the spread is used, round the value.
    around = np.clip(drawn_tau + tau - np.nanmean(drawn_tau), -1, 1) if np.isfinite(drawn_tau).any() else drawn_tau
    return Kind("alive" if alive else "over", here, sure, percentile(tau, around), p, int(late.sum()))


def named(tau: Array, p: Array, rules: Rules) -> NDArray[np.str_]:
    """Name trends."""
    telling = p < rules.decline_alpha
    return np.select([~np.isfinite(tau), ~telling, tau < 0], [TOO_SHORT, "level", "falling"], "rising")


def _drawn(
    visits: pd.DataFrame, people: pd.DataFrame, weights: Drawn, length: int, rules: Rules
) -> tuple[Array, Array]:
    """Tau and p of the weekly series of each draw of people, from its first active week to its last (or the end)."""
    mine = visits[visits["person"].notna()]
    who = np.searchsorted(people["person"].to_numpy(), mine["person"].to_numpy())
    weeks = max(int(mine["week"].max()) + 1, length) if len(mine) else 0
    if not weeks:
        return np.full(len(weights), np.nan), np.full(len(weights), np.nan)
    value = mine["interactions"] if rules.decline_series == "interactions" else np.ones(len(mine))
    grid = csr_matrix((np.asarray(value, dtype=float), (who, mine["week"].to_numpy())), shape=(len(people), weeks))
    return _trends(product(grid, weights).astype(np.int64), rules)


def _trends(series: NDArray[np.int64], rules: Rules) -> tuple[Array, Array]:
    active = np.asarray(series > 0, dtype=bool)
    first, last = active.argmax(axis=1), series.shape[1] - 1 - active[:, ::-1].argmax(axis=1)
    if rules.decline_end == "window":
        last[:] = series.shape[1] - 1
    week, some = np.arange(series.shape[1]), np.any(active, axis=1, keepdims=True)
    inside = (week >= first[:, None]) & (week <= last[:, None]) & some
    inside &= np.sum(inside, axis=1, keepdims=True) >= rules.decline_min_weeks
    if rules.decline_zeros == "drop":
        inside &= active
    return kendall(series[inside], np.sum(inside, axis=1))
