"""Exchange files by hand: what is in them, byte for byte, and what is refused."""

import io
import zipfile
from dataclasses import replace

import pytest
from pyrefiqda import RefiProject

from openlives.coding.exchange import layout, markup, qdc, qde, qdpx
from openlives.coding.exchange.model import Block, Bundle, Code, Coder, Coding, Note, Source, Theme, guid
from openlives.coding.exchange.tidy import tidy
from openlives.errors import InputError

ADA, CODE, THREAD = guid("coder", "ada"), guid("code", "licence"), guid("thread", "a/x", "1")
TEXT = "ada\r\n😀 is it\r\nfree? 漢字"
SMALL = Bundle(
    "small",
    coders=(Coder(ADA, "ada"),),
    codes=(Code(CODE, "licence", colour="#FF8800", definition="Doubts about terms."),),
    sources=(Source(THREAD, "a/x #1", TEXT, (Block(guid("c"), 5, len(TEXT), "a/x/1#c"),)),),
    codings=(Coding(guid("k"), THREAD, CODE, ADA, 5, 19, "2024-01-31T09:30:00Z", "Asks, does not claim."),),
)


def zipped(**members):
    """Make an archive of files by hand; `__` in a name is a slash."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name.replace("__", "/").replace("dot", "."), data)
    return packed.getvalue()


def project(inside, sources=""):
    """Make a foreign project."""
    return f'<?xml version="1.0"?><Project name="f">{inside}<Sources>{sources}</Sources></Project>'.encode()


def test_what_lies_in_the_file():
    """A `project.qde` and lower-case `sources/`, no clock, no byte order mark, no carriage return, plain paths."""
    data = qdpx.write(SMALL)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.namelist() == ["project.qde", f"sources/{THREAD}.txt"]
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        written, text = archive.read("project.qde"), archive.read(f"sources/{THREAD}.txt")
    assert text.decode() == "ada\n😀 is it\nfree? 漢字"
    assert written.startswith(b'<?xml version="1.0" encoding="utf-8"?>\n<Project xmlns="urn:QDA-XML:project:1.0"')
    assert f'plainTextPath="internal://{THREAD}.txt"'.encode() in written
    assert b"\r" not in written
    assert b"richTextPath" not in written
    assert data == qdpx.write(SMALL)


def test_offsets_are_characters_of_the_text_as_written():
    """The coding stood on an emoji and a newline of two characters; two carriage returns later it still does."""
    coding = qdpx.read(qdpx.write(SMALL)).codings[0]
    text = tidy(SMALL).sources[0].text
    assert TEXT[5:19] == "😀 is it\r\nfree?"
    assert (coding.start, coding.end) == (4, 17)
    assert text[4:17] == "😀 is it\nfree?"


def test_guids_are_the_same_for_ever():
    """A name-based UUID (version 5) that no neighbouring key shares."""
    assert guid("thread", "a/x", "1") == THREAD
    assert THREAD[14] == "5"
    assert guid("ab", "c") != guid("a", "bc")


def test_an_empty_project_has_no_empty_elements():
    """The schema allows no `<Codes/>`; a codebook without codes is refused."""
    assert b"Codes" not in qde.write(Bundle("nothing"))
    assert qdpx.read(qdpx.write(Bundle("nothing"))) == Bundle("nothing")
    with pytest.raises(InputError, match="without codes"):
        qdc.write(Bundle("nothing"))


def coding(**changed):
    """Give the small project with another coding."""
    return replace(SMALL, codings=(replace(SMALL.codings[0], **changed),))


REFUSED = {
    "outside its text": coding(end=999),
    "not there": coding(code=guid("other")),
    "Not an ISO time": coding(created="2024-02-31T00:00:00Z"),
    "XML cannot hold": coding(memo="\x1b[31m"),
    "same GUID": replace(SMALL, codes=(*SMALL.codes, replace(SMALL.codes[0], name="again"))),
    "Not a GUID": replace(SMALL, coders=(Coder("ada", "ada"),)),
    "Not a colour": replace(SMALL, codes=(replace(SMALL.codes[0], colour="red"),)),
    "within each other": replace(SMALL, codes=(replace(SMALL.codes[0], parent=CODE),)),
}


@pytest.mark.parametrize("says", REFUSED)
def test_what_cannot_be_written_is_refused(says):
    """One clear error that names the place."""
    with pytest.raises(InputError, match=says) as caught:
        qdpx.write(REFUSED[says])
    assert caught.value.where
    assert caught.value.todo


BOMB = b'<!DOCTYPE a [<!ENTITY b "bbbbbbbbbb"><!ENTITY c "&b;&b;&b;&b;">]><Project name="&c;"/>'
DANGEROUS = {
    "document type": zipped(projectdotqde=BOMB),
    "levels": zipped(projectdotqde=b"<a>" * 100 + b"</a>" * 100),
    "outside the archive": zipped(projectdotqde=b"<Project/>", dotdot__evil=b"x"),
    "out of all proportion": zipped(projectdotqde=b"<Project/>", sources__a=b"0" * 5_000_000),
    "Two files of one name": zipped(projectdotqde=b"<Project/>", sources__a=b"1", Sources__A=b"2"),
    "0 project files": zipped(otherdotxml=b"<Project/>"),
    "Not well-formed": zipped(projectdotqde=b"<Project>"),
    "not UTF-8": zipped(
        projectdotqde=project("", f'<TextSource guid="{THREAD}" plainTextPath="internal://a"/>'), sources__a=b"\xff"
    ),
    "Not a zip": b"PK",
}


@pytest.mark.parametrize("says", DANGEROUS)
def test_dangerous_files_are_refused(says):
    """Bombs, entities, paths that climb out: one clear error each."""
    with pytest.raises(InputError, match=says):
        qdpx.read(DANGEROUS[says])


def test_too_many_files_are_refused(monkeypatch):
    """The caps are caps."""
    monkeypatch.setattr(qdpx, "ENTRIES", 1)
    with pytest.raises(InputError, match="files"):
        qdpx.read(qdpx.write(SMALL))
    monkeypatch.setattr(markup, "BYTES", 10)
    with pytest.raises(InputError, match="of XML"):
        qdc.read(qdc.write(SMALL))


def test_a_project_of_another_program():
    """Braces, capitals, short colours, paths of one disc, pictures: read where possible, counted where not."""
    inside = (
        f'<CodeBook><Codes><Code guid="{{{CODE.upper()}}}" name="licence" isCodable="true" color="#f80"/>'
        f'<Code guid="{guid("o")}" name="o" isCodable="true" color="orange"/></Codes></CodeBook>'
    )
    source = (
        f'<TextSource guid="{THREAD.upper()}" name="t"><PlainTextContent>😀😀 free?</PlainTextContent>'
        f'<PlainTextSelection guid="{guid("s")}" startPosition="5" endPosition="10"><Coding guid="{guid("k")}"'
        f' creationDateTime="2024-01-31T09:30:00.1234567Z"><CodeRef targetGUID="{CODE}"/></Coding></PlainTextSelection>'
        f'</TextSource><PictureSource guid="{guid("p")}"/>'
        f'<TextSource guid="{guid("t")}" plainTextPath="absolute:///etc/passwd"/>'
    )
    read = qdpx.read(zipped(PROJECTdotQDE=project(inside, source)), utf16=True)
    assert [(code.guid, code.colour) for code in read.codes] == [(CODE, "#FF8800"), (guid("o"), "")]
    assert [(one.start, one.end, one.coder) for one in read.codings] == [(3, 8, "")]
    assert read.sources[0].text[3:8] == "free?"
    assert read.lost == (
        "1 × PictureSource in Sources",
        "1 × TextSource whose text is not in the file",
        "1 × colour of a Code",
    )


def test_notes_find_what_they_are_about():
    """A note on a code, one on a theme, one on nothing: each comes back with its subject."""
    theme = Theme(guid("t"), "doubt", codes=(CODE,))
    notes = tuple(
        Note(guid("n", str(i)), "n", "text", about) for i, about in enumerate([(CODE,), (theme.guid,), (), (THREAD,)])
    )
    bundle = replace(SMALL, themes=(theme,), notes=notes)
    assert qdpx.read(qdpx.write(bundle)).notes == notes


def test_a_thread_is_laid_out_and_found_again():
    """Two comments under each other; a span is of one, of the other, or of none; carriage returns are put back."""
    source = layout.thread("a/x#1", "a/x #1", [("c1", "owner", "ab"), ("c2", "user", "c\r\nde")])
    assert source.text == "ab\n\nc\r\nde"
    assert [(block.start, block.end) for block in source.comments] == [(0, 2), (4, 9)]
    written = tidy(Bundle("", sources=(source,))).sources[0]
    assert layout.comment_at(written, 0, 2) == (written.comments[0], 0, 2)
    assert layout.comment_at(written, 6, 8) == (written.comments[1], 2, 4)
    assert layout.comment_at(written, 1, 5) is None
    assert layout.comment_at(Source(guid("s"), "", "x"), 0, 1) is None
    assert [layout.as_stored("c\r\nde", offset) for offset in range(5)] == [0, 1, 3, 4, 5]


def test_another_program_reads_and_writes_it(tmp_path):
    """What pyrefiqda makes of the project is the same project, emoji and offsets included."""
    (tmp_path / "a.qdpx").write_bytes(qdpx.write(SMALL))
    project = RefiProject.load(tmp_path / "a.qdpx", extract_dir=str(tmp_path / "x"))
    RefiProject.save(project, tmp_path / "b.qdpx", source_media_dir=tmp_path / "x" / "sources")
    assert qdpx.read((tmp_path / "b.qdpx").read_bytes()) == tidy(SMALL)
