"""How does engagement with a model change over its life? (§4.1, Figure 1)"""

from dataclasses import dataclass

import narwhals.stable.v2 as nw
import numpy as np
import pandas as pd

from openlives.measures.clock import DAY, WEEK
from openlives.measures.engine import Frame
from openlives.measures.frames import Frames
from openlives.questions.question import Answer, AxesGrid, Citation, Finding, Number, Question, Tables, between, plain
from openlives.questions.style import BLUE, GREY, ORANGE
from openlives.rules import Rules
from openlives.stats.intervals import (
    Array,
    Interval,
    normal_half_width,
    percentile,
    ratio,
    resampled_sums,
    simultaneous,
)

SERIES = ("comments", "contributors")
MIN_DRAWN = 30  # a mean over fewer artifacts is in the table, not in the figure
MAX_WEEKS = 156


def measure(frames: Frames, rules: Rules) -> dict[str, Frame]:
    """Sums by owner and week of life, for artifacts with long lives and for all that were followed as long."""
    _, until = rules.window
    length = rules.lifecycle_min_days * DAY
    long_lived = frames.lives.filter(nw.col("last") - nw.col("first") >= length)
    followed = frames.lives.filter(nw.col("first") + length <= until)
    return {
        "selected": _at_risk(long_lived, until),
        "selected_weeks": _sums(frames.life_weeks, long_lived, rules, until),
        "all": _at_risk(followed, until),
        "all_weeks": _sums(frames.life_weeks, followed, rules, until),
    }


def _at_risk(lives: Frame, until: int) -> Frame:
    """How many artifacts each owner has by the number of whole weeks that the window covers of their lives."""
    whole = (until - nw.col("first")) // WEEK
    return lives.with_columns(weeks=whole).group_by("owner", "weeks").agg(artifacts=nw.len().cast(nw.Int64))


def _sums(weeks: Frame, lives: Frame, rules: Rules, until: int) -> Frame:
    chosen = weeks.join(lives.select("artifact", "owner", "first"), on="artifact", how="inner")
    if rules.lifecycle_denominator == "at_risk":
        chosen = chosen.filter(nw.col("first") + WEEK * (nw.col("week") + 1) <= until)
    squares = {f"{name}_squares": (nw.col(name) * nw.col(name)) for name in ("interactions", "contributors")}
    sums = ["interactions", "contributors", *squares]
    return (
        chosen.with_columns(**squares)
        .group_by("owner", "week")
        .agg(*(nw.col(name).sum().cast(nw.Int64) for name in sums), active=nw.len().cast(nw.Int64))
    )


@dataclass(frozen=True, slots=True)
class Curve:
    """Mean weekly engagement of a set of artifacts: the table, and the bootstrap draws of both means."""

    table: pd.DataFrame
    drawn: dict[str, Array]
    artifacts: int


def curve(at_risk: pd.DataFrame, weeks: pd.DataFrame, rules: Rules) -> Curve:
    """Means over the artifacts at risk in each week of life, zeros included, with their intervals."""
    horizon = min(int(at_risk["weeks"].max()) if len(at_risk) else 0, MAX_WEEKS)
    owners, index = np.unique(at_risk["owner"].to_numpy(), return_inverse=True)
    n = np.zeros((len(owners), horizon))
    for owner, followed, artifacts in zip(
        index, at_risk["weeks"].to_numpy(), at_risk["artifacts"].to_numpy(), strict=True
    ):
        n[owner, : horizon if rules.lifecycle_denominator == "all" else min(followed, horizon)] += artifacts
    inside = weeks[weeks["week"] < horizon]
    place = (np.searchsorted(owners, inside["owner"].to_numpy()), inside["week"].to_numpy())
    columns = {"comments": "interactions", "contributors": "contributors"}
    sums = {name: _filled(n.shape, place, inside[column]) for name, column in columns.items()}
    squares = {
        name: _filled(n.shape, place, inside[f"{column}_squares"]).sum(axis=0) for name, column in columns.items()
    }
    if rules.lifecycle_denominator == "active":
        n = _filled(n.shape, place, inside["active"])
    table, drawn = pd.DataFrame({"week": np.arange(horizon), "at_risk": n.sum(axis=0).astype(int)}), {}
    for order, name in enumerate(SERIES):
        rng = np.random.default_rng([rules.seed, order])
        drawn[name] = _draws(sums[name], n, rules.draws, rng)
        _write(table, name, sums[name].sum(axis=0), n.sum(axis=0), squares[name], drawn[name], rules)
    return Curve(table, drawn, int(at_risk["artifacts"].sum()))


