"""Is it an artefact? Checks of whether communities decline at all, and larger ones more (methods, section 5)."""

import numpy as np
import pandas as pd

from openlives.measures.clock import WEEK
from openlives.questions.beside import at_once
from openlives.questions.question import Number
from openlives.rules import Rules
from openlives.stats.intervals import Z95, Array, Interval, cluster_weights, percentile
from openlives.stats.profile import common_profile, redrawn_series, series_of, shuffled_tau
from openlives.stats.trend import kendall, narrow, spearman, spearman_draws, spearman_rows

REDRAWN_AT_ONCE = 20_000_000  # person-weeks of which the series are in memory at a time
RAREFIED_DRAWS = 200  # each ranks every rarefaction anew: enough for a standard error, and a normal interval


def checks(
    series: tuple[np.ndarray, np.ndarray, Array], lives: pd.DataFrame, visits: pd.DataFrame, rules: Rules
) -> dict[str, Number]:
    """Do communities decline at all, and do larger ones decline more? Four checks that counting alone cannot pass.

    `series` are those of all artifacts: values, lengths, tau. `lives` are the artifacts with a tau, of which `visits`.
    """
    row = pd.Series(np.arange(len(lives)), index=lives["artifact"])
    people = visits[visits["person"].notna() & visits["artifact"].isin(lives["artifact"])]
    artifact, week = row.loc[people["artifact"]].to_numpy(), people["week"].to_numpy()
    person, after = people["person"].to_numpy(dtype=np.int64), people["after"].to_numpy()
    size = lives["participants"].to_numpy(dtype=float)
    age = (rules.window[1] - lives["first"].to_numpy()) // WEEK
    found = at_once(
        lambda: _shuffled(*series, rules),
        lambda: _rarefied(artifact, person, week, size, rules),
        lambda: _common_shape(artifact, week, size, age, rules),
        lambda: _early(artifact, week, after, size, age, rules),
    )
    return {name: number for numbers in found for name, number in numbers.items()}


def _shuffled(values: np.ndarray, lengths: np.ndarray, tau: Array, rules: Rules) -> dict[str, Number]:
    """Do communities decline at all? Weeks shuffled within each artifact, its first and last active week held fixed."""
    rng = np.random.default_rng([rules.seed, 8])
    defined = np.isfinite(tau)
    drawn = np.nanmean(shuffled_tau(values, lengths, rules.decline_shuffles, rng)[:, defined], axis=1)
    p = (1 + np.sum(drawn <= np.mean(tau[defined]))) / (1 + len(drawn))
    meaning = "mean tau with the weeks of each artifact shuffled (first and last fixed)"
    return {
        "shuffled_tau_mean": Number.of(percentile(float(np.mean(drawn)), drawn), meaning),
        "shuffled_p": Number(float(p), f"share of {rules.decline_shuffles} shuffles at or below the observed mean tau"),
    }


def _rarefied(
    artifact: np.ndarray, person: np.ndarray, week: np.ndarray, size: Array, rules: Rules
) -> dict[str, Number]:
    """Every community drawn down to the same number of people, realigned: does tau still fall with its size?"""
    rng = np.random.default_rng([rules.seed, 9])
    order = np.argsort(artifact, kind="stable")
    artifact, person, week = artifact[order], np.unique(person[order], return_inverse=True)[1], week[order]
    pair, member = np.unique(artifact * (person.max(initial=0) + 1) + person, return_inverse=True)
    where = pair // (person.max(initial=0) + 1)
    place = np.arange(len(where)) - np.searchsorted(where, where)
    values, lengths = [], []
    for _ in range(rules.decline_rarefy_draws):
        order = np.argsort(rng.random(len(where)))
        order = order[np.argsort(narrow(where)[order], kind="stable")]
        chosen = np.zeros(len(where), bool)
        chosen[order[place < rules.decline_rarefy_people]] = True
        inside = chosen[member]
        sizes = np.bincount(artifact[inside], minlength=len(size))
        counts, length = series_of(week[inside], sizes, min_weeks=rules.decline_min_weeks)
        values.append(counts)
        lengths.append(length)
    taus = kendall(np.concatenate(values), np.concatenate(lengths), with_p=False)[0].reshape(-1, len(size))
    rho = float(np.nanmean(spearman_rows(taus, size)))
    weights = cluster_weights(
        np.arange(len(size)), min(rules.draws, RAREFIED_DRAWS), np.random.default_rng([rules.seed, 10])
    )
    drawn = np.nanmean([spearman_draws(tau, size, weights) for tau in taus], axis=0)
    half = Z95 * float(np.nanstd(drawn, ddof=1))
    meaning = (
        f"rho with every community drawn down to {rules.decline_rarefy_people} people "
        f"(mean of {rules.decline_rarefy_draws} draws)"
    )
    return {"rarefied_rho": Number.of(Interval(rho, rho - half, rho + half), meaning)}


def _common_shape(
    artifact: np.ndarray, week: np.ndarray, size: Array, age: np.ndarray, rules: Rules
) -> dict[str, Number]:
    """One weekly profile for all: which rho, and which mean tau, would chance alone give?"""
    rng = np.random.default_rng([rules.seed, 11])
    age = np.maximum(age, 0)
    profile = common_profile(artifact, week, age)
    sizes = np.bincount(artifact, minlength=len(size))
    step = max(1, REDRAWN_AT_ONCE // max(1, len(artifact)))
    taus = []
    for start in range(0, rules.decline_shape_draws, step):
        copies = min(step, rules.decline_shape_draws - start)
        drawn = redrawn_series(profile, sizes, age, copies, rng, min_weeks=rules.decline_min_weeks)
        taus.append(kendall(*drawn, with_p=False)[0].reshape(copies, len(size)))
    rhos = spearman_rows(np.concatenate(taus), size)
    means = np.nanmean(np.concatenate(taus), axis=1)
    return {
        "common_shape_rho": Number.of(
            percentile(float(np.nanmean(rhos)), rhos),
            "rho by chance, if all had one weekly profile (middle 95 % of the redraws)",
        ),
        "common_shape_tau": Number.of(percentile(float(np.nanmean(means)), means), "mean tau under that profile"),
    }


def _early(
    artifact: np.ndarray, week: np.ndarray, after: np.ndarray, size: Array, age: np.ndarray, rules: Rules
) -> dict[str, Number]:
    """A measure that size does not bias: mean week of the person-weeks early in life, the first event dropped."""
    horizon = rules.decline_early_weeks
    inside = (week < horizon) & (after > 0) & (age[artifact] >= horizon)
    count = np.bincount(artifact[inside], minlength=len(size))
    total = np.bincount(artifact[inside], weights=week[inside], minlength=len(size))
    fine = np.flatnonzero(count > 0)
    mean = total[fine] / count[fine]
    weights = cluster_weights(np.arange(len(fine)), rules.draws, np.random.default_rng([rules.seed, 12]))
    drawn = spearman_draws(mean, size[fine], weights)
    meaning = f"rho of size with the mean week of person-weeks in the first {horizon}"
    return {
        "early_rho": Number.of(percentile(spearman(mean, size[fine]), drawn), meaning),
        "early_models": Number(
            float(len(fine)), f"artifacts followed for {horizon} weeks, on which that rests", "artifacts"
        ),
    }
