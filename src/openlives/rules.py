"""Every choice of a study, in one place: its default, its unit, and where it is explained.

A study file (TOML) or an option changes a rule; whatever was used goes into the manifest and under every answer.
"""

import difflib
import math
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any

from openlives.errors import RulesError
from openlives.values import heard, moment, plain, typed

PAPER_TAGS = (
    "tag:mlx",
    "tag:text-to-image",
    "tag:art",
    "tag:finance",
    "tag:sillytavern",
    "tag:roleplay",
    "tag:not-for-all-audiences",
)


def _rule(default: Any, meaning: str, *, section: str, unit: str = "", choices: tuple[Any, ...] = ()) -> Any:
    return field(default=default, metadata={"meaning": meaning, "section": section, "unit": unit, "choices": choices})


def _table(meaning: str, *, section: str) -> Any:
    return field(default_factory=dict, metadata={"meaning": meaning, "section": section, "unit": "", "choices": ()})


# The least and the most that a rule can mean; others need only be zero or more.
BOUNDS = {
    "draws": (1, 100_000),
    "nomads_draws": (1, 100_000),
    "nomads_permutations": (1, 100_000),
    "nomads_random_sets": (2, 100_000),
    "nomads_period_weeks": (1, 520),
    "nomads_coloured": (1, 7),
    "decline_shuffles": (1, 100_000),
    "decline_shape_draws": (1, 100_000),
    "decline_rarefy_draws": (1, 10_000),
    "decline_rarefy_people": (2, 1_000_000),
    "decline_min_weeks": (2, 520),
    "decline_alpha": (0, 1),
    "automation_min_same": (0, 1),
    "persistence_automation_share": (0, 1),
    "persistence_account_share": (0, 1),
    "persistence_top": (1, 1000),
    "lives_most": (1, 100),
    "lives_alive_weeks": (1, 520),
    "lives_follow_weeks": (1, 520),
    "growth_months": (1, 120),
}
SHAPE = ("people", "since", "until", "within", "lists", "tag_synonyms", "themes_project")
OUTLIER_RULES = ("automation", "one_account", "no_files", "list")


