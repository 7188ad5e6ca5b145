"""Quadrants of the Dual Openness Framework: how many models are in each, and whether those in one live otherwise."""

from collections.abc import Mapping
from itertools import combinations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from openlives.governance.dual import QUADRANTS, UNKNOWN
from openlives.questions.standing import opened, share
from openlives.rules import Rules
from openlives.stats.intervals import (
    Array,
    Interval,
    cluster_sums,
    median_interval,
    percentile,
    ratio,
    resampled_sums,
)

PLACES = (*QUADRANTS.values(), UNKNOWN)


def place(process: str, use: str) -> str:
    """Give the quadrant of two verdicts, as `governance.dual` does; unknown where one of them is."""
    if UNKNOWN in (process, use):
        return UNKNOWN
    return QUADRANTS[opened(process) == "yes", use == "yes"]


def placed(models: pd.DataFrame) -> list[str]:
    """Give the quadrant of each row, by its `process` and `use`."""
    return [place(p, u) for p, u in zip(models["process"], models["use"], strict=True)]


def places(profiles: pd.DataFrame) -> dict[int, str]:
    """Give the quadrant of each profile."""
    return dict(zip(profiles["profile"], placed(profiles), strict=True))


def spread(counts: Mapping[str, pd.DataFrame], rules: Rules) -> pd.DataFrame:
    """Count models by place in each set of them, with the share's interval by bootstrap over owners.

    Each set has `owner`, `quadrant` and `models`; only models whose place is known have a share among the known.
    """
    rows = []
    for number, (name, table) in enumerate(counts.items()):
        matrix = _matrix(table)
        drawn = resampled_sums(matrix, rules.draws, np.random.default_rng([rules.seed, 31, number]))
        total, known = matrix.sum(), matrix[:, :-1].sum()
        for column, where in enumerate(PLACES):
            among, least = (total, drawn.sum(axis=1)) if where == UNKNOWN else (known, drawn[:, :-1].sum(axis=1))
            n = matrix[:, column].sum()
            owners = int(((matrix if where == UNKNOWN else matrix[:, :-1]).sum(axis=1) > 0).sum())
            found = share(int(n), int(among), np.column_stack([drawn[:, column], least]), owners)
            rows.append((name, where, int(n), int(among), found.value, found.low, found.high))
    return pd.DataFrame(rows, columns=["among", "quadrant", "count", "of", "share", "low", "high"])


def _matrix(table: pd.DataFrame) -> Array:
    """Models by owner (rows) and place (columns)."""
    where = table["quadrant"].map({name: column for column, name in enumerate(PLACES)}).to_numpy(dtype=np.int64)
    owner, names = pd.factorize(table["owner"], use_na_sentinel=False)
    size = len(names) * len(PLACES)
    cells = np.bincount(owner * len(PLACES) + where, weights=table["models"].to_numpy(dtype=float), minlength=size)
    return cells.astype(float).reshape(len(names), len(PLACES))


def unplaced(profiles: pd.DataFrame, models: "pd.Series[int]") -> dict[str, int]:
    """Count the models (by profile) without a place by the side that is not known: process, use, or both."""
    counted = profiles["profile"].map(models).fillna(0)
    process, use = profiles["process"] == UNKNOWN, profiles["use"] == UNKNOWN
    return {
        "process": int(counted[process & ~use].sum()),
        "use": int(counted[use & ~process].sum()),
        "both": int(counted[process & use].sum()),
    }


def lives(models: pd.DataFrame, trends: pd.DataFrame, rules: Rules) -> pd.DataFrame:
    """Persistence and decline by quadrant: n, median and mean score, mean tau and the share that falls.

    Intervals: Woodruff's for medians, bootstrap over owners for the others.
    """
    with_tau = trends.merge(models[["artifact", "quadrant", "owner"]], on="artifact", suffixes=("_life", ""))
    with_tau = with_tau[with_tau["tau"].notna()]
    rows = []
    for number, where in enumerate(PLACES):
        mine, tau = models[models["quadrant"] == where], with_tau[with_tau["quadrant"] == where]
        score, falling = mine["score"].to_numpy(dtype=float), (tau["tau"] < 0).to_numpy(dtype=float)
        row: dict[str, object] = {"quadrant": where, "models": len(mine)}
        row |= _ends("score_median", median_interval(score, _keys(mine["owner"])))
        row |= _ends("score_mean", _mean(score, mine["owner"], rules, number, 1))
        row["trends"] = len(tau)
        row |= _ends("tau_mean", _mean(tau["tau"].to_numpy(dtype=float), tau["owner"], rules, number, 2))
        row |= _ends("falling", _mean(falling, tau["owner"], rules, number, 3))
        rows.append(row)
    return pd.DataFrame(rows)


def apart(lives: pd.DataFrame, column: str) -> tuple[int, int]:
    """Count the pairs of known quadrants whose intervals do not overlap, and the pairs that have intervals."""
    known = lives[(lives["quadrant"] != UNKNOWN) & lives[f"{column}_low"].notna()]
    ends = list(zip(known[f"{column}_low"], known[f"{column}_high"], strict=True))
    pairs = list(combinations(ends, 2))
    return sum(one[1] < two[0] or two[1] < one[0] for one, two in pairs), len(pairs)


def _keys(owners: pd.Series) -> NDArray[np.int64]:
    return np.asarray(pd.factorize(owners, sort=True, use_na_sentinel=False)[0], dtype=np.int64)


def _mean(values: Array, owners: pd.Series, rules: Rules, *seeds: int) -> Interval:
    if not len(values):
        return Interval(float("nan"))
    sums = cluster_sums(np.column_stack([values, np.ones(len(values))]), _keys(owners))
    drawn = resampled_sums(sums, rules.draws, np.random.default_rng([rules.seed, 32, *seeds]))
    if set(values) <= {0.0, 1.0}:
        return share(int(values.sum()), len(values), drawn, len(sums))
    if len(sums) < 2:
        return Interval(float(values.mean()))
    return percentile(float(values.mean()), ratio(drawn[:, 0], drawn[:, 1]))


def _ends(name: str, interval: Interval) -> dict[str, float]:
    return {name: interval.value, f"{name}_low": interval.low, f"{name}_high": interval.high}
