"""What the questions of governance share: shares of models, and their communities side by side (methods, section 9).

Owners publish many models alike, so every interval is by bootstrap over owners.
"""

from collections.abc import Iterable, Mapping, Sequence

import narwhals.stable.v2 as nw
import numpy as np
import pandas as pd

from openlives.errors import NothingToAskError
from openlives.measures import weeks
from openlives.measures.engine import Frame, grouped
from openlives.measures.frames import OPTIONAL, Frames, small
from openlives.questions import decline
from openlives.questions.question import Number, between
from openlives.rules import Rules
from openlives.stats.intervals import (
    Array,
    Interval,
    cluster_sums,
    percentile,
    ratio,
    resampled_kinds,
    resampled_sums,
    wilson,
)

UNKNOWN = "unknown"
SEEN = ("yes", "partial", "no")
CAUTION = "Licence, gate and card are as last seen, not as they were when somebody wrote; no number here is a cause."
SHARE_COLUMNS = {
    "yes": "models of which it is so",
    "known": "models of which it is known whether it is so",
    "unknown": "models of which it is not known",
    "share, share_low, share_high": "yes / known, with the 95 % interval by bootstrap over owners",
    "active_yes, active_known, active_unknown": "the same among models with an interaction in the window",
    "active_share, active_share_low, active_share_high": "the same among models with an interaction in the window",
}
COMMUNITY_COLUMNS = {
    "models": "models with an interaction in the window",
    "score, score_low, score_high": "mean persistence score (person-weeks), with its 95 % interval",
    "weeks, weeks_low, weeks_high": "mean calendar weeks with a contributor, with its 95 % interval",
    "contributors, contributors_low, contributors_high": "mean contributors, with their 95 % interval",
    "communities": "models large and long enough for a trend (rules of `decline`)",
    "declining, declining_low, declining_high": "share of these with Kendall's tau below 0, with its 95 % interval",
}
COUNTS = ("yes", "known", "models", "active_yes", "active_known", "active_models")
SUMS = ("models", "communities", "score", "weeks", "contributors", "declining")
Items = Mapping[str, tuple[nw.Expr, nw.Expr]]


def models(frames: Frames, *columns: str) -> Frame:
    """Columns of the register with `name`, `owner`, `outcome`, and `active`: whether somebody wrote (0 or 1)."""
    about = frames.artifacts.select("artifact", "name", "outcome", owner="owner_key")
    active = frames.lives.select("artifact", active=nw.lit(1))
    chosen = frames.openness.select("artifact", *columns).join(about, on="artifact", how="inner")
    joined = chosen.join(active, on="artifact", how="left").with_columns(
        active=nw.col("active").fill_null(0).cast(nw.Int64)
    )
    found = frames.share(joined.with_columns(nw.col(name).fill_null(UNKNOWN) for name in columns if name != "words"))
    if small(found.select("artifact").head(1)).empty:
        raise NothingToAskError("The collection knows of no model", todo=OPTIONAL["openness"])
    return found


def values(models: Frame, column: str) -> list[str]:
    """Values of a column, the most frequent first."""
    counted = small(grouped(models, column, n=nw.len()))
    return list(counted.sort_values(["n", column], ascending=[False, True])[column])


def is_value(column: str, names: Iterable[str]) -> Items:
    """One item for each value of a column: known of every model, since `unknown` is a value of its own."""
    return {name: (nw.col(column) == name, ~nw.col("artifact").is_null()) for name in names}


def observed(
    column: str, *, yes: Sequence[str] = ("yes", "partial"), known: Sequence[str] = SEEN
) -> tuple[nw.Expr, nw.Expr]:
    """An item of an outcome: what was observed at least in part, and where it could have been."""
    return nw.col(column).is_in(list(yes)), nw.col(column).is_in(list(known))


def tallies(models: Frame, items: Items) -> Frame:
    """Kinds of owners by item: `yes`, `known`, `models`, the same of active models, and how many `owners` are alike."""
    return nw.concat([_kinds(models, *item).with_columns(item=nw.lit(name)) for name, item in items.items()])


def _kinds(models: Frame, yes: nw.Expr, known: nw.Expr) -> Frame:
    def flag(condition: nw.Expr) -> nw.Expr:
        return condition.cast(nw.Int64)

    flags = models.with_columns(yes=flag(yes & known), known=flag(known), models=nw.lit(1))
    part = {f"active_{name}": nw.col(name) * nw.col("active") for name in ("yes", "known", "models")}
    owned = grouped(flags.with_columns(**part), "owner", **{name: nw.col(name).sum() for name in COUNTS})
    return grouped(owned, *COUNTS, owners=nw.len())


def shares(found: pd.DataFrame, order: Sequence[str], rules: Rules, stream: int) -> pd.DataFrame:
    """Shares of models by item, all and active, each with its interval; items that nothing is known of stay."""
    rows = [_share(name, found[found["item"] == name], rules, [stream, n]) for n, name in enumerate(order)]
    return pd.DataFrame(rows)


