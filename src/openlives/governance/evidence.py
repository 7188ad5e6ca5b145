"""What openness is decided from: evidence, the findings that rest on it, and the verdicts that follow from them.

Evidence is what can be pointed at. A finding is what one probe observed. A verdict is what a written rule makes of
findings. A judgement is what a person decided, and overrules a verdict visibly. Unknown is never no.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from openlives.governance.card import Card

OUTCOMES = ("yes", "partial", "no", "unknown", "not_applicable", "unreachable")
QUOTE = 240  # letters of a quote: enough to find the place again


@dataclass(frozen=True, slots=True)
class Evidence:
    """One thing that can be pointed at.

    `where` is a place: `card: license`, `card, line 12`, `LICENSE`, `API: gated`, `repository NAME: README.md, line 3`.
    `revision` is the commit or hash it was read at, `seen` the second (UTC) or the ISO date of the look.
    """

    where: str
    quote: str = ""
    revision: str = ""
    seen: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """What one probe observed of one model: an outcome, what it is about (`value`), and its evidence.

    `confidence` is high, medium or low where the probe can tell how sure its reading is, else empty.
    """

    probe: str
    outcome: str
    says: str
    evidence: tuple[Evidence, ...] = ()
    value: tuple[str, ...] = ()
    confidence: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What follows from findings by a written rule: `terms`, `access`, `use`, `process`, …

    `confidence` is high, medium or low; `reasons` are sentences, in the order in which they weighed. `value` are
    tokens: for terms the licence's id, its restrictions and obligations, for access the kind of gate.
    """

    dimension: str
    outcome: str
    confidence: str
    reasons: tuple[str, ...]
    evidence: tuple[Evidence, ...] = ()
    level: str = ""
    value: tuple[str, ...] = ()


@dataclass(frozen=True)
class Document:
    """A text beside or about a model: its LICENSE, a repository's README. `name` is its path."""

    name: str
    text: str
    repository: str = ""
    revision: str = ""
    seen: str = ""

    @property
    def where(self) -> str:
        """Name the place for people."""
        return f"repository {self.repository}: {self.name}" if self.repository else self.name

    @cached_property
    def prose(self) -> Card:
        """Read the text as one reads a card: its headings, and its lines without markup."""
        return Card(self.text)


@dataclass(frozen=True)
class Repository:
    """A code repository that belongs to the model: its texts, the names of its files (None: not known), its commit."""

    name: str
    readmes: tuple[Document, ...] = ()
    licences: tuple[Document, ...] = ()
    files: tuple[str, ...] | None = None
    revision: str = ""
    seen: str = ""


@dataclass(frozen=True, eq=False)  # one dossier is itself, and no other: what is read from it is kept by its identity
class Dossier:
    """All that is at hand about one model, before anybody judges. None and empty mean *not known*, never *no*.

    `declared` are licence ids outside the card (API, `license:` tags), `gate` is none, auto or manual as the API says
    it, `files` the names in the model's own repository, `licences` the licence texts beside the weights,
    `repositories` the linked code, `sources` where each fact outside the texts was found, `bases` the models it
    declares as its bases with the relation (finetune, adapter, merge, quantized, or empty).
    """

    name: str
    card: Card | None = None
    declared: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    datasets: tuple[str, ...] = ()
    bases: Mapping[str, str] = field(default_factory=dict)
    gate: str | None = None
    files: tuple[str, ...] | None = None
    licences: tuple[Document, ...] = ()
    repositories: tuple[Repository, ...] = ()
    likes: int | None = None
    downloads: int | None = None
    discussions: bool | None = None
    data: Mapping[str, str] = field(default_factory=dict)  # data sets that were looked at themselves: open, gated, gone
    derivatives: int | None = None  # models that name it as their base
    revision: str = ""
    seen: str = ""
    sources: Mapping[str, str] = field(default_factory=dict)
    looked_in: frozenset[str] = (
        frozenset()
    )  # card, api, files, licences, repositories: looked at, and maybe found empty

    def at(self, where: str, quote: str = "") -> Evidence:
        """Point at something of the model itself."""
        return Evidence(where, quote[:QUOTE], self.revision, self.seen)
