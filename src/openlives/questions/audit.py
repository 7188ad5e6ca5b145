"""What the questions of governance share: shares of models, and their communities side by side (methods, section 9).

Owners publish many models alike, so every interval is by bootstrap over owners.
"""

from collections.abc import Iterable, Mapping, Sequence

import narwhals.stable.v2 as nw
import numpy as np
import pandas as pd

from openlives.errors import NothingToAskError
from openlives.measures.engine import Frame, grouped, lazy
from openlives.measures.frames import OPTIONAL, Frames, small
from openlives.questions import decline
from openlives.questions.counted import Counted
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
SUMS = ("models", "communities", "score", "weeks", "contributors", "declining")
UNORDERED = frozenset({"owned"})
Items = Mapping[str, tuple[nw.Expr, nw.Expr]]


def alike(frames: Frames) -> Frame:
    """Kinds of models in the register: a profile, `active` (whether somebody wrote, 0 or 1), and how many `models`.

    Each has its number, `alike`, by which `tallies` knows its models.
    """
    kinds = grouped(frames.owned, "profile", "active", models=nw.col("models").sum())
    known = frames.profiles.filter(nw.col("registered") == 1)
    found = frames.share(kinds.join(known, on="profile", how="inner").with_columns(alike=number()))
    if small(found.select("alike").head(1)).empty:
        raise NothingToAskError("The collection knows of no model", todo=OPTIONAL["openness"])
    return found


def number() -> nw.Expr:
    """Number the kinds of models."""
    return nw.col("profile") * 2 + nw.col("active")


def owned(frames: Frames) -> Frame:
    """How many models of each kind an owner has."""
    return frames.owned.select("owner", "models", alike=number())


def values(alike: Frame, column: str) -> list[str]:
    """Values of a column, the most frequent among models first."""
    counted = small(grouped(alike, column, n=nw.col("models").sum()))
    return list(counted.sort_values(["n", column], ascending=[False, True])[column])


def is_value(column: str, names: Iterable[str]) -> Items:
    """One item for each value of a column: known of every model, since `unknown` is a value of its own."""
    return {name: (nw.col(column) == name, every()) for name in names}


def every() -> nw.Expr:
    """What is known of every model."""
    return ~nw.col("alike").is_null()


def observed(
    column: str, *, yes: Sequence[str] = ("yes", "partial"), known: Sequence[str] = SEEN
) -> tuple[nw.Expr, nw.Expr]:
    """An item of an outcome: what was observed at least in part, and where it could have been."""
    return nw.col(column).is_in(list(yes)), nw.col(column).is_in(list(known))


def tallies(owned: Frame, alike: Frame, **asked: Items) -> dict[str, Frame]:
    """What `shares` counts by owner: which kinds of models have which items, and how many of each an owner has.

    `owned` has `owner`, `alike` and `models`; every item has its place in `items`, and two columns in `kinds`.
    """
    items = [(tally, name) for tally, each in asked.items() for name in each]
    flags = {
        f"{part}_{place}": flag.cast(nw.Int64)
        for place, (tally, name) in enumerate(items)
        for part, flag in zip(("yes", "known"), asked[tally][name], strict=True)
    }
    return {
        "owned": owned.select("owner", "alike", "models"),
        "kinds": alike.select("alike", "active", **flags),
        "items": lazy(pd.DataFrame([(n, *item) for n, item in enumerate(items)], columns=["place", "tally", "item"])),
    }


def shares(counted: Counted, tally: str, order: Sequence[str], rules: Rules, stream: int) -> pd.DataFrame:
    """Shares of models by item, all and active, each with its interval; items that nothing is known of stay."""
    return pd.DataFrame([_share(counted, (tally, name), rules, [stream, n]) for n, name in enumerate(order)])


def _share(counted: Counted, item: tuple[str, str], rules: Rules, stream: list[int]) -> dict[str, object]:
    rng, row = np.random.default_rng([rules.seed, *stream]), dict[str, object](item=item[1])
    for prefix, rows in zip(("", "active_"), counted.rows, strict=True):
        both, owners = counted.kinds(item, rows)
        yes, known = (int(n) for n in owners @ both)
        row |= {f"{prefix}yes": yes, f"{prefix}known": known, f"{prefix}unknown": int(rows.models.sum()) - known}
        needed = 0 < yes < known  # all or nothing does not differ by draw, nor among a part of these models
        drawn = resampled_kinds(both, owners, rules.draws, rng) if needed else np.zeros((rules.draws, 2))
        row |= ends(f"{prefix}share", share_of(both, owners, drawn))
    return row


def share_of(counts: Array, owners: Array, drawn: Array) -> Interval:
    """A share (yes, known) over draws of owners; where no draw can differ, Wilson's with as many trials as owners."""
    yes, known = owners @ counts
    trials = owners[counts[:, 1] > 0].sum()
    if trials > 1 and 0 < yes < known:
        return percentile(yes / known, ratio(drawn[:, 0], drawn[:, 1]))
    return wilson(trials * (yes > 0), trials) if yes in {0, known} else Interval(yes / known)


def communities(frames: Frames, rules: Rules, column: str) -> dict[str, Frame]:
    """Active models with the `value` of a column, their score, weeks and contributors; and what trends rest on."""
    known = frames.profiles.filter(nw.col("registered") == 1).select("profile", value=column)
    found = (
        frames.lives.select("artifact", contributors="participants")
        .join(frames.models, on="artifact", how="inner")
        .join(known, on="profile", how="inner")
        .join(frames.presence, on="artifact", how="left")
        .with_columns(nw.col("score", "weeks", "contributors").fill_null(0).cast(nw.Int64))
    )
    columns = ("artifact", "owner", "value", "score", "weeks", "contributors")
    return {"communities": found.select(*columns), **decline.measure(frames, rules)}


def side_by_side(tables: Mapping[str, pd.DataFrame], order: Sequence[str], rules: Rules, stream: int) -> pd.DataFrame:
    """What the communities of each value are like: means and the share that declines, with intervals over owners."""
    found = decline.trends(tables["lives"], tables["visits"], rules, with_p=False).lives
    trends = found.set_index("artifact")["tau"].dropna()
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