def _share(name: str, kinds: pd.DataFrame, rules: Rules, stream: list[int]) -> dict[str, object]:
    rng, row = np.random.default_rng([rules.seed, *stream]), dict[str, object](item=name)
    owners = kinds["owners"].to_numpy(dtype=float)
    for prefix in ("", "active_"):
        counts = kinds[[f"{prefix}{part}" for part in ("yes", "known", "models")]].to_numpy(dtype=float)
        yes, known, everything = (int(n) for n in owners @ counts)
        row |= {f"{prefix}yes": yes, f"{prefix}known": known, f"{prefix}unknown": everything - known}
        both, alike = np.unique(counts[:, :2], axis=0, return_inverse=True)  # fewer kinds, sooner drawn
        many: Array = np.bincount(alike.ravel(), weights=owners, minlength=len(both)).astype(float)
        drawn = resampled_kinds(both, many, rules.draws, rng)
        row |= ends(f"{prefix}share", share_of(both, many, drawn))
    return row


def share_of(counts: Array, owners: Array, drawn: Array) -> Interval:
    """A share (yes, known) over draws of owners; where no draw can differ, Wilson's with as many trials as owners."""
    yes, known = owners @ counts
    trials = owners[counts[:, 1] > 0].sum()
    if trials > 1 and 0 < yes < known:
        return percentile(yes / known, ratio(drawn[:, 0], drawn[:, 1]))
    return wilson(trials * (yes > 0), trials) if yes in {0, known} else Interval(yes / known)


def communities(frames: Frames, rules: Rules, models: Frame, column: str) -> dict[str, Frame]:
    """Active models with the `value` of a column, their score, weeks and contributors; and what trends rest on."""
    visits = frames.share(weeks.calendar_visits(frames.interactions))
    somebody = visits.filter(~nw.col("person").is_null()).select("artifact", "week").unique()
    active = models.filter(nw.col("active") == 1).select("artifact", "owner", value=column)
    counted = (
        active.join(frames.lives.select("artifact", contributors="participants"), on="artifact", how="left")
        .join(weeks.persistence(visits), on="artifact", how="left")
        .join(grouped(somebody, "artifact", weeks=nw.len()), on="artifact", how="left")
    )
    found = counted.with_columns(nw.col("score", "weeks", "contributors").fill_null(0).cast(nw.Int64))
    return {"communities": found, **decline.measure(frames, rules)}


def side_by_side(tables: Mapping[str, pd.DataFrame], order: Sequence[str], rules: Rules, stream: int) -> pd.DataFrame:
    """What the communities of each value are like: means and the share that declines, with intervals over owners."""
    trends = decline.trends(tables["lives"], tables["visits"], rules).lives.set_index("artifact")["tau"].dropna()
    each = tables["communities"].assign(models=1)
    each["communities"] = each["artifact"].isin(trends.index).astype(int)
    each["declining"] = each["artifact"].isin(trends.index[trends < 0]).astype(int)
    rows = [_alike(name, each[each["value"] == name], rules, [stream, n]) for n, name in enumerate(order)]
    return pd.DataFrame(rows)


def _alike(name: str, members: pd.DataFrame, rules: Rules, stream: list[int]) -> dict[str, object]:
    sums = cluster_sums(members[list(SUMS)].to_numpy(dtype=float), members["owner"].to_numpy(dtype=np.int64))
    drawn = resampled_sums(sums, rules.draws, np.random.default_rng([rules.seed, *stream]))
    models, trends = int(sums[:, 0].sum()), int(sums[:, 1].sum())
    row: dict[str, object] = {"value": name, "models": models}
    for place, measure in enumerate(SUMS[2:-1], start=2):
        mean = sums[:, place].sum() / models if models else float("nan")
        row |= ends(measure, percentile(mean, ratio(drawn[:, place], drawn[:, 0])) if len(sums) > 1 else Interval(mean))
    falling = share_of(sums[:, [-1, 1]], np.ones(len(sums)), drawn[:, [-1, 1]])
    return {**row, "communities": trends, **ends("declining", falling)}


def ends(name: str, interval: Interval) -> dict[str, object]:
    """Give an interval as three columns."""
    return {name: interval.value, f"{name}_low": interval.low, f"{name}_high": interval.high}


def share_numbers(table: pd.DataFrame, what: str, labels: Mapping[str, str], key: str = "share") -> dict[str, Number]:
    """Numbers of a table of shares: of all models, and of those with an interaction."""
    found = {}
    for row in table.to_dict("records"):
        for prefix, among in (("", "models"), ("active_", "models with an interaction")):
            value, low, high = (row[f"{prefix}share{end}"] for end in ("", "_low", "_high"))
            meaning = f"share of {among}, {what}{labels.get(row['item'], row['item'])}"
            found[f"{prefix}{key}_{named(row['item'])}"] = Number.of(Interval(value, low, high), meaning)
    return found


def community_numbers(table: pd.DataFrame, what: str, labels: Mapping[str, str]) -> dict[str, Number]:
    """Numbers of communities side by side: mean score, and the share that declines."""
    found = {}
    for row in table.to_dict("records"):
        for measure, meaning, n in (
            ("score", "mean persistence score", row["models"]),
            ("declining", "share with tau below 0", row["communities"]),
        ):
            interval = Interval(row[measure], row[f"{measure}_low"], row[f"{measure}_high"])
            about = f"{meaning}, {what}{labels.get(row['value'], row['value'])} (n = {n:,})"
            found[f"{measure}_{named(row['value'])}"] = Number.of(
                interval, about, "person-weeks" if measure == "score" else ""
            )
    return found


def named(value: str) -> str:
    """Give a value as a part of a number's name."""
    return "".join(c if c.isalnum() else "_" for c in value)


def percent(number: Number) -> str:
    """Write a share in percent with its interval, for a sentence."""
    return between(number, 100, " %")
