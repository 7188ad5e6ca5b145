"""Licences that a text speaks of: in the prose of a card, in a repository's README, in a licence text itself."""

import re
from collections.abc import Iterator
from urllib.parse import unquote

from openlives.governance import clauses
from openlives.governance.card import Card
from openlives.governance.evidence import Document
from openlives.governance.licences import Licence, by_link, by_name
from openlives.governance.recognise import recognise

COMMERCIAL = frozenset({"non-commercial", "research-only", "commercial-registration"})
NAMED = (
    r"https?://[^\s\"')>\]]+",
    r"\bapache(?:[ -]?(?:licen[cs]e|software))*,?[ -]*(?:version[ -]*)?v?2(?:\.0)?",
    r"(?<![-\w])mit(?= licen|\W*$|[.)\]])",
    r"\bcc[- ]?by(?:[- ](?:nc|sa|nd))*(?:[- ]?\d\.\d)?",
    r"\bcreative commons [a-z -]{4,60}?(?:\d\.\d)|\bcc0",
    r"\bcreativeml[- ]open[- ]?rail(?:\+\+)?-?m?",
    r"\b(?:bigscience |bigcode )?open[- ]?rail(?:\+\+)?-?m?|\bbigscience[ -](?:bloom[ -])?rail[a-z -]*1\.0",
    r"\b(?:meta )?llama[ -]?(?:2|3|3\.1|3\.2|3\.3|4)(?: community)? licen[cs]e|\bgemma terms of use",
    r"\b[al]?gpl[- ]?v?[23](?:\.\d)?|\bbsd[- ][23][- ]clause|\bmozilla public licen[cs]e 2\.0",
    r"\bgnu (?:affero |lesser )?general public licen[cs]e(?:,? (?:version )?v?\d(?:\.\d)?)?",
    r"\b(?:[a-z0-9.+-]{1,40} ){1,4}(?:community|research|non-?commercial|model|open|public) licen[cs]e(?: agreement)?",
)
NAMES = re.compile("|".join(NAMED))
SAYS = re.compile(r"licen[cs]|ライセンス|许可|协议")
RELEASED = re.compile(
    r"\b(?:licen[cs]ed?|released|distributed|available|published|under|subject to|governed)\b|licen[cs]e\W"
    r"|ライセンス|许可|协议"
)
BADGE = re.compile(
    r"img\.shields\.io/badge/([^-)\s]{0,60}licen[cs]e[^-)\s]{0,60})-([^)\s?\"]{1,80}?)-\w{1,40}(?:\.svg|[?)\"\s]|$)"
)
SHORT = re.compile(r"licen|commercial|apache|^mit$|^cc|openrail|llama|gpl")
CHANGED = re.compile(
    r"\b(?:modified|adapted|changed|version of|variant of|based on|similar to|derived from|except)\b[^.;]{0,30}$"
)
PARTS = re.compile(r"(?<=[.;。])\s+|\s[-*#]+\s")
WEIGHTS = re.compile(r"\b(?:weights?|checkpoints?|models?)\b")


def of_text(text: str) -> Licence | None:
    """Read a licence text: as one that is known, by its link if that is all it is, or by its clauses; else None."""
    if (known := recognise(text)) is not None:
        return known
    if len(text) < 500:
        linked = (by_link(url) for url in re.findall(r"https?://\S+", text))
        return next((one for one in linked if one is not None), None)
    kinds = tuple(hit.kind for hit in clauses.find(text))
    return _of_kinds(kinds) if kinds else None


def _of_kinds(kinds: tuple[str, ...]) -> Licence:
    """Make a licence of the clauses that a text was found to have."""
    kind = (
        "non-commercial"
        if COMMERCIAL & set(kinds)
        else "no-derivatives"
        if "no-derivatives" in kinds
        else "use-restricted"
    )
    return Licence(
        "terms of its own", "Terms that are known by their clauses", kind, kinds, source="its text", confidence="low"
    )


def named_in(card: Card, *, of_weights: bool = False) -> Iterator[tuple[int, str, Licence]]:
    """Yield the licences that prose names for the model, with their lines; `of_weights`: only where it says weights."""
    for line in card.prose:
        in_section = bool(SAYS.search(line.section.lower()))
        for words in _parts(line.text.lower().replace("**", "")):
            if in_section or (SAYS.search(words) and RELEASED.search(words)):
                yield from ((line.number, *named) for named in _named(words, in_section, of_weights))


def _parts(words: str) -> list[str]:
    """Take a line as it is, and one that lost its line ends in parts."""
    return [words] if len(words) < 2000 else [part for part in PARTS.split(words) if len(part) < 2000]


def _named(words: str, in_section: bool, of_weights: bool) -> Iterator[tuple[str, Licence]]:
    for found in NAMES.finditer(words):
        before = words[max(0, found.start() - 200) : found.start()].rpartition(". ")[2]
        spoken = (WEIGHTS.search(before) or not of_weights) and (in_section or RELEASED.search(before))
        if CHANGED.search(before):
            continue
        licence = by_link(found[0]) if found[0].startswith("http") else by_name(found[0].strip())
        if spoken and not clauses.is_about_other(before) and licence is not None and licence.kind != "unknown":
            yield found[0].strip(), licence


def named_of(readme: Document, model: str) -> Iterator[tuple[str, int, str, Licence]]:
    """Yield what a README says of the weights: beside the model's own name, in badges, in prose."""
    for number, line in enumerate(readme.text.splitlines(), start=1):
        lower = line[:5000].lower()
        if model in re.split(r"[^\w.+-]+", lower) and (licence := _in_row(lower)):
            yield "repository, of this model", number, licence.id, licence
        for label, name in BADGE.findall(lower):
            if WEIGHTS.search(unquote(label)) and (known := by_name(unquote(name).replace("_", " "))):
                yield "repository's prose", number, name, known
    for number, name, licence in named_in(readme.prose, of_weights=True):
        yield "repository's prose", number, name, licence
    if hits := [hit for hit in clauses.find_in_prose(readme.prose) if clauses.OWN.search(hit.quote.lower())]:
        yield "repository's prose", hits[0].line, hits[0].quote, _of_kinds(tuple(hit.kind for hit in hits))


def _in_row(row: str) -> Licence | None:
    """Find the licence that a row of a table of models gives: by a link to its text, or in a cell of its own."""
    linked = (by_link(url) for url in re.findall(r"https?://[^\s\"')>\]]+", row))
    cells = (
        by_name(cell)
        for cell in re.split(r"[|]|</?[a-z][^>]*>", row)
        if 2 < len(bare := cell.strip()) < 40 and SHORT.search(bare)
    )
    return next((one for one in (*linked, *cells) if one is not None and one.kind != "unknown"), None)
