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

from openlives.stats.intervals import Array, ratio, tally

Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]
Bits = NDArray[np.uint64]


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
        order = in_order(person, period, artifact)
        person, artifact, period = person[order], artifact[order], period[order]
        by_artifact = in_order(person, artifact, period)
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


def in_order(first: Ints, *others: Ints) -> Ints:
    """Give the order by the first column, and then by the others: as one number, which is sorted sooner than several.

    Small whole numbers, -1 among them; what is in order already is hardly looked at.
    """
    key = first + 1
    for column in others:
        key = key * (int(column.max(initial=-1)) + 2) + column + 1
    return np.argsort(key, kind="stable")


def runs(ordered: Ints) -> Ints:
    """Where each run of equal values begins."""
    return np.flatnonzero(np.concatenate([[True], ordered[1:] != ordered[:-1]])) if len(ordered) else np.zeros(0, int)


def sizes_of(starts: Ints, n: int) -> Ints:
    """How long each run is, of n values in all."""
    return np.diff(np.concatenate([starts, [n]]))


def sums_of(values: Mask, starts: Ints) -> Ints:
    """How many of each run are so."""
    return np.add.reduceat(values.astype(np.int64), starts) if len(starts) else np.zeros(0, np.int64)


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
class Marks:
    """Many sets of artifacts at once: a bit for each set, so that one pass over the ledger asks about all of them."""

    sets: Ints
    of: Bits

    @classmethod
    def made(cls, sets: Ints, artifacts: int) -> "Marks":
        """Mark the artifacts of each set (sets × members), none twice in a set."""
        of = np.zeros((artifacts, -(-len(sets) // 64) * 8), np.uint8)
        for number, chosen in enumerate(sets):
            of[chosen, number // 8] |= 1 << number % 8
        return cls(sets, of.view(np.uint64))

    def rows(self, artifact: Ints) -> Ints:
        """Find the rows whose artifact is in any set."""
        some: Mask = np.any(self.of, axis=1)
        return np.flatnonzero(some[artifact])

    def count(self, marked: Bits) -> Array:
        """How many rows are marked for each set; added up in pieces that a byte can count."""
        whole, total = marked.view(np.uint8), np.zeros(64 * marked.shape[1])
        for start in range(0, len(marked), 255):
            bits = np.unpackbits(whole[start : start + 255], axis=1, bitorder="little")
            total += bits.sum(axis=0, dtype=np.uint8)
        return total[: len(self.sets)]

    def weigh(self, weight: Array) -> Array:
        """Sum of the weights of each set's artifacts."""
        total: Array = weight[self.sets].sum(axis=1)
        return total


@dataclass(frozen=True, slots=True)
class Mobile:
    """The part of a ledger that can move, laid out for asking about many sets of artifacts, and the rest as counts."""

    artifact: Ints
    moment: Ints
    again: Mask
    judged: Mask
    alone: Array
    contact: Ints
    contact_person: Ints
    contact_time: Ints
    late: Mask
    all_late: Array

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
            ledger.artifact[mobile],
            ledger.moment[mobile],
            ledger.again[mobile],
            ledger.judged[mobile],
            np.bincount(ledger.artifact[settled], minlength=n).astype(float),
            artifact[~single],
            person[~single],
            time[~single],
            late[~single],
            np.bincount(artifact[late], minlength=n).astype(float),
        )

    def moved_shares(self, marks: Marks) -> Array:
        """Share of person-periods on each set after which the person moved within it; NaN where nobody was there."""
        rows = marks.rows(self.artifact)
        here, moment = marks.of[self.artifact[rows]], self.moment[rows]
        starts = runs(moment)
        there, stayed = (_either(marked, starts) for marked in (here, here * self.again[rows, None]))
        judged = self.judged[rows[starts]]
        back = np.flatnonzero(judged & followed(moment[starts]))
        moved = marks.count(there[back] & there[back + 1] & ~stayed[back])
        return ratio(moved, marks.count(there[judged]) + marks.weigh(self.alone))

    def inflow_shares(self, marks: Marks) -> Array:
        """Share of late first contacts with each set by people seen before elsewhere in it; NaN where there is none."""
        rows = marks.rows(self.contact)
        person, time, late = self.contact_person[rows], self.contact_time[rows], self.late[rows]
        here = marks.of[self.contact[rows]]
        new = np.ones(len(rows), bool)  # contacts at one second are one: neither was before the other
        new[1:] = (person[1:] != person[:-1]) | (time[1:] != time[:-1])
        starts = np.flatnonzero(new)
        before = _before(_either(here, starts), person[starts])
        earlier = here[late] & before[np.cumsum(new)[late] - 1]
        return ratio(marks.count(earlier), marks.weigh(self.all_late))

    def inflow(self, members: Mask) -> tuple[Ints, Mask]:
        """Late first contacts with these artifacts, by people who know several artifacts of the platform.

        Gives the person, and whether they were seen on another of these artifacts before.
        """
        rows = np.flatnonzero(members[self.contact])
        person, time = self.contact_person[rows], self.contact_time[rows]
        starts = runs(person)
        earlier = time > np.repeat(time[starts], sizes_of(starts, len(rows)))
        late = self.late[rows]
        return person[late], earlier[late]


def _either(marked: Bits, starts: Ints) -> Bits:
    """Whether any row of each run is marked."""
    found: Bits = np.bitwise_or.reduceat(marked, starts) if len(starts) else marked
    return found


def _before(marked: Bits, person: Ints) -> Bits:
    """Whether any earlier row of the same person is marked: each step reaches back twice as far as the last."""
    starts = runs(person)
    place = np.arange(len(person)) - np.repeat(starts, sizes_of(starts, len(person)))
    later = np.flatnonzero(place > 0)
    before = np.zeros_like(marked)
    before[later] = marked[later - 1]
    reach = 1
    while len(later := later[place[later] > reach]):
        before[later] |= before[later - reach]
        reach *= 2
    return before


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
