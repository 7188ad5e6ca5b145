"""What coders said, read from tables that they wrote; and how hostile or careless ones are met."""

import csv
import zipfile
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from openlives.coding import sheets
from openlives.coding.agreement import agreement_table, disagreements
from openlives.coding.raters import Layout, read_ratings
from openlives.coding.ratings import Unit, ratings, thread_address
from openlives.errors import InputError

REAL = Path(__file__).parents[3] / "shared" / "data" / "coding"
HUB = "https://huggingface.co"
TWO = Layout(columns=["ann", "bob"])


def table(path, *rows):
    """Write a .csv file."""
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    return path


def book(path, **pages):
    """Write a workbook, a sheet by name."""
    made = Workbook()
    made.remove(made.active)
    for name, rows in pages.items():
        page = made.create_sheet(name)
        for row in rows:
            page.append(row)
    made.save(path)
    return path


def words(found):
    """Give what was said: by unit, what each coder did."""
    coders = range(len(found.coders))
    return {unit.name: [found.words(row, coder) for coder in coders] for row, unit in enumerate(found.units)}


def test_two_columns(tmp_path):
    """A column each; a blank is not rated; rows name the units, and the thread's address is found by itself."""
    path = table(
        tmp_path / "both.csv",
        ["thread", "ann", "bob"],
        [f"{HUB}/a/b/discussions/3", " yes ", "no"],
        ["", "yes", "yes"],
        ["", "", ""],
        ["", "", "no"],
    )
    found = read_ratings([path], TWO)
    assert (found.coders, found.codes, found.single) == (("ann", "bob"), ("no", "yes"), True)
    assert words(found) == {"row 2": ["yes", "no"], "row 3": ["yes", "yes"], "row 5": [None, "no"]}
    assert [unit.address for unit in found.units] == ["a/b#3", "", ""]
    np.testing.assert_array_equal(found.said, [[1, 0], [1, 1], [-1, 0]])


@pytest.mark.parametrize("divider", [",", ";", "\t"], ids=["comma", "semicolon", "tab"])
def test_dividers(tmp_path, divider):
    """Spreadsheet programs of other countries divide by other signs; a mark of the encoding is no part of a name."""
    path = tmp_path / "t.csv"
    path.write_text(f"ann{divider}bob\nx{divider}y\n", encoding="utf-8-sig")
    assert words(read_ratings([path], TWO)) == {"row 2": ["x", "y"]}


def test_blank_may_be_a_code(tmp_path):
    """A blank cell stands for a code where we are told so."""
    path = table(tmp_path / "both.csv", ["ann", "bob", "note"], ["x", "", ""], ["", "", "here"])
    found = read_ratings([path], Layout(columns=["ann", "bob"], blank="none"))
    assert words(found) == {"row 2": ["x", "none"], "row 3": ["none", "none"]}


def test_two_sheets_in_any_order(tmp_path):
    """A sheet each, units by name in any order and in columns of different names; what one has not is a gap."""
    path = book(
        tmp_path / "both.xlsx",
        first=[["url", "q", "code"], ["u1", 1, "x"], ["u1", 2.0, "y"], ["u2", None, "x"]],
        second=[["q", "source", "code", "more"], [2, "u1", "x"], [1, "u1", "x"], ["", "u3", "y"]],
    )
    layout = Layout(sheets=["first", "second"], columns=["code"], unit=["url|source", "q"])
    found = read_ratings([path], layout)
    assert words(found) == {"u1 · 1": ["x", "x"], "u1 · 2": ["y", "x"], "u2 · ": ["x", None], "u3 · ": [None, "y"]}


def test_a_file_each_and_several_codes_a_cell(tmp_path):
    """A file each, with codes in one cell that a separator divides."""
    one = table(tmp_path / "one.csv", ["id", "codes"], ["a", "x, y"], ["b", "y"])
    two = book(tmp_path / "two.xlsx", Sheet=[["id", "codes"], ["b", "y"], ["a", "y,z,"]])
    found = read_ratings([one, two], Layout(columns=["codes"], unit=["id"], separator=","))
    assert words(found) == {"a": ["x; y", "y; z"], "b": ["y", "y"]}
    assert not found.single
    assert found.coders == ("one", "two")
    other = book(tmp_path / "one.xlsx", Sheet=[["id", "codes"], ["b", "y"]])
    assert read_ratings([one, other], Layout(columns=["codes"], unit=["id"])).coders == (str(one), str(other))


