"""The numbers of one community, beside matched random sets: herding, who stays, moves, leaves (methods, section 7)."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from openlives.measures.clock import WEEK, whole_calendar_weeks
from openlives.rules import Rules
from openlives.stats.concentration import evenness, gini, simpson, tenure
from openlives.stats.fates import Ledger, Marks, Mobile, attachment, fates, runs, sizes_of, sums_of
from openlives.stats.intervals import Array, Interval, percentile, ratio, resampled_sums, tally
from openlives.stats.matching import bins, matched_sets
from openlives.stats.routes import herding, moves

NAN = float("nan")
AT_ONCE = 100  # draws of a community of which all weeks are in memory at a time
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Herd:
    """A community's artifacts and weekly visits. Artifacts and people are numbered as on the platform; nobody is -1."""

    spec: str
    active: np.ndarray
    names: dict[int, str]
    weeks: pd.DataFrame
    created: dict[int, float]
    released: dict[int, float]

    @classmethod
    def of(
        cls, spec: str, members: pd.DataFrame, weeks: pd.DataFrame, lives: pd.DataFrame, people: np.ndarray
    ) -> "Herd":
        """Pick a community's rows out of the study's tables."""
        mine = members[(members["community"] == spec) & members["artifact"].isin(lives["artifact"])].drop_duplicates(
            "artifact"
        )
        artifacts = lives["artifact"].to_numpy()
        active = np.searchsorted(artifacts, mine["artifact"].to_numpy())
        visits = weeks[weeks["artifact"].isin(mine["artifact"])]
        person = np.where(
            visits["person"].isna(), -1, np.searchsorted(people, visits["person"].fillna(-1).to_numpy(dtype=np.int64))
        )
        visits = visits.assign(
            person=person, artifact=np.searchsorted(artifacts, visits["artifact"].to_numpy())
        ).reset_index(drop=True)
        names = dict(zip(active.tolist(), mine["name"], strict=True))
        first = lives["first"].to_numpy()[active].astype(float)
        created = mine["created"].to_numpy(dtype=float, na_value=np.nan)
        known, released = (dict(zip(active.tolist(), t, strict=True)) for t in (created, np.fmin(created, first)))
        return cls(spec, np.sort(active), names, visits, known, released)

    def busiest(self, count: int) -> list[int]:
        """Give the artifacts with most interactions; ties in the order of names."""
        total = self.weeks.groupby("artifact")["interactions"].sum()
        return sorted(total.index, key=lambda a: (-total[a], self.names[a]))[:count]

    def panel(self, coloured: int) -> pd.DataFrame:
        """Give weekly interactions of the busiest by name, of the rest together, and weekly contributors.

        One row a week and line of the panel; `what` tells an artifact from the others together and from the people.
        """
        top = {artifact: place for place, artifact in enumerate(self.busiest(coloured))}
        place = self.weeks["artifact"].map(top).fillna(len(top)).astype(int)
        lines = self.weeks.assign(place=place).groupby(["place", "week"], as_index=False)["interactions"].sum()
        names = [
            *(self.names[artifact] for artifact in top),
            f"{max(0, self.weeks['artifact'].nunique() - len(top)):,} others",
        ]
        stacked = lines.assign(
            name=[names[p] for p in lines["place"]], what=np.where(lines["place"] < len(top), "artifact", "others")
        )
        people = (
            self.weeks[self.weeks["person"] >= 0]
            .drop_duplicates(["person", "week"])
            .groupby("week", as_index=False)
            .size()
        )
        people = people.rename(columns={"size": "interactions"}).assign(name="contributors", what="contributors")
        both = pd.concat([stacked, people], ignore_index=True).rename(columns={"interactions": "value"})
        return both.assign(community=self.spec)[["community", "what", "name", "week", "value"]]

    def releases(self, coloured: int) -> pd.DataFrame:
        """When the busiest artifacts were created, where that is known."""
        rows = [(self.spec, place, self.names[a], self.created[a]) for place, a in enumerate(self.busiest(coloured))]
        return pd.DataFrame(rows, columns=["community", "place", "name", "created"]).dropna(subset=["created"])


