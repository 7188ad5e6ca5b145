"""The straightforward reading of the definitions with pandas and SciPy, to measure openlives against.

Written as a careful data scientist would, on the same integer keys; it shares no code with openlives.

    python benchmarks/baseline.py STORE measures|study [--limit N] [--figures FOLDER]

prints one line of JSON: seconds of each part, seconds in all, peak memory, and headline results. With `--limit N` the
loops over random draws stop after N draws, and say so: `draws` done of `wanted`, and the `seconds` that all would take.
"""

import argparse
import json
import math
import resource
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb
import matplotlib as mpl
import numpy as np
import pandas as pd
from scipy.stats import kendalltau, spearmanr

mpl.use("agg")
import matplotlib.pyplot as plt

DAY = 86_400
WEEK = 7 * DAY
PERIOD = 13 * WEEK
Z95 = 1.959963984540054
Draw = Callable[[np.random.Generator], Any]


# Reading -------------------------------------------------------------------------------------------------------------


def read(store: Path) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Read interactions and artifacts from a store; a deleted account is NaN."""
    with duckdb.connect(str(store), read_only=True) as db:
        events = db.execute("""SELECT artifact, person, thread, time, opening, by_owner, by_member, by_staff
            FROM events WHERE kind = 'comment'""").df()
        artifacts = db.execute("SELECT artifact, owner_key, created FROM artifacts").df()
    return events, artifacts


def window(events: pd.DataFrame) -> tuple[int, int]:
    """Give the window in seconds: the day of the first interaction to the day after the last."""
    first, last = int(events["time"].min()), int(events["time"].max())
    return first // DAY * DAY, (last // DAY + 1) * DAY


# Measures ------------------------------------------------------------------------------------------------------------


def lives(events: pd.DataFrame) -> pd.DataFrame:
    """One row an active artifact: first, last, interactions, participants, and duration in days."""
    table = events.groupby("artifact").agg(
        first=("time", "min"), last=("time", "max"), interactions=("time", "size"), participants=("person", "nunique")
    )
    table["duration"] = (table["last"] - table["first"]) / DAY
    return table.reset_index()


def coverage(events: pd.DataFrame, artifacts: pd.DataFrame) -> dict[str, float]:
    """Count what there is (section 2)."""
    active = events["artifact"].nunique()
    return {
        "artifacts": len(artifacts),
        "owners": artifacts["owner_key"].nunique(),
        "active": active,
        "share_active": active / len(artifacts),
        "interactions": len(events),
        "people": events["person"].nunique(),
    }


def weeks_of_life(events: pd.DataFrame, chosen: pd.DataFrame) -> pd.DataFrame:
    """Interactions and distinct contributors per week of life of the chosen artifacts; empty weeks have no row."""
    found = events.merge(chosen[["artifact", "first"]], on="artifact")
    found["week"] = (found["time"] - found["first"]) // WEEK
    weekly = found.groupby(["artifact", "week"]).agg(interactions=("time", "size"), contributors=("person", "nunique"))
    return weekly.reset_index()


def whole_weeks(table: pd.DataFrame, until: int) -> pd.DataFrame:
    """Add how many weeks of life lie wholly in the window."""
    return table.assign(whole=(until - table["first"]) // WEEK)


def lifecycle(events: pd.DataFrame, table: pd.DataFrame, until: int, min_days: int = 100) -> pd.DataFrame:
    """Means per week of life over the artifacts at risk, zeros included, with normal half-widths (section 3)."""
    chosen = whole_weeks(table[table["duration"] >= min_days], until)
    weekly = weeks_of_life(events, chosen).merge(chosen[["artifact", "whole"]], on="artifact")
    weekly = weekly[weekly["week"] < weekly["whole"]]
    weeks = range(int(chosen["whole"].max()) if len(chosen) else 0)
    at_risk = np.array([(chosen["whole"] > week).sum() for week in weeks])
    curve = pd.DataFrame({"week": list(weeks), "at_risk": at_risk})
    for name in ("interactions", "contributors"):
        values = weekly.assign(square=weekly[name] ** 2).groupby("week")[[name, "square"]].sum()
        values = values.reindex(weeks, fill_value=0)
        curve[f"{name}_mean"], curve[f"{name}_ci95"] = mean_and_half_width(values[name], values["square"], at_risk)
    return curve


def mean_and_half_width(total: pd.Series, squares: pd.Series, n: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Mean and half-width of its normal 95 % interval, where values not given are zero."""
    mean = total.to_numpy() / n
    with np.errstate(divide="ignore", invalid="ignore"):
        variance = (squares.to_numpy() - n * mean**2) / (n - 1)
    return mean, Z95 * np.sqrt(np.maximum(variance, 0) / n)


