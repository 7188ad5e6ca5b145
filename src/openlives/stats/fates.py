"""What becomes of the people of a community from one period to the next: stay, move or leave (methods, section 7).

A `Ledger` holds who was on which artifact in which period, on the whole platform; a community, or a random set of
artifacts to compare it with, is a mask over artifacts. A visit that stands by itself, with no other of the
same person in that period, the one before or the next, can only be left, in whatever set: most are, and are counted
once and for all.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from openlives.stats.intervals import Array, tally
from openlives.stats.trend import narrow

Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]
Members = NDArray[np.bool_] | NDArray[np.int64]  # a mask over artifacts, or their numbers


@dataclass
class Ledger:
    """Entries (person, artifact, period) sorted by person, period, artifact; periods run from 0 to `periods` - 1.

    `first` is the time of the person's first contact with the artifact within that period; a negative period lies
    before the first whole one, and only first contacts are read from it. Persons and artifacts are numbered from 0.
    `by_artifact` are the places of the entries in the order of person, artifact, period.
    """

    person: Ints
    artifact: Ints
    period: Ints
    first: Ints
    periods: int
    artifacts: int

    by_artifact: Ints

    @classmethod
    def of(cls, person: Ints, artifact: Ints, period: Ints, first: Ints, *, periods: int, artifacts: int) -> "Ledger":
        """Sort entries into a ledger."""
        order = np.lexsort((artifact, period, person))
        person, artifact, period = person[order], artifact[order], period[order]
        by_artifact = np.lexsort((period, artifact, person))
        return cls(person, artifact, period, first[order], periods, artifacts, by_artifact)

    def only(self, keep: Mask) -> "Ledger":
        """Give the ledger of some of the entries; nothing is sorted again."""
        place = np.cumsum(keep) - 1
        by_artifact = place[self.by_artifact[keep[self.by_artifact]]]
        person, artifact, period, first = (c[keep] for c in (self.person, self.artifact, self.period, self.first))
        return Ledger(person, artifact, period, first, self.periods, self.artifacts, by_artifact)

    @cached_property
    def again(self) -> Mask:
        """Whether the person is on the same artifact in the next period."""
        key = (self.person * self.artifacts + self.artifact) * (self.periods + 2) + self.period + 1
        key = key[self.by_artifact]
        starts = runs(key)
        again = np.empty(len(key), bool)
        again[self.by_artifact] = np.repeat(followed(key[starts]), sizes_of(starts, len(key)))
        return again

    @cached_property
    def moment(self) -> Ints:
        """A number for each (person, period), such that the next period's is one higher."""
        return self.person * (self.periods + 2) + self.period + 1

    @cached_property
    def judged(self) -> Mask:
        """Entries in a whole period that has a next one."""
        return (self.period >= 0) & (self.period < self.periods - 1)

    @cached_property
    def contacts(self) -> tuple[Ints, Ints, Ints]:
        """First contacts (person, artifact, time), sorted by person and time."""
        order = self.by_artifact
        starts = runs(self.person[order] * self.artifacts + self.artifact[order])
        if len(starts) == 0:
            return self.person, self.artifact, self.first
        time = np.minimum.reduceat(self.first[order], starts)
        person, artifact = self.person[order[starts]], self.artifact[order[starts]]
        several = np.flatnonzero(np.bincount(person)[person] > 1)
        by_time = np.arange(len(person))
        moment = person * (time.max() - time.min() + 1) + time - time.min()
        by_time[several] = several[np.argsort(moment[several], kind="stable")]
        return person[by_time], artifact[by_time], time[by_time]


def runs(ordered: Ints) -> Ints:
    """Where each run of equal values begins."""
    return np.flatnonzero(np.concatenate([[True], ordered[1:] != ordered[:-1]])) if len(ordered) else np.zeros(0, int)


def sizes_of(starts: Ints, n: int) -> Ints:
    """How long each run is, of n values in all."""
    return np.diff(np.concatenate([starts, [n]]))


def followed(moments: Ints) -> Mask:
    """Whether each of some different numbers, in ascending order, is followed by the next whole one."""
    return np.concatenate([moments[1:] == moments[:-1] + 1, [False]])[: len(moments)]


@dataclass(frozen=True, slots=True)
class Fates:
    """For each person: in how many periods they were there, and after how many they stayed, moved or left."""

    person: Ints
    there: Array
    stayed: Array
    moved: Array

    @property
    def shares(self) -> tuple[float, float, float]:
        """Shares of person-periods that stayed, moved and left."""
        n = self.there.sum()
        if n == 0:
            return float("nan"), float("nan"), float("nan")
        stayed, moved = self.stayed.sum() / n, self.moved.sum() / n
        return float(stayed), float(moved), float(1 - stayed - moved)


def fates(ledger: Ledger, members: Mask) -> Fates:
    """Follow everybody on the artifacts of `members` from each period to the next."""
    rows = np.flatnonzero(members[ledger.artifact] & (ledger.period >= 0))
    moment = ledger.moment[rows]
    starts = runs(moment)
    person, judged = ledger.person[rows[starts]], ledger.judged[rows[starts]]
    stayed = np.logical_or.reduceat(ledger.again[rows], starts) if len(rows) else np.zeros(0, bool)
    back = followed(moment[starts])
    unique, inverse = np.unique(person[judged], return_inverse=True)
    return Fates(unique, *(tally(inverse, w[judged], len(unique)) for w in (judged, stayed, back & ~stayed)))