def _filled(shape: tuple[int, ...], place: tuple[np.ndarray, np.ndarray], values: pd.Series) -> Array:
    grid = np.zeros(shape)
    grid[place] = values.to_numpy(dtype=float)
    return grid


def _draws(sums: Array, n: Array, draws: int, rng: np.random.Generator) -> Array:
    """Weekly means in each draw of owners."""
    both = resampled_sums(np.hstack([sums, n]), draws, rng)
    return ratio(both[:, : sums.shape[1]], both[:, sums.shape[1] :])


def _write(table: pd.DataFrame, name: str, total: Array, n: Array, squares: Array, drawn: Array, rules: Rules) -> None:
    """Add a series' mean, its interval and its simultaneous band to the table."""
    mean = ratio(total, n)
    half = normal_half_width(n, total, squares)
    if rules.lifecycle_interval == "normal":
        low, high = mean - half, mean + half
    else:
        low, high = (np.nanquantile(drawn, q, axis=0) if drawn.shape[1] else drawn[0] for q in (0.025, 0.975))
    error = np.nanstd(drawn, axis=0, ddof=1) if drawn.shape[1] else mean
    band = simultaneous(mean, drawn) * error
    values = {
        "": mean,
        "_low": low,
        "_high": high,
        "_normal_half_width": half,
        "_band_low": mean - band,
        "_band_high": mean + band,
    }
    for suffix, column in values.items():
        table[f"{name}{suffix}"] = column


def estimate(tables: Tables, rules: Rules) -> Finding:
    """The curve of long-lived artifacts, and beside it that of all artifacts followed as long."""
    selected = curve(tables["selected"], tables["selected_weeks"], rules)
    followed = curve(tables["all"], tables["all_weeks"], rules)
    numbers = {
        "models": Number(
            float(selected.artifacts), f"artifacts that live at least {rules.lifecycle_min_days} days", "artifacts"
        )
    }
    numbers |= _headline(selected, "", "of long-lived artifacts") | _headline(
        followed, "all_", "of all artifacts followed as long"
    )
    first, later, left = numbers["comments_week_0"], numbers["comments_weeks_8_13"], numbers["share_left"]
    sentence = (
        f"An artifact that lives at least {rules.lifecycle_min_days} days draws {between(first)} comments in its first week and {between(later)} a week "
        f"in weeks 8 to 13: {between(left, 100, ' %')} of the start. The tail of this curve is made by its own selection; of all {plain(float(followed.artifacts))} "
        f"artifacts followed as long, {between(numbers['all_share_left'], 100, ' %')} is left."
    )
    notes = (
        f"The {rules.lifecycle_min_days}-day rule makes its own tail: most artifacts that it selects have one interaction after that day. "
        f"The selected curve is not to be interpreted after week {rules.lifecycle_readable_weeks}.",
    )
    if rules.lifecycle_denominator == "active":
        notes += (
            "The denominator counts only artifacts active in the week, so a mean is never below 1: for reading, not for a headline.",
        )
    return Finding(numbers, {"weeks": selected.table, "all_weeks": followed.table}, sentence, selected.artifacts, notes)


