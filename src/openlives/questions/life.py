"""One life in numbers: its kind and how sure that is, its rank, who speaks, who answers, where its people were."""

import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from openlives.measures.clock import DAY, WEEK, date, dates
from openlives.questions.decline import trends
from openlives.questions.kinds import Kind, kind
from openlives.questions.question import Number, Tables, between, known, plain
from openlives.rules import Rules
from openlives.stats.intervals import Array, Drawn, Interval, percentile, product, ratio, times_drawn, wilson
from openlives.stats.waiting import waiting

SPOKE = {"owner": "by the owner", "member": "by members of the owning organisation", "staff": "by the platform's staff"}
ANSWERERS = {"producer": "owner or member", "staff": "staff", "others": "others"}
FEW = 32  # people looked at first for the busiest of a draw; hardly a draw (e to the -32) misses all of them
NEAREST = 12  # relatives and ways of each kind that are named
WENT = {"to": "who were seen elsewhere within the weeks after", "from": "who were seen elsewhere in the weeks before"}
TABLES = {
    "weekly": ("name", "week", "interactions", "contributors"),
    "threads": (
        *("name", "num", "pull_request", "status", "opened", "last_said", "comments", "people", "own"),
        *("answered_hours", "answered_by"),
    ),
    "ways": ("name", "way", "other", "people", "of", "share", "share_low", "share_high"),
    "family": ("name", "relation", "generations", "relative", "known", "interactions", "descendants"),
}


@dataclass(frozen=True, slots=True)
class Life:
    """One artifact: its line in the table, its numbers, and its own tables; `name` is in all of them."""

    name: str
    row: Mapping[str, Any]
    numbers: Mapping[str, Number]
    score: Interval
    sentence: str
    tables: Mapping[str, pd.DataFrame]

    @classmethod
    def of(cls, row: Mapping[Any, Any], tables: Tables, rules: Rules) -> "Life":
        """Describe one artifact; draws depend on its name, and not on which others are described beside it."""
        mine = {k: t[t["artifact"] == row["artifact"]] for k, t in tables.items() if "artifact" in t.columns}
        name, end = str(row["name"]), _end(row, rules)
        rng = np.random.default_rng([rules.seed, 14, zlib.crc32(name.encode())])
        people = mine["people"][mine["people"]["person"].notna()].sort_values("person")
        weights = times_drawn(len(people), rules.draws, rng)
        weekly = _weekly(name, mine["visits"], end)
        trend = trends(mine["lives"], mine["life_visits"], rules).lives
        found = kind(mine["life_visits"], people, weights, trend, end, rules)
        score, ranks = _score(mine["visits"], people, weights), tables["ranks"]
        followed, met = (dict(zip(mine[t]["way"], mine[t]["people"], strict=True)) for t in ("followed", "met"))
        numbers = {
            **_counts(row, weekly, end, found),
            **_standing(score, ranks),
            **_voices(mine["voices"], people, weights),
            **_answers(mine["threads"], end),
            **_went(followed, met),
        }
        sentence = _sentence(name, found, numbers, row, rules)
        line = {"name": name, "state": found.state, "trend": found.trend, "sure": found.sure,
                "first_day": date(row["first"]), "last_day": date(row["last"]), "seen_until": date(end),
                "created_day": "" if pd.isna(row["created"]) else date(row["created"]), "outcome": row["outcome"],
                **{key: numbers[key].value for key in IN_TABLE}, "sentence": sentence}  # fmt: skip
        family = tables["family"][tables["family"]["name"] == name]
        parts = {
            "weekly": weekly,
            "threads": _threads(name, mine["threads"]),
            "ways": _ways(name, mine["ways"], followed),
            "family": family[[*TABLES["family"]]],
        }
        told = {k: Number(n.value, f"{name}: {n.meaning}", n.unit, n.low, n.high) for k, n in numbers.items()}
        return cls(name, line, told, score, sentence, parts)


IN_TABLE = ("interactions", "people", "duration", "weeks", "score", "rank", "tau", "p", "share_busiest")
COLUMNS = {
    "name": "artifact",
    "state": "alive: somebody took part in the last weeks before the end (rule lives_alive_weeks); else over",
    "trend": "of weekly contributors (methods, section 5): falling, rising, level, or too short to tell",
    "sure": "share of draws of its people that give the same state and trend",
    "first_day": "day of its first interaction in the window",
    "last_day": "day of its last",
    "seen_until": "end of the window, or the last look at it where that was earlier",
    "created_day": "day it was created, where that is known",
    "outcome": "how the last look at its threads ended",
    "interactions": "interactions; in the table of relatives, of the relative",
    "people": "distinct people; in a table of threads or ways, of that thread or way",
    "duration": "days from the first interaction to the last",
    "weeks": "calendar weeks with an interaction",
    "score": "persistence: sum over calendar weeks of distinct contributors (person-weeks)",
    "rank": "rank by it among all artifacts with a contributor",
    "tau": "Kendall's tau-b of the weekly series; empty where it is too short or constant",
    "p": "its two-sided p",
    "share_busiest": "share of the interactions by the busiest account",
    "sentence": "its life in one sentence",
}


