"""What others published about openness: the paper's two tables and the OSI's list, and where these contradict it.

They are facts about publications (published.toml), with source, section, date and address. Nothing is decided by them.
"""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import lru_cache
from importlib.resources import files
from typing import Any

OSI, TABLE_1, TABLE_2 = "osi", "table-1", "table-2"
TABLES = (OSI, TABLE_1, TABLE_2)
OTHERS = ("hub", "eu-index")


@dataclass(frozen=True, slots=True)
class Source:
    """Where something was published: what, which section, when (ISO, as far as known), and its address."""

    title: str
    section: str
    date: str
    address: str


@dataclass(frozen=True, slots=True)
class System:
    """A system that somebody judged; `models` are ids on the Hub in lower case, a star at the end for any ending."""

    key: str
    name: str
    organisation: str
    models: tuple[str, ...]

    def matches(self, name: str) -> bool:
        """Whether a model of this name, in whatever case, is of the system."""
        return any(fnmatchcase(name.lower(), pattern) for pattern in self.models)


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Two published statements that cannot both be right: about what, what each says, and where."""

    about: str
    one: str
    other: str
    where: str

    def __str__(self) -> str:
        return f"{self.about}: {self.one}, but {self.other} ({self.where})"


@dataclass(frozen=True, slots=True)
class Published:
    """All that is known to be published: sources by key, systems by key, and each table's verdicts by system."""

    sources: Mapping[str, Source]
    systems: Mapping[str, System]
    tables: Mapping[str, Mapping[str, Mapping[str, Any]]]
    licences: Mapping[str, tuple[str, ...]]
    claims: tuple[Mapping[str, Any], ...]

    def of(self, *tables: str) -> list[System]:
        """Give the systems that any of the tables judges, in the order of the tables."""
        keys = dict.fromkeys(key for table in tables for key in self.tables[table])
        return [self.systems[key] for key in keys]

    def verdict(self, table: str, key: str, column: str) -> str:
        """Give what a table says of a system in one column; empty where it says nothing."""
        return str(self.tables[table].get(key, {}).get(column, ""))


@lru_cache(maxsize=1)
def published() -> Published:
    """Read what was published."""
    content = tomllib.loads((files("openlives.governance") / "published.toml").read_text(encoding="utf-8"))
    return Published(
        {key: Source(**value) for key, value in content["sources"].items()},
        {
            key: System(key, value["name"], value["organisation"], tuple(value["models"]))
            for key, value in content["systems"].items()
        },
        {table: content[table] for table in (*TABLES, *OTHERS)},
        {name: tuple(ids) for name, ids in content["licences"].items()},
        tuple(content["claims"]),
    )


def patterns(systems: Iterable[System]) -> tuple[list[str], list[str]]:
    """Give the whole names and the beginnings of names, in lower case, by which systems are known."""
    models = sorted({model for system in systems for model in system.models})
    return [m for m in models if not m.endswith("*")], [m.removesuffix("*") for m in models if m.endswith("*")]


def contradictions(known: Published | None = None) -> list[Contradiction]:
    """Hold the published statements against each other: text against rows, list against table, table against others."""
    known = known or published()
    return [*_counts(known), *_lists(known), *_classes(known), *_licences(known), *_process(known)]


def counted(known: Published, claim: Mapping[str, Any]) -> int:
    """Count the rows of a table that a claim is about."""
    wanted = claim.get("where", {}).items()
    return sum(
        all(row.get(column) == value for column, value in wanted) for row in known.tables[claim["table"]].values()
    )


def _counts(known: Published) -> list[Contradiction]:
    return [
        Contradiction(claim["about"], f"the text says {claim['said']}", f"the rows say {rows}", f"§{claim['section']}")
        for claim in known.claims
        if (rows := counted(known, claim)) != claim["said"]
    ]


def _lists(known: Published) -> list[Contradiction]:
    """Systems that only one of the two lists has, although the table is of the OSI's list."""
    osi, paper = known.tables[OSI], known.tables[TABLE_1]
    where = known.sources[TABLE_1].section
    absent = [(key, "the OSI lists it", "Table 1 has no such row") for key in osi if key not in paper]
    absent += [(key, "Table 1 lists it", "the OSI's list has no such system") for key in paper if key not in osi]
    return [Contradiction(known.systems[key].name, one, other, f"§{where}") for key, one, other in absent]


def _classes(known: Published) -> list[Contradiction]:
    osi, paper = known.tables[OSI], known.tables[TABLE_1]
    return [
        Contradiction(
            known.systems[key].name, f"{row['class']} to the OSI", f"{paper[key]['class']} in Table 1", "§3.2, Table 1"
        )
        for key, row in osi.items()
        if key in paper and paper[key]["class"] != row["class"]
    ]


def _licences(known: Published) -> list[Contradiction]:
    """Licences in Table 1 that are not, or not all, those of the weights."""
    found = []
    for key, row in known.tables["hub"].items():
        given = known.verdict(TABLE_1, key, "licence")
        if set(row["weights"]) - set(known.licences.get(given, ())):
            carried = " and ".join(row["weights"])
            one, other = f"Table 1 gives {given}", f"the weights carry {carried}"
            found.append(Contradiction(f"licence of {known.systems[key].name}", one, other, row["address"]))
    return found


def _process(known: Published) -> list[Contradiction]:
    word = {"yes": "open", "no": "closed"}
    source = known.sources["eu-index"]
    return [
        Contradiction(
            f"process of {known.systems[key].name}",
            f"{word[given]} in Table 2",
            f"{word[row['process']]} to the {source.title} ({source.date})",
            row["address"],
        )
        for key, row in known.tables["eu-index"].items()
        if (given := known.verdict(TABLE_2, key, "process")) and given != row["process"]
    ]
