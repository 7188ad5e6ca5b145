"""How does the platform grow while its models fade? (§4.2)"""

import narwhals.stable.v2 as nw
import numpy as np
import pandas as pd

from openlives.measures.clock import DAY, add_months, date, divmod_month, with_month
from openlives.measures.engine import Frame
from openlives.measures.frames import Frames
from openlives.measures.lives import is_somebody
from openlives.questions.question import Answer, AxesGrid, Citation, Finding, Number, Question, Tables, between
from openlives.questions.style import BLUE, ORANGE, thousands
from openlives.rules import Rules
from openlives.stats.intervals import Array, percentile, ratio, resampled_kinds


def ends(rules: Rules) -> tuple[tuple[int, int], tuple[int, int]]:
    """Give the first and the last months of the window, in seconds; they may overlap in a short one."""
    since, until = rules.window
    return (since, add_months(since, rules.growth_months)), (add_months(until, -rules.growth_months), until)


def measure(frames: Frames, rules: Rules) -> dict[str, Frame]:
    """Interactions, active artifacts and releases by owner at either end, and all by month."""
    (a, b), (c, d) = ends(rules)
    time = nw.col("time")
    at_ends = frames.interactions.filter((time < b) | (time >= c))
    first, last = (time < b).cast(nw.Int64), (time >= c).cast(nw.Int64)
    per_artifact = at_ends.with_columns(first=first, last=last).group_by("artifact").agg(nw.col("first", "last").sum())
    owned = per_artifact.join(frames.lives.select("artifact", "owner"), on="artifact", how="inner")
    flags = {"first_active": (nw.col("first") > 0).cast(nw.Int64), "last_active": (nw.col("last") > 0).cast(nw.Int64)}
    created = nw.col("created")
    released = frames.artifacts.filter(created >= a, created < d, (created < b) | (created >= c)).select(
        owner="owner_key", first=(created < b).cast(nw.Int64), last=(created >= c).cast(nw.Int64)
    )
    monthly = frames.share(with_month(frames.interactions).select("month", "artifact", "person"))
    return {
        "ends": _kinds_of_owners(owned.with_columns(**flags), ["first", "last", "first_active", "last_active"]),
        "released": _kinds_of_owners(released, ["first", "last"]),
        "rests": per_artifact.select(artifacts=nw.len().cast(nw.Int64)),
        "known": frames.artifacts.select(
            listed=nw.col("listed").cast(nw.Int64).sum().cast(nw.Int64),
            dated=(~created.is_null() & nw.col("listed")).cast(nw.Int64).sum().cast(nw.Int64),
        ),
        "months": monthly.group_by("month").agg(interactions=nw.len().cast(nw.Int64)),
        "active": monthly.group_by("month", "artifact")
        .agg(n=nw.len())
        .group_by("month")
        .agg(active=nw.len().cast(nw.Int64)),
        "people": monthly.group_by("month", "person")
        .agg(n=nw.len())
        .group_by("month")
        .agg(people=is_somebody().sum().cast(nw.Int64)),
        "releases": _by_month(frames.artifacts.filter(created >= a, created < d)),
    }


