"""Quotes for a paper, and the disguise check: whoever searches for the words must not find the person.

Rewording seldom disguises: of nineteen reworded quotes in one study, eleven were still found by search. So a quote that
shares a long run of words with any comment is warned of, with the comment's address, and its paraphrase is checked the
same way. The original stays in the private store; only a paraphrase that was checked by somebody is for print.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from openlives.coding.words import words_of
from openlives.errors import InputError

WORDS, LETTERS = 5, 25  # the shortest run that finds a comment: words, or letters of scripts without spaces
SHORT_WORDS, SHORT_LETTERS = 3, 8  # a whole text shorter than a run is still looked for, down to these
SHOWN = 5  # warnings a text, the longest runs first


@dataclass(frozen=True, slots=True)
class Quote:
    """What somebody wrote, where, and what is to be printed in its place: `paraphrase`, by whom, checked by whom."""

    name: str
    address: str
    text: str
    paraphrase: str = ""
    paraphrased_by: str = ""
    checked_by: str = ""
    theme: str = ""


@dataclass(frozen=True, slots=True)
class Exposure:
    """A run that a quote (`of` text) or its paraphrase (`of` paraphrase) shares with the comment at `address`.

    `length` counts words, or letters where the script has no spaces (`unit`). `comments` is how many comments share any
    such run: a phrase that hundreds use points to nobody.
    """

    name: str
    of: str
    shared: str
    length: int
    unit: str
    address: str
    comments: int


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the quote table: its state, what may be printed (else empty), and the warnings."""

    quote: Quote
    state: str
    printable: str
    exposures: tuple[Exposure, ...]


@dataclass(frozen=True, slots=True)
class _Run:
    key: tuple[str, str]
    unit: str
    items: Sequence[str]
    size: int


def exposures(
    quotes: Iterable[Quote], corpus: Iterable[tuple[str, str]], *, words: int = WORDS, letters: int = LETTERS
) -> tuple[Exposure, ...]:
    """Find what quotes and paraphrases share with the corpus, (address, comment) by (address, comment), read once."""
    if words < 2 or letters < 2:
        raise InputError("A run of one word is in every comment", todo="Ask for two words or letters at least.")
    runs = [run for quote in quotes for run in _runs(quote, words, letters)]
    grams: dict[tuple[str, int], dict[tuple[str, ...], set[int]]] = defaultdict(lambda: defaultdict(set))
    for number, run in enumerate(runs):
        for gram in _grams(run.items, run.size):
            grams[run.unit, run.size][gram].add(number)
    found: dict[tuple[str, str], list[tuple[int, str, str, str]]] = defaultdict(list)
    known_runs: dict[frozenset[tuple[str, ...]], list[tuple[_Run, str]]] = {}  # bots say the same thousands of times
    for address, text in corpus:
        spaced, dense = words_of(text)
        for (unit, size), known in grams.items():
            for items in (spaced,) if unit == "words" else dense:
                if not known.keys().isdisjoint(_grams(items, size)):
                    here = frozenset(gram for gram in _grams(items, size) if gram in known)
                    if here not in known_runs:
                        known_runs[here] = list(_shared(runs, known, here, size))
                    for run, shared in known_runs[here]:
                        length = shared.count(" ") + 1 if unit == "words" else len(shared)
                        found[run.key].append((length, unit, address, shared))
    return tuple(_longest(found))


def table(quotes: Iterable[Quote], found: Iterable[Exposure]) -> tuple[Row, ...]:
    """Lay out the quotes: only a paraphrase that another person checked, and that finds nobody, is for print."""
    of: dict[str, list[Exposure]] = defaultdict(list)
    for one in found:
        of[one.name].append(one)
    return tuple(_row(quote, tuple(of[quote.name])) for quote in quotes)


def _row(quote: Quote, found: tuple[Exposure, ...]) -> Row:
    if not quote.paraphrase:
        state = "has no paraphrase" if found else "finds nobody, but is verbatim"
    elif any(one.of == "paraphrase" for one in found):
        state = "its paraphrase can be found"
    elif not quote.checked_by:
        state = "its paraphrase was not checked"
    elif not quote.paraphrased_by:
        state = "who paraphrased it is not told"
    elif _name(quote.checked_by) == _name(quote.paraphrased_by):
        state = "its paraphrase was checked only by who wrote it"
    else:
        state = "ready"
    return Row(quote, state, quote.paraphrase if state == "ready" else "", found)


def _name(text: str) -> str:
    return " ".join(text.split()).casefold()


def _runs(quote: Quote, words: int, letters: int) -> Iterator[_Run]:
    for of, text in (("text", quote.text), ("paraphrase", quote.paraphrase)):
        spaced, dense = words_of(text)
        if len(spaced) >= min(words, SHORT_WORDS):
            yield _Run((quote.name, of), "words", spaced, min(words, len(spaced)))
        for stretch in dense:
            if len(stretch) >= min(letters, SHORT_LETTERS):
                yield _Run((quote.name, of), "letters", stretch, min(letters, len(stretch)))


def _grams(items: Sequence[str], size: int) -> Iterator[tuple[str, ...]]:
    return zip(*(items[start:] for start in range(size)), strict=False)


def _shared(
    runs: list[_Run], known: dict[tuple[str, ...], set[int]], here: frozenset[tuple[str, ...]], size: int
) -> Iterator[tuple[_Run, str]]:
    """Give the longest run of each quote whose grams all stand in a comment: almost always one run there as well."""
    for number in sorted({number for gram in here for number in known[gram]}):
        run, best, at = runs[number], (0, 0), 0
        for start, gram in enumerate(_grams(run.items, size)):
            at = at + 1 if gram in here else 0
            best = max(best, (at, -start + at - 1))
        start = -best[1]
        yield run, (" " if run.unit == "words" else "").join(run.items[start : start + best[0] + size - 1])


def _longest(found: dict[tuple[str, str], list[tuple[int, str, str, str]]]) -> Iterator[Exposure]:
    for (name, of), hits in found.items():
        comments = len({hit[2] for hit in hits})
        for length, unit, address, shared in sorted(hits, key=lambda hit: (-hit[0], hit[2]))[:SHOWN]:
            yield Exposure(name, of, shared, length, unit, address, comments)
