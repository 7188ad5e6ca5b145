"""Finding terms that restrict, in licence texts that nobody knows and in the prose of cards.

Advice is no licence: what a card calls out of scope, not intended or not recommended restricts nobody. Terms of other
things (a data set, the code, the base) are not the model's. Permissions ("commercial use is allowed") restrict nothing.
The patterns are in clauses.toml.
"""

import re
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib.resources import files

from openlives.governance.card import Card, Line
from openlives.governance.evidence import QUOTE

LONGEST = 300_000  # letters of a text that are read


@dataclass(frozen=True, slots=True)
class Hit:
    """A restricting sentence: its kind (a token of `licences.RESTRICTIONS`), the line it begins on, its words."""

    kind: str
    line: int
    quote: str


TABLE = tomllib.loads((files("openlives.governance") / "clauses.toml").read_text(encoding="utf-8"))
WORDS = TABLE["words"]


def _one_of(patterns: str | list[str]) -> re.Pattern[str]:
    """Compile alternatives, with the words that stand for patterns put in."""
    joined = patterns if isinstance(patterns, str) else "|".join(patterns)
    return re.compile(re.sub(r"<(not|may not|research)>", lambda word: str(WORDS[word[1]]), joined))


NEEDLES = {kind: tuple(entry["needles"]) for kind, entry in TABLE["kinds"].items()}
PATTERNS = {kind: _one_of(entry["patterns"]) for kind, entry in TABLE["kinds"].items()}
NEEDS = {kind: re.compile(entry["needs"]) for kind, entry in TABLE["kinds"].items() if "needs" in entry}
PROSE = frozenset(kind for kind, entry in TABLE["kinds"].items() if entry.get("prose"))
PERMITS, ADVICE, BINDING = (_one_of(WORDS[name]) for name in ("permits", "advice", "binding"))
OTHER, OWN, TOGETHER = (_one_of(WORDS[name]) for name in ("other", "own", "together"))
SIDE = re.compile(_one_of(WORDS["side"]).pattern, re.IGNORECASE)  # headings under which nothing binds, or not the model
COMMERCIAL = (
    "non-commercial",
    "commercial-registration",
    "research-only",
)  # what a permission of commercial use takes back
LIMITED = re.compile(r"(?:but |and )?(?:is |are )?not limited to\b")
LOWER = re.compile(r"[a-z(\"'’]").match
GOES_ON = re.compile(r"(?![-*•#|]|\(?\w{1,3}[.)]\s|\d+\.)").match  # no item of a list
END = re.compile(r"(?<=[.!?;。！？；])\s+|(?<=[。！？；])")


def find(text: str) -> tuple[Hit, ...]:
    """Find what a licence text restricts: one hit a kind, the first of each."""
    lines = ((number, line) for number, line in enumerate(text[:LONGEST].splitlines(), start=1))
    return _first(hit for number, sentence in _sentences(lines, wrapped=True) for hit in _hits(number, sentence))


def find_in_prose(card: Card) -> tuple[Hit, ...]:
    """Find what the prose of a card restricts, of the model itself: one hit a kind, the first of each."""
    lower = card.content.lower()
    if not any(word in lower for word in WORDS["gist"]):
        return ()
    lines = ((line.number, line.text) for line in card.prose if _speaks(line))
    return _first(
        hit
        for number, sentence in _sentences(lines)
        for hit in _hits(number, sentence, prose=True)
        if hit.kind in PROSE and not is_advice(sentence.lower())
    )


def is_advice(sentence: str) -> bool:
    """Tell whether a sentence (in lower case) recommends rather than binds."""
    return bool(ADVICE.search(sentence)) and not BINDING.search(sentence)


def is_about_other(before: str) -> bool:
    """Tell by the words before a term (in lower case) whether it is of another thing: the data, the code, the base."""
    if TOGETHER.search(before):
        return False
    others = [found.start() for found in OTHER.finditer(before)]
    own = [found.start() for found in OWN.finditer(OTHER.sub(lambda found: " " * len(found[0]), before))]
    return bool(others) and (not own or others[0] < own[0] or others[-1] > own[-1])


def _speaks(line: Line) -> bool:
    """Tell whether a line can hold a term: no row of a wide table, no section of advice or of other things."""
    return not (line.text.startswith("|") and line.text.count("|") > 4) and not (
        SIDE.search(line.section) and "licen" not in line.section.lower()
    )


def _sentences(lines: Iterable[tuple[int, str]], *, wrapped: bool = False) -> Iterator[tuple[int, str]]:
    """Yield sentences with the line they begin on; one goes on where the next line is lower case."""
    first, last, held = 0, -1, ""
    for number, text in lines:
        bare = text.strip()
        if held and number == last + 1 and bare and len(held) < 4000 and (GOES_ON if wrapped else LOWER)(bare):
            held, last = f"{held} {bare}", number
            continue
        yield from _split(first, held)
        first, last, held = number, number, bare
    yield from _split(first, held)


def _split(number: int, text: str) -> Iterator[tuple[int, str]]:
    if text:
        yield from ((number, sentence) for sentence in END.split(text) if sentence)


def _hits(number: int, sentence: str, *, prose: bool = False) -> Iterator[Hit]:
    lower = sentence[:3000].lower()
    likely = [kind for kind, needles in NEEDLES.items() if any(needle in lower for needle in needles)]
    words = LIMITED.sub("", lower.replace("’", "'")) if likely else ""
    for kind in likely:
        if kind in NEEDS and not NEEDS[kind].search(words):
            continue
        found = PATTERNS[kind].search(words)
        if found is None or "if you do not agree" in words or (prose and is_about_other(words[: found.end()])):
            continue
        if kind in COMMERCIAL and (PERMITS.search(words) or words.rstrip().endswith("?")):
            continue
        yield Hit(kind, number, sentence.strip()[:QUOTE])


def _first(hits: Iterable[Hit]) -> tuple[Hit, ...]:
    found: dict[str, Hit] = {}
    for hit in hits:
        found.setdefault(hit.kind, hit)
    return tuple(found.values())
