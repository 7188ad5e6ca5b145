"""How long do communities last, how much is said, by how many? (§4.1, Figure 2)"""

import narwhals.stable.v2 as nw
import numpy as np
import pandas as pd
from matplotlib.collections import PatchCollection
from matplotlib.patches import Rectangle

from openlives.measures.clock import DAY
from openlives.measures.engine import Frame
from openlives.measures.frames import Frames
from openlives.questions.question import Answer, AxesGrid, Citation, Finding, Number, Question, Tables, between, plain
from openlives.questions.style import BLUE, GREEN, INK, ORANGE, thousands
from openlives.rules import Rules
from openlives.stats.intervals import cluster_sums, median_interval, percentile, ratio, resampled_kinds, resampled_sums

QUANTITIES = {"duration": "days", "interactions": "interactions", "participants": "people"}
MINIMUM = {"duration": 0.0, "interactions": 1.0, "participants": 1.0}


def measure(frames: Frames, _rules: Rules) -> dict[str, Frame]:
    """Every active artifact's life, and what each owner's artifacts add to the contributions per participant."""
    people = frames.pairs.filter(~nw.col("person").is_null()).join(
        frames.lives.select("artifact", "owner"), on="artifact", how="inner"
    )
    squared = people.with_columns(squares=nw.col("interactions") * nw.col("interactions"))
    columns = {"pairs": nw.len(), "total": nw.col("interactions").sum(), "squares": nw.col("squares").sum()}
    owners = squared.group_by("owner").agg(**{name: expression.cast(nw.Int64) for name, expression in columns.items()})
    kinds = owners.group_by(*columns).agg(owners=nw.len().cast(nw.Int64))
    return {
        "lives": frames.lives.select("owner", "interactions", "participants", seconds=nw.col("last") - nw.col("first")),
        "pairs": kinds,
    }


def estimate(tables: Tables, rules: Rules) -> Finding:
    """Means by bootstrap over owners, medians by Woodruff's interval, and the share at the minimum."""
    lives = tables["lives"]
    owners = lives["owner"].to_numpy()
    values = {
        "duration": lives["seconds"].to_numpy() / DAY,
        **{q: lives[q].to_numpy(dtype=float) for q in ("interactions", "participants")},
    }
    numbers = {"models": Number(float(len(lives)), "active artifacts", "artifacts")}
    rng = np.random.default_rng([rules.seed, 2])
    at_least = {q: (v <= MINIMUM[q]).astype(float) for q, v in values.items()}
    sums = cluster_sums(np.column_stack([np.ones(len(lives)), *values.values(), *at_least.values()]), owners)
    drawn = resampled_sums(sums, rules.draws, rng)
    total = sums.sum(axis=0)
    for place, (quantity, unit) in enumerate(QUANTITIES.items(), start=1):
        mean = percentile(total[place] / total[0], ratio(drawn[:, place], drawn[:, 0]))
        least = percentile(total[place + 3] / total[0], ratio(drawn[:, place + 3], drawn[:, 0]))
        numbers[f"{quantity}_mean"] = Number.of(mean, f"mean {quantity}", unit)
        numbers[f"{quantity}_median"] = Number.of(median_interval(values[quantity], owners), f"median {quantity}", unit)
        numbers[f"{quantity}_at_minimum"] = Number.of(least, f"share at the minimum {quantity} ({MINIMUM[quantity]:g})")
    numbers |= _contributions(tables["pairs"], rules)
    sentence = (
        f"Activity on an artifact lasts {between(numbers['duration_mean'])} days in the mean "
        f"and {plain(numbers['duration_median'].value)} in the median; "
        f"{plain((numbers['interactions_at_minimum'].value or 0) * 100)} % never get a second interaction; "
        f"{between(numbers['participants_mean'])} people take part."
    )
    histograms = pd.concat([_histogram(q, v) for q, v in values.items()], ignore_index=True)
    return Finding(numbers, {"histograms": histograms}, sentence, len(lives))