def _end(row: Mapping[Any, Any], rules: Rules) -> int:
    """Give the second until which the artifact was seen: the window's end, or the last look if that was earlier."""
    until = rules.window[1]
    looked = until if pd.isna(row["looked"]) else int(row["looked"])
    return until if looked < row["last"] else min(until, looked)  # what was told later shows that somebody looked later


def _weekly(name: str, visits: pd.DataFrame, end: int) -> pd.DataFrame:
    """Interactions and contributors by calendar week from the first to the end, silent weeks included."""
    each = visits.assign(contributors=visits["person"].notna().astype(int)).groupby("week")
    sums = each[["interactions", "contributors"]].sum()
    last = max(int(sums.index.max()), ((int(end) - 1) // DAY + 3) // 7)
    filled = sums.reindex(range(int(sums.index.min()), last + 1), fill_value=0)
    return filled.rename_axis("week").reset_index().assign(name=name)[[*TABLES["weekly"]]]


def _counts(row: Mapping[Any, Any], weekly: pd.DataFrame, end: int, found: Kind) -> dict[str, Number]:
    """What is simply counted, and the trend."""
    active = weekly.loc[weekly["interactions"] > 0, "week"].to_numpy()
    longest = int(np.diff(active).max(initial=1)) - 1
    return {
        "interactions": Number(float(row["interactions"]), "interactions", "interactions"),
        "people": Number(float(row["participants"]), "people who took part", "people"),
        "duration": Number((row["last"] - row["first"]) / DAY, "from the first interaction to the last", "days"),
        "weeks": Number(float(len(active)), "calendar weeks with an interaction", "weeks"),
        "longest_silence": Number(float(longest), "longest silence within its life", "weeks"),
        "silence": Number(max(0.0, (end - row["last"]) / WEEK), "silence since the last interaction", "weeks"),
        "late": Number(float(found.late), "people who took part in the last weeks before the end", "people"),
        "tau": Number.of(found.tau, "Kendall's tau of weekly contributors"),
        "p": Number(known(found.p), "its two-sided p"),
        "sure": Number(known(found.sure), "share of draws of its people that give the same kind of life"),
    }


def _score(visits: pd.DataFrame, people: pd.DataFrame, weights: Drawn) -> Interval:
    """Persistence, and its interval when its people are drawn anew."""
    weeks = visits[visits["person"].notna()].groupby("person").size().reindex(people["person"], fill_value=0)
    each = weeks.to_numpy(dtype=float)
    return percentile(float(each.sum()), product(each[:, None], weights)[:, 0])


def _standing(score: Interval, ranks: pd.DataFrame) -> dict[str, Number]:
    """Score and rank; the rank's ends are the places of the score's ends among the others as they are."""
    scores, artifacts = ranks["score"].to_numpy(dtype=float), ranks["artifacts"].to_numpy(dtype=float)
    rank = Interval(float("nan"))  # where nobody took part there is none
    if score.value > 0:
        best, place, worst = (float(1 + artifacts[scores > at].sum()) for at in (score.high, score.value, score.low))
        worst = worst - 1 if score.low < score.value else worst  # it is among those above its own lower end
        drawn = np.isfinite(score.low)
        rank = Interval(place, min(best, place), max(place, worst)) if drawn else Interval(place)
    return {
        "score": Number.of(score, "persistence", "person-weeks"),
        "rank": Number.of(rank, "rank by persistence"),
        "ranked": Number(float(artifacts.sum()), "artifacts that are ranked", "artifacts"),
    }


def _voices(voices: pd.DataFrame, people: pd.DataFrame, weights: Drawn) -> dict[str, Number]:
    """Shares of what is said by owner, members, staff and the busiest account; intervals by drawing people anew."""
    said = voices["interactions"].sum()
    mine = voices.set_index("person").reindex(people["person"])[["interactions", *SPOKE]].to_numpy(dtype=float)
    each, sums = mine[:, 0], product(mine, weights)
    nobody = float(said - each.sum())  # by deleted accounts, who cannot be drawn
    total = sums[:, 0] + nobody
    numbers = {}
    for column, (by, meaning) in enumerate(SPOKE.items(), start=1):
        drawn = ratio(sums[:, column] + voices[by].sum() - mine[:, column].sum(), total)
        share = percentile(float(voices[by].sum() / said), drawn)
        numbers[f"share_{by}"] = Number.of(share, f"share of what is said {meaning}")
    numbers["share_deleted"] = Number(nobody / said, "share of what is said by deleted accounts")
    busiest = percentile(float(each.max(initial=0.0) / said), ratio(_largest(each, weights), total))
    return {**numbers, "share_busiest": Number.of(busiest, "share of what is said by the busiest account")}


def _largest(each: Array, weights: Drawn) -> Array:
    """Give the largest of those that each draw holds: nearly always one of the few largest of all."""
    order = np.argsort(-each)
    some = order[:FEW]
    held = weights[:, some] > 0
    found = each[some][held.argmax(axis=1)] if len(some) else np.zeros(len(weights))
    none = ~held.any(axis=1)
    found[none] = np.max((weights[none] > 0) * each, axis=1, initial=0.0)
    return found


def _answers(threads: pd.DataFrame, end: int) -> dict[str, Number]:
    """How many threads of others are answered by somebody else, how soon, and by whom."""
    asked = threads[threads["own"] == 0]
    served = asked["answered"].notna().to_numpy()
    times = (asked["answered"].fillna(end) - asked["opened"]).clip(lower=0).to_numpy(dtype=float)
    found = waiting(times, served)
    week, middle = found.served(7 * DAY), found.quantile(0.5)
    hours = Interval(*(end / 3600 for end in (middle.value, middle.low, middle.high)))
    heard = asked[served]
    producer, staff = (heard[f"by_{by}"].to_numpy() > 0 for by in ("producer", "staff"))
    first = {"producer": producer, "staff": staff & ~producer, "others": ~producer & ~staff}
    return {
        "threads": Number(float(len(threads)), "discussions and pull requests opened", "threads"),
        "asked": Number(float(len(asked)), "of these, by others than owner and members", "threads"),
        "answered_week": Number.of(week if len(asked) else Interval(float("nan")), "share of those that somebody "
                                   "else answers within a week (Kaplan-Meier)"),
        "answer_median": Number.of(hours, "time until half of them are answered (Kaplan-Meier)", "hours"),
        **{
            f"first_{who}": Number.of(wilson(float(flag.sum()), len(heard)), f"share of first answers by {told}")
            for (who, told), flag in zip(ANSWERERS.items(), first.values(), strict=True)
        },
    }  # fmt: skip


def _went(followed: Mapping[str, int], met: Mapping[str, int]) -> dict[str, Number]:
    """Shares of its people who were seen elsewhere after and before, among those who could be followed."""
    numbers = {}
    for way, meaning in WENT.items():
        share, of = wilson(met.get(way, 0), followed.get(way, 0)), followed.get(way, 0)
        numbers[f"went_{way}"] = Number.of(share, f"share of the {of:,} people followed {meaning}")
    return numbers


def _ways(name: str, ways: pd.DataFrame, followed: Mapping[str, int]) -> pd.DataFrame:
    """Where its people were, the commonest first, each with its share of those who could be followed."""
    table = ways.rename(columns={"name": "other"})
    ordered = table.sort_values(["way", "people", "other"], ascending=[False, False, True])
    first = ordered.groupby("way", sort=False).head(NEAREST)
    ends = [wilson(float(n), followed.get(way, 0)) for way, n in zip(first["way"], first["people"], strict=True)]
    columns = {"share": "value", "share_low": "low", "share_high": "high"}
    shares = {column: [getattr(one, end) for one in ends] for column, end in columns.items()}
    return first.assign(name=name, of=first["way"].map(followed), **shares)[[*TABLES["ways"]]]


def _threads(name: str, threads: pd.DataFrame) -> pd.DataFrame:
    """Every thread, in the order of its opening: no title and no name is in it."""
    table = threads.sort_values(["opened", "num"])
    heard = table["answered"].notna().to_numpy()
    producer, staff = (table[f"by_{by}"].fillna(0).to_numpy() > 0 for by in ("producer", "staff"))
    told = table.assign(
        name=name,
        answered_hours=(table["answered"] - table["opened"]).astype(float) / 3600,
        answered_by=np.select([~heard, producer, staff], ["", ANSWERERS["producer"], ANSWERERS["staff"]], "others"),
        last_said=dates(table["last"].to_numpy()),
        opened=dates(table["opened"].to_numpy()),
    )
    return told[[*TABLES["threads"]]]


TREND = {
    "falling": "and fading",
    "rising": "and growing",
    "level": "and steady",
    "too short": "and too short to tell a trend",
}


def _sentence(name: str, found: Kind, n: Mapping[str, Number], row: Mapping[Any, Any], rules: Rules) -> str:
    """Tell what kind of life it is, on what that rests, and how sure it is."""
    weeks = rules.lives_alive_weeks
    if found.state == "alive":
        late = f"{plain(n['late'].value)} people took part in the last {weeks} weeks"
    else:
        late = f"nobody took part in the last {weeks} weeks, and it was last heard of on {date(row['last'])}"
    tau = f"; tau of weekly contributors is {between(n['tau'])}" if n["tau"].value is not None else ""
    seen = "" if row["outcome"] == "complete" else f" It was not seen in full ({row['outcome']})."
    return (
        f"The community of {name} is {found.state} {TREND[found.trend]}: {late}{tau}. With its people drawn anew, the "
        f"kind is the same in {plain(100 * found.sure)} % of draws.{seen}"
    )
