"""What leaves a project and comes back: other programs' files, raters' tables, and the real ones where they are."""

import csv
from pathlib import Path

import pytest

import rooms
from openlives.coding import arrivals, bundle, codebook, codings, project, raters, rounds, shelf, themes, views
from openlives.coding.exchange import qdpx
from openlives.coding.exchange.tidy import tidy

REAL = Path(__file__).parents[2].parent / "shared" / "data" / "coding"


def test_export_comes_back(tmp_path):
    """Import of an export into an empty project, exported again, is the same, with emoji, Chinese and line ends."""
    made = rooms.room(tmp_path / "a", text="👩‍🔬 wörds 模型 {} in {}\r\nnext\r\nline")
    ann = made.coder("ann")
    doubt = codebook.add(made, ann, "doubt", definition="d", include="i", examples="e")
    below = codebook.add(made, ann, "below", parent=doubt)
    themes.put(made, ann, doubt, themes.add(made, ann, "trust", "whom"))
    units = rooms.units(made)
    codings.put(made, ann, units[0], doubt)
    codings.note(made, ann, codings.put(made, ann, units[1], below, span=(4, 15)), memo="why", negative=True)
    codings.put(made, made.coder("bob"), units[1], below, span=(20, 40))
    for about in (f"unit:{units[0]}", f"code:{doubt}", "thread:owner/model#1", "project"):
        codings.memo(made, ann, about, f"on {about[:4]}")
    out = qdpx.write(bundle.of_project(made))
    assert out == qdpx.write(bundle.of_project(made))
    (tmp_path / "b" / "hub").mkdir(parents=True)
    other = project.create(tmp_path / "b" / "hub", "one")
    told = arrivals.bring_in(other, other.coder("ann"), qdpx.read(out))
    assert told == {"threads": 2, "units": 6, "codes": 2, "themes": 1, "codings": 3, "memos": 4}
    assert tidy(bundle.of_project(other)) == tidy(qdpx.read(qdpx.write(bundle.of_project(other))))
    assert qdpx.read(qdpx.write(bundle.of_project(other))) == qdpx.read(out)
    words = {row["quote"] for row in views.extracts(other, ann, below)}
    assert words == {row["quote"].replace("\r\n", "\n") for row in views.extracts(made, ann, below)}
    again = arrivals.bring_in(made, ann, qdpx.read(out))
    assert set(again.values()) == {0}


def test_open_rounds_stay_behind(tmp_path):
    """What is coded in a round that is open is in no export."""
    made = rooms.room(tmp_path)
    ann, bob = made.coder("ann"), made.coder("bob")
    code = codebook.add(made, ann, "doubt")
    rounds.begin(made, ann, "first", rooms.units(made), [ann, bob])
    codings.put(made, ann, rooms.units(made)[0], code)
    assert bundle.of_project(made).codings == ()


def test_raters_and_stubs(tmp_path):
    """What raters said of threads is put to their first comments; others are told, and kept if asked."""
    made, file = rooms.room(tmp_path), tmp_path / "said.csv"
    rows = [("url", "ann", "bob"), ("https://huggingface.co/owner/model/discussions/1", "yes", "no")]
    rows.append(("https://huggingface.co/x/y/discussions/7", "yes", "yes"))
    with file.open("w", newline="") as out:
        csv.writer(out).writerows(rows)
    said = raters.read_ratings([file], raters.Layout(columns=("ann", "bob")))
    told = arrivals.of_raters(made, said, stubs=False)
    assert (told.codings, told.known, len(told.missing)) == (2, 1, 1)
    assert arrivals.of_raters(made, said, stubs=True).codings == 2
    assert arrivals.of_raters(made, said, stubs=True).codings == 0
    assert [row["thread"] for row in views.threads(made, "")][-1] == "x/y#7" or len(views.threads(made, "")) == 3


def real(name):
    """Give a real file, or skip."""
    if not (REAL / name).exists():
        pytest.skip("the real codings are not on this machine")
    return REAL / name


@pytest.mark.parametrize(
    ("file", "words", "kappa", "apart"),
    [
        (
            "gpt_sample_discussion_classification.xlsx",
            ["--sheet", "1st_author_classes", "--sheet", "2nd_author_classes", "--column", "contains_question"],
            "cohen 0.9436",
            "8 disagreements of 331",
        ),
        (
            "manual_question_mapping.xlsx",
            ["--sheet", "author1_labels", "--sheet", "author2_labels", "--column", "mapping"],
            "cohen 0.6516",
            "(n = 419)",
        ),
    ],
    ids=["questions", "mapping"],
)
def test_real_raters(command, file, words, kappa, apart):
    """The published tables give the kappas that others computed from them."""
    code, said, complaint = command("code", "agree", real(file), *words)
    assert (code, complaint) == (0, "")
    assert kappa in said
    assert apart in said


def test_real_codebook(tmp_path):
    """The published taxonomy comes in as a hierarchy."""
    made = rooms.room(tmp_path)
    assert shelf.bring_in(made, made.coder("ann"), real("security_final_taxonomy.csv")) > 20
    assert max(code["depth"] for code in codebook.codes(made)) > 0
