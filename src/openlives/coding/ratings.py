"""What coders said of units, as one value, whatever it was read from: a table, a workbook, or a coding project."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

import numpy as np
from numpy.typing import NDArray

from openlives.errors import InputError

HUB = {"huggingface.co", "www.huggingface.co", "hf.co"}
PAGE = re.compile(r"/?((?:(?:datasets|spaces)/)?[\w.-]+(?:/[\w.-]+)?)/discussions/(\d+)/?")
SHORT = re.compile(r"((?:(?:datasets|spaces)/)?[\w.-]+(?:/[\w.-]+)?)#(\d+)")


@dataclass(frozen=True, slots=True)
class Unit:
    """What was coded: its name, which tells it from the others, and two things beside.

    `address` is that of its thread, `owner/model#12` or a URL ("": not known); `where` says where it was read.
    """

    name: str
    address: str = field(default="", compare=False)
    where: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Ratings:
    """Codes that coders gave to units: `chosen` (units × coders × codes) where `rated` (units × coders).

    A unit that a coder rated may have any number of codes, also none; `single` tells that each has exactly one.
    """

    units: tuple[Unit, ...]
    coders: tuple[str, ...]
    codes: tuple[str, ...]
    chosen: NDArray[np.bool_]
    rated: NDArray[np.bool_]

    @property
    def single(self) -> bool:
        """Whether whoever rated a unit gave it exactly one code."""
        return bool((self.chosen.sum(2)[self.rated] == 1).all())

    @property
    def said(self) -> NDArray[np.int64]:
        """The one code that each coder gave, as a number (units × coders), -1 where not rated; only where `single`."""
        first = self.chosen.argmax(2) if self.codes else np.zeros(self.rated.shape)
        return np.where(self.rated, first, -1).astype(np.int64)

    def words(self, unit: int, coder: int) -> str | None:
        """What a coder said of a unit: its codes, "" for none of them, None where not rated."""
        given = [code for code, chosen in zip(self.codes, self.chosen[unit, coder], strict=True) if chosen]
        return "; ".join(given) if self.rated[unit, coder] else None


def ratings(said: Mapping[str, Mapping[Unit, Iterable[str]]], codes: Sequence[str] | None = None) -> Ratings:
    """Put together what each coder said: codes by unit, by coder; a unit that a coder has not is not rated.

    `codes` are those that could be given, in the order wanted; by default those that were, in that of the alphabet.
    """
    if len(said) < 2:
        raise InputError("Agreement takes two coders at least", todo="Name two sheets, columns or files.")
    units = _units(unit for told in said.values() for unit in told)
    given = {coder: {unit: {*words} for unit, words in told.items()} for coder, told in said.items()}
    found = {word for told in given.values() for words in told.values() for word in words}
    known = tuple(sorted(found)) if codes is None else tuple(dict.fromkeys(codes))
    if unknown := sorted(found - {*known}):
        raise InputError(f"Not in the codebook: {', '.join(unknown[:5])}", todo="Add them, or correct what was said.")
    at, place = {unit: row for row, unit in enumerate(units)}, {code: column for column, code in enumerate(known)}
    chosen = np.zeros((len(units), len(given), len(known)), dtype=bool)
    rated = np.zeros((len(units), len(given)), dtype=bool)
    for coder, told in enumerate(given.values()):
        for unit, words in told.items():
            rated[at[unit], coder] = True
            chosen[at[unit], coder, [place[word] for word in words]] = True
    return Ratings(units, tuple(given), known, chosen, rated)


def _units(named: Iterable[Unit]) -> tuple[Unit, ...]:
    """Give each unit once, from where its thread's address is known, if anywhere."""
    kept: dict[str, Unit] = {}
    for unit in named:
        if not kept.setdefault(unit.name, unit).address:
            kept[unit.name] = unit
    return tuple(kept.values())


def spellings(words: Iterable[str]) -> list[tuple[str, str]]:
    """Give pairs of codes that differ in capitals only."""
    seen: dict[str, str] = {}
    firsts = [(seen.setdefault(word.casefold(), word), word) for word in sorted({*words})]
    return [(first, word) for first, word in firsts if first != word]


def thread_address(text: str) -> str:
    """Give the address of the thread that a text names: `owner/model#12` on the Hub, another platform's URL, or ""."""
    text = text.strip()
    if SHORT.fullmatch(text):
        return text
    try:
        parts = urlsplit(text)
        host = parts.hostname or ""
    except ValueError:
        return ""
    if parts.scheme not in ("http", "https") or not host:
        return ""
    page = PAGE.fullmatch(unquote(parts.path)) if host in HUB else None
    return f"{page[1]}#{int(page[2])}" if page else parts._replace(fragment="").geturl()