def test_values_of_a_workbook(tmp_path):
    """Numbers, dates and truths are text: the same code whether it was typed as 1 or 1.0."""
    path = book(tmp_path / "b.xlsx", s=[["ann", "bob"], [1, 1.0], [1.5, True], [date(2024, 1, 2), "a\u00a0 b"]])
    found = words(read_ratings([path], TWO))
    assert found == {"row 2": ["1", "1"], "row 3": ["1.5", "True"], "row 4": ["2024-01-02T00:00:00", "a b"]}


def test_capitals(tmp_path):
    """Codes that differ in capitals only are never guessed about."""
    path = table(tmp_path / "t.csv", ["ann", "bob"], ["Yes", "yes"], ["no", "no"])
    with pytest.raises(InputError, match="capitals"):
        read_ratings([path], TWO)
    assert read_ratings([path], Layout(columns=TWO.columns, fold=True)).codes == ("Yes", "no")
    assert read_ratings([path], Layout(columns=TWO.columns, fold=False)).codes == ("Yes", "no", "yes")


@pytest.mark.parametrize(
    ("rows", "layout", "complaint"),
    [
        ([["ann"], ["x"]], TWO, "No column 'bob'"),
        ([["ann", "bob", "ann"], ["x", "y", "z"]], TWO, "Two columns are called 'ann'"),
        ([["ann", "bob"], ["#REF!", "x"]], TWO, "could not be computed"),
        ([["id", "ann", "bob"], ["a", "x", "y"], ["a", "x", "y"]], Layout(columns=TWO.columns, unit=["id"]), "twice"),
        ([["id", "ann", "bob"], ["", "x", "y"]], Layout(columns=TWO.columns, unit=["id"]), "no name"),
        ([["ann", "bob"], ["x", "y"]], Layout(columns=["ann"]), "Coders are either"),
        ([["ann", "bob"], ["x", "y"]], Layout(columns=["ann", "ann"]), "named twice"),
        ([["ann", "bob"], ["x", "y"]], Layout(columns=[], sheets=["a", "b"]), "Coders are either"),
        ([["ann", "bob"], ["x", "y"]], Layout(columns=["ann", "bob"], sheets=["a"]), "has no sheet"),
        ([["", ""]], TWO, "Nothing in it"),
    ],
    ids=["column", "same name", "error", "twice", "nameless", "one", "same", "none", "sheet", "empty"],
)
def test_clear_errors(tmp_path, rows, layout, complaint):
    """Each mistake is told apart, with where it is or what to do."""
    path = table(tmp_path / "t.csv", *rows)
    with pytest.raises(InputError, match=complaint) as error:
        read_ratings([path], layout)
    assert error.value.where or error.value.todo


def test_rows_of_other_threads(tmp_path):
    """Rows that do not speak of the same thread are no pair."""
    one = table(tmp_path / "one.csv", ["url", "code"], [f"{HUB}/a/b/discussions/1", "x"])
    two = table(tmp_path / "two.csv", ["url", "code"], [f"{HUB}/a/b/discussions/2", "x"])
    with pytest.raises(InputError, match="a/b#1 and a/b#2"):
        read_ratings([one, two], Layout(columns=["code"]))