@dataclass(frozen=True, slots=True)
class Rules:
    """The parameters of a study. Sections are those of docs/explanation/methods.md."""

    people: str = _rule("both", "whose interactions count", section="1", choices=("everyone", "humans", "both"))
    since: str = _rule(
        "",
        "start of the window (UTC, its first day in); empty: the day of the first interaction",
        section="1",
        unit="date",
    )
    until: str = _rule(
        "", "end of the window (UTC, this day out); empty: the day after the last interaction", section="1", unit="date"
    )
    within: tuple[str, ...] = _rule(
        (),
        "the part of the collection that is studied, as tag:art or licence_class:non-commercial; of one kind any, "
        "of several kinds all",
        section="1",
    )
    draws: int = _rule(2000, "bootstrap draws", section="3", unit="draws")
    seed: int = _rule(20250623, "where every random draw starts", section="3")

    automation_accounts: tuple[str, ...] | None = _rule(
        None, "accounts taken as automation, in place of the published table", section="1"
    )
    automation_apps: bool = _rule(True, "whether an event posted through an app is automation", section="1")
    automation_behaviour: bool = _rule(
        True, "whether an account that nobody listed can be automation by what it does", section="1"
    )
    automation_min_artifacts: int = _rule(
        50, "threads opened on at least so many artifacts", section="1", unit="artifacts"
    )
    automation_min_same: float = _rule(0.8, "share of those whose opening texts are equal", section="1")

    lifecycle_min_days: int = _rule(100, "shortest life that is drawn", section="3", unit="days")
    lifecycle_denominator: str = _rule(
        "at_risk", "which artifacts a weekly mean is over", section="3", choices=("at_risk", "all", "active")
    )
    lifecycle_interval: str = _rule(
        "owners", "bootstrap over owners, or normal across artifacts", section="3", choices=("owners", "normal")
    )
    lifecycle_readable_weeks: int = _rule(
        13, "the selected curve is not to be interpreted after this week", section="3", unit="weeks"
    )

    decline_min_people: int = _rule(10, "fewest participants", section="5", unit="people")
    decline_min_weeks: int = _rule(4, "shortest series", section="5", unit="weeks")
    decline_series: str = _rule(
        "contributors", "what is counted in a week", section="5", choices=("contributors", "interactions")
    )
    decline_end: str = _rule("last_event", "where a series ends", section="5", choices=("last_event", "window"))
    decline_zeros: str = _rule("keep", "weeks with nothing in them", section="5", choices=("keep", "drop"))
    decline_alpha: float = _rule(0.05, "level of significance", section="5")
    decline_large: int = _rule(100, "a community is large above so many contributors", section="5", unit="people")
    decline_shuffles: int = _rule(200, "shuffles of the weeks of each artifact", section="5", unit="draws")
    decline_rarefy_people: int = _rule(10, "people to whom every community is drawn down", section="5", unit="people")
    decline_rarefy_draws: int = _rule(30, "draws of the rarefaction", section="5", unit="draws")
    decline_shape_draws: int = _rule(200, "redraws from the common weekly profile", section="5", unit="draws")
    decline_early_weeks: int = _rule(26, "weeks of the size-free measure", section="5", unit="weeks")

    growth_months: int = _rule(3, "calendar months at either end of the window", section="6", unit="months")

    communities: tuple[str, ...] = _rule(
        PAPER_TAGS, "communities: tag:NAME, owner:NAME, family:MODEL, list:NAME", section="7"
    )
    lists: Mapping[str, tuple[str, ...]] = _table("named lists of artifacts, for list:NAME", section="7")
    tag_synonyms: Mapping[str, tuple[str, ...]] = _table("tags that are one for this study", section="7")
    nomads_coloured: int = _rule(6, "busiest artifacts that get a colour of their own", section="7", unit="artifacts")
    nomads_period_weeks: int = _rule(13, "length of a period", section="7", unit="weeks")
    nomads_mass_artifacts: int = _rule(
        50, "a mass account is a person on at least so many artifacts", section="7", unit="artifacts"
    )
    nomads_quiet_weeks: int = _rule(
        26, "weeks before a first contact counts as one, and longest gap of a move", section="7", unit="weeks"
    )
    nomads_min_week: int = _rule(
        5, "fewest interactions of a week whose concentration counts", section="7", unit="interactions"
    )
    nomads_min_back: int = _rule(30, "fewest people who came back, for an index", section="7", unit="people")
    nomads_random_sets: int = _rule(200, "matched random sets of artifacts", section="7", unit="sets")
    nomads_draws: int = _rule(500, "bootstrap draws over people", section="7", unit="draws")
    nomads_permutations: int = _rule(200, "permutations of the origins of moves", section="7", unit="draws")

    lives_most: int = _rule(10, "artifacts that are told of, the most persistent first", section="14", unit="artifacts")
    lives_alive_weeks: int = _rule(
        13, "a community is alive if somebody took part in so many weeks before the end", section="14", unit="weeks"
    )
    lives_follow_weeks: int = _rule(
        26,
        "people are followed for so long before their first and after their last interaction",
        section="14",
        unit="weeks",
    )
    lives_min_people: int = _rule(
        3, "fewest people on the same way, for the way to be named", section="14", unit="people"
    )

    persistence_top: int = _rule(10, "artifacts shown", section="8", unit="artifacts")
    persistence_exclude: tuple[str, ...] = _rule(OUTLIER_RULES, "outlier rules that apply", section="8")
    persistence_automation_share: float = _rule(
        0.5, "share of interactions by automation that makes an outlier", section="8"
    )
    persistence_account_share: float = _rule(
        0.9, "share of interactions by one account that makes an outlier", section="8"
    )
    persistence_list: Mapping[str, str] = _table("artifacts left out by name, each with its reason", section="8")

    themes_project: str = _rule("", "the coding project; empty: the only one", section="11")

    def __post_init__(self) -> None:
        """Refuse values that no study could mean."""
        for f in fields(self):
            value, choices = getattr(self, f.name), f.metadata["choices"]
            if choices and value not in choices:
                raise RulesError(f"{f.name} cannot be {value!r}", todo=f"Choose one of: {', '.join(choices)}.")
            if isinstance(value, int | float) and not isinstance(value, bool):
                least, most = BOUNDS.get(f.name, (0, math.inf))
                if not least <= value <= most:
                    raise RulesError(f"{f.name} cannot be {value}", todo=f"Give {least} or more, up to {most}.")
        for rule in self.persistence_exclude:
            if rule not in OUTLIER_RULES:
                todo = f"Choose from: {', '.join(OUTLIER_RULES)}."
                raise RulesError(f"persistence_exclude: there is no outlier rule {rule!r}", todo=todo)
        since, until = moment(self.since, "since"), moment(self.until, "until")
        if since is not None and until is not None and since >= until:
            todo = "`until` is the first day that is out."
            raise RulesError(f"The window is empty: since {self.since}, until {self.until}", todo=todo)

    @classmethod
    def read(cls, path: Path) -> "Rules":
        """Read a study file: TOML, its keys the names of rules."""
        try:
            return cls.of(tomllib.loads(path.read_text(encoding="utf-8")), where=path.name)
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            raise RulesError(
                f"The study file cannot be read: {error}",
                where=path.name,
                todo="Give a TOML file; `openlives questions --rules` lists the rules.",
            ) from error

    @classmethod
    def of(cls, given: Mapping[str, Any], *, where: str = "") -> "Rules":
        """Make rules of a mapping; an unknown name or a value of the wrong type is a `RulesError`."""
        known = {f.name: f for f in fields(cls)}
        values: dict[str, Any] = {}
        for name, value in given.items():
            if name not in known:
                near = difflib.get_close_matches(name, known, n=1)
                raise RulesError(
                    f"There is no rule {name!r}",
                    where=where,
                    todo=f"Did you mean {near[0]!r}?" if near else "`openlives questions --rules` lists the rules.",
                )
            values[name] = typed(name, value, getattr(cls(), name), where)
        return cls(**values)

    @classmethod
    def said(cls, pairs: Iterable[tuple[str, str]], usual: "Rules | None" = None) -> "Rules":
        """Give rules as a terminal or a link says them, `name` and text; a list's elements come one by one.

        They change those that are `usual`. One empty element is an empty list.
        """
        usual = usual or cls()
        given: dict[str, Any] = {}
        held = {f.name: getattr(usual, f.name) for f in fields(cls)}
        for name, text in pairs:
            was = held.get(name, "")
            if isinstance(was, tuple) or name == "automation_accounts":
                given.setdefault(name, []).extend([text] if text else [])
            else:
                given[name] = heard(text, was)
        changed = cls.of(given)
        return replace(usual, **{name: getattr(changed, name) for name in given})

    @property
    def shape(self) -> tuple[str, ...]:
        """What of the rules decides which interactions and artifacts there are at all."""
        return tuple(f"{k} {v}" for k, v in self.plain().items() if k in SHAPE or k.startswith("automation_"))

    @property
    def window(self) -> tuple[int, int]:
        """`[since, until)` in seconds, once both are known (`Frames.reading` fills them in)."""
        since, until = moment(self.since, "since"), moment(self.until, "until")
        if since is None or until is None:
            raise RulesError("The window is not known yet", todo="Give `since` and `until`.")
        return since, until

    def but(self, **changes: Any) -> "Rules":
        """Give the same rules with some changed."""
        return replace(self, **changes)

    def plain(self) -> dict[str, Any]:
        """Give the rules as a mapping that JSON can hold, in the order of their definition."""
        return {rule.name: plain(getattr(self, rule.name)) for rule in fields(self)}

    def changed(self) -> dict[str, Any]:
        """Give the rules that are not at their defaults."""
        usual = Rules().plain()
        return {name: value for name, value in self.plain().items() if value != usual[name]}