def distributions(events: pd.DataFrame, table: pd.DataFrame) -> dict[str, float]:
    """Means, medians and shares at the minimum; and how much one person takes part (sections 2 and 4)."""
    result: dict[str, float] = {}
    for name in ("duration", "interactions", "participants"):
        values = table[name]
        result |= {f"{name}_mean": values.mean(), f"{name}_median": values.median()}
        result[f"{name}_share_minimum"] = (values == values.min()).mean()
    pairs = events.groupby(["artifact", "person"]).size()
    return result | {"per_participant_mean": pairs.mean(), "per_participant_variance": pairs.var(ddof=1)}


def growth(events: pd.DataFrame, artifacts: pd.DataFrame, since: int, until: int, months: int = 3) -> dict[str, Any]:
    """Compare the first quarter of the window with the last; and count by month (section 6)."""
    step = pd.DateOffset(months=months)
    ends = {
        "first": (since, int((pd.Timestamp(since, unit="s") + step).timestamp())),
        "last": (int((pd.Timestamp(until, unit="s") - step).timestamp()), until),
    }
    result: dict[str, Any] = {}
    for name, (start, end) in ends.items():
        inside = events[(events["time"] >= start) & (events["time"] < end)]
        result[f"{name}_interactions"] = len(inside)
        result[f"{name}_created"] = int(((artifacts["created"] >= start) & (artifacts["created"] < end)).sum())
        result[f"{name}_per_active"] = len(inside) / max(inside["artifact"].nunique(), 1)
    for name in ("interactions", "created", "per_active"):
        first, last = result[f"first_{name}"], result[f"last_{name}"]
        result[f"{name}_change_percent"] = 100 * (last - first) / first if first else math.nan
    by_month = pd.to_datetime(events["time"], unit="s").dt.to_period("M").value_counts().sort_index()
    return result | {"monthly": {str(month): int(n) for month, n in by_month.items()}}


