"""How does engagement with a model change over its life? (§4.1, Figure 1)"""

from dataclasses import dataclass

import narwhals.stable.v2 as nw
import numpy as np
import pandas as pd
from scipy.sparse import csr_matrix, hstack

from openlives.measures.clock import DAY, WEEK
from openlives.measures.engine import Frame
from openlives.measures.frames import Frames
from openlives.questions.question import Answer, AxesGrid, Citation, Finding, Number, Question, Tables, between, plain
from openlives.questions.style import BLUE, GREY, ORANGE
from openlives.rules import Rules
from openlives.stats.intervals import (
    Array,
    Interval,
    middle,
    normal_half_width,
    percentile,
    ratio,
    resampled_sums,
    simultaneous,
    tally,
)

SERIES = ("comments", "contributors")
MIN_DRAWN = 30  # a mean over fewer artifacts is in the table, not in the figure
MAX_WEEKS = 156


def measure(frames: Frames, rules: Rules) -> dict[str, Frame]:
    """Sums by owner and week of life, for artifacts with long lives and for all that were followed as long."""
    _, until = rules.window
    length = rules.lifecycle_min_days * DAY
    sets = {
        "selected": (nw.col("last") - nw.col("first") >= length).cast(nw.Int8),
        "followed": (nw.col("first") + length <= until).cast(nw.Int8),
    }
    lives = frames.lives.select("artifact", "owner", "first", **sets).filter(
        nw.col("selected") + nw.col("followed") > 0
    )
    whole = (until - nw.col("first")) // WEEK
    at_risk = lives.with_columns(weeks=whole).group_by("owner", "weeks", "selected", "followed")
    return {
        "at_risk": at_risk.agg(artifacts=nw.len().cast(nw.Int64)),
        "weeks": _sums(frames.life_weeks.join(lives, on="artifact", how="inner"), rules, until),
    }


def _sums(weeks: Frame, rules: Rules, until: int) -> Frame:
    """Sums and sums of squares by owner and week of life, of the artifacts at risk in that week."""
    if rules.lifecycle_denominator == "at_risk":
        weeks = weeks.filter(nw.col("first") + WEEK * (nw.col("week") + 1) <= until)
    squares = {f"{name}_squares": (nw.col(name) * nw.col(name)) for name in ("interactions", "contributors")}
    sums = ["interactions", "contributors", *squares]
    return (
        weeks.with_columns(**squares)
        .group_by("owner", "week", "selected", "followed")
        .agg(*(nw.col(name).sum().cast(nw.Int64) for name in sums), active=nw.len().cast(nw.Int64))
    )


@dataclass(frozen=True, slots=True)
class Curve:
    """Mean weekly engagement of a set of artifacts: the table, and the bootstrap draws of both means."""

    table: pd.DataFrame
    drawn: dict[str, Array]
    artifacts: int


def curve(at_risk: pd.DataFrame, weeks: pd.DataFrame, rules: Rules, order: int) -> Curve:
    """Means over the artifacts at risk in each week of life, zeros included, with their intervals."""
    horizon = min(int(at_risk["weeks"].max()) if len(at_risk) else 0, MAX_WEEKS)
    owners, index = np.unique(at_risk["owner"].to_numpy(), return_inverse=True)
    inside = weeks[weeks["week"] < horizon]
    place = (np.searchsorted(owners, inside["owner"].to_numpy()), inside["week"].to_numpy())
    shape = (len(owners), horizon)
    columns = dict(zip(SERIES, ("interactions", "contributors"), strict=True))
    grids = [_grid(shape, place, inside[column]) for column in columns.values()]
    if rules.lifecycle_denominator == "active":
        grids.append(_grid(shape, place, inside["active"]))
    else:
        whole = (
            np.full(len(at_risk), horizon)
            if rules.lifecycle_denominator == "all"
            else np.minimum(at_risk["weeks"], horizon)
        )
        grids.append(_grid((len(owners), horizon + 1), (index, np.asarray(whole)), at_risk["artifacts"]))
    together = hstack(grids, format="csr")
    sums = _split(np.asarray(together.sum(axis=0)), horizon, rules)
    drawn = _split(resampled_sums(together, rules.draws, np.random.default_rng([rules.seed, order])), horizon, rules)
    table = pd.DataFrame({"week": np.arange(horizon), "at_risk": sums[2][0].astype(int)})
    means = {}
    for name, total, draws in zip(SERIES, sums, drawn, strict=False):
        means[name] = ratio(draws, drawn[2])
        squares = tally(place[1], inside[f"{columns[name]}_squares"].to_numpy(), horizon)
        _write(table, name, total[0], sums[2][0], squares, means[name], rules)
    return Curve(table, means, int(at_risk["artifacts"].sum()))


