"""The last months of a real crawl as a world to try refreshing on.

What is real are the models with comments and the comments. What had to be drawn (seeded) are the creation dates that
the crawl does not tell, and the silent models. Likes and downloads of the time are not known: the rule has to do
without them.
"""

from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from refresh_lives import ACTIVE, Ints
from refresh_worlds import DAY, World


def real(folder: Path, days: int) -> World:
    """Last days of a real crawl; its silent models are padding, made so that the paper's share is active.

    Only models with comments are in the crawl, and most creation dates are not: those are drawn (seeded) as the first
    comment less a lag, from the lags of the models whose date is known; the dates of the padding are drawn from those
    of a sample of the Hub. Likes are not known.
    """
    events = pd.read_parquet(folder / "hub" / "events.parquet", columns=["repo_id", "type", "created_at"])
    events = events[events["type"] == "comment"]
    rng = np.random.default_rng(8)
    time = events["created_at"].to_numpy().astype("datetime64[s]").astype(np.int64)
    names, model = np.unique(events["repo_id"].to_numpy(str), return_inverse=True)
    end = int(time.max()) // DAY * DAY
    first = np.full(len(names), end)
    np.minimum.at(first, model, time)
    dates, spread = release_dates(folder / "hub-metadata", end)
    created = dates.reindex(names).to_numpy(float)
    lags = (first - created)[created >= first.min()]
    drawn = first - rng.choice(lags[lags >= 0], len(names))
    created = np.where(np.isfinite(created), np.minimum(created, first), drawn).astype(np.int64)
    created = np.concatenate([created, padding(rng, dates, spread, names)])
    rank = np.empty(len(created), np.int64)
    rank[np.argsort(created, kind="stable")] = np.arange(len(created))
    order = np.lexsort((time, rank[model]))
    kept = order[time[order] <= end]
    unknown = np.full(len(created), np.nan)
    return World(
        "real crawl", end - days * DAY, end, np.sort(created), rank[model][kept], time[kept],
        lambda models, _: (unknown[:models],) * 3, None,
    )  # fmt: skip


def padding(rng: np.random.Generator, dates: pd.Series, sample: Ints, names: NDArray[np.str_]) -> Ints:
    """Creation dates of silent models: half of a census of 2022, as the crawl is half of the Hub; then the sample's."""
    census = dates[: int(dates.attrs["census"])]
    old = census[~census.index.isin(names)].sample(frac=0.5, random_state=8).to_numpy()
    young = rng.choice(sample[sample > census.max()], int(len(names) / ACTIVE) - len(names) - len(old))
    return np.concatenate([old, young])


def release_dates(folder: Path, end: int) -> tuple[pd.Series, Ints]:
    """Give the known creation dates (seconds) of models by name, and those of a sample of the Hub, up to a time."""
    parts = []
    for file, name, column in (
        ("model_info_2022-10", "modelId", "creation_time"),
        ("open_models_2025-10", "id", "date_released"),
        ("models_with_cards", "model_id", "created_at"),
    ):
        table = pd.read_parquet(folder / f"{file}.parquet", columns=[name, column]).dropna()
        when = pd.to_datetime(table[column], utc=True).dt.tz_localize(None).to_numpy().astype("datetime64[s]")
        parts.append(pd.Series(when.astype(np.int64), index=table[name].to_numpy(str)))
    dates, sample = pd.concat(parts), parts[1].to_numpy()
    dates = dates[~dates.index.duplicated()]
    dates.attrs["census"] = len(set(parts[0].index))
    return dates[dates < end], sample[sample < end]
