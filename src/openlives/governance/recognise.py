"""Recognising the text of a licence: by the line it begins with, and by phrases that only it has.

A text that merely mentions a licence is none: a title must begin a line near the top, and below it must stand terms.
"""

import re
from functools import lru_cache
from itertools import zip_longest

from openlives.governance.licences import LICENCES, Licence

HEAD = 60  # lines in which a title is looked for
LONGEST = 400_000  # letters of a text that are read
SHORTEST = 400  # letters of terms below a title
FRONT = re.compile(r"\A\s*---\n.*?\n---\n", re.DOTALL)
TERMS = re.compile(
    r"\b(?:grant\w*|licens(?:e|ed|or|ee)|liab\w+|warrant\w+|redistribut\w+|terms|conditions|copyright|prohibited|policy|agree)\b|许可|协议"
)
TITLES = tuple((re.compile(one.title), one) for one in LICENCES.values() if one.title and not one.phrases)
PHRASED = tuple(one for one in LICENCES.values() if one.phrases)


def recognise(text: str) -> Licence | None:
    """Tell which licence a text is; None if it is none that we know, or only speaks of one."""
    return _recognised(text[:LONGEST])


@lru_cache(maxsize=512)
def _recognised(text: str) -> Licence | None:
    text = FRONT.sub("", text, count=1)
    words, lines = plain(text), _lines(text)
    if titled := _titled(lines, words):
        return titled
    fitting = [one for one in PHRASED if _fits(one, words, lines)]
    return max(fitting, key=lambda one: len(one.phrases) + bool(one.title), default=None)


def _fits(licence: Licence, words: str, lines: list[str]) -> bool:
    return all(phrase in words for phrase in licence.phrases) and (
        not licence.title or any(re.match(licence.title, line) for line in lines)
    )


def plain(text: str) -> str:
    """Bring a text to lower case, single blanks and no commas, so that its wrapping does not matter."""
    lower = text.lower().translate(QUOTES)
    return re.sub(r"[\s,:;*#>]+", " ", lower)


QUOTES = str.maketrans({"“": '"', "”": '"', "’": "'", "‘": "'", "–": "-", "—": "-"})


def _lines(text: str) -> list[str]:
    """The first lines that say something, each alone and with the next: a title may go over two."""
    lines = [
        bare
        for line in text[:20_000].translate(QUOTES).splitlines()
        if (bare := re.sub(r"[\s,:;*#>=_]+", " ", line.lower()).strip())
    ][:HEAD]
    return [
        pair
        for first, second in zip_longest(lines, lines[1:], fillvalue="")
        for pair in (first, f"{first} {second}"[:300])
    ]


def _titled(lines: list[str], words: str) -> Licence | None:
    if len(words) < SHORTEST or len(TERMS.findall(words[:20_000])) < 5:
        return None
    found = [
        (number, -len(match[0]), one)
        for number, line in enumerate(lines)
        for pattern, one in TITLES
        if (match := pattern.match(line)) and len(line) - len(match[0]) < 150
    ]
    return min(found, key=lambda one: one[:2])[2] if found else None