def _contributions(pairs: pd.DataFrame, rules: Rules) -> dict[str, Number]:
    """Interactions of one person on one artifact: mean and sample variance over all such pairs."""
    sums, owners = pairs[["pairs", "total", "squares"]].to_numpy(dtype=float), pairs["owners"].to_numpy(dtype=float)
    drawn = resampled_kinds(sums, owners, rules.draws, np.random.default_rng([rules.seed, 3]))
    everything = np.vstack([owners @ sums, drawn])
    n, total, squares = everything.T
    mean = ratio(total, n)
    variance = ratio(squares - total * mean, n - 1)
    return {
        "contributions_mean": Number.of(
            percentile(mean[0], mean[1:]), "mean interactions of a person on an artifact", "interactions"
        ),
        "contributions_variance": Number.of(
            percentile(variance[0], variance[1:]), "their sample variance", "interactions²"
        ),
    }


def _histogram(quantity: str, values: np.ndarray) -> pd.DataFrame:
    """Counts in bins that grow by a half power of ten.

    The minimum has a bin of its own, left of the log axis where it is 0.
    """
    if quantity == "duration":
        edges = np.concatenate([[0], 10 ** np.arange(-3, np.log10(max(values.max(initial=1), 1)) + 0.25, 0.25)])
        edges[1] = np.nextafter(0, 1)
    else:
        edges = np.unique(np.round(10 ** np.arange(0, np.log10(max(values.max(initial=1), 1)) + 0.2, 0.1)))
        edges = np.append(edges, edges[-1] + 1)
    counts, _ = np.histogram(values, edges)
    return pd.DataFrame({"quantity": quantity, "from": edges[:-1], "below": edges[1:], "artifacts": counts})


def draw(answer: Answer, axes: AxesGrid, _part: str) -> None:
    """Three histograms on log axes, with mean and median marked."""
    for axis, (quantity, unit), colour in zip(axes, QUANTITIES.items(), (BLUE, ORANGE, GREEN), strict=True):
        table = answer.table[answer.table["quantity"] == quantity]
        left, right = table["from"].to_numpy(copy=True), table["below"].to_numpy()
        if quantity == "duration":
            left[0], right = 3e-4, np.concatenate([[6e-4], right[1:]])
            left[1] = 1e-3
        boxes = [((a, 0), b - a, n) for a, b, n in zip(left, right, table["artifacts"], strict=True)]
        axis.add_collection(PatchCollection([Rectangle(*box) for box in boxes], fc=colour, ec="white", lw=0.4))
        axis.set_xlim(left[0] / 2, right[-1] * 2)
        axis.set_xscale("log")
        axis.set_yscale("symlog", linthresh=1)
        axis.set_ylim(0, max(10, table["artifacts"].max()) * 8)
        thousands(axis.yaxis)
        mean, median = (
            answer.numbers[f"{quantity}_mean"].value or np.nan,
            answer.numbers[f"{quantity}_median"].value or np.nan,
        )
        axis.axvline(mean, color=INK, lw=1.2, label=f"mean {plain(mean)} {unit}")
        axis.axvline(
            median if median > 0 else 4.3e-4,
            color=INK,
            lw=1.2,
            ls=":",
            label=f"median {plain(answer.numbers[f'{quantity}_median'].value)} {unit}",
        )
        axis.set_xlabel(
            {
                "duration": "duration of activity (days; leftmost bar: exactly 0)",
                "interactions": "interactions per artifact",
                "participants": "participants per artifact",
            }[quantity]
        )
        axis.set_ylabel("artifacts")
        axis.legend(loc="upper right")


QUESTION = Question(
    name="distributions",
    asks="How long do communities last, how much is said, and by how many?",
    cites=Citation(section="4.1", figure="2", methods="2 and 4"),
    measure=measure,
    estimate=estimate,
    draw=draw,
    rows=3,
    size=(6.4, 7.2),
    share_x=False,
    columns={
        "quantity": "duration (days), interactions, or participants of an active artifact",
        "from": "lower edge of the bin, in it",
        "below": "upper edge of the bin, out of it (the last bin has it in)",
        "artifacts": "active artifacts in the bin",
    },
)
