"""Quotes: who can be found by searching for them, who cannot, and what may be printed."""

import time
from dataclasses import replace

import numpy as np
import pytest

from openlives.coding.quotes import Quote, exposures, table
from openlives.errors import InputError

CORPUS = [
    ("a/x/1#c1", "Honestly, I can NOT tell whether my company may sell what this makes!"),
    ("a/x/1#c2", "Thanks, that works."),
    ("b/y/7#c1", "我们公司可以把这个模型用在收费的产品里面吗还是只能用来做研究请问有人知道吗谢谢"),
    ("b/y/8#c1", "thank you so much for this great model"),
    ("b/y/9#c1", "Thank you so much for this great model!!"),
]
QUOTE = Quote("q1", "a/x/1#c1", "I can not tell whether my company may sell what this makes")


def test_a_quote_is_found_where_it_was_said():
    """Case and punctuation do not hide it; the longest run is told, with its address."""
    assert [(one.of, one.address, one.length, one.shared, one.comments) for one in exposures([QUOTE], CORPUS)] == [
        ("text", "a/x/1#c1", 12, "i can not tell whether my company may sell what this makes", 1)
    ]


def test_a_paraphrase_is_checked_too():
    """Five words in a row are found, four are not."""
    five = replace(QUOTE, paraphrase="They could not say: my company may sell what, exactly?")
    four = replace(QUOTE, paraphrase="They asked if a company may sell what comes out")
    found = [one for one in exposures([five, four], CORPUS) if one.of == "paraphrase"]
    assert [(one.shared, one.length, one.unit) for one in found] == [("my company may sell what", 5, "words")]
    three = [one.shared for one in exposures([four], CORPUS, words=3) if one.of == "paraphrase"]
    assert three == ["company may sell what"]


def test_languages_without_spaces_count_letters():
    """Twenty-five letters in a row are found, twenty-four of a longer text are not."""
    said = CORPUS[2][1]
    quote = Quote("q", "b/y/7#c1", f"他说{said[3:28]}等等")
    assert [(one.length, one.unit, one.shared) for one in exposures([quote], CORPUS)] == [(25, "letters", said[3:28])]
    assert exposures([replace(quote, text=f"他说{said[3:27]}等等")], CORPUS) == ()


def test_short_quotes_are_looked_for_whole():
    """Three words that somebody wrote are found; two are not looked for."""
    assert [
        one.address
        for one in exposures([Quote("q", "", "that works, thanks"), Quote("r", "", "thanks, that works")], CORPUS)
    ] == ["a/x/1#c2"]
    assert exposures([Quote("q", "", "that works")], CORPUS) == ()


def test_how_many_share_it_is_told():
    """A phrase that everybody uses points to nobody, and the count lets one see it."""
    found = exposures([Quote("q", "", "thank you so much for it")], CORPUS)
    assert [(one.address, one.comments, one.shared) for one in found] == [
        ("b/y/8#c1", 2, "thank you so much for"),
        ("b/y/9#c1", 2, "thank you so much for"),
    ]


STATES = {
    "has no paraphrase": QUOTE,
    "its paraphrase can be found": replace(QUOTE, paraphrase="he says my company may sell what", checked_by="bea"),
    "its paraphrase was not checked": replace(QUOTE, paraphrase="Unsure about selling."),
    "its paraphrase was checked only by who wrote it": replace(
        QUOTE, paraphrase="Unsure about selling.", paraphrased_by="ada", checked_by="ada"
    ),
    "ready": replace(QUOTE, paraphrase="Unsure about selling.", paraphrased_by="ada", checked_by="bea"),
    "finds nobody, but is verbatim": Quote("q2", "", "no such words stand anywhere here"),
}


@pytest.mark.parametrize("state", STATES)
def test_only_a_checked_paraphrase_is_for_print(state):
    """Every other state prints nothing."""
    quote = STATES[state]
    (row,) = table([quote], exposures([quote], CORPUS))
    assert row.state == state
    assert row.printable == (quote.paraphrase if state == "ready" else "")


def test_a_run_of_one_word_is_refused():
    """It would find every comment."""
    with pytest.raises(InputError):
        exposures([QUOTE], CORPUS, words=1)


def test_against_a_plain_search():
    """On random texts of few words: found exactly where a run of the quote stands in the comment, letter for letter."""
    draw = np.random.default_rng(4)
    corpus = [(str(i), " ".join(draw.choice([*"abcd"], 12))) for i in range(200)]
    quotes = [Quote(f"q{i}", "", " ".join(draw.choice([*"abcd"], 7))) for i in range(10)]
    found = {(one.name, one.comments) for one in exposures(quotes, corpus)}
    for quote in quotes:
        items = quote.text.split()
        runs = [" ".join(items[i : i + 5]) for i in range(3)]
        hits = sum(any(run in text for run in runs) for _, text in corpus)
        assert ((quote.name, hits) in found) == bool(hits)


def test_a_large_corpus_takes_seconds():
    """A hundred thousand comments of forty words against fifty quotes."""
    draw = np.random.default_rng(1)
    words = [f"w{i}" for i in range(5000)]
    corpus = [(str(i), " ".join(words[j] for j in row)) for i, row in enumerate(draw.integers(0, 5000, (100_000, 40)))]
    quotes = [Quote(f"q{i}", "", " ".join(corpus[i * 100][1].split()[5:25])) for i in range(50)]
    began = time.process_time()
    found = exposures(quotes, corpus)
    assert time.process_time() - began < 10
    assert [(one.name, one.address, one.length) for one in found] == [(f"q{i}", str(i * 100), 20) for i in range(50)]
