"""Which licence governs a model's weights, of all that its places name, and where they contradict each other.

The card's own field comes first, then its `license_name` and `license_link`, the text beside the weights, tags, what
the card says in prose, and last the linked repository, whose LICENSE is often the code's. Of several licences every one
applies to some part, so the least open counts.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

from openlives.governance.card import Card
from openlives.governance.dossiers import is_licence
from openlives.governance.evidence import Document, Dossier, Evidence
from openlives.governance.licences import CLASSES, LICENCES, Licence, by_link, by_name
from openlives.governance.mentions import named_in, named_of, of_text

OWN = ("license", "license_name", "license_link", "text")  # places of the model's own page that overrule each other
ORDER = (
    *OWN,
    "tags",
    "prose",
    "repository, of this model",
    "repository's model licence",
    "repository's prose",
    "repository",
)
CONFIDENCE = {
    "license_link": "medium",
    "prose": "medium",
    **dict.fromkeys(ORDER[6:8], "medium"),
    **dict.fromkeys(ORDER[8:], "low"),
}
LEVELS = ("high", "medium", "low")
TEXTS = ("text", "repository's model licence", "repository")  # places that are licence texts
LOOKED = frozenset({"card", "api"})  # a row of somebody's table is no look at the repository
OF_MODEL = re.compile(r"model|weight", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Found:
    """A licence named in one place: the kind of place (`ORDER`), the words, and the licence if they are known."""

    place: str
    evidence: Evidence
    licence: Licence | None

    @property
    def says(self) -> str:
        """Say it in words."""
        return (
            f"{self.evidence.where} is a text that we do not know"
            if self.licence is None and self.place in TEXTS
            else f"{self.evidence.where} says {self.evidence.quote!r}"
            if self.licence is None
            else f"{self.evidence.where} is {self.licence.id}"
        )


@dataclass(frozen=True, slots=True)
class Resolution:
    """The licences found, the one that governs the weights, why, how sure that is, and what contradicts what.

    `governs` is None where nothing was found (`found` is empty) or nothing that is known.
    """

    found: tuple[Found, ...]
    governs: Licence | None
    because: str
    confidence: str
    conflicts: tuple[str, ...] = ()
    looked: bool = False

    @property
    def place(self) -> str:
        """The kind of place that the governing licence is from; empty without one."""
        return next((one.place for one in self.found if one.licence is self.governs), "") if self.governs else ""


@lru_cache(maxsize=64)  # three probes ask
def resolve(dossier: Dossier) -> Resolution:
    """Find out which licence governs the weights of a model."""
    found = tuple(_own_page(dossier))
    if not any(_known(one) for one in found):
        found += tuple(_elsewhere(dossier))
    elif dossier.repositories:
        found += tuple(_repositories(dossier))
    looked = bool(dossier.looked_in & LOOKED) or any(one.place != "repository" for one in found)
    first = next((one for place in ORDER for one in found if one.place == place and _known(one)), None)
    if first is None or (first.place == "repository" and any(one.place in ORDER[:5] for one in found)):
        return Resolution(found, None, _why_not(dossier, found, looked=looked), "low", _conflicts(found, None), looked)
    rivals = [
        one for one in found if _known(one) and (one.place == first.place or (first.place in OWN and _overrules(one)))
    ]
    governing = max(rivals, key=lambda one: CLASSES.index(_of(one).kind))
    return _decided(found, governing, rivals, looked=looked)


def _decided(found: tuple[Found, ...], governing: Found, rivals: list[Found], *, looked: bool) -> Resolution:
    licence = _of(governing)
    levels = (licence.confidence, CONFIDENCE.get(governing.place, "high"))
    because = governing.says
    if len({_of(one).id for one in rivals}) > 1:
        because += "; of " + ", ".join(dict.fromkeys(_of(one).id for one in rivals)) + " it leaves least open"
    return Resolution(found, licence, because, max(levels, key=LEVELS.index), _conflicts(found, governing), looked)


def _known(one: Found) -> bool:
    return one.licence is not None and one.licence.kind != "unknown"


def _of(one: Found) -> Licence:
    return one.licence or LICENCES["unknown"]


def _overrules(one: Found) -> bool:
    """Tell whether a place can overrule the card's field: a name that only hints at its kind cannot."""
    return one.place in OWN and not (one.place != "license" and _of(one).named)


def _why_not(dossier: Dossier, found: tuple[Found, ...], *, looked: bool) -> str:
    if found:
        return "; ".join(one.says for one in found) + ": that tells no terms"
    if unread := _unread(dossier):
        return f"{unread} stands beside the weights and was not read"
    return "no licence is named anywhere" if looked else "nobody looked for a licence"


def _unread(dossier: Dossier) -> str:
    """Name a licence file beside the weights of which the text is not at hand."""
    read = {text.name for text in dossier.licences}
    return next((file for file in dossier.files or () if file not in read and is_licence(file)), "")


def _conflicts(found: Iterable[Found], governing: Found | None) -> tuple[str, ...]:
    """Say which places name a licence of another class than the one that governs; `other` contradicts nothing."""
    if governing is None:
        return ()
    against = [
        one
        for one in found
        if _known(one) and _of(one).kind != _of(governing).kind and _of(one).use_open != _of(governing).use_open
    ]
    return tuple(dict.fromkeys(f"{governing.says}, but {one.says}" for one in against))


def _own_page(dossier: Dossier) -> Iterator[Found]:
    if dossier.card is not None:
        yield from _card(dossier, dossier.card)
    for document in dossier.licences:
        yield Found("text", _at(document), of_text(document.text))
    where = dossier.sources.get("license") or dossier.sources.get("tags", "tags")
    for text in dossier.declared:
        yield Found("tags", dossier.at(where, text), by_name(text))


def _card(dossier: Dossier, card: Card) -> Iterator[Found]:
    if "licen" not in card.head:
        return
    for key in ("license", "licence", "licenses"):
        for text in card.texts(key):
            link = text.startswith(("http://", "https://"))
            yield Found("license", dossier.at(card.where(key), text), by_link(text) if link else by_name(text))
    for text in card.texts("license_name"):
        yield Found("license_name", dossier.at(card.where("license_name"), text), by_name(text))
    for text in card.texts("license_link"):
        yield Found("license_link", dossier.at(card.where("license_link"), text), by_link(text))


def _elsewhere(dossier: Dossier) -> Iterator[Found]:
    """Look where a licence is only said: in the card's prose and in the linked repositories."""
    if dossier.card is not None:
        for number, name, licence in named_in(dossier.card):
            yield Found("prose", dossier.at(f"card, line {number}", name), licence)
    yield from _repositories(dossier)
    bare = dossier.name.rsplit("/", 1)[-1].lower()
    for readme in (readme for repository in dossier.repositories for readme in repository.readmes):
        for place, number, name, licence in named_of(readme, bare):
            yield Found(place, replace(_at(readme), where=f"{readme.where}, line {number}", quote=name), licence)


def _repositories(dossier: Dossier) -> Iterator[Found]:
    for repository in dossier.repositories:
        for document in repository.licences:
            licence = of_text(document.text)
            for_model = bool(OF_MODEL.search(document.name)) or (licence is not None and licence.use_open == "no")
            yield Found("repository's model licence" if for_model else "repository", _at(document), licence)


def _at(document: Document) -> Evidence:
    line = next((bare for text in document.text[:2000].splitlines() if (bare := text.strip())), "")
    return Evidence(document.where, line[:120], document.revision, document.seen)
