"""Do communities decline, and do larger ones decline more? (§4.1, Figure 3)"""

from dataclasses import dataclass

import narwhals.stable.v2 as nw
import numpy as np
import pandas as pd
from scipy.stats import false_discovery_control

from openlives.measures.clock import WEEK
from openlives.measures.engine import Frame
from openlives.measures.frames import Frames
from openlives.questions import artefact
from openlives.questions.beside import at_once
from openlives.questions.question import (
    Answer,
    AxesGrid,
    Citation,
    Finding,
    Number,
    Question,
    Tables,
    between,
    plain,
    single,
)
from openlives.questions.style import BLUE, GREY, INK, RED
from openlives.rules import Rules
from openlives.stats.intervals import Array, Interval, cluster_weights, percentile, ratio
from openlives.stats.smooth import local_linear
from openlives.stats.trend import kendall, spearman, spearman_draws


def measure(frames: Frames, rules: Rules) -> dict[str, Frame]:
    """Visits (artifact, person, week of life) of the artifacts with enough participants, and their lives."""
    chosen = frames.lives.filter(nw.col("participants") >= rules.decline_min_people)
    named = chosen.join(frames.artifacts.select("artifact", "name"), on="artifact", how="left")
    return {
        "lives": named.select("artifact", "name", "owner", "first", "last", "interactions", "participants"),
        "visits": frames.life_visits.join(chosen.select("artifact"), on="artifact", how="inner"),
    }


@dataclass(frozen=True, slots=True)
class Trends:
    """The series of the eligible artifacts, and Kendall's tau of each."""

    lives: pd.DataFrame
    values: np.ndarray
    lengths: np.ndarray


