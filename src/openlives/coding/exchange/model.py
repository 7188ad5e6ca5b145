"""What an exchange carries: coders, codes, sources, codings, cases, variables, notes and themes, plain and frozen.

Everything points to everything else by GUID. Offsets count characters (Unicode code points) of the source's text from
zero, and `end` is the first character that no longer belongs. An empty string means *not known* or *none*.
"""

from dataclasses import dataclass
from uuid import UUID, uuid5

HOUSE = UUID("5b0e3c1d-7a5c-5d0f-9a52-6f9d4a3b8e21")  # drawn once: GUIDs of the same things are the same for ever
KINDS = ("Text", "Boolean", "Integer", "Float", "Date", "DateTime")  # of variables, as the standard names them


def guid(*keys: str) -> str:
    """Make the GUID of a thing from keys that never change: its kind, and what it is called in the store."""
    return str(uuid5(HOUSE, "".join(f"{len(key)}:{key}" for key in keys)))


@dataclass(frozen=True, slots=True)
class Coder:
    """Who codes; suggestions of a machine come from `machine:METHOD@VERSION`."""

    guid: str
    name: str


@dataclass(frozen=True, slots=True)
class Code:
    """One code. `parent` is a code's GUID or None, `colour` is #RRGGBB or empty; not codable: only groups others."""

    guid: str
    name: str
    parent: str | None = None
    colour: str = ""
    definition: str = ""
    is_codable: bool = True


@dataclass(frozen=True, slots=True)
class Variable:
    """What is told of cases and sources: licence, gate, week. `kind` is one of KINDS."""

    guid: str
    name: str
    kind: str = "Text"
    description: str = ""


@dataclass(frozen=True, slots=True)
class Value:
    """What a variable is for one case or source, as XML writes it (true, 12, 0.5, 2024-01-31); None: not known."""

    variable: str
    value: str | None


@dataclass(frozen=True, slots=True)
class Block:
    """One comment within its thread: where it stands in the text, and its address, by which it is found again."""

    guid: str
    start: int
    end: int
    address: str
    description: str = ""


@dataclass(frozen=True, slots=True)
class Source:
    """One thread: its text, and its comments as blocks of it."""

    guid: str
    name: str
    text: str
    comments: tuple[Block, ...] = ()
    values: tuple[Value, ...] = ()
    description: str = ""


@dataclass(frozen=True, slots=True)
class Coding:
    """One code, on one span, by one coder; `created` is an ISO time (2024-01-31T09:30:00Z)."""

    guid: str
    source: str
    code: str
    coder: str
    start: int
    end: int
    created: str = ""
    memo: str = ""


@dataclass(frozen=True, slots=True)
class Case:
    """One model: what is known of it, and its threads."""

    guid: str
    name: str
    values: tuple[Value, ...] = ()
    sources: tuple[str, ...] = ()
    description: str = ""


@dataclass(frozen=True, slots=True)
class Note:
    """A memo. `about` are GUIDs of codes, sources, blocks or themes; none: about the project."""

    guid: str
    name: str
    text: str
    about: tuple[str, ...] = ()
    coder: str = ""
    created: str = ""


@dataclass(frozen=True, slots=True)
class Theme:
    """A set of codes, and of sources that belong to it as a whole."""

    guid: str
    name: str
    description: str = ""
    codes: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Bundle:
    """A whole project. `lost` says what a file held that none of this can carry (read only, never written)."""

    name: str
    coders: tuple[Coder, ...] = ()
    codes: tuple[Code, ...] = ()
    variables: tuple[Variable, ...] = ()
    cases: tuple[Case, ...] = ()
    sources: tuple[Source, ...] = ()
    codings: tuple[Coding, ...] = ()
    notes: tuple[Note, ...] = ()
    themes: tuple[Theme, ...] = ()
    description: str = ""
    created: str = ""
    lost: tuple[str, ...] = ()
