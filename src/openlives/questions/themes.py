"""What do people speak of, where, when in a model's life, and who? (§4.3)"""

import narwhals.stable.v2 as nw
import numpy as np
import pandas as pd

from openlives.coding.table import NO_THEME
from openlives.measures.engine import Frame
from openlives.measures.frames import Frames
from openlives.questions.question import (
    Answer,
    AxesGrid,
    Citation,
    Finding,
    Number,
    Question,
    Tables,
    between,
    known,
    single,
)
from openlives.questions.style import INK
from openlives.rules import Rules
from openlives.stats.intervals import cluster_sums, percentile, ratio, resampled_sums

QUARTER = 13  # weeks
GROUPS = ("model", "role", "licence", "gate", "quadrant", "quarter of life")
KEPT = ("unit", "thread", "model", "week", "role", "licence", "gate", "quadrant", "theme", "code", "person")


def measure(frames: Frames, _rules: Rules) -> dict[str, Frame]:
    """Give each comment of the window and its codes, with who wrote it, under this reading of `people`."""
    said = frames.interactions.select("id", "time", "person").filter(~nw.col("id").is_null())
    coded = frames.table("codings").filter(nw.col("negative") == 0)
    joined = coded.join(said, left_on=["event", "time"], right_on=["id", "time"], how="inner")
    return {"codings": joined.select(*KEPT)}


