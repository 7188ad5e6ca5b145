"""Licence and gate in families and over time."""

from dataclasses import dataclass
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openlives.governance.family import (
    NO_LICENCE,
    Standing,
    ancestors,
    changes,
    gate_case,
    gate_direction,
    licence_case,
    licence_direction,
    standing_of,
)


@dataclass(frozen=True)
class Licence:
    """A licence as a table of licences gives it."""

    id: str
    use_open: str
    restrictions: tuple[str, ...] = ()


TABLE = {
    one.id: one
    for one in (
        Licence("mit", "yes"),
        Licence("apache-2.0", "yes"),
        Licence("nc", "no", ("non-commercial",)),
        Licence("nc-nd", "no", ("non-commercial", "no-derivatives")),
        Licence("rail", "no", ("use-based",)),
        Licence("other", "unknown"),
        Licence("something", "no"),
    )
}
SAMPLE = st.sampled_from([*TABLE, "never-heard-of"])


def known(text):
    """Find a licence, however its id is spelled."""
    return TABLE.get(text.lower().replace(" ", "-"))


@pytest.mark.parametrize(
    ("old", "new", "direction"),
    [
        ("nc", "mit", "relaxed"),
        ("mit", "nc", "tightened"),
        ("mit", "apache-2.0", "sideways"),
        ("nc-nd", "nc", "relaxed"),
        ("nc", "nc-nd", "tightened"),
        ("nc", "rail", "sideways"),
        ("mit", "mit", "same"),
        ("mit", "other", "unknown"),
        ("never-heard-of", "mit", "unknown"),
        ("other", "other", "unknown"),
        ("something", "nc", "unknown"),
        ("something", "mit", "unknown"),
    ],
)
def test_direction_of_a_licence(old, new, direction):
    """Use first, then kinds of restriction; what restricts one knows not what has no direction, nor has `other`."""
    assert licence_direction(standing_of(old, known), standing_of(new, known)) == direction


def test_no_licence_is_the_tightest():
    """Without a licence all rights are reserved: any licence is a relaxation, and losing it the contrary."""
    none, some = Standing("none", "no", frozenset({NO_LICENCE})), standing_of("nc-nd", known)
    assert licence_direction(none, some) == "relaxed"
    assert licence_direction(some, none) == "tightened"


@pytest.mark.parametrize(
    ("old", "new", "direction"),
    [
        ("none", "auto", "tightened"),
        ("auto", "manual", "tightened"),
        ("manual", "auto", "relaxed"),
        ("manual", "none", "relaxed"),
        ("auto", "auto", "same"),
        ("probably", "none", "unknown"),
        ("unknown", "none", "unknown"),
    ],
)
def test_direction_of_a_gate(old, new, direction):
    """Terms to accept are a gate, and asking somebody is a higher one."""
    assert gate_direction(old, new) == direction


OPPOSITE = {"relaxed": "tightened", "tightened": "relaxed"}


@given(SAMPLE, SAMPLE)
def test_a_way_back_goes_the_other_way(old, new):
    """What relaxes one way tightens the other way; same, sideways and unknown are so both ways."""
    there = licence_direction(standing_of(old, known), standing_of(new, known))
    back = licence_direction(standing_of(new, known), standing_of(old, known))
    assert back == OPPOSITE.get(there, there)


def test_changes_say_when():
    """A change lies between the last look with the old value and the first with the new one."""
    looks = [(10, "nc", "none"), (20, "nc", None), (30, "mit", "auto"), (40, "mit", "auto")]
    found = list(changes(7, looks, known))
    assert [(c.field, c.old, c.new, c.last_old, c.first_new, c.direction) for c in found] == [
        ("licence", "nc", "mit", 20, 30, "relaxed"),
        ("gate", "none", "auto", 10, 30, "tightened"),
    ]
    assert {c.artifact for c in found} == {7}


def test_there_and_back_are_two_changes():
    """A licence that came back changed twice."""
    found = list(changes(1, [(3, "mit", None), (1, "mit", None), (2, "rail", None)], known))
    assert [c.direction for c in found] == ["tightened", "relaxed"]


def test_spellings_and_silence_are_no_change():
    """Another spelling is the same licence, and a look that does not tell is no look."""
    assert list(changes(1, [(1, "MIT", "none"), (2, None, None), (3, "mit", "none")], known)) == []