def _grid(shape: tuple[int, int], place: tuple[np.ndarray, np.ndarray], values: pd.Series) -> csr_matrix:
    return csr_matrix((values.to_numpy(dtype=float), place), shape=shape)


def _split(sums: Array, horizon: int, rules: Rules) -> list[Array]:
    """Split sums into both series and the number at risk: all artifacts whose whole weeks reach beyond the week."""
    series, rest = [sums[:, :horizon], sums[:, horizon : 2 * horizon]], sums[:, 2 * horizon :]
    if rules.lifecycle_denominator == "active":
        return [*series, rest]
    return [*series, np.cumsum(rest[:, ::-1], axis=1)[:, ::-1][:, 1:]]


def _write(table: pd.DataFrame, name: str, total: Array, n: Array, squares: Array, drawn: Array, rules: Rules) -> None:
    """Add a series' mean, its interval and its simultaneous band to the table."""
    mean = ratio(total, n)
    half = normal_half_width(n, total, squares)
    if rules.lifecycle_interval == "normal":
        low, high = mean - half, mean + half
    else:
        low, high = middle(drawn) if drawn.shape[1] else (drawn[0], drawn[0])
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
    selected, followed = (
        curve(_of(tables["at_risk"], which), _of(tables["weeks"], which), rules, order)
        for order, which in enumerate(("selected", "followed"))
    )
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
        f"An artifact that lives at least {rules.lifecycle_min_days} days draws {between(first)} comments "
        f"in its first week and {between(later)} a week in weeks 8 to 13: {between(left, 100, ' %')} of the start. "
        "The tail of this curve is made by its own selection; "
        f"of all {plain(float(followed.artifacts))} artifacts followed as long, "
        f"{between(numbers['all_share_left'], 100, ' %')} is left."
    )
    tail = (
        f"The {rules.lifecycle_min_days}-day rule makes its own tail: most artifacts that it selects "
        "have one interaction after that day. "
        f"The selected curve is not to be interpreted after week {rules.lifecycle_readable_weeks}."
    )
    notes = [tail]
    if rules.lifecycle_denominator == "active":
        notes.append(
            "Only artifacts active in the week are counted, so no mean is below 1: for reading, not for a headline."
        )
    return Finding(
        numbers, {"weeks": selected.table, "all_weeks": followed.table}, sentence, selected.artifacts, tuple(notes)
    )


def _of(table: pd.DataFrame, which: str) -> pd.DataFrame:
    return table[table[which] == 1]


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
    """Both curves with pointwise interval and simultaneous band; in grey, all artifacts followed as long."""
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
        end = max(limit, days.max() if len(days) else limit)
        axis.axvspan(limit, end, color="#000000", alpha=0.06, lw=0, label="not to be read: made by the selection")
        axis.set_ylim(bottom=0)
        axis.set_ylabel(f"{name} per artifact\nand week (mean)")
        axis.legend(loc="upper right")
    axes[-1].set_xlabel("days since the first interaction")


QUESTION = Question(
    name="lifecycle",
    asks="How does engagement with an artifact change over its life?",
    cites=Citation(section="4.1", figure="1", methods="3"),
    measure=measure,
    estimate=estimate,
    draw=draw,
    rules=("lifecycle_",),
    unordered=frozenset({"at_risk", "weeks"}),
    rows=2,
    size=(6.4, 5.6),
    columns={
        "week": "whole weeks since the artifact's first interaction",
        "at_risk": "artifacts that the mean is over",
        "comments": "mean interactions per artifact and week, zeros included",
        "contributors": "mean distinct people per artifact and week, zeros included",
        "*_low, *_high": "ends of the pointwise 95 % interval",
        "*_band_low, *_band_high": "ends of the simultaneous 95 % band (sup-t)",
        "comments_normal_half_width, contributors_normal_half_width": (
            "1.96 standard errors across artifacts, as if they were independent"
        ),
    },
)