def _headline(curve: Curve, prefix: str, which: str) -> dict[str, Number]:
    """The first week, weeks 8 to 13 (after the paper's 50 days), and what is left of the one in the other."""
    numbers = {}
    for name in SERIES:
        drawn, table = curve.drawn[name], curve.table
        if len(table) == 0:
            continue
        numbers[f"{prefix}{name}_week_0"] = Number.of(
            percentile(table[name].iloc[0], drawn[:, 0]), f"{name} in week 0 {which}", "a week"
        )
    table, drawn = curve.table, curve.drawn["comments"]
    later = Interval(float("nan")), Interval(float("nan"))
    if len(table) > 13:
        value, draws = float(table["comments"].iloc[8:14].mean()), drawn[:, 8:14].mean(axis=1)
        later = percentile(value, draws), percentile(value / table["comments"].iloc[0], draws / drawn[:, 0])
    numbers[f"{prefix}comments_weeks_8_13"] = Number.of(later[0], f"comments in weeks 8 to 13 {which}", "a week")
    numbers[f"{prefix}share_left"] = Number.of(later[1], f"weeks 8 to 13 as a share of week 0, {which}")
    numbers.setdefault(f"{prefix}comments_week_0", Number(None, f"comments in week 0 {which}", "a week"))
    return numbers


def draw(answer: Answer, axes: AxesGrid, _part: str) -> None:
    """Both curves with pointwise interval and simultaneous band; beside them, in grey, all artifacts followed as long."""
    for axis, name, colour in zip(axes, SERIES, (BLUE, ORANGE), strict=True):
        table, everything = (answer.tables[t][answer.tables[t]["at_risk"] >= MIN_DRAWN] for t in ("weeks", "all_weeks"))
        days = table["week"] * 7
        axis.fill_between(
            days,
            table[f"{name}_band_low"],
            table[f"{name}_band_high"],
            color=colour,
            alpha=0.12,
            lw=0,
            label="simultaneous 95 % band",
        )
        axis.fill_between(
            days,
            table[f"{name}_low"],
            table[f"{name}_high"],
            color=colour,
            alpha=0.35,
            lw=0,
            label="pointwise 95 % interval",
        )
        axis.plot(
            days,
            table[name],
            color=colour,
            label=f"lives of ≥ {answer.rules.lifecycle_min_days} days (n = {answer.finding.rests_on:,})",
        )
        axis.plot(everything["week"] * 7, everything[name], color=GREY, ls="--", lw=1.2, label="all followed as long")
        limit = answer.rules.lifecycle_readable_weeks * 7
        axis.axvspan(limit, max(limit, days.max() if len(days) else limit), color="#000000", alpha=0.045, lw=0)
        axis.set_ylim(bottom=0)
        axis.set_ylabel(f"{name} per artifact\nand week (mean)")
        axis.legend(loc="upper right")
    axes[0].text(
        0.99,
        0.32,
        "shaded: made by the selection,\nnot to be interpreted",
        transform=axes[0].transAxes,
        fontsize=8,
        ha="right",
        color="#444444",
    )
    axes[-1].set_xlabel("days since the first interaction")


QUESTION = Question(
    name="lifecycle",
    asks="How does engagement with an artifact change over its life?",
    cites=Citation(section="4.1", figure="1", methods="3"),
    measure=measure,
    estimate=estimate,
    draw=draw,
    rules=("lifecycle_",),
    rows=2,
    size=(6.4, 5.6),
    columns={
        "week": "whole weeks since the artifact's first interaction",
        "at_risk": "artifacts that the mean is over",
        "comments": "mean interactions per artifact and week, zeros included",
        "contributors": "mean distinct people per artifact and week, zeros included",
        "*_low, *_high": "ends of the pointwise 95 % interval",
        "*_band_low, *_band_high": "ends of the simultaneous 95 % band (sup-t)",
        "*_normal_half_width": "1.96 standard errors across artifacts, as if they were independent",
    },
)