def test_looks_that_disagree_in_the_same_second_do_not_count():
    """Two sources that say different things of one moment make no change."""
    looks = [(1, "mit", None), (2, "mit", None), (2, "rail", None), (3, "mit", None)]
    assert list(changes(1, looks, known)) == []


@given(st.lists(st.tuples(st.integers(1, 9), st.none() | SAMPLE, st.sampled_from([None, "none", "auto"]))))
def test_changes_make_a_chain(looks):
    """Each change starts where the one before ended, and goes forward in time, in whatever order looks come."""
    found = list(changes(1, looks, known))
    assert found == list(changes(1, looks[::-1], known))
    for field in ("licence", "gate"):
        mine = [c for c in found if c.field == field]
        assert all(c.last_old < c.first_new for c in mine)
        assert all(one.first_new <= two.last_old for one, two in pairwise(mine))


def test_ancestors_of_a_merge():
    """A merge has many bases; what two of them were made from is one ancestor, reached by the first."""
    bases = {"merge": ["a", "b"], "a": ["root"], "b": ["root", "other"]}
    found = [(link.ancestor, link.generations, link.path) for link in ancestors("merge", bases)]
    assert found == [("a", 1, ()), ("b", 1, ()), ("root", 2, ("a",)), ("other", 2, ("b",))]


@pytest.mark.parametrize("bases", [{"x": ["x"]}, {"x": ["y"], "y": ["x"]}, {"x": ["y"], "y": ["z"], "z": ["y", "x"]}])
def test_circles_end(bases):
    """A model is never its own ancestor, and each ancestor comes once."""
    found = [link.ancestor for link in ancestors("x", bases)]
    assert "x" not in found
    assert len(found) == len(set(found)) == len(bases) - 1


def test_depth_is_limited():
    """A chain of a hundred is followed as deep as it is said."""
    chain = {str(n): [str(n + 1)] for n in range(100)}
    assert [link.generations for link in ancestors("0", chain, deepest=3)] == [1, 2, 3]
    assert len(list(ancestors("0", chain))) == 8


@given(st.dictionaries(st.integers(0, 8).map(str), st.lists(st.integers(0, 8).map(str), max_size=4)))
def test_ancestors_are_those_that_can_be_reached(bases):
    """In a graph that is no deeper than the limit, ancestors are exactly what can be reached upwards."""
    reached, queue = set(), ["0"]
    while queue:
        for base in bases.get(queue.pop(), []):
            if base not in reached and base != "0":
                reached.add(base)
                queue.append(base)
    assert {link.ancestor for link in ancestors("0", bases, deepest=9)} == reached


@pytest.mark.parametrize(
    ("model", "base", "case"),
    [
        ("mit", "nc", "more open"),
        ("nc", "nc-nd", "fewer restrictions"),
        ("nc", "mit", "tighter"),
        ("mit", "apache-2.0", "other"),
        ("nc", "nc", "same"),
        ("other", "nc", "unknown"),
    ],
)
def test_case_of_a_licence(model, base, case):
    """A model's licence against its base's."""
    assert licence_case(standing_of(model, known), standing_of(base, known)) == case


def test_cases_without_a_licence_or_a_base():
    """A model without any licence is missing it, whatever its base has; a base that nobody collected tells nothing."""
    none = Standing("none", "no", frozenset({NO_LICENCE}))
    assert licence_case(none, standing_of("mit", known)) == licence_case(none, none) == "missing"
    assert licence_case(standing_of("mit", known), none) == "base has none"
    assert licence_case(standing_of("mit", known), None) == gate_case(none, None) == "not collected"


@pytest.mark.parametrize(
    ("model", "base", "case"),
    [
        ("none", "manual", "dropped"),
        ("none", "auto", "dropped"),
        ("auto", "none", "added"),
        ("auto", "manual", "same"),
        ("none", "none", "same"),
        ("unknown", "manual", "unknown"),
        ("none", "probably", "unknown"),
    ],
)
def test_case_of_a_gate(model, base, case):
    """A model's gate against its base's: unknown on either side is unknown."""
    assert gate_case(Standing("mit", gate=model), Standing("mit", gate=base)) == case