def bomb(path, inner, text):
    """Write a zip that looks like a workbook, with one part of its own."""
    book(path, s=[["ann", "bob"], ["x", "y"]])
    with zipfile.ZipFile(path) as old:
        parts = {name: old.read(name) for name in old.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name, content in {**parts, inner: text}.items():
            new.writestr(name, content)
    return path


def test_no_sheet(tmp_path):
    """A sheet that is not there is told of with those that are; a workbook may have none at all."""
    path = book(tmp_path / "b.xlsx", s=[["ann", "bob"]])
    with pytest.raises(InputError, match="No sheet 't'") as error:
        read_ratings([path], Layout(columns=TWO.columns, sheets=["t"]))
    assert error.value.todo == "Sheets there: s"
    empty = '<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheets/></workbook>'
    with pytest.raises(InputError, match="without sheets"):
        read_ratings([bomb(path, "xl/workbook.xml", empty)], TWO)


ENTITY = '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "bbbb">]><a>&b;</a>'
FAR = (
    '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><dimension ref="A1:XFD1048576"/>'
    '<sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>ann</t></is></c><c r="B1" t="inlineStr"><is><t>bob</t></is>'
    '</c></row><row r="2"><c r="A2"><v>1</v></c><c r="B2"><v>2</v></c><c r="XFD2"><v>3</v></c></row>'
    '<row r="999999999"><c r="A999999999"><v>4</v></c></row></sheetData></worksheet>'
)


@pytest.mark.parametrize("text", [ENTITY, ENTITY.encode("utf-16")], ids=["utf-8", "utf-16"])
def test_entities_are_refused(tmp_path, text):
    """A workbook that declares entities is not opened, however it is encoded."""
    path = bomb(tmp_path / "b.xlsx", "xl/sharedStrings.xml", text)
    with pytest.raises(InputError, match="entities"):
        read_ratings([path], TWO)


def test_what_unfolds_to_too_much(tmp_path, monkeypatch):
    """A small file that unfolds to a large one is refused before it is read; so is one of too many rows or bytes."""
    path = bomb(tmp_path / "b.xlsx", "xl/media/image.xml", b"0" * 3_000_000)
    assert path.stat().st_size < 20_000
    monkeypatch.setattr(sheets, "MOST_BYTES", 1_000_000)
    with pytest.raises(InputError, match="Unfolds"):
        read_ratings([path], TWO)
    monkeypatch.setattr(sheets, "MOST_BYTES", 1_000)
    with pytest.raises(InputError, match="Larger"):
        read_ratings([path], TWO)
    monkeypatch.setattr(sheets, "MOST_ROWS", 2)
    with pytest.raises(InputError, match="More than 2 rows"):
        read_ratings([table(tmp_path / "t.csv", ["ann", "bob"], *[["x", "y"]] * 3)], TWO)


def test_a_sheet_that_claims_the_whole_grid(tmp_path, monkeypatch):
    """A sheet whose cells are far apart is read for what is there, not for the grid between."""
    monkeypatch.setattr(sheets, "LAST_ROW", 20_000)  # the whole grid takes five seconds
    path = bomb(tmp_path / "b.xlsx", "xl/worksheets/sheet1.xml", FAR)
    assert words(read_ratings([path], TWO)) == {"row 2": ["1", "2"]}


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 no zip", b"\xd0\xcf\x11\xe0 old"], ids=["empty", "cut", "old"])
def test_no_workbook(tmp_path, content):
    """What is no workbook gives one clear error; so does a file that is not there, or of another kind."""
    for name in ("b.xlsx", "b.ods"):
        path = tmp_path / name
        path.write_bytes(content)
        with pytest.raises(InputError):
            read_ratings([path], TWO)
    with pytest.raises(InputError, match="no such file"):
        read_ratings([tmp_path / "none.xlsx"], TWO)


def test_no_text(tmp_path):
    """A .csv file that is not UTF-8 is said to be none."""
    path = tmp_path / "t.csv"
    path.write_bytes("ann,bob\né,é".encode("latin-1"))
    with pytest.raises(InputError, match="UTF-8"):
        read_ratings([path], TWO)


@given(st.binary(max_size=300), st.integers(0, 4000))
def test_broken_workbooks_never_crash(tmp_path_factory, noise, at):
    """A workbook with noise in it is read, or gives an InputError, and nothing else."""
    path = book(tmp_path_factory.mktemp("broken") / "b.xlsx", s=[["ann", "bob"], ["x", "y"]])
    content = path.read_bytes()
    path.write_bytes(content[:at] + noise + content[at + len(noise) :])
    try:
        coders = read_ratings([path], TWO).coders
    except InputError:
        coders = ("ann", "bob")
    assert coders == ("ann", "bob")


@pytest.mark.parametrize(
    ("text", "address"),
    [
        (f"{HUB}/owner/my.model-7b/discussions/12", "owner/my.model-7b#12"),
        (f" {HUB}/gpt2/discussions/5/?x=1#65f0 ", "gpt2#5"),
        (f"{HUB}/datasets/owner/set/discussions/1", "datasets/owner/set#1"),
        ("https://hf.co/spaces/owner/room/discussions/001", "spaces/owner/room#1"),
        ("owner/model#12", "owner/model#12"),
        ("https://example.org/owner/code/issues/4#c2", "https://example.org/owner/code/issues/4"),
        (f"{HUB}/owner/model", f"{HUB}/owner/model"),
        ("javascript:alert(1)", ""),
        ("https://[", ""),
        ("a question about #12", ""),
        ("", ""),
    ],
)
def test_thread_address(text, address):
    """A thread's address is short on the Hub, the page's elsewhere, and nothing where there is none."""
    assert thread_address(text) == address


def test_ratings_from_a_project():
    """Ratings are made from what coders said, also where a coder found no code to give; a codebook sets the codes."""
    a, b = Unit("a", "m#1"), Unit("b", "m#2")
    found = ratings({"ann": {Unit("a"): ["x", "y"], b: []}, "bob": {a: ["x"]}}, codes=["y", "x", "never"])
    assert [unit.address for unit in found.units] == ["m#1", "m#2"]
    assert (found.codes, found.single) == (("y", "x", "never"), False)
    assert words(found) == {"a": ["y; x", "x"], "b": ["", None]}
    with pytest.raises(InputError, match="Not in the codebook: x"):
        ratings({"ann": {a: ["x"]}, "bob": {}}, codes=["y"])
    with pytest.raises(InputError, match="two coders"):
        ratings({"ann": {a: ["x"]}})


def test_disagreements_are_listed():
    """A unit on which coders differ is listed with what each said; gaps are no disagreement, an empty set is one."""
    a, b, c, d = (Unit(name, f"m#{name}") for name in "1234")
    said = {"ann": {a: ["x"], b: ["x"], c: ["x"], d: []}, "bob": {a: ["y"], b: ["x"], d: ["x"]}, "eve": {c: ["x"]}}
    found = disagreements(ratings(said))
    assert found.to_dict("records") == [
        {"unit": "1", "address": "m#1", "where": "", "ann": "x", "bob": "y", "eve": None},
        {"unit": "4", "address": "m#4", "where": "", "ann": "", "bob": "x", "eve": None},
    ]


def test_agreement_table():
    """A row on all codes, then one on each, with the prevalence by coder and every coefficient's ends."""
    units = [Unit(str(number)) for number in range(4)]
    said = {"ann": dict(zip(units, "xxyy", strict=True)), "bob": dict(zip(units, "xyyy", strict=True))}
    found = agreement_table(ratings(said), draws=50)
    assert found["code"].tolist() == ["", "x", "y"]
    assert found["kind"].tolist() == ["nominal", "code", "code"]
    assert found["prevalence: ann"].tolist()[1:] == [0.5, 0.5]
    assert found["prevalence: bob"].tolist()[1:] == [0.25, 0.75]
    assert found["percent"].tolist() == [0.75] * 3
    assert found["cohen"].tolist() == [0.5] * 3
    assert (found["alpha_low"] <= found["alpha"]).all()
    sets = agreement_table(ratings({**said, "eve": {units[0]: ["x", "y"]}}), draws=50)
    assert sets["kind"].tolist() == ["sets", "code", "code"]
    assert np.isnan(sets["ac1"][0])
    assert 0 < sets["alpha"][0] < 1
    assert list(sets["shared"]) == [4, 4, 4]


def test_agreement_of_nothing():
    """Where nothing was rated there is one row, and nothing in it is known."""
    found = agreement_table(ratings({"ann": {}, "bob": {}}), draws=5)
    assert found[["units", "shared"]].to_numpy().tolist() == [[0, 0]]
    assert found[["percent", "alpha", "ac1"]].isna().all(axis=None)
    assert disagreements(ratings({"ann": {}, "bob": {}})).empty


def real(name):
    """Give a real file, or skip."""
    if not (REAL / name).is_file():
        pytest.skip(f"no {name} beside the repository")
    return REAL / name


@pytest.mark.parametrize("unit", [[], ["discussion_url"]], ids=["rows", "urls"])
def test_two_authors_as_they_computed(unit):
    """Two authors on 331 threads: the kappa that they computed in a sheet of their own, and their 8 disagreements."""
    layout = Layout(sheets=["1st_author_classes", "2nd_author_classes"], columns=["contains_question"], unit=unit)
    found = read_ratings([real("gpt_sample_discussion_classification.xlsx")], layout)
    whole = agreement_table(found).iloc[0]
    assert (len(found.units), round(whole["cohen"], 4)) == (331, 0.9436)
    assert len(disagreements(found)) == 8
    assert len({unit.address for unit in found.units if "#" in unit.address}) == 331


def test_two_authors_with_blanks():
    """Two authors' mapping of questions to sections: 419 that both rated, kappa 0.6516; each row names its thread."""
    layout = Layout(sheets=["author1_labels", "author2_labels"], columns=["mapping"])
    found = read_ratings([real("manual_question_mapping.xlsx")], layout)
    whole = agreement_table(found).iloc[0]
    assert (int(whole["shared"]), round(whole["cohen"], 4)) == (419, 0.6516)
    assert all("#" in unit.address for unit in found.units)
