"""The frames of one study: the store's tables, and what several questions read, computed once."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property, partial
from typing import Any, TypeVar

import narwhals.stable.v2 as nw
import pandas as pd

from openlives.errors import NothingToAskError
from openlives.measures import automation, profiles, weeks
from openlives.measures.clock import DAY, date
from openlives.measures.engine import Frame, Sharer, among, exploded, lazy
from openlives.measures.lives import lives_of, pairs
from openlives.rules import Rules
from openlives.values import moment

T = TypeVar("T")
TABLES = ("artifacts", "tags", "threads", "events", "people", "fetches")
OF_ARTIFACTS = (
    "artifacts",
    "tags",
    "threads",
    "events",
    "fetches",
    "snapshots",
    "openness",
    "codings",
)  # those with an `artifact`
FEW, LARGE = 50, ("artifacts", "threads", "events")  # artifacts whose rows of these tables are found once
OPTIONAL = {
    "openness": "The register of openness is made of models: import them (openlives import models …), or collect them.",
    "snapshots": "Import tables of models with --observed, or collect more than once: then it is known what was when.",
    "codings": "Code threads under themes first: openlives code new.",
}


@dataclass
class Frames:
    """The tables of a collection under one reading of `people`: `everyone`, or `humans` only.

    Every table is a lazy Narwhals frame on whatever engine the tables came from. `snapshots`, `openness` and `codings`
    need not be there, and may be given as a function without arguments, which is called when a question wants them.
    `whole` is the collection that these frames are a part of, `root` the frames that these are a reading of: what does
    not depend on the reading is computed there.
    """

    tables: Mapping[str, Any]
    rules: Rules
    share: Sharer = field(default_factory=Sharer)
    whole: "Frames | None" = None
    root: "Frames | None" = None
    made: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Take the tables as lazy frames."""
        self.artifacts, self.tags, self.threads, self.events, self.people, self.fetches = (
            lazy(self.tables[t]) for t in TABLES
        )

    def reading(self, people: str) -> "Frames":
        """Give the same tables under another reading of `people`, in the same window."""
        since, until = self.window
        rules = self.rules.but(people=people, since=_iso(since), until=_iso(until))
        whole = self.whole and self.whole.reading(people)
        return Frames(self.tables, rules, self.share, whole, self.root or self)

    def only(self, artifacts: Frame) -> "Frames":
        """Give the same of some artifacts only (a frame with their `artifact`), in the same window.

        Of few artifacts the rows of the large tables are found once, and not by every question anew.
        """
        since, until = self.window
        share = Sharer(self.share.connection)
        chosen = artifacts.select("artifact").unique()
        keys = small(chosen.head(FEW + 1))["artifact"].tolist()
        if not 0 < len(keys) <= FEW:
            chosen = share(chosen, keep=True)

        def part(name: str) -> Frame:
            table = self.table(name)
            if not 0 < len(keys) <= FEW:
                return table.join(chosen, on="artifact", how="semi")
            return among(table, "artifact", keys)

        kept = {name: part(name) if name in TABLES else partial(part, name) for name in OF_ARTIFACTS}
        if 0 < len(keys) <= FEW:
            kept |= {name: share(part(name), keep=True) for name in LARGE}
        rules = self.rules.but(since=_iso(since), until=_iso(until))
        return Frames({**self.tables, **kept}, rules, share, self.whole or self)

    def table(self, name: str) -> Frame:
        """Give a table by name; where the collection has none, there is nothing to ask."""
        found = self.tables.get(name)
        if found is None:
            raise NothingToAskError(f"The collection has no table {name!r}", todo=OPTIONAL.get(name, ""))
        return lazy(found() if callable(found) else found)

    def once(self, name: str, make: Callable[["Frames"], T]) -> T:
        """Make what depends on neither reading nor part once for all of them, from the frames of the whole."""
        above = self.root or self.whole
        if above is not None:
            return above.once(name, make)
        if name not in self.made:
            with self.share.keeping():
                self.made[name] = make(self)
        found: T = self.made[name]
        return found

    @cached_property
    def openness(self) -> Frame:
        """The register of openness, one row a model (openlives.governance.register.COLUMNS)."""
        return self.table("openness")

    @cached_property
    def profiles(self) -> Frame:
        """What models have in common that are alike in the register: `profile` and more (measures.profiles)."""
        above = self.root or self.whole
        return above.profiles if above else self.share(profiles.profiles(self._described), keep=True)

    @cached_property
    def models(self) -> Frame:
        """Every model: `artifact`, `owner`, `profile`."""
        if self.root is not None:
            return self.root.models
        return self._kept("models", lambda: profiles.placed(self._described, self.profiles))

    @property
    def _described(self) -> Frame:
        return profiles.described(self.artifacts, self.openness)

    @cached_property
    def owned(self) -> Frame:
        """How many models an owner has of each profile, and whether somebody wrote there."""
        return self.share(profiles.owned(self.models, self.lives), keep=True)

    @cached_property
    def snapshots(self) -> Frame:
        """What was seen of artifacts and when: `artifact`, `observed` (seconds), `gate` and more."""
        return self.table("snapshots")

    @cached_property
    def comments(self) -> Frame:
        """All interactions, whoever made them and whenever: events of kind `comment`."""
        return self.events.filter(nw.col("kind") == "comment")

    @cached_property
    def window(self) -> tuple[int, int]:
        """`[since, until)` in seconds: as ruled, else from the day of the first interaction to that after the last."""
        since, until = moment(self.rules.since), moment(self.rules.until)
        if since is None or until is None:
            ends = small(self.comments.select(first=nw.col("time").min(), last=nw.col("time").max())).iloc[0]
            if pd.isna(ends["first"]):
                raise NothingToAskError(
                    "The collection holds no interaction", todo="Import threads or events, then build."
                )
            since = int(ends["first"]) // DAY * DAY if since is None else since
            until = (int(ends["last"]) // DAY + 1) * DAY if until is None else until
        if since >= until:
            raise NothingToAskError(
                f"The window is empty: {date(since)} to {date(until)}",
                todo="Set `since` and `until` so that it holds interactions.",
            )
        return since, until

    @cached_property
    def automated(self) -> Frame:
        """People taken as automation under the rules: `person`; by all they did, also in a part of a collection."""
        if self.whole is not None:
            return self.whole.automated
        rules = self.rules
        accounts = (
            list(automation.known_accounts()) if rules.automation_accounts is None else list(rules.automation_accounts)
        )
        caught = automation.listed_people(self.people, accounts=accounts)
        if rules.automation_behaviour:
            opened = automation.openings(self.threads)
            repeats = automation.repeaters(
                opened, min_artifacts=rules.automation_min_artifacts, min_same=rules.automation_min_same
            )
            caught = nw.concat([caught, repeats.select("person")]).unique()
        return self.share(caught, keep=True)

    @cached_property
    def inside(self) -> Frame:
        """All interactions of the window, whoever made them."""
        since, until = self.window
        return self.comments.filter(nw.col("time") >= since, nw.col("time") < until)

    def mark(self, interactions: Frame) -> Frame:
        """Mark interactions with whether automation made them (`automated`, 0 or 1)."""
        caught = self.automated.with_columns(listed=nw.lit(1))
        by_app = (~nw.col("app").is_null()).cast(nw.Int64) if self.rules.automation_apps else nw.lit(0)
        flag = nw.max_horizontal(nw.col("listed").fill_null(0), by_app)
        return interactions.join(caught, on="person", how="left").with_columns(automated=flag)

    @cached_property
    def interactions(self) -> Frame:
        """Interactions of the window under this reading of `people`."""
        if self.rules.people == "humans":
            return self.mark(self.inside).filter(nw.col("automated") == 0)
        return self.inside

    @cached_property
    def made_up(self) -> bool:
        """Whether anything in the collection comes from a made-up world."""
        above = self.root or self.whole
        if above is not None:
            return above.made_up
        return len(small(self.artifacts.filter(nw.col("platform").str.starts_with("made-up")).head(1))) > 0

    @cached_property
    def is_silent(self) -> bool:
        """Whether nobody said anything in the window, under this reading."""
        heard = self.interactions if self.whole is None else self.lives  # which a part takes from the whole
        return len(small(heard.select("artifact").head(1))) == 0

    def _kept(self, name: str, make: Callable[[], Frame]) -> Frame:
        """Keep a frame of one row an artifact or more; a part of a collection takes its rows from the whole's."""
        if self.whole is None:
            return self.share(make(), keep=True)
        mine = self.artifacts.select("artifact")
        return self.share(getattr(self.whole, name).join(mine, on="artifact", how="semi"), keep=True)

    @cached_property
    def pairs(self) -> Frame:
        """Each person's part in each artifact."""
        return self._kept("pairs", lambda: pairs(self.interactions))

    @cached_property
    def lives(self) -> Frame:
        """One row an active artifact, with its owner's key and how the last look at it ended."""
        owners = self.artifacts.select("artifact", "outcome", owner="owner_key")
        return self._kept("lives", lambda: lives_of(self.pairs).join(owners, on="artifact", how="left"))

    @cached_property
    def bases(self) -> Frame:
        """What artifacts declare to be made from: `artifact`, `name`, `base`."""
        named = self.artifacts.filter(~nw.col("base_models").is_null()).select("artifact", "name", "base_models")
        each = exploded(named, "base_models").filter(~nw.col("base_models").is_null())
        each = each.select("artifact", "name", base=nw.col("base_models").cast(nw.String))
        return self._kept("bases", lambda: each)

    @cached_property
    def presence(self) -> Frame:
        """One row an artifact with a contributor who can be named: persistence `score`, and `weeks` with one."""
        return self._kept("presence", lambda: weeks.presence(weeks.calendar_visits(self.interactions)))

    @cached_property
    def life_visits(self) -> Frame:
        """Visits by week of life."""
        return self._kept("life_visits", lambda: weeks.life_visits(self.interactions, self.lives))

    @cached_property
    def life_weeks(self) -> Frame:
        """Weeks of life."""
        return self._kept("life_weeks", lambda: weeks.life_weeks(self.life_visits))


KEYS = (
    "artifact",
    "person",
    "owner",
    "week",
    "weeks",
    "back",
    "month",
    "outcome",
    "kind",
    "community",
    "selected",
    "followed",
)


def small(frame: Frame, *, ordered: bool = True) -> pd.DataFrame:
    """Collect a small frame as pandas, in the order of its keys: the same on every engine and every run.

    A frame without keys is put in the order of all its columns. One whose readers do not mind is left as it comes.
    """
    if not ordered:
        as_it_comes: pd.DataFrame = frame.collect("pandas").to_native()
        return as_it_comes
    columns = frame.collect_schema().names()
    order = [name for name in columns if name in KEYS] or columns
    collected: pd.DataFrame = frame.sort(*order, nulls_last=True).collect("pandas").to_native()
    return collected.reset_index(drop=True)


def _iso(time: int) -> str:
    return datetime.fromtimestamp(time, UTC).isoformat()