def _by_month(released: Frame) -> Frame:
    """Artifacts created in each month: counted by day first, so that the calendar is asked about days only."""
    days = released.with_columns(day=nw.col("created") // DAY).group_by("day").agg(released=nw.len().cast(nw.Int64))
    monthly: Frame = with_month(days.with_columns(time=nw.col("day") * DAY))
    return monthly.group_by("month").agg(released=nw.col("released").sum().cast(nw.Int64))


def _kinds_of_owners(frame: Frame, columns: list[str]) -> Frame:
    """Add up an owner's artifacts, and count the owners with the same sums: all that a bootstrap over owners needs."""
    owners = frame.group_by("owner").agg(nw.col(*columns).sum().cast(nw.Int64))
    return owners.group_by(*columns).agg(owners=nw.len().cast(nw.Int64))


def estimate(tables: Tables, rules: Rules) -> Finding:
    """Change between the two ends of the window in percent, by bootstrap over owners, with the monthly series."""
    both = _resampled(tables["ends"], rules, 4)
    first, last, first_active, last_active = both.T
    change, before, after = 100 * (ratio(last, first) - 1), ratio(first, first_active), ratio(last, last_active)
    census = tables["known"].iloc[0]
    (a, b), (c, d) = ends(rules)
    numbers = {
        "first_interactions": Number(first[0], f"interactions, {date(a)} to {date(b)}", "interactions"),
        "last_interactions": Number(last[0], f"interactions, {date(c)} to {date(d)}", "interactions"),
        "change": Number.of(percentile(change[0], change[1:]), "change in interactions", "%"),
        "first_per_artifact": Number.of(
            percentile(before[0], before[1:]), "interactions per active artifact, first months"
        ),
        "last_per_artifact": Number.of(
            percentile(after[0], after[1:]), "interactions per active artifact, last months"
        ),
        **_releases(tables["released"], bool(census["listed"] > 0 and census["dated"] == census["listed"]), rules),
    }
    sentence = (
        f"The last {rules.growth_months} months have {between(numbers['change'], unit=' %')} more interactions "
        f"than the first, and {between(numbers['last_per_artifact'])} for each artifact active in them, "
        f"against {between(numbers['first_per_artifact'])}. "
        "The choice of window moves this change a lot: read it with the monthly series."
    )
    if (change[0] if np.isfinite(change[0]) else 0) < 0:
        sentence = sentence.replace("more interactions than", "change in interactions against")
    notes = () if c >= b else ("The first and the last months overlap: the window is too short for this comparison.",)
    return Finding(
        numbers, {"months": _months(tables, rules)}, sentence, int(tables["rests"]["artifacts"].iloc[0]), notes
    )


def _resampled(kinds: pd.DataFrame, rules: Rules, order: int) -> Array:
    """The sums, and below them those of each draw of owners."""
    sums, owners = kinds.drop(columns="owners").to_numpy(dtype=float), kinds["owners"].to_numpy(dtype=float)
    drawn = resampled_kinds(sums, owners, rules.draws, np.random.default_rng([rules.seed, order]))
    return np.vstack([owners @ sums, drawn])


def _releases(released: pd.DataFrame, census: bool, rules: Rules) -> dict[str, Number]:
    """Artifacts created at either end: known only where a census gives the date of every artifact."""
    meaning = ("artifacts created, first months", "artifacts created, last months", "change in artifacts created")
    if not census:
        return {
            k: Number(None, m, u)
            for k, m, u in zip(
                ("first_created", "last_created", "change_created"),
                meaning,
                ("artifacts", "artifacts", "%"),
                strict=True,
            )
        }
    both = _resampled(released, rules, 5)
    change = 100 * (ratio(both[:, 1], both[:, 0]) - 1)
    return {
        "first_created": Number(both[0, 0], meaning[0], "artifacts"),
        "last_created": Number(both[0, 1], meaning[1], "artifacts"),
        "change_created": Number.of(percentile(change[0], change[1:]), meaning[2], "%"),
    }


def _months(tables: Tables, rules: Rules) -> pd.DataFrame:
    """All months of the window, empty ones as zero; those that the window covers in part are marked."""
    since, until = rules.window
    first, last = pd.Timestamp(since, unit="s"), pd.Timestamp(until - 1, unit="s")
    index = range(first.year * 12 + first.month - 1, last.year * 12 + last.month)
    months = pd.DataFrame({"month": list(index)})
    for name in ("months", "active", "people", "releases"):
        months = months.merge(tables[name], on="month", how="left")
    starts = [pd.Timestamp(*divmod_month(m), 1) for m in index]
    whole = [s.timestamp() >= since and (s + pd.DateOffset(months=1)).timestamp() <= until for s in starts]
    counts = months.drop(columns="month").fillna(0).astype(int)
    return pd.concat([pd.DataFrame({"month": [f"{s:%Y-%m}" for s in starts], "whole": whole}), counts], axis=1)


def draw(answer: Answer, axes: AxesGrid, _part: str) -> None:
    """Monthly interactions and, below, what is said on each active artifact; months covered in part are pale."""
    table = answer.table
    place = np.arange(len(table))
    alpha = np.where(table["whole"], 0.9, 0.35)
    for row in place:
        axes[0].bar(place[row], table["interactions"][row], color=BLUE, alpha=float(alpha[row]))
    axes[0].set_ylabel("interactions\na month")
    thousands(axes[0].yaxis)
    per_artifact = table["interactions"] / table["active"].where(table["active"] > 0)
    axes[1].plot(place, per_artifact, color=ORANGE, marker="o", ms=3)
    axes[1].set_ylim(bottom=0)
    axes[1].set_ylabel("interactions per artifact\nactive in the month")
    step = max(1, len(table) // 8)
    axes[1].set_xticks(place[::step], table["month"][::step], rotation=30, ha="right")
    axes[1].set_xlabel("month (pale: not wholly in the window)")


QUESTION = Question(
    name="growth",
    asks="How does the platform grow while its artifacts fade?",
    cites=Citation(section="4.2", methods="6"),
    measure=measure,
    estimate=estimate,
    draw=draw,
    rules=("growth_",),
    rows=2,
    size=(6.4, 4.6),
    columns={
        "month": "calendar month, UTC",
        "whole": "whether the window covers the whole month",
        "interactions": "interactions in the month",
        "active": "artifacts with an interaction in the month",
        "people": "people who took part in the month",
        "released": "artifacts created in the month, as far as their dates are known",
    },
)
