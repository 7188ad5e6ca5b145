"""Secrets and personal data in a comment: where they stand, of which kind, and the text without them.

Patterns are ours, since the known packages miss Hub tokens and home folders. They err towards finding: what is hidden
needlessly can be looked up, what is published cannot be taken back. They miss names in prose, and a person has the last
look. Every pattern is bounded: a line of a megabyte takes less than a second.
"""

import re
from collections.abc import Callable, Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from ipaddress import ip_address

from openlives.coding.disclosures import ACCOUNT, ACCOUNTS, NAMED, PATTERNS

IPV4 = re.compile(r"(?<![\w.])(?<!==)(?<!\s\s)(?:[0-9]{1,3}\.){3}[0-9]{1,3}(?![\w]|\.[0-9])", re.ASCII)
IPV6 = re.compile(r"(?<![\w:.])(?:[0-9a-f]{1,4}:){2,7}(?::?[0-9a-f]{1,4}){1,6}(?![\w:])", re.ASCII | re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Found:
    """One disclosure: its span in characters, and its kind (token, key, secret, e-mail, home, link, …)."""

    start: int
    end: int
    kind: str


@dataclass(frozen=True, slots=True)
class Scrubbed:
    """A text with its disclosures replaced, and where they stood in the text as it was."""

    text: str
    found: tuple[Found, ...]


def find(text: str, accounts: AbstractSet[str] = frozenset()) -> tuple[Found, ...]:
    """Find disclosures, in order and without overlap; `accounts` are account names in lower case.

    Account names shorter than four letters are found only after an @ or in a link: they are words of some language.
    """
    taken = bytearray(len(text))
    found = []
    for one in _candidates(text, accounts):
        if not any(taken[one.start : one.end]):
            taken[one.start : one.end] = b"\1" * (one.end - one.start)
            found.append(one)
    return tuple(sorted(found, key=lambda one: one.start))


def scrub(
    text: str, accounts: AbstractSet[str] = frozenset(), pseudonym: Callable[[str], str] | None = None
) -> Scrubbed:
    """Put `[kind]` in place of each disclosure; what names a person becomes their `pseudonym`, if that is given."""
    found, parts, at = find(text, accounts), [], 0
    for one in found:
        said = text[one.start : one.end].lower().removeprefix("@")
        name = pseudonym(said) if pseudonym is not None and one.kind in NAMED else one.kind
        parts += [text[at : one.start], f"[{name}]"]
        at = one.end
    return Scrubbed("".join([*parts, text[at:]]), found)


def _candidates(text: str, accounts: AbstractSet[str]) -> Iterator[Found]:
    lower = text.lower()
    for kind, cues, pattern, doubt in PATTERNS:
        for match in pattern.finditer(text) if any(cue in lower for cue in cues) else ():
            group = match.lastindex or 0
            if doubt(match[group]):
                yield Found(*match.span(group), kind)
    for cue, pattern in ((".", IPV4), (":", IPV6)):
        if cue in text:
            yield from (Found(*match.span(), "ip") for match in pattern.finditer(text) if _is_public(match[0]))
    if accounts:
        for match in ACCOUNTS.finditer(text):
            if len(match[0]) >= ACCOUNT and match[0].rstrip("._-").lower() in accounts:
                yield Found(match.start(), match.start() + len(match[0].rstrip("._-")), "account")


def _is_public(text: str) -> bool:
    try:
        return ip_address(text).is_global
    except ValueError:
        return False