def trends(lives: pd.DataFrame, visits: pd.DataFrame, rules: Rules, *, with_p: bool = True) -> Trends:
    """Weekly series from week 0 to the last active week (or the window's end), and their tau and (or NaN) p."""
    weeks = (lives["last"].to_numpy() - lives["first"].to_numpy()) // WEEK + 1
    eligible = lives[weeks >= rules.decline_min_weeks].reset_index(drop=True)
    until = rules.window[1]
    length = (eligible["last"] - eligible["first"]).to_numpy() // WEEK + 1
    if rules.decline_end == "window":
        length = np.maximum((until - eligible["first"].to_numpy()) // WEEK, length)
    start = np.concatenate([[0], np.cumsum(length)])
    row = pd.Series(np.arange(len(eligible)), index=eligible["artifact"])
    inside = visits[visits["artifact"].isin(eligible["artifact"])]
    weight = inside["interactions"] if rules.decline_series == "interactions" else inside["person"].notna().astype(int)
    place = start[row.loc[inside["artifact"]].to_numpy()] + inside["week"].to_numpy()
    values = np.bincount(place, weights=weight.to_numpy(dtype=float), minlength=int(start[-1])).astype(np.int64)
    if rules.decline_zeros == "drop":  # tau depends on the order of weeks only, which this keeps
        owner = np.repeat(np.arange(len(eligible)), length)[values > 0]
        values, length = values[values > 0], np.bincount(owner, minlength=len(eligible))
    tau, p = kendall(values, length, with_p=with_p)
    return Trends(eligible.assign(weeks=length, tau=tau, p=p), values, length)


def estimate(tables: Tables, rules: Rules) -> Finding:
    """Tau of every community, the paper's summary, and the checks.

    The checks are of whether decline and its relation with size are artefacts.
    """
    found = trends(tables["lives"], tables["visits"], rules)
    defined = found.lives["tau"].notna()
    lives = found.lives[defined].reset_index(drop=True)
    lives["p_bh"] = false_discovery_control(lives["p"]) if len(lives) else []
    lives["significant"] = (lives["tau"] < 0) & (lives["p"] < rules.decline_alpha)
    series = found.values, found.lengths, found.lives["tau"].to_numpy()
    checks, numbers, trend = at_once(
        lambda: artefact.checks(series, lives, tables["visits"], rules) if len(lives) >= 3 else {},
        lambda: _summary(lives, rules),
        lambda: _trend(lives, rules),
    )
    numbers["undefined"] = Number(float((~defined).sum()), "series without a tau (constant), left out", "artifacts")
    numbers |= checks
    columns = ["name", "participants", "interactions", "weeks", "tau", "p", "p_bh", "significant"]
    table = lives[columns].sort_values(["participants", "name"], ascending=[False, True]).reset_index(drop=True)
    notes = ("Size is itself an outcome of a community's life: no number here says that size causes decline.",)
    return Finding(numbers, {"artifacts": table, "trend": trend}, _sentence(numbers, rules), len(lives), notes)


def _summary(lives: pd.DataFrame, rules: Rules) -> dict[str, Number]:
    """The paper's numbers, with intervals by bootstrap over owners."""
    tau, size = lives["tau"].to_numpy(), lives["participants"].to_numpy(dtype=float)
    large = size > rules.decline_large
    flags = {
        "tau_mean": (tau, np.ones_like(large), "mean tau"),
        "share_negative": (tau < 0, np.ones_like(large), "share with tau below 0"),
        "share_significant_decline": (
            lives["significant"].to_numpy(),
            np.ones_like(large),
            f"share with a significant decline (p < {rules.decline_alpha:g})",
        ),
        "share_significant_bh": (
            (tau < 0) & (lives["p_bh"].to_numpy() < rules.decline_alpha),
            np.ones_like(large),
            "the same after Benjamini-Hochberg",
        ),
        "tau_mean_over_100": (tau, large, f"mean tau, more than {rules.decline_large} contributors"),
        "share_significant_over_100": (
            lives["significant"].to_numpy(),
            large,
            "share with a significant decline among these",
        ),
        "share_below_minus_0.3_over_100": (tau < -0.3, large, "share with tau below -0.3 among these"),
    }
    weights = cluster_weights(lives["owner"].to_numpy(), rules.draws, np.random.default_rng([rules.seed, 7]))
    numbers = {
        "models": Number(
            float(len(lives)),
            f"artifacts with at least {rules.decline_min_people} participants and {rules.decline_min_weeks} weeks",
            "artifacts",
        ),
        "models_over_100": Number(
            float(large.sum()), f"of these, with more than {rules.decline_large} contributors", "artifacts"
        ),
    }
    for name, (value, among, meaning) in flags.items():
        numbers[name] = Number.of(_mean(np.asarray(value, dtype=float), among.astype(float), weights), meaning)
    rho = percentile(spearman(tau, size), spearman_draws(tau, size, weights))
    numbers["rho"] = Number.of(rho, "Spearman's rho of tau with the number of contributors")
    return numbers


def _mean(values: Array, among: Array, weights: Array) -> Interval:
    """Mean over those `among`, with the interval over draws."""
    if not among.any():
        return Interval(float("nan"))
    return percentile(float(np.sum(values * among) / among.sum()), ratio(weights @ (values * among), weights @ among))


def _trend(lives: pd.DataFrame, rules: Rules) -> pd.DataFrame:
    """A smooth trend of tau over the logarithm of size, with a band by bootstrap over artifacts."""
    if len(lives) < 10:
        return pd.DataFrame({"participants": [], "tau": [], "low": [], "high": []})
    x, y = np.log10(lives["participants"].to_numpy(dtype=float)), lives["tau"].to_numpy()
    grid = np.linspace(x.min(), x.max(), 60)
    rng = np.random.default_rng([rules.seed, 13])
    value, low, high = local_linear(x, y, grid, rng=rng)
    return pd.DataFrame({"participants": 10**grid, "tau": value, "low": low, "high": high})


def _sentence(numbers: dict[str, Number], rules: Rules) -> str:
    if "rho" not in numbers or numbers["models"].value == 0:
        return "No community is large and long enough for a trend."
    text = (
        f"Of {plain(numbers['models'].value)} communities, "
        f"{between(numbers['share_negative'], 100, ' %')} have a falling trend "
        f"and {plain((numbers['share_significant_decline'].value or 0) * 100)} % a significant one; "
        f"mean tau is {between(numbers['tau_mean'])}."
    )
    if "shuffled_tau_mean" not in numbers:
        return text
    shuffled, chance, rarefied = numbers["shuffled_tau_mean"], numbers["common_shape_rho"], numbers["rarefied_rho"]
    text += f" Decline {VERDICTS[_falls(numbers, rules)]} shuffled weeks (mean tau {plain(shuffled.value)})."
    return (
        f"{text} That larger communities decline more (rho {between(numbers['rho'])}) {VERDICTS[_steeper(numbers)]} "
        f"its checks: chance alone gives rho {between(chance)}, "
        f"and with equal numbers of people it is {between(rarefied)}."
    )


VERDICTS = {True: "survives", False: "does not survive", None: "cannot be held against"}


def _falls(numbers: dict[str, Number], rules: Rules) -> bool | None:
    """Tell whether the mean tau lies below what shuffled weeks give; None where too few were drawn to tell."""
    p = numbers["shuffled_p"].value
    return None if p is None or 1 / (1 + rules.decline_shuffles) > rules.decline_alpha else p < rules.decline_alpha


def _steeper(numbers: dict[str, Number]) -> bool | None:
    """Tell whether larger communities decline more than counting alone makes them; None where a check is missing."""
    observed, chance, rarefied = numbers["rho"].value, numbers["common_shape_rho"], numbers["rarefied_rho"]
    if observed is None or chance.low is None or rarefied.high is None:
        return None
    return observed < chance.low and rarefied.high < 0


def draw(answer: Answer, axes: AxesGrid, _part: str) -> None:
    """Tau against contributors on a log axis; significant declines in red, with a smooth trend."""
    axis = single(axes)
    table, trend = answer.table, answer.tables["trend"]
    red = table["significant"].astype(bool)
    axis.axhline(0, color=INK, lw=0.8)
    axis.scatter(
        table["participants"][~red], table["tau"][~red], s=11, color=GREY, alpha=0.65, lw=0, label="not significant"
    )
    axis.scatter(
        table["participants"][red],
        table["tau"][red],
        s=14,
        color=RED,
        alpha=0.85,
        lw=0,
        marker="D",
        label=f"significant decline (p < {answer.rules.decline_alpha:g})",
    )
    if len(trend):
        axis.fill_between(trend["participants"], trend["low"], trend["high"], color=BLUE, alpha=0.2, lw=0)
        axis.plot(trend["participants"], trend["tau"], color=BLUE, label="local trend, 95 % interval")
    axis.set_xscale("log")
    ticks = [t for t in (10, 20, 50, 100, 200, 500, 1000) if len(table) and t <= table["participants"].max() * 1.3]
    axis.set_xticks(ticks, [f"{t:,}" for t in ticks])
    axis.minorticks_off()
    axis.set_ylim(-1.05, 1.05)
    axis.set_xlabel("contributors (log axis)")
    axis.set_ylabel("Kendall's τ of weekly contributors")
    axis.legend(loc="upper right")


QUESTION = Question(
    name="decline",
    asks="Do communities decline, and do larger ones decline more?",
    cites=Citation(section="4.1", figure="3", methods="5"),
    measure=measure,
    estimate=estimate,
    draw=draw,
    rules=("decline_",),
    size=(6.4, 4.4),
    columns={
        "name": "artifact",
        "participants": "distinct people (the number of contributors)",
        "interactions": "interactions",
        "weeks": "length of the weekly series",
        "tau": "Kendall's tau-b of the series against week number",
        "p": "its two-sided p",
        "p_bh": "p after Benjamini-Hochberg over all artifacts",
        "significant": "whether tau is negative and p below the level",
        "low, high": "ends of the 95 % interval of the local trend",
    },
)