@dataclass
class Background:
    """What one variant of a study holds its communities against: the ledger of the platform."""

    ledger: Ledger
    quiet_until: int

    @classmethod
    def of(cls, ledger: Ledger, rules: Rules) -> "Background":
        """Put a ledger and the end of the quiet start together."""
        return cls(ledger, rules.window[0] + rules.nomads_quiet_weeks * WEEK)

    @cached_property
    def mobile(self) -> Mobile:
        """The part of the ledger that can move."""
        return Mobile.of(self.ledger, self.quiet_until)

    @cached_property
    def newcomers(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """First contributions anywhere, after the quiet start: (person, artifact, period).

        Holds all artifacts of that first period.
        """
        ledger, (people, _, time) = self.ledger, self.ledger.contacts
        first, earliest = (np.full(int(people.max(initial=-1)) + 1, -1) for _ in range(2))
        for earliest_of, who, when in ((first, people, time), (earliest, ledger.person, ledger.period)):
            starts = runs(who)  # both are in the order of people and time
            earliest_of[who[starts]] = when[starts]
        new = (
            (ledger.period == earliest[ledger.person])
            & (ledger.period >= 0)
            & (first[ledger.person] >= self.quiet_until)
        )
        return ledger.person[new], ledger.artifact[new], ledger.period[new]


def random_sets(herd: Herd, lives: pd.DataFrame, rules: Rules, seed: list[int]) -> np.ndarray:
    """Draw sets of artifacts of the platform like a community's, in quarter of birth and number of contributors."""
    quarter = (lives["first"].to_numpy() - rules.window[0]) // (13 * WEEK)
    cell = bins(lives["participants"].to_numpy(), quarter)
    return matched_sets(cell, herd.active, rules.nomads_random_sets, np.random.default_rng(seed))


def describe(
    herd: Herd, visits: pd.DataFrame, background: Background, sets: np.ndarray, rules: Rules, seed: list[int]
) -> tuple[dict[str, Any], pd.DataFrame]:
    """Give one row of numbers with their intervals, and the community's routes."""
    rng = np.random.default_rng(seed)
    members = np.zeros(background.ledger.artifacts, bool)
    members[herd.active] = True
    row: dict[str, Any] = {
        "artifacts": int(visits["artifact"].nunique()),
        "people": int(visits.loc[visits["person"] >= 0, "person"].nunique()),
        "interactions": int(visits["interactions"].sum()),
    }
    row |= _concentration(herd, visits, rules, rng) | _crowd(members, background, rules, rng)
    row |= _who(members, background, sets, rules, rng)
    route_row, routes = _routes(herd, visits, rules, rng)
    return row | route_row, routes


def _ends(name: str, interval: Interval) -> dict[str, float]:
    return {name: interval.value, f"{name}_low": interval.low, f"{name}_high": interval.high}


def _concentration(herd: Herd, visits: pd.DataFrame, rules: Rules, rng: np.random.Generator) -> dict[str, float]:
    """Herding in a week: Simpson's index with its interval by bootstrap over people, tenure, evenness and Gini."""
    whole = whole_calendar_weeks(*rules.window)
    visits = visits[(visits["week"] >= whole.start) & (visits["week"] < whole.stop)]
    if visits.empty:
        return {**_ends("concentration", Interval(NAN)), "tenure": NAN, "evenness": NAN, "gini": NAN}
    width = int(visits["artifact"].max()) + 1
    keys, place = np.unique(visits["week"].to_numpy() * width + visits["artifact"].to_numpy(), return_inverse=True)
    cells = np.column_stack(np.divmod(keys, width))
    weeks, group = np.unique(cells[:, 0], return_inverse=True)
    counts = tally(place.ravel(), visits["interactions"].to_numpy())
    busy = np.bincount(group, weights=counts) >= rules.nomads_min_week
    value = simpson(counts[None, :], group, rules.nomads_min_week)[0]
    leaders = cells[np.lexsort((cells[:, 1], -counts, group))]
    leaders = leaders[np.searchsorted(leaders[:, 0], weeks[busy])][:, 1] if busy.any() else np.zeros(0, np.int64)
    drawn = _resampled_simpson(visits, place.ravel(), group, rules, rng) if busy.any() else np.zeros(0)
    released = np.sort(np.array(list(herd.released.values())))
    spread = [_spread(released, int(week), counts[group == i]) for i, week in enumerate(weeks) if busy[i]]
    even, unequal = np.array(spread).T if spread else (np.array([NAN]), np.array([NAN]))
    mean = float(np.nanmean(value)) if busy.any() else NAN
    # A person drawn twice agrees with themselves, which lifts every draw: only their spread is used, round the value.
    return {
        **_ends("concentration", percentile(mean, drawn + mean - _nanmean(drawn))),
        "tenure": tenure(leaders),
        "evenness": _nanmean(even),
        "gini": _nanmean(unequal),
    }


def _resampled_simpson(visits: pd.DataFrame, place: Ints, group: Ints, rules: Rules, rng: np.random.Generator) -> Array:
    """Mean Simpson index in draws of people. A person drawn twice is two people who did the same."""
    people = np.where(visits["person"] >= 0, visits["person"], -1 - np.arange(len(visits)))
    who = np.unique(people, return_inverse=True)[1]
    each = csr_matrix(
        (visits["interactions"].to_numpy(dtype=float), (who, place)), shape=(int(who.max()) + 1, len(group))
    )
    means = []
    for start in range(0, rules.nomads_draws, AT_ONCE):
        sums = resampled_sums(each, min(AT_ONCE, rules.nomads_draws - start), rng)
        drawn = simpson(sums, group, rules.nomads_min_week)
        counted = np.isfinite(drawn)
        means.append(ratio(np.where(counted, drawn, 0).sum(axis=1), counted.sum(axis=1)))
    return np.concatenate(means)


def _spread(released: Array, week: int, counts: Array) -> tuple[float, float]:
    """Evenness and Gini of one week over the artifacts released by its end (`released`, in ascending order)."""
    end = (week * 7 - 3) * 86400 + WEEK
    values = np.zeros(max(int(np.searchsorted(released, end)), len(counts)))
    values[: len(counts)] = counts
    return evenness(values), gini(values)


def _nanmean(values: Array) -> float:
    fine = values[np.isfinite(values)]
    return float(fine.mean()) if len(fine) else NAN


def _crowd(members: np.ndarray, background: Background, rules: Rules, rng: np.random.Generator) -> dict[str, float]:
    """Magnet and sticky of the community as a whole, with intervals by bootstrap over people."""
    ledger = background.ledger
    person, artifact, _ = background.newcomers
    here = sums_of(members[artifact], runs(person)) > 0
    judged = members[ledger.artifact] & ledger.judged
    each = runs(ledger.person[judged])
    there, again = sizes_of(each, int(judged.sum())), sums_of(ledger.again[judged], each)
    magnet, n = (float(here.mean()) if len(here) else NAN), len(here)
    drawn = rng.binomial(n, magnet, rules.nomads_draws) / n if n else np.zeros(0)
    sums = np.column_stack([again, there]).astype(float)
    both = resampled_sums(sums, rules.nomads_draws, rng)
    sticky = percentile(float(again.sum() / there.sum()) if len(there) else NAN, ratio(both[:, 0], both[:, 1]))
    return _ends("magnet", percentile(magnet, drawn)) | _ends("sticky", sticky)


def _who(
    members: np.ndarray, background: Background, sets: np.ndarray, rules: Rules, rng: np.random.Generator
) -> dict[str, float]:
    """Who stays, moves, leaves, comes back and comes over; each beside chance."""
    found = fates(background.ledger, members)
    stayed, moved, left = found.shares
    sums = np.column_stack([found.there, found.stayed, found.moved])
    drawn = resampled_sums(sums, rules.nomads_draws, rng)
    share = [ratio(drawn[:, column], drawn[:, 0]) for column in (1, 2)]
    row = (
        _ends("stayed", percentile(stayed, share[0]))
        | _ends("moved", percentile(moved, share[1]))
        | _ends("left", percentile(left, 1 - share[0] - share[1]))
    )
    back, came, stay, chance = attachment(background.ledger, members)
    enough = len(back) >= rules.nomads_min_back
    chances = _chance(background, sets)
    row["came_back"] = len(back)
    row |= _nomadism(moved, share[1], chances["moved"], enough=enough)
    row |= _attachment(np.column_stack([came, stay, chance]), rules, rng, enough=enough)
    return row | _inflow(members, background, chances["inflow"], rules, rng)


def _chance(background: Background, sets: np.ndarray) -> dict[str, Array]:
    """The share who move and the inflow in matched random sets of artifacts."""
    marks = Marks.made(sets, background.ledger.artifacts)
    return {"moved": background.mobile.moved_shares(marks), "inflow": background.mobile.inflow_shares(marks)}


def _nomadism(moved: float, drawn: Array, chance: Array, *, enough: bool) -> dict[str, float]:
    """Share moved less its mean over random sets, and in their standard deviations; none where too few came back."""
    expected, spread = _nanmean(chance), float(np.nanstd(chance, ddof=1)) if np.isfinite(chance).sum() > 1 else NAN
    over = percentile(moved - expected, drawn - expected) if enough else Interval(NAN)
    z = (moved - expected) / spread if enough and spread > 0 else NAN
    low, high = np.nanquantile(chance, [0.025, 0.975]) if np.isfinite(chance).any() else (NAN, NAN)
    return {
        "moved_random": expected,
        "moved_random_low": float(low),
        "moved_random_high": float(high),
        **_ends("nomadism", over),
        "nomadism_z": z,
    }


def _attachment(sums: Array, rules: Rules, rng: np.random.Generator, *, enough: bool) -> dict[str, float]:
    if not enough:
        return _ends("attachment", Interval(NAN))
    both = np.vstack([sums.sum(axis=0), resampled_sums(sums, rules.nomads_draws, rng)])
    observed, expected = both[:, 1] / both[:, 0], both[:, 2] / both[:, 0]
    index = ratio(observed - expected, 1 - expected)
    return _ends("attachment", percentile(float(index[0]), index[1:]))


def _inflow(
    members: np.ndarray, background: Background, chance: Array, rules: Rules, rng: np.random.Generator
) -> dict[str, float]:
    """Share of late first contacts by people seen before elsewhere in the community, by bootstrap over people."""
    person, earlier = background.mobile.inflow(members)
    total = float(background.mobile.all_late[members].sum())
    who = np.unique(person, return_inverse=True)[1]
    sums = np.column_stack([tally(who, earlier), tally(who, np.ones_like(earlier))])
    sums = np.vstack([sums, np.tile([0.0, 1.0], (int(total) - len(earlier), 1))])
    drawn = resampled_sums(sums, rules.nomads_draws, rng)
    value = float(earlier.sum() / total) if total else NAN
    low, high = np.nanquantile(chance, [0.025, 0.975]) if np.isfinite(chance).any() else (NAN, NAN)
    random = {"inflow_random": _nanmean(chance), "inflow_random_low": float(low), "inflow_random_high": float(high)}
    return _ends("inflow", percentile(value, ratio(drawn[:, 0], drawn[:, 1]))) | random


def _routes(
    herd: Herd, visits: pd.DataFrame, rules: Rules, rng: np.random.Generator
) -> tuple[dict[str, float], pd.DataFrame]:
    """Whether moves follow common routes, against origins permuted within four weeks."""
    people = visits[visits["person"] >= 0]
    columns = (people[c].to_numpy(dtype=np.int64) for c in ("person", "artifact", "week", "interactions"))
    found = moves(*columns, longest_gap=rules.nomads_quiet_weeks)
    strength, p, routes = herding(found, rules.nomads_permutations, rng)
    for end in ("origin", "to"):
        routes[end] = [herd.names[int(a)] for a in routes[end]]
    routes.insert(0, "community", herd.spec)
    return {"moves": len(found.to), "herding": strength, "herding_p": p}, routes