def calendar_weeks(events: pd.DataFrame) -> pd.DataFrame:
    """Distinct contributors per artifact and calendar week (Monday to Sunday)."""
    visits = events[["artifact", "person"]].assign(week=(events["time"] // DAY + 3) // 7)
    visits = visits.dropna(subset="person").drop_duplicates()
    return visits.groupby(["artifact", "week"]).size().rename("contributors").reset_index()


def persistence(weekly: pd.DataFrame, top: int = 25) -> pd.DataFrame:
    """Sum of weekly contributors, the highest first; ties in the order of keys (section 8)."""
    score = weekly.groupby("artifact")["contributors"].sum().rename("score").reset_index()
    return score.sort_values(["score", "artifact"], ascending=[False, True]).head(top)


def nomads_frame(events: pd.DataFrame, since: int, until: int) -> pd.DataFrame:
    """Interactions per artifact, person and 13-week period counted back from the end; partial periods dropped."""
    periods = (until - since) // PERIOD
    found = events[["artifact", "person"]].assign(period=periods - 1 - (until - 1 - events["time"]) // PERIOD)
    found = found[found["period"] >= 0].dropna(subset="person")
    return found.groupby(["artifact", "person", "period"]).size().rename("interactions").reset_index()


# Decline -------------------------------------------------------------------------------------------------------------


def weekly_series(events: pd.DataFrame, table: pd.DataFrame, min_people: int = 10) -> dict[int, np.ndarray]:
    """Weekly distinct contributors of each large enough artifact, week 0 to its last, zeros kept (section 5)."""
    chosen = table[table["participants"] >= min_people]
    series = {}
    for artifact, weekly in weeks_of_life(events, chosen).groupby("artifact"):
        values = np.zeros(int(weekly["week"].max()) + 1)
        values[weekly["week"]] = weekly["contributors"]
        if len(values) >= 4:
            series[int(artifact)] = values
    return series


def taus(series: dict[int, np.ndarray], table: pd.DataFrame) -> pd.DataFrame:
    """Kendall's tau-b of each series against time, with p and the number of participants."""
    rows = []
    for artifact, values in series.items():
        found = kendalltau(np.arange(len(values)), values)
        rows.append((artifact, len(values), found.statistic, found.pvalue))
    frame = pd.DataFrame(rows, columns=["artifact", "weeks", "tau", "p"])
    return frame.merge(table[["artifact", "participants"]], on="artifact")


def decline(frame: pd.DataFrame, large: int = 100) -> dict[str, float]:
    """Sum up the trends, for all and for artifacts of more than 100 people."""
    known = frame.dropna(subset="tau")
    result = {"excluded": len(frame) - len(known)}
    for name, part in (("", known), ("_large", known[known["participants"] > large])):
        fell = (part["tau"] < 0) & (part["p"] < 0.05)
        result |= {f"n{name}": len(part), f"tau_mean{name}": part["tau"].mean()}
        result |= {f"share_negative{name}": (part["tau"] < 0).mean(), f"share_significant{name}": fell.mean()}
        result[f"share_below_minus_0.3{name}"] = (part["tau"] < -0.3).mean()
    return result | {"rho": rank_correlation(known["tau"], known["participants"])}


def rank_correlation(left: Any, right: Any) -> float:
    """Spearman's rho; NaN where there is nothing to rank."""
    return float(spearmanr(left, right).statistic) if len(left) > 2 else math.nan


def drawn(draw: Draw, wanted: int, limit: int | None, seed: int) -> tuple[list[Any], dict[str, float]]:
    """Do a number of random draws, or fewer with a limit; give them, and how long all would take."""
    rng = np.random.default_rng(seed)
    done = wanted if limit is None else max(1, min(limit, wanted))
    began = time.perf_counter()
    results = [draw(rng) for _ in range(done)]
    took = time.perf_counter() - began
    return results, {"draws": done, "wanted": wanted, "seconds_done": took, "seconds": took * wanted / done}


def repeat(draw: Draw, wanted: int, limit: int | None, seed: int) -> dict[str, float]:
    """Average the numbers that each of many draws gives."""
    results, counted = drawn(draw, wanted, limit, seed)
    return pd.DataFrame(results).mean().to_dict() | counted


def decline_checks(
    events: pd.DataFrame,
    table: pd.DataFrame,
    series: dict[int, np.ndarray],
    until: int,
    *,
    shuffles: int = 200,
    rarefactions: int = 30,
    redraws: int = 200,
    seed: int = 1,
    limit: int | None = None,
) -> dict[str, dict[str, float]]:
    """Ask whether the decline, and that of large communities, could be an artefact (section 5)."""
    chosen = table[table["artifact"].isin(series)]
    visits = person_weeks(events, chosen)
    size = chosen.set_index("artifact")["participants"]
    return {
        "shuffled": repeat(shuffle_check(series, size), shuffles, limit, seed),
        "rarefied": repeat(rarefaction_check(visits, size), rarefactions, limit, seed),
        "common_shape": repeat(shape_check(visits, chosen, until), redraws, limit, seed),
    }


def person_weeks(events: pd.DataFrame, chosen: pd.DataFrame) -> pd.DataFrame:
    """Each person once in each week of life of the chosen artifacts; deleted accounts are nobody."""
    found = events.dropna(subset="person").merge(chosen[["artifact", "first"]], on="artifact")
    found["week"] = (found["time"] - found["first"]) // WEEK
    return found[["artifact", "person", "week"]].drop_duplicates()


def shuffle_check(series: dict[int, np.ndarray], size: pd.Series) -> Draw:
    """Shuffle the weeks within each artifact, the first and the last held fixed."""

    def draw(rng: np.random.Generator) -> dict[str, float]:
        """Shuffle once."""
        rows = []
        for artifact, values in series.items():
            mixed = np.concatenate([values[:1], rng.permutation(values[1:-1]), values[-1:]])
            found = kendalltau(np.arange(len(mixed)), mixed)
            rows.append((size[artifact], found.statistic, found.pvalue))
        frame = pd.DataFrame(rows, columns=["participants", "tau", "p"])
        found = decline(frame)
        return {name: found[name] for name in ("n", "tau_mean", "share_negative", "share_significant", "rho")}

    return draw


def realigned(weeks: np.ndarray) -> np.ndarray:
    """Turn the weeks of person-weeks into a series from the first of them to the last."""
    return np.bincount(weeks - weeks.min())


def tau_of(values: np.ndarray) -> float:
    """Kendall's tau-b against time; NaN for a series too short."""
    return float(kendalltau(np.arange(len(values)), values).statistic) if len(values) >= 4 else math.nan


def summary(values: list[float], size: list[int]) -> dict[str, float]:
    """Give the number, the mean and the rank correlation with size of those taus that are defined."""
    frame = pd.DataFrame({"tau": values, "size": size}).dropna()
    return {"n": len(frame), "tau_mean": frame["tau"].mean(), "rho": rank_correlation(frame["tau"], frame["size"])}


def rarefaction_check(visits: pd.DataFrame, size: pd.Series, people: int = 10) -> Draw:
    """Draw every community down to ten people, and ask whether larger ones still decline more."""
    groups = [(size[artifact], group["person"].to_numpy(), group["week"].to_numpy()) for artifact, group in
              visits.groupby("artifact")]  # fmt: skip
    crowds = [np.unique(person) for _, person, _ in groups]

    def draw(rng: np.random.Generator) -> dict[str, float]:
        """Draw every community down once."""
        values = []
        for (_, person, week), crowd in zip(groups, crowds, strict=True):
            chosen = rng.choice(crowd, people, replace=False)
            values.append(tau_of(realigned(week[np.isin(person, chosen)])))
        return summary(values, [n for n, _, _ in groups])

    return draw


def profile(visits: pd.DataFrame, age: pd.Series) -> np.ndarray:
    """One weekly profile for all: product-limit for right truncation, each community of weight 1.

    A person-week is seen only if its week is not after the artifact's age. So, from the last week backwards, the share
    of what falls up to a week that falls in it is estimated from those old enough to have shown it.
    """
    weight = 1 / visits.groupby("artifact")["week"].transform("size")
    weeks = int(age.max()) + 1
    here = np.bincount(visits["week"], weights=weight, minlength=weeks)
    too_young = np.bincount(visits["artifact"].map(age) + 1, weights=weight, minlength=weeks + 1)[:weeks].cumsum()
    able = here.cumsum() - too_young
    share = np.divide(here, able, out=np.zeros(weeks), where=here > 0)
    earlier = np.append(np.cumprod(1 - share[::-1])[::-1], 1)
    return share * earlier[1:]


def shape_check(visits: pd.DataFrame, chosen: pd.DataFrame, until: int) -> Draw:
    """Redraw every artifact from the common profile, with its own person-weeks and age: rho by counting alone."""
    age = ((until - 1 - chosen.set_index("artifact")["first"]) // WEEK).astype(int)
    shape = profile(visits, age)
    amount = visits.groupby("artifact").size()
    size = chosen.set_index("artifact")["participants"]
    chances = {artifact: shape[: age[artifact] + 1] / shape[: age[artifact] + 1].sum() for artifact in amount.index}

    def draw(rng: np.random.Generator) -> dict[str, float]:
        """Redraw every artifact once."""
        values = []
        for artifact, chance in chances.items():
            counts = np.trim_zeros(rng.multinomial(amount[artifact], chance))
            values.append(tau_of(counts))
        return summary(values, [size[artifact] for artifact in chances])

    return draw


# Study ---------------------------------------------------------------------------------------------------------------


def bootstrap_means(
    table: pd.DataFrame, artifacts: pd.DataFrame, *, draws: int = 2000, seed: int = 1, limit: int | None = None
) -> dict[str, Any]:
    """Intervals of the means per active artifact, by drawing owners with replacement."""
    names = ["duration", "interactions", "participants"]
    owned = table.merge(artifacts[["artifact", "owner_key"]], on="artifact").assign(n=1)
    sums = owned.groupby("owner_key")[[*names, "n"]].sum().to_numpy(dtype=float)

    def draw(rng: np.random.Generator) -> np.ndarray:
        """Draw owners once; give the three means."""
        total = sums[rng.integers(0, len(sums), len(sums))].sum(axis=0)
        return total[:-1] / total[-1]

    results, counted = drawn(draw, draws, limit, seed)
    low, high = np.quantile(results, [0.025, 0.975], axis=0)
    return {name: [low[i], high[i]] for i, name in enumerate(names)} | counted


def owner_sums(weekly: pd.DataFrame, name: str, owners: int, weeks: int) -> np.ndarray:
    """Sum a weekly count over the artifacts of each owner: owners by weeks."""
    sums = np.zeros((owners, weeks))
    by_owner = weekly.groupby(["owner", "week"])[name].sum().reset_index()
    sums[by_owner["owner"], by_owner["week"]] = by_owner[name]
    return sums


def bootstrap_curve(
    events: pd.DataFrame,
    table: pd.DataFrame,
    artifacts: pd.DataFrame,
    until: int,
    *,
    min_days: int = 100,
    draws: int = 2000,
    seed: int = 1,
    limit: int | None = None,
) -> tuple[pd.DataFrame, dict[str, float]]:
    """Intervals of the lifecycle curve, by drawing owners with replacement."""
    chosen = whole_weeks(table[table["duration"] >= min_days], until).merge(artifacts, on="artifact")
    chosen["owner"] = chosen["owner_key"].factorize()[0]
    owners, weeks = chosen["owner"].nunique(), int(chosen["whole"].max())
    weekly = weeks_of_life(events, chosen).merge(chosen[["artifact", "whole", "owner"]], on="artifact")
    weekly = weekly[weekly["week"] < weekly["whole"]]
    ending = np.zeros((owners, weeks + 1))
    np.add.at(ending, (chosen["owner"], chosen["whole"]), 1)
    at_risk = ending[:, ::-1].cumsum(axis=1)[:, ::-1][:, 1:]
    sums = [owner_sums(weekly, name, owners, weeks) for name in ("interactions", "contributors")]

    def draw(rng: np.random.Generator) -> np.ndarray:
        """Draw owners once; give both curves, one after the other."""
        times = np.bincount(rng.integers(0, owners, owners), minlength=owners).astype(float)
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.concatenate([times @ part for part in sums]) / np.tile(times @ at_risk, 2)

    results, counted = drawn(draw, draws, limit, seed)
    low, high = np.nanquantile(results, [0.025, 0.975], axis=0).reshape(2, 2, weeks)
    band = pd.DataFrame({"week": range(weeks), "interactions_low": low[0], "interactions_high": high[0]})
    return band.assign(contributors_low=low[1], contributors_high=high[1]), counted


def save(figure: plt.Figure, folder: Path, name: str) -> None:
    """Write a figure as SVG, PDF and PNG."""
    for kind in ("svg", "pdf", "png"):
        figure.savefig(folder / f"{name}.{kind}", dpi=200, bbox_inches="tight")
    plt.close(figure)


def draw_lifecycle(curve: pd.DataFrame, band: pd.DataFrame, folder: Path) -> None:
    """Figure 1: interactions and contributors per week of life."""
    figure, panels = plt.subplots(2, 1, sharex=True, figsize=(7, 6))
    for axes, name in zip(panels, ("interactions", "contributors"), strict=True):
        axes.fill_between(band["week"], band[f"{name}_low"], band[f"{name}_high"], alpha=0.3)
        axes.plot(curve["week"], curve[f"{name}_mean"])
        axes.set_ylabel(f"{name} per artifact")
    panels[-1].set_xlabel("weeks since the first interaction")
    save(figure, folder, "figure-1")


def draw_distributions(table: pd.DataFrame, folder: Path) -> None:
    """Figure 2: duration, interactions and participants on logarithmic axes."""
    figure, panels = plt.subplots(3, 1, figsize=(7, 8), layout="constrained")
    for axes, name in zip(panels, ("duration", "interactions", "participants"), strict=True):
        values = table[name].clip(lower=0.01 if name == "duration" else 1)
        axes.hist(values, bins=np.geomspace(values.min(), values.max() + 1, 50))
        axes.axvline(table[name].mean(), color="black", linestyle="--")
        axes.set(xscale="log", yscale="log", xlabel=name, ylabel="artifacts")
    save(figure, folder, "figure-2")


def draw_decline(frame: pd.DataFrame, folder: Path) -> None:
    """Figure 3: tau against the number of contributors, with a smooth trend."""
    known = frame.dropna(subset="tau").sort_values("participants")
    fell = (known["tau"] < 0) & (known["p"] < 0.05)
    figure, axes = plt.subplots(figsize=(7, 5))
    axes.scatter(known["participants"], known["tau"], s=8, c=np.where(fell, "tab:red", "tab:grey"))
    trend = known["tau"].rolling(max(len(known) // 10, 1), center=True, min_periods=1).mean()
    axes.plot(known["participants"], trend, color="black")
    axes.set(xscale="log", xlabel="contributors", ylabel="Kendall's tau")
    save(figure, folder, "figure-3")


def draw_persistence(weekly: pd.DataFrame, top: pd.DataFrame, folder: Path) -> None:
    """Figure 5: contributors of the most persistent artifacts, week by week."""
    best = top["artifact"].head(10).tolist()
    found = weekly[weekly["artifact"].isin(best)]
    grid = found.pivot_table(index="artifact", columns="week", values="contributors", fill_value=0)
    grid = grid.reindex(
        index=best, columns=range(int(weekly["week"].min()), int(weekly["week"].max()) + 1), fill_value=0
    )
    figure, axes = plt.subplots(figsize=(9, 4))
    axes.figure.colorbar(axes.imshow(grid, aspect="auto"), label="contributors")
    axes.set_yticks(range(len(best)), [str(artifact) for artifact in best])
    axes.set_xlabel("calendar weeks")
    save(figure, folder, "figure-5")


# Running -------------------------------------------------------------------------------------------------------------


@contextmanager
def timed(seconds: dict[str, float], part: str) -> Iterator[None]:
    """Note how long a part takes."""
    began = time.perf_counter()
    yield
    seconds[part] = time.perf_counter() - began


def measures(events: pd.DataFrame, artifacts: pd.DataFrame, seconds: dict[str, float]) -> dict[str, Any]:
    """Compute every measure once, as tables and numbers."""
    since, until = window(events)
    found: dict[str, Any] = {"window": [since, until]}
    with timed(seconds, "lives"):
        table = found["lives"] = lives(events)
    with timed(seconds, "coverage"):
        found["coverage"] = coverage(events, artifacts)
    with timed(seconds, "lifecycle"):
        found["lifecycle"] = lifecycle(events, table, until)
    with timed(seconds, "distributions"):
        found["distributions"] = distributions(events, table)
    with timed(seconds, "decline"):
        found["series"] = weekly_series(events, table)
        found["taus"] = taus(found["series"], table)
        found["decline"] = decline(found["taus"])
    with timed(seconds, "growth"):
        found["growth"] = growth(events, artifacts, since, until)
    with timed(seconds, "persistence"):
        found["weeks"] = calendar_weeks(events)
        found["persistence"] = persistence(found["weeks"])
    with timed(seconds, "nomads_frame"):
        found["nomads"] = nomads_frame(events, since, until)
    return found


def study(
    events: pd.DataFrame, artifacts: pd.DataFrame, seconds: dict[str, float], folder: Path, limit: int | None = None
) -> dict[str, Any]:
    """Compute the measures, their intervals and checks, and draw Figures 1, 2, 3 and 5 into a folder."""
    found = measures(events, artifacts, seconds)
    table, until = found["lives"], found["window"][1]
    with timed(seconds, "bootstrap_means"):
        found["means"] = bootstrap_means(table, artifacts, limit=limit)
    with timed(seconds, "bootstrap_curve"):
        band, found["curve"] = bootstrap_curve(events, table, artifacts, until, limit=limit)
    with timed(seconds, "decline_checks"):
        found["checks"] = decline_checks(events, table, found["series"], until, limit=limit)
    with timed(seconds, "figures"):
        draw_lifecycle(found["lifecycle"], band, folder)
        draw_distributions(table, folder)
        draw_decline(found["taus"], folder)
        draw_persistence(found["weeks"], found["persistence"], folder)
    return found


def headline(found: dict[str, Any]) -> dict[str, Any]:
    """Pick the numbers that another program can compare."""
    names = ("window", "coverage", "distributions", "decline", "growth", "means", "curve", "checks")
    result = {name: found[name] for name in names if name in found}
    curve = found["lifecycle"]
    result["lifecycle"] = {"artifacts": int((found["lives"]["duration"] >= 100).sum()), "weeks": curve.to_dict("list")}
    result["persistence"] = found["persistence"][["artifact", "score"]].to_numpy().tolist()
    nomads = found["nomads"]
    result["nomads"] = {"rows": len(nomads), "interactions": int(nomads["interactions"].sum())}
    return result


def plain(value: Any) -> Any:
    """Turn NumPy's numbers into JSON's; what is undefined becomes null."""
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    number = value.item() if isinstance(value, np.generic) else value
    return None if isinstance(number, float) and not math.isfinite(number) else number


def extrapolated(seconds: dict[str, float], results: dict[str, Any]) -> float:
    """Add up what all parts would take with every draw done."""
    loops = [*results.get("checks", {}).values(), *(results[name] for name in ("means", "curve") if name in results)]
    return sum(seconds.values()) + sum(loop["seconds"] - loop["seconds_done"] for loop in loops)


def main() -> None:
    """Read a store, run what is asked for, and print one line of JSON."""
    parser = argparse.ArgumentParser(description="The straightforward reading with pandas and SciPy.")
    parser.add_argument("store", type=Path)
    parser.add_argument("what", choices=["measures", "study"])
    parser.add_argument("--limit", type=int, help="random draws after which each loop stops")
    parser.add_argument("--figures", type=Path, help="where figures go; default: nowhere that lasts")
    given = parser.parse_args()
    seconds: dict[str, float] = {}
    with timed(seconds, "read"):
        events, artifacts = read(given.store)
    with tempfile.TemporaryDirectory() as nowhere:
        folder = given.figures or Path(nowhere)
        folder.mkdir(parents=True, exist_ok=True)
        run = measures if given.what == "measures" else study
        more = () if given.what == "measures" else (folder, given.limit)
        results = headline(run(events, artifacts, seconds, *more))
    line = {"what": given.what, "limit": given.limit, "seconds": seconds, "total_seconds": sum(seconds.values())}
    line["total_seconds_extrapolated"] = extrapolated(seconds, results)
    line["peak_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps(plain(line | {"results": results})))


if __name__ == "__main__":
    main()
