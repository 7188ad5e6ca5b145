"""The lines in which a model's card and its repositories' READMEs speak, each with its place; and cues in them.

A cue counts where it stands: what a line says under "Evaluation" or "How to use" is not said of how the model was made.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from openlives.governance.card import Line
from openlives.governance.evidence import QUOTE, Dossier, Evidence

ELSEWHERE = re.compile(  # sections that speak of something else than how the model was made
    r"evaluat|benchmark|result|performance|usage|how to use|quick ?start|inference|deploy|demo|citation|citing"
    r"|acknowledg|limitation|bias|out-of-scope|related|faq|contributing|intended use|serving|install|leaderboard"
    r"|评测|评估|推理|部署|引用",
    re.IGNORECASE,
)


LONGEST = 1000  # letters of a line that are searched as one


@dataclass(frozen=True, slots=True)
class Cue:
    """What a line must say to count: a pattern in lower case, and words of which one must be in the line at all.

    The words are there for speed: most lines hold none of them.
    """

    pattern: re.Pattern[str]
    words: tuple[str, ...]

    def search(self, low: str) -> re.Match[str] | None:
        """Search a text in lower case."""
        for word in self.words:
            if word in low:
                return self.pattern.search(low)
        return None


def cue(pattern: str, *words: str) -> Cue:
    """Make a cue of a pattern in lower case."""
    return Cue(re.compile(pattern), words)


@dataclass(frozen=True, slots=True)
class Passage:
    """One line of a text about a model, as written and in lower case.

    It is `aside` if it stands in a section that is not about how the model was made.
    """

    evidence: Evidence
    section: str
    text: str
    low: str
    code: bool
    aside: bool


@lru_cache(maxsize=4)  # the probes of one model ask one after the other; a long card takes much room
def passages(dossier: Dossier) -> tuple[Passage, ...]:
    """Give every line of the card, then of the READMEs; a very long one in parts."""
    return tuple(_read(dossier))


@lru_cache(maxsize=4)
def _low(dossier: Dossier) -> str:
    return "\n".join(passage.low for passage in passages(dossier))


def _read(dossier: Dossier) -> Iterator[Passage]:
    if dossier.card is not None:
        for line in dossier.card.lines:
            yield from _passages(line, f"card, line {line.number}", dossier.revision, dossier.seen)
    for repository in dossier.repositories:
        for text in repository.readmes:
            for line in text.prose.lines:
                yield from _passages(line, f"{text.where}, line {line.number}", repository.revision, repository.seen)


def _passages(line: Line, where: str, revision: str, seen: str) -> Iterator[Passage]:
    aside = is_aside(line.section)
    for start in range(0, len(line.text), LONGEST):
        text = line.text[start : start + LONGEST]
        yield Passage(Evidence(where, text[:QUOTE], revision, seen), line.section, text, text.lower(), line.code, aside)


@lru_cache(maxsize=1024)
def is_aside(section: str) -> bool:
    """Whether a section speaks of something else; a title says what all of it is about."""
    return bool(ELSEWHERE.search(section.partition(" > ")[2] or section))


def said(dossier: Dossier, told: Cue, *, code: bool = False, aside: bool = False) -> list[Passage]:
    """Give the lines in which a cue stands; those of code and of sections on other things only if asked."""
    low = _low(dossier)
    if not low or not any(word in low for word in told.words):
        return []
    return [
        passage
        for passage in passages(dossier)
        if (code or not passage.code) and (aside or not passage.aside) and told.search(passage.low)
    ]


def evidence_of(found: list[Passage], most: int = 4) -> tuple[Evidence, ...]:
    """Point at the first few lines."""
    return tuple(passage.evidence for passage in found[:most])


def has_text(dossier: Dossier) -> bool:
    """Whether there is anything to read: a card with words, or a README."""
    return bool(passages(dossier))
