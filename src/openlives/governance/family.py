"""Licence and gate in a family and over time: who is freer than what it was made from, and who changed.

Directions are decided by licences as data: whether a licence restricts use, and by which kinds of restriction. What is
not known has no direction.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Protocol

DEEPEST = 8  # generations that are followed
SAME, RELAXED, TIGHTENED, SIDEWAYS, UNKNOWN = "same", "relaxed", "tightened", "sideways", "unknown"
DIRECTIONS = (RELAXED, TIGHTENED, SIDEWAYS, UNKNOWN)
GATES = ("none", "auto", "manual")  # from the loosest
NO_LICENCE = "no-licence"
UNDECLARED = "none declared"  # a look at the metadata that found no licence: there may be one in a file
NAMELESS = ("", "other", "unknown")  # what stands where no licence is named: two of these need not be one


class Terms(Protocol):
    """What must be known of a licence: its id, whether it leaves use open (yes, no, unknown), what it restricts."""

    @property
    def id(self) -> str:
        """Its id."""

    @property
    def use_open(self) -> str:
        """Whether it restricts no use and no user."""

    @property
    def restrictions(self) -> tuple[str, ...]:
        """Kinds of restriction."""


Known = Callable[[str], Terms | None]


@dataclass(frozen=True, slots=True)
class Standing:
    """Under which terms a model stands: licence, whether these are open, kinds of restriction, and its gate."""

    licence: str
    terms: str = UNKNOWN
    restrictions: frozenset[str] = frozenset()
    gate: str = UNKNOWN

    @property
    def unlicensed(self) -> bool:
        """Whether it was seen that there is no licence at all."""
        return NO_LICENCE in self.restrictions

    @property
    def is_told(self) -> bool:
        """Whether it is known what is restricted: nothing, or which kinds of use; that something is, is too little."""
        return self.terms == "yes" or (self.terms == "no" and bool(self.restrictions))


@dataclass(frozen=True, slots=True)
class Change:
    """A field of an artifact that was one thing when last seen so, and another when first seen so (seconds)."""

    artifact: int
    field: str
    old: str
    new: str
    last_old: int
    first_new: int
    direction: str


@dataclass(frozen=True, slots=True)
class Link:
    """A model and one that it descends from, so many `generations` up, by way of `path` (the nearest first)."""

    model: str
    ancestor: str
    generations: int
    path: tuple[str, ...]


def licence_direction(old: Standing, new: Standing) -> str:
    """Tell whether terms became freer: same, relaxed, tightened, sideways, or unknown where either side is."""
    if old.licence == new.licence and old.licence not in NAMELESS:
        return SAME
    if not (old.is_told and new.is_told):
        return UNKNOWN
    if old.terms != new.terms:
        return RELAXED if new.terms == "yes" else TIGHTENED
    if old.unlicensed != new.unlicensed:  # without a licence all rights are reserved, whatever else restricts
        return TIGHTENED if new.unlicensed else RELAXED
    if new.restrictions < old.restrictions:
        return RELAXED
    return TIGHTENED if new.restrictions > old.restrictions else SIDEWAYS


def gate_direction(old: str, new: str) -> str:
    """Tell whether access became freer: terms to accept are a gate, and asking somebody is a higher one."""
    if old not in GATES or new not in GATES:
        return UNKNOWN
    if old == new:
        return SAME
    return RELAXED if GATES.index(new) < GATES.index(old) else TIGHTENED


def standing_of(licence: str, known: Known, gate: str = UNKNOWN) -> Standing:
    """Give the standing under a licence as declared; one that is not in the table is not known."""
    found = None if licence == UNDECLARED else known(licence)
    if found is None:
        return Standing(licence.strip().lower(), gate=gate)
    return Standing(found.id, found.use_open, frozenset(found.restrictions), gate)


def changes(artifact: int, looks: Iterable[tuple[int, str | None, str | None]], known: Known) -> Iterator[Change]:
    """Yield what changed between dated looks (observed, licence, gate) at one artifact, in the order of time.

    A look that does not tell is no look. Where looks of the same second differ, none of them counts. Two spellings of
    one licence are no change.
    """
    seen = sorted(looks, key=lambda look: look[0])
    licences = _settled([(at, licence) for at, licence, _ in seen])
    for old, new, last, first in _steps(licences, lambda one: standing_of(one, known).licence):
        direction = licence_direction(standing_of(old, known), standing_of(new, known))
        yield Change(artifact, "licence", old, new, last, first, direction)
    for old, new, last, first in _steps(_settled([(at, gate) for at, _, gate in seen]), str):
        yield Change(artifact, "gate", old, new, last, first, gate_direction(old, new))


def _settled(looks: Sequence[tuple[int, str | None]]) -> list[tuple[int, str]]:
    told: dict[int, set[str]] = {}
    for at, value in looks:
        if value:
            told.setdefault(at, set()).add(value)
    return [(at, next(iter(values))) for at, values in told.items() if len(values) == 1]


def _steps(looks: Sequence[tuple[int, str]], key: Callable[[str], str]) -> Iterator[tuple[str, str, int, int]]:
    for (last, old), (first, new) in pairwise(looks):
        if key(old) != key(new):
            yield old, new, last, first


def ancestors(model: str, bases: Mapping[str, Sequence[str]], deepest: int = DEEPEST) -> Iterator[Link]:
    """Yield what a model was made from, the nearest first: all bases of a merge, each ancestor once, no circles."""
    seen = {model}
    generation: list[tuple[str, tuple[str, ...]]] = [(model, ())]
    for generations in range(1, deepest + 1):
        above: list[tuple[str, tuple[str, ...]]] = []
        for name, path in generation:
            for base in bases.get(name, ()):
                if base not in seen:
                    seen.add(base)
                    yield Link(model, base, generations, path)
                    above.append((base, (*path, base)))
        generation = above


def licence_case(model: Standing, ancestor: Standing | None) -> str:
    """Name the case of a model's licence against that of a model it was made from."""
    if ancestor is None:
        return "not collected"
    if model.unlicensed:
        return "missing"
    if ancestor.unlicensed:
        return "base has none"
    direction = licence_direction(ancestor, model)
    if direction == RELAXED and model.terms == "yes":
        return "more open"
    return {RELAXED: "fewer restrictions", TIGHTENED: "tighter", SIDEWAYS: "other"}.get(direction, direction)


def gate_case(model: Standing, ancestor: Standing | None) -> str:
    """Name the case of a model's gate against that of a model it was made from."""
    if ancestor is None:
        return "not collected"
    if gate_direction(ancestor.gate, model.gate) == UNKNOWN:
        return UNKNOWN
    if (ancestor.gate == "none") == (model.gate == "none"):
        return SAME
    return "dropped" if model.gate == "none" else "added"
