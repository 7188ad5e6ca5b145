"""Where do people go when a model fades? Communities that herd from release to release (§4.2, Figures 4 and 6-11)."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import narwhals.stable.v2 as nw
import numpy as np
import pandas as pd

from openlives.measures import movement
from openlives.measures.clock import WEEK, whole_calendar_weeks
from openlives.measures.communities import community
from openlives.measures.engine import Frame
from openlives.measures.frames import Frames
from openlives.questions import herds, panels
from openlives.questions.beside import beside
from openlives.questions.herds import Herd
from openlives.questions.magnets import magnet_and_sticky, magnets
from openlives.questions.question import Citation, Finding, Number, Question, Tables, between, plain
from openlives.rules import Rules
from openlives.stats.fates import Ledger, in_order

VARIANTS = {
    "all": "everybody",
    "no_producers": "without owners and members of the artifact's organisation",
    "no_staff": "without staff of the platform",
    "no_mass": "without mass accounts",
    "new_threads": "new threads only",
}


def measure(frames: Frames, rules: Rules) -> dict[str, Frame]:
    """People by artifact and period on the whole platform, and the weeks of each community."""
    _, until = rules.window
    wanted = [name for spec in rules.communities for name in _tag_names(spec, rules)]
    tags = frames.share(frames.tags.filter(nw.col("tag").is_in(wanted))) if wanted else frames.tags
    members = {spec: _members(frames, rules, spec, tags) for spec in rules.communities}
    active = frames.lives.select("artifact", "first", "participants")
    named = [
        frame.join(active.select("artifact"), on="artifact", how="inner").with_columns(community=nw.lit(spec))
        for spec, frame in members.items()
    ]
    everyone = (
        frames.share(nw.concat(named))
        if named
        else frames.lives.select("artifact").head(0).with_columns(community=nw.lit(""))
    )
    described = everyone.join(frames.artifacts.select("artifact", "name", "created"), on="artifact", how="inner")
    return {
        "stays": movement.stays(frames.interactions, until=until, period_weeks=rules.nomads_period_weeks),
        "lives": active,
        "weeks": movement.community_weeks(frames.interactions, everyone.select("artifact").unique()),
        "members": described.select("community", "artifact", "name", "created"),
    }


def _tag_names(spec: str, rules: Rules) -> list[str]:
    kind, _, name = spec.partition(":")
    return [tag.lower() for tag in (name, *rules.tag_synonyms.get(name, ()))] if kind == "tag" else []


def _members(frames: Frames, rules: Rules, spec: str, tags: Frame) -> Frame:
    return community(spec, frames.artifacts, tags, lists=rules.lists, synonyms=rules.tag_synonyms)


@dataclass(frozen=True, slots=True)
class Platform:
    """What the communities of one study are held against: entries of people, and the lives of all artifacts."""

    lives: pd.DataFrame
    everything: Ledger
    producer: np.ndarray
    opened: np.ndarray
    staff: np.ndarray
    mass: np.ndarray

    @classmethod
    def of(cls, stays: pd.DataFrame, lives: pd.DataFrame, rules: Rules) -> "Platform":
        """Number people and artifacts from 0, and find the staff and the mass accounts."""
        since, until = rules.window
        periods = (until - since) // (rules.nomads_period_weeks * WEEK)
        artifacts = lives["artifact"].to_numpy()
        person = np.unique(stays["person"].to_numpy(dtype=np.int64), return_inverse=True)[1]
        artifact = np.searchsorted(artifacts, stays["artifact"].to_numpy())
        period = np.maximum(periods - 1 - stays["back"].to_numpy(), -1).astype(np.int64)
        order = in_order(person, period, artifact)
        ledger = Ledger.of(
            person[order],
            artifact[order],
            period[order],
            stays["first"].to_numpy()[order],
            periods=int(periods),
            artifacts=len(lives),
        )
        staff = np.bincount(person, weights=stays["staff"], minlength=1) > 0
        mass = np.bincount(ledger.contacts[0], minlength=1) >= rules.nomads_mass_artifacts
        producer, opened = (stays[name].to_numpy()[order] for name in ("producer", "first_opened"))
        return cls(lives, ledger, producer, opened, staff, mass)

    def ledger(self, variant: str) -> Ledger:
        """Give the entries that one variant counts."""
        ledger = self.everything
        if variant == "no_producers":
            return ledger.only(self.producer == 0)
        if variant == "no_staff":
            return ledger.only(~self.staff[ledger.person])
        if variant == "no_mass":
            return ledger.only(~self.mass[ledger.person])
        if variant == "new_threads":
            return replace(ledger, first=self.opened).only(self.opened < movement.NEVER)
        return ledger


def estimate(tables: Tables, rules: Rules) -> Finding:
    """For each community and variant: herding, who stays, moves and leaves, and what chance would give."""
    platform = Platform.of(tables["stays"], tables["lives"], rules)
    members = tables["members"]
    people = np.unique(tables["stays"]["person"].to_numpy(dtype=np.int64))
    known = [spec for spec in rules.communities if (members["community"] == spec).any()]
    found = {spec: Herd.of(spec, members, tables["weeks"], platform.lives, people) for spec in known}
    found = {spec: herd for spec, herd in found.items() if len(herd.active)}
    sets = {
        spec: herds.random_sets(herd, platform.lives, rules, [rules.seed, 15, place])
        for place, (spec, herd) in enumerate(found.items())
    }
    told = beside(lambda variant: _told(variant, platform, found, sets, rules), VARIANTS if found else ())
    rows, pulls, routes = ([one for each in told for one in each[part]] for part in range(3))
    table = _ranked(pd.DataFrame(rows))
    empty = [spec for spec in rules.communities if spec not in found]
    parts = {
        "communities": table,
        "weeks": _weekly(found, rules),
        "releases": _together([herd.releases(rules.nomads_coloured) for herd in found.values()]),
        "magnets": _together(pulls),
        "routes": _together(routes),
    }
    rests_on = int(sum(len(herd.active) for herd in found.values()))
    return Finding(_numbers(table), parts, _sentence(table, empty), rests_on, _notes(table, empty, rules))


def _told(
    variant: str, platform: Platform, found: Mapping[str, Herd], sets: Mapping[str, np.ndarray], rules: Rules
) -> tuple[list[dict[str, Any]], list[pd.DataFrame], list[pd.DataFrame]]:
    """Describe every community under one variant: rows; and, where everybody counts, artifacts and routes."""
    background = herds.Background.of(platform.ledger(variant), rules)
    rows, routes = [], []
    for place, (spec, herd) in enumerate(found.items()):
        keep = _kept(herd.weeks, variant, platform)
        row, route = herds.describe(herd, keep, background, sets[spec], rules, [rules.seed, 14, place])
        rows.append({"community": spec, "variant": variant, **row})
        routes.append(route)
    if variant != "all":
        return rows, [], []
    pull = magnet_and_sticky(background)
    return rows, [magnets(herd, pull) for herd in found.values()], routes


def _kept(weeks: pd.DataFrame, variant: str, platform: Platform) -> pd.DataFrame:
    """Give the weekly visits of a community that one variant counts."""
    if variant == "no_producers":
        return weeks[weeks["producer"] == 0]
    if variant in {"no_staff", "no_mass"}:
        out = platform.staff if variant == "no_staff" else platform.mass
        return weeks[(weeks["person"] < 0) | ~out[np.maximum(weeks["person"], 0)]]
    if variant == "new_threads":
        return weeks[weeks["opened"] > 0].assign(interactions=weeks["opened"])
    return weeks


def _together(tables: list[pd.DataFrame]) -> pd.DataFrame:
    filled = [t for t in tables if len(t)]
    return pd.concat(filled, ignore_index=True) if filled else pd.DataFrame({"community": pd.Series([], dtype=str)})


def _ranked(table: pd.DataFrame) -> pd.DataFrame:
    """Rank communities by z, within each variant: raw shares mostly count artifacts."""
    if table.empty:
        return table
    rank = table.groupby("variant")["nomadism_z"].rank(ascending=False, method="min")
    table.insert(2, "rank", rank.astype("Int64"))
    return table


def _weekly(found: Mapping[str, "herds.Herd"], rules: Rules) -> pd.DataFrame:
    """Interactions by artifact and calendar week, the busiest by name, the rest together, and distinct contributors."""
    since, until = rules.window
    weeks = whole_calendar_weeks(since, until)
    weekly = _together([herd.panel(rules.nomads_coloured) for herd in found.values()])
    return weekly[weekly["week"].between(weeks.start, weeks.stop - 1)].reset_index(drop=True) if len(weekly) else weekly


def _numbers(table: pd.DataFrame) -> dict[str, Number]:
    """The headline of each community: how many moved, beside chance, and how strongly it herds."""
    numbers: dict[str, Number] = {}
    chosen = table[table["variant"] == "all"] if len(table) else table
    shown = {
        "concentration": "weekly concentration on one artifact (Simpson)",
        "stayed": "share of people who stay",
        "moved": "share who move within it",
        "left": "share who leave",
        "nomadism": "share who move, over matched random sets",
        "nomadism_z": "the same in standard deviations of the random sets",
        "attachment": "attachment to the artifact among those who come back",
        "inflow": "first contacts by people seen before elsewhere in it",
        "inflow_random": "the same in matched random sets",
    }
    for row in chosen.to_dict("records"):
        for name, meaning in shown.items():
            value, low, high = (row.get(f"{name}{end}", np.nan) for end in ("", "_low", "_high"))
            number = (float(v) if v is not None and np.isfinite(v) else None for v in (value, low, high))
            first, *ends = number
            numbers[f"{row['community']} {name}"] = Number(first, f"{row['community']}: {meaning}", "", *ends)
    return numbers


def _sentence(table: pd.DataFrame, empty: list[str]) -> str:
    if table.empty:
        return f"No artifact with an interaction belongs to any of: {', '.join(empty)}."
    chosen = table[table["variant"] == "all"].sort_values("nomadism_z", ascending=False)
    first = chosen.iloc[0]
    moved = Number(first["moved"], "", "", first["moved_low"], first["moved_high"])
    nomadic = chosen[(chosen["nomadism_z"] > 1.96)]
    sure = ", ".join(f"{r['community']} (z {plain(r['nomadism_z'])})" for r in nomadic.to_dict("records")) or "none"
    return (
        "More people move from artifact to artifact than in matched random sets (z above 1.96) "
        f"in {len(nomadic)} of {len(chosen)} communities: {sure}. "
        f"In {first['community']}, the first by z, {between(moved, 100, ' %')} move from one period to the next, "
        f"{plain(first['stayed'] * 100)} % stay and {plain(first['left'] * 100)} % leave."
    )


def _notes(table: pd.DataFrame, empty: list[str], rules: Rules) -> tuple[str, ...]:
    notes = [f"{spec}: nobody has it, or nothing was said there in the window" for spec in empty]
    if len(table):
        few = table[(table["variant"] == "all") & (table["came_back"] < rules.nomads_min_back)]
        notes += [
            (
                f"{row['community']}: {int(row['came_back'])} people came back, "
                f"fewer than {rules.nomads_min_back}: no index"
            )
            for row in few.to_dict("records")
        ]
    notes.append(
        "Tags are as of the snapshot that the collection holds, not as of the interaction; "
        "a model without known tags belongs to no tag community."
    )
    return tuple(notes)


QUESTION = Question(
    name="nomads",
    asks="Where do people go when a model fades?",
    cites=Citation(section="4.2", figure="4 and 6-11", methods="7"),
    measure=measure,
    estimate=estimate,
    draw=panels.draw,
    parts=panels.parts,
    rests_on=panels.rests_on,
    rules=("nomads_", "communities", "lists", "tag_synonyms"),
    unordered=frozenset({"stays"}),
    rows=2,
    heights=(2.6, 1),
    size=(6.4, 5.4),
    columns={
        "community": "the set of artifacts, as the study names it",
        "variant": "who and what counts: " + "; ".join(f"{k}: {v}" for k, v in VARIANTS.items()),
        "rank": "rank by nomadism_z within the variant",
        "artifacts": "active artifacts of the community",
        "people": "people who took part",
        "interactions": "interactions",
        "concentration": "mean over weeks of Simpson's index over artifacts",
        "tenure": "mean weeks in a row for which the same artifact is the busiest",
        "evenness": "mean over weeks of the entropy over the artifacts released by then, as a share of its maximum",
        "gini": "mean over weeks of the Gini coefficient over the artifacts released by then",
        "magnet": "share of the platform's newcomers who contribute here in their first period",
        "sticky": "share of contributors to an artifact who contribute to it again in the next period",
        "stayed, moved, left": "what becomes of a person from one period to the next",
        "nomadism": "share moved less its mean over matched random sets",
        "nomadism_z": "the same over the standard deviation of the random sets",
        "came_back": "people who came back to the community in a next period",
        "attachment": "(O - E) / (1 - E) among those who came back",
        "inflow": "share of late first contacts by people seen earlier elsewhere in the community",
        "inflow_random": "the same, mean over matched random sets",
        "herding": "sum of squared route sizes over its mean with permuted origins",
        "herding_p": "its permutation p",
        "moves": "moves from one artifact to another; in the table of routes, on that route",
        "moved_random": "share moved, mean over matched random sets",
        "what": "artifact, the others together, or contributors",
        "name": "artifact, or what else the line counts",
        "week": "calendar week (weeks since the Monday before 1970-01-01)",
        "value": "interactions of the artifact in the week, or distinct people for `contributors`",
        "place": "place among the busiest artifacts, from 0",
        "created": "when it was created (seconds since 1970), where that is known",
        "period": "period, the last being the highest",
        "contributors": "people on the artifact in the period",
        "quadrant": "attractive, fluctuating, stagnant or terminal; empty for 10 contributors or fewer",
        "origin, to": "where a route leads from, and to",
        "expected": "moves on that route when origins are permuted, mean",
        "p_bh": "p of that route after Benjamini-Hochberg",
    },
)