@dataclass(frozen=True, slots=True)
class Shelf:
    """Where the rows of each artifact stand, so that a small set of artifacts is found without reading all rows."""

    order: Ints
    edges: Ints

    @classmethod
    def of(cls, artifact: Ints, artifacts: int) -> "Shelf":
        """Sort rows by artifact."""
        order = np.argsort(narrow(artifact), kind="stable")
        return cls(order, np.concatenate([[0], np.cumsum(np.bincount(artifact, minlength=artifacts))]))

    def rows(self, members: Members) -> Ints:
        """Give the rows of some artifacts, in their original order."""
        chosen = np.flatnonzero(members) if members.dtype == bool else members
        sizes = self.edges[chosen + 1] - self.edges[chosen]
        before = np.cumsum(sizes) - sizes
        rows = self.order[np.repeat(self.edges[chosen] - before, sizes) + np.arange(int(sizes.sum()))]
        rows.sort()
        return rows


@dataclass(frozen=True, slots=True)
class Mobile:
    """The part of a ledger that can move, laid out for asking about many sets of artifacts, and the rest as counts."""

    visits: "Shelf"
    moment: Ints
    again: Mask
    judged: Mask
    alone: Array
    contacts: "Shelf"
    contact_person: Ints
    contact_time: Ints
    late: Mask
    alone_late: Array

    @classmethod
    def of(cls, ledger: Ledger, quiet_until: int) -> "Mobile":
        """Set aside the visits with no visit by the same person before, beside or after them.

        Nobody stayed or moved there. `quiet_until` is when first contacts begin to count.
        """
        rows = np.flatnonzero(ledger.period >= 0)
        moment = ledger.moment[rows]
        starts = runs(moment)
        k, before = sizes_of(starts, len(rows)), followed(moment[starts])
        by_itself = np.repeat((k == 1) & ~before & ~np.concatenate([[False], before])[:-1], k)
        settled, mobile = rows[by_itself], rows[~by_itself]
        settled = settled[ledger.judged[settled]]
        person, artifact, time = ledger.contacts
        late = time >= quiet_until
        single = np.bincount(person)[person] == 1
        n = ledger.artifacts
        return cls(
            Shelf.of(ledger.artifact[mobile], n),
            ledger.moment[mobile],
            ledger.again[mobile],
            ledger.judged[mobile],
            np.bincount(ledger.artifact[settled], minlength=n).astype(float),
            Shelf.of(artifact[~single], n),
            person[~single],
            time[~single],
            late[~single],
            np.bincount(artifact[single & late], minlength=n).astype(float),
        )

    def moved_share(self, members: Members) -> float:
        """Share of person-periods on these artifacts after which the person moved within them."""
        rows = self.visits.rows(members)
        there = float(self.alone[members].sum())
        if len(rows) == 0:
            return 0.0 if there else float("nan")
        moment = self.moment[rows]
        starts = runs(moment)
        moment = moment[starts]
        stayed = np.logical_or.reduceat(self.again[rows], starts)
        judged = self.judged[rows][starts]
        back = followed(moment)
        there += float(judged.sum())
        return float((back & ~stayed & judged).sum() / there) if there else float("nan")

    def inflow(self, members: Members) -> tuple[Ints, Mask]:
        """Late first contacts with these artifacts, by people who know several artifacts of the platform.

        Gives the person, and whether they were seen on another of these artifacts before.
        """
        rows = self.contacts.rows(members)
        person, time = self.contact_person[rows], self.contact_time[rows]
        starts = runs(person)
        earlier = time > np.repeat(time[starts], sizes_of(starts, len(rows)))
        late = self.late[rows]
        return person[late], earlier[late]

    def inflow_share(self, members: Members) -> float:
        """Share of late first contacts with these artifacts by people seen before elsewhere among them."""
        _, earlier = self.inflow(members)
        contacts = len(earlier) + float(self.alone_late[members].sum())
        return float(earlier.sum() / contacts) if contacts else float("nan")


def attachment(ledger: Ledger, members: Mask) -> tuple[Ints, Array, Array, Array]:
    """Among those who came back: did more stay than chance would bring back to the same artifacts?

    For each person: how often they came back, how often they stayed, and how often chance would have had them stay.
    The index is (O - E) / (1 - E) with O and E the means over all who came back.
    """
    rows = np.flatnonzero(members[ledger.artifact] & (ledger.period >= 0))
    artifact, period, moment = ledger.artifact[rows], ledger.period[rows], ledger.moment[rows]
    starts = runs(moment)
    unique, k = moment[starts], sizes_of(starts, len(rows))
    crowd = np.bincount(artifact * (ledger.periods + 1) + period, minlength=ledger.artifacts * (ledger.periods + 1))
    total = np.bincount(period, minlength=ledger.periods + 1)
    back = followed(unique) & ledger.judged[rows[starts]]
    k_next = np.where(back, np.concatenate([k, [0]])[1:], 0)
    again = ledger.again[rows]
    # Others who are, in the next period, on the artifacts of this one: all who are there less the person.
    on_mine = np.bincount(
        np.repeat(np.arange(len(unique)), k),
        weights=crowd[artifact * (ledger.periods + 1) + period + 1] - again,
        minlength=len(unique),
    )
    others = total[np.minimum(period[starts] + 1, ledger.periods)] - k_next
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.where(others > 0, on_mine / others, 0.0)
    expected = 1 - (1 - np.clip(share, 0, 1)) ** k_next
    stayed = np.logical_or.reduceat(again, starts) if len(rows) else np.zeros(0, bool)
    people, who = np.unique(ledger.person[rows][starts][back], return_inverse=True)
    came, remained, chance = (tally(who, w[back], len(people)) for w in (back, stayed, expected))
    return people.astype(np.int64), came, remained, chance
