"""How much of the talk round gated models is about the gate, and what changes as it comes or goes (methods, 9)."""

from collections.abc import Sequence

import narwhals.stable.v2 as nw
import numpy as np
import pandas as pd

from openlives.measures.access import ways_around
from openlives.measures.clock import DAY, date
from openlives.measures.engine import Frame, grouped, lazy
from openlives.measures.frames import Frames
from openlives.questions import audit
from openlives.questions.question import Number
from openlives.rules import Rules
from openlives.stats.intervals import Interval, cluster_sums, percentile, ratio, resampled_sums

GATED = ("auto", "manual")
MONTH = 30  # days
COLUMNS = {
    "threads": "discussions opened in the window",
    "access": "of these, about access, by written cues",
    "share, share_low, share_high": "access / threads, or yes / known, with its 95 % interval by bootstrap over owners",
    "name": "model",
    "num": "number of the discussion",
    "gate": "gate of the model, as last seen",
    "opened": "day it was opened",
    "comments": "comments in it, in the window",
    "people": "people who wrote them",
    "ways_around": "comments that point to a copy by somebody else",
    "gated_days, open_days": "days in which it was seen with a gate, and without one, at both ends",
    "gated_access, open_access": "discussions about access opened on those days",
    "difference": "access discussions per 30 days with the gate, less those without",
}


def changing(frames: Frames) -> Frame:
    """Looks at models seen both with a gate and without: `artifact`, `name`, `owner`, `observed`, `gated` (0, 1)."""
    if frames.tables.get("snapshots") is None:
        return lazy(pd.DataFrame(columns=["artifact", "name", "owner", "observed", "gated"]))
    gated = (nw.col("gate") != "none").cast(nw.Int64)
    seen = frames.snapshots.filter(~nw.col("gate").is_null()).select("artifact", "observed", gated=gated)
    ends = grouped(seen, "artifact", least=nw.col("gated").min(), most=nw.col("gated").max())
    varied = ends.filter(nw.col("least") < nw.col("most"))
    looks = grouped(seen.join(varied, on="artifact", how="semi"), "artifact", "observed", gated=nw.col("gated").max())
    return looks.join(frames.artifacts.select("artifact", "name", owner="owner_key"), on="artifact", how="inner")


def by_gate(threads: pd.DataFrame, order: Sequence[str], rules: Rules) -> pd.DataFrame:
    """Discussions and those about access, by gate, with the share and its interval over owners."""
    rows = []
    for place, gate in enumerate(order):
        rows.append({"value": gate, **_rate(threads[threads["gate"] == gate], rules, [46, place])})
    return pd.DataFrame(rows)


def _rate(threads: pd.DataFrame, rules: Rules, stream: list[int]) -> dict[str, object]:
    sums = cluster_sums(threads[["access", "threads"]].to_numpy(dtype=float), threads["owner"].to_numpy(dtype=np.int64))
    drawn = resampled_sums(sums, rules.draws, np.random.default_rng([rules.seed, *stream]))
    found = audit.share_of(sums, np.ones(len(sums)), drawn)
    counts = {"models": len(threads), "threads": int(threads["threads"].sum()), "access": int(threads["access"].sum())}
    return {**counts, **audit.ends("share", found)}


def asked(asked: pd.DataFrame, elsewhere: pd.DataFrame) -> pd.DataFrame:
    """Every discussion about access, the longest first, with how many of its comments point round the gate."""
    pointing = elsewhere[ways_around(elsewhere)] if len(elsewhere) else elsewhere
    around = asked["thread"].map(pointing.groupby("thread").size()).fillna(0).astype(int)
    table = asked.assign(ways_around=around, opened=[date(int(time)) for time in asked["time"]])
    table = table.sort_values(["comments", "name", "num"], ascending=[False, True, True], ignore_index=True)
    return table[["name", "num", "gate", "opened", "comments", "people", "ways_around"]]


def numbers(asked: pd.DataFrame, threads: pd.DataFrame, rules: Rules) -> dict[str, Number]:
    """Talk about access among models with a gate and without, and the ways round it."""
    found = {}
    for place, (name, gates, about) in enumerate(
        (("gated", GATED, "models with a gate"), ("open", ("none",), "models without a gate"))
    ):
        rate = _rate(threads[threads["gate"].isin(gates)], rules, [47, place])
        interval = Interval(*(float(str(rate[f"share{end}"])) for end in ("", "_low", "_high")))
        found[f"threads_{name}"] = Number(float(str(rate["threads"])), f"discussions of {about}", "discussions")
        found[f"access_{name}"] = Number.of(interval, f"share of these that are about access, {about}")
    every = {"access_threads": len(asked), "ways_around": int((asked["ways_around"] > 0).sum())}
    meanings = ("discussions about access, of all models", "of these, with a comment that points to a copy elsewhere")
    found |= {k: Number(float(v), m, "discussions") for (k, v), m in zip(every.items(), meanings, strict=True)}
    return found


def over_changes(snapshots: pd.DataFrame, asked: pd.DataFrame, rules: Rules) -> tuple[pd.DataFrame, dict[str, Number]]:
    """Access discussions per 30 days while a model was seen with its gate and while without, paired within model.

    A span counts where the looks at both its ends agree; what lies between two that differ is not known.
    """
    since, until = rules.window
    rows = []
    for (artifact, name, owner), seen in snapshots.sort_values("observed").groupby(["artifact", "name", "owner"]):
        times = asked["time"][asked["artifact"] == artifact].to_numpy()
        row = _spans(seen["observed"].to_numpy().clip(since, until), seen["gated"].to_numpy(), times)
        if row["gated_days"] and row["open_days"]:
            rows.append({"owner": owner, "name": name, **row})
    table = pd.DataFrame(rows, columns=["owner", "name", "gated_days", "open_days", "gated_access", "open_access"])
    rate = {k: table[f"{k}_access"] / table[f"{k}_days"] * MONTH for k in ("gated", "open")}
    table["difference"] = rate["gated"] - rate["open"]
    both = np.stack([table["difference"], np.ones(len(table))], axis=1).astype(float)
    sums = cluster_sums(both, table["owner"].to_numpy(dtype=np.int64))
    drawn = resampled_sums(sums, rules.draws, np.random.default_rng([rules.seed, 48]))
    mean = float(table["difference"].mean()) if len(table) else float("nan")
    paired = percentile(mean, ratio(drawn[:, 0], drawn[:, 1])) if len(sums) > 1 else Interval(mean)
    meaning = f"access discussions with a gate less those without, within {len(table)} models"
    return table.drop(columns="owner"), {"gate_difference": Number.of(paired, meaning, "per 30 days")}


def _spans(observed: np.ndarray, gated: np.ndarray, times: np.ndarray) -> dict[str, float]:
    row = dict.fromkeys(("gated_days", "open_days", "gated_access", "open_access"), 0.0)
    for start, end, one, two in zip(observed[:-1], observed[1:], gated[:-1], gated[1:], strict=True):
        if one == two:
            kind = "gated" if one else "open"
            row[f"{kind}_days"] += (end - start) / DAY
            row[f"{kind}_access"] += float(((times >= start) & (times < end)).sum())
    return row