def estimate(tables: Tables, rules: Rules) -> Finding:
    """Shares of the coded comments that speak of each theme, over all and by group, with intervals over threads."""
    table = tables["codings"].astype({"week": "Int64", "person": "Int64"})
    table = table.sort_values([name for name in KEPT if name != "person"], ignore_index=True)
    table["quarter of life"] = (table["week"] // QUARTER + 1).astype(str).replace("<NA>", "not known")
    themes = table.groupby("theme")["unit"].nunique().sort_values(ascending=False, kind="stable").index.tolist()
    themes.sort(key=NO_THEME.__eq__)  # last
    whole = _shares(table.assign(all="all"), "all", themes, rules, 60).drop(columns=["by", "value"])
    whole = whole.merge(_spread(table), on="theme", how="left")
    groups = [_shares(table, by, themes, rules, 61 + place) for place, by in enumerate(GROUPS)]
    weeks = table.groupby(["theme", "week"], as_index=False).agg(comments=("unit", "nunique")).astype({"week": int})
    base = table.groupby("week")["unit"].nunique()
    weeks["coded"] = weeks["week"].map(base).astype(int)
    weeks["share"] = weeks["comments"] / weeks["coded"]
    numbers = {
        "comments": Number(float(table["unit"].nunique()), "comments that were coded", "comments"),
        "threads": Number(float(table["thread"].nunique()), "threads they stand in", "threads"),
        "themes": Number(float(len(themes)), "themes", "themes"),
    }
    for place, row in enumerate(whole.head(rules.persistence_top).to_dict("records"), 1):
        share = Number(
            known(row["share"]),
            f"share of them on: {row['theme']}",
            "",
            known(row["share_low"]),
            known(row["share_high"]),
        )
        numbers[f"share_{place}"] = share
    tables = {"themes": whole, "groups": pd.concat(groups, ignore_index=True), "weeks": weeks}
    return Finding(numbers, tables, _sentence(whole, numbers), int(table["model"].nunique()), _notes())


def _shares(table: pd.DataFrame, by: str, themes: list[str], rules: Rules, use: int) -> pd.DataFrame:
    """Share of each theme among the coded comments of each value of a column; bootstrap over threads."""
    said = table.drop_duplicates(["unit", "theme"])
    values = sorted(said[by].fillna("unknown").astype(str).unique())
    column = said[by].fillna("unknown").astype(str).map(values.index).to_numpy(dtype=np.int64)
    width = len(themes) + 1  # each theme, and last all that were coded
    counts = np.zeros((len(said), len(values) * width))
    rows = np.arange(len(said))
    counts[rows, column * width + said["theme"].map(themes.index).to_numpy(dtype=np.int64)] = 1
    counts[rows, column * width + len(themes)] = ~said.duplicated("unit").to_numpy()
    threads = pd.factorize(said["thread"])[0].astype(np.int64)
    sums = cluster_sums(counts, threads)
    drawn = resampled_sums(sums, rules.draws, np.random.default_rng([rules.seed, use]))
    total = sums.sum(axis=0)
    told = []
    for place, value in enumerate(values):
        base = place * width + len(themes)
        for number, theme in enumerate(themes):
            at = place * width + number
            share = percentile(total[at] / total[base], ratio(drawn[:, at], drawn[:, base]))
            comments = [int(total[at]), int(total[base])]
            told.append([by, value, theme, *comments, share.value, share.low, share.high])
    columns = ["by", "value", "theme", "comments", "coded", "share", "share_low", "share_high"]
    return pd.DataFrame(told, columns=columns)


def _spread(table: pd.DataFrame) -> pd.DataFrame:
    """For each theme: threads, models, and the share of its comments that its busiest voice wrote."""
    said = table.drop_duplicates(["unit", "theme"])
    spread = said.groupby("theme", as_index=False).agg(threads=("thread", "nunique"), models=("model", "nunique"))
    voices = said.dropna(subset=["person"]).groupby(["theme", "person"]).size().groupby("theme")
    spread["one_voice"] = spread["theme"].map(voices.max() / voices.sum()).astype(float)
    return spread


def _sentence(whole: pd.DataFrame, numbers: dict[str, Number]) -> str:
    if whole.empty:
        return "No coded comment lies in the window."
    if whole.iloc[0]["theme"] == NO_THEME:
        return "No code is under a theme yet."
    first = whole.iloc[0]
    one = first["one_voice"]
    voice = f"; its busiest voice wrote {one:.0%} of it" if np.isfinite(one) else ""
    return (
        f"Most is said on {first['theme']}: {between(numbers['share_1'], 100, ' %')} of "
        f"{int(first['coded']):,} coded comments{voice}."
    )


def _notes() -> tuple[str, ...]:
    return (
        "Shares are of comments that were coded, not of all: what was not read or got no code is not in them.",
        "Codings in the open and in closed rounds, by people; who coded what is in the project.",
    )


def draw(answer: Answer, axes: AxesGrid, _part: str) -> None:
    """Share of each theme with its interval, the most frequent on top."""
    axis, table = single(axes), answer.table.iloc[::-1]
    place = np.arange(len(table))
    ends = [table["share"] - table["share_low"], table["share_high"] - table["share"]]
    axis.errorbar(table["share"], place, xerr=np.nan_to_num(np.array(ends)), fmt="o", color=INK, ms=4, lw=1)
    axis.set_yticks(place, [f"{theme}  {n:,}" for theme, n in zip(table["theme"], table["comments"], strict=True)])
    axis.set_xlabel("share of the coded comments")
    axis.set_xlim(left=0)


QUESTION = Question(
    name="themes",
    asks="What do people speak of, where, when in a model's life, and who?",
    cites=Citation(section="4.3", methods="11"),
    measure=measure,
    estimate=estimate,
    draw=draw,
    rules=("themes_",),
    unordered=frozenset({"codings"}),
    columns={
        "theme": "theme of the project",
        "comments": "coded comments that speak of it",
        "coded": "all coded comments (of the group, or of the week)",
        "share": "comments / coded, with the ends of its 95 % interval, by bootstrap over threads",
        "threads": "threads in which it is spoken of",
        "models": "models on which it is spoken of",
        "one_voice": "share of its comments that the busiest account wrote, where accounts are known",
        "by": "what the comments are split by: model, role, licence, gate, quadrant, quarter of life (13 weeks)",
        "value": "the group; unknown is one of its own",
        "week": "whole weeks since the model's first interaction",
    },
)
