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

Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]
Members = NDArray[np.bool_] | NDArray[np.int64]  # a mask over artifacts, or their numbers


@dataclass
class Ledger:
    """Entries (person, artifact, period) sorted by person, period, artifact; periods run from 0 to `periods` - 1.

    `first` is the time of the person's first contact with the artifact within that period; a negative period lies
    before the first whole one, and only first contacts are read from it. Persons and artifacts are numbered from 0.
    """

    person: Ints
    artifact: Ints
    period: Ints
    first: Ints
    periods: int
    artifacts: int

    @classmethod
    def of(cls, person: Ints, artifact: Ints, period: Ints, first: Ints, *, periods: int, artifacts: int) -> "Ledger":
        """Sort entries into a ledger."""
        order = np.lexsort((artifact, period, person))
        return cls(person[order], artifact[order], period[order], first[order], periods, artifacts)

    @cached_property
    def again(self) -> Mask:
        """Whether the person is on the same artifact in the next period."""
        key = (self.person * self.artifacts + self.artifact) * (self.periods + 2) + self.period + 1
        return np.asarray(np.isin(key + 1, key))

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
        order = np.lexsort((self.first, self.artifact, self.person))
        person, artifact = self.person[order], self.artifact[order]
        new = np.ones(len(order), bool)
        new[1:] = (person[1:] != person[:-1]) | (artifact[1:] != artifact[:-1])
        person, artifact, time = person[new], artifact[new], self.first[order][new]
        by_time = np.lexsort((time, person))
        return person[by_time], artifact[by_time], time[by_time]


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
    moment, starts = np.unique(ledger.moment[rows], return_index=True)
    person = ledger.person[rows][starts]
    judged = ledger.judged[rows][starts]
    stayed = np.logical_or.reduceat(ledger.again[rows], starts) if len(rows) else np.zeros(0, bool)
    back = np.isin(moment + 1, moment)
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
        order = np.argsort(artifact, kind="stable")
        return cls(order, np.searchsorted(artifact[order], np.arange(artifacts + 1)))

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
        moment, inverse, k = np.unique(ledger.moment[rows], return_inverse=True, return_counts=True)
        follows = np.concatenate([[False], moment[1:] == moment[:-1] + 1])
        by_itself = (k == 1) & ~follows & ~np.concatenate([follows[1:], [False]])
        settled, mobile = rows[by_itself[inverse]], rows[~by_itself[inverse]]
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
        starts = np.flatnonzero(np.concatenate([[True], moment[1:] != moment[:-1]]))
        moment = moment[starts]
        stayed = np.logical_or.reduceat(self.again[rows], starts)
        judged = self.judged[rows][starts]
        back = np.concatenate([moment[1:] == moment[:-1] + 1, [False]])
        there += float(judged.sum())
        return float((back & ~stayed & judged).sum() / there) if there else float("nan")

    def inflow(self, members: Members) -> tuple[Ints, Mask]:
        """Late first contacts with these artifacts, by people who know several artifacts of the platform.

        Gives the person, and whether they were seen on another of these artifacts before.
        """
        rows = self.contacts.rows(members)
        person, time = self.contact_person[rows], self.contact_time[rows]
        starts = (
            np.flatnonzero(np.concatenate([[True], person[1:] != person[:-1]])) if len(rows) else np.zeros(0, np.int64)
        )
        sizes = np.diff(np.concatenate([starts, [len(rows)]]))
        earlier = time > np.repeat(time[starts], sizes)
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
    unique, starts, inverse = np.unique(moment, return_index=True, return_inverse=True)
    crowd = np.bincount(artifact * (ledger.periods + 1) + period, minlength=ledger.artifacts * (ledger.periods + 1))
    total = np.bincount(period, minlength=ledger.periods + 1)
    following = np.searchsorted(unique, unique + 1)
    back = (
        (following < len(unique))
        & (unique[np.minimum(following, len(unique) - 1)] == unique + 1)
        & ledger.judged[rows][starts]
    )
    k = np.diff(np.concatenate([starts, [len(rows)]]))
    k_next = np.where(back, k[np.minimum(following, len(unique) - 1)], 0)
    again = ledger.again[rows]
    # Others who are, in the next period, on the artifacts of this one: all who are there less the person.
    on_mine = np.bincount(
        inverse, weights=crowd[artifact * (ledger.periods + 1) + period + 1] - again, minlength=len(unique)
    )
    others = total[np.minimum(period[starts] + 1, ledger.periods)] - k_next
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.where(others > 0, on_mine / others, 0.0)
    expected = 1 - (1 - np.clip(share, 0, 1)) ** k_next
    stayed = np.logical_or.reduceat(again, starts) if len(rows) else np.zeros(0, bool)
    people, who = np.unique(ledger.person[rows][starts][back], return_inverse=True)
    came, remained, chance = (tally(who, w[back], len(people)) for w in (back, stayed, expected))
    return people.astype(np.int64), came, remained, chance
