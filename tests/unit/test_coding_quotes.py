"""The way of a quote to print: exported, paraphrased and checked by hand, and checked against all comments."""

import csv

import pytest

import rooms
from openlives.coding import codebook, codings

SAID = "the licence does not say whether my company may sell what it makes, {} {}"


@pytest.fixture
def project(tmp_path):
    """A project in which one comment is coded."""
    made = rooms.room(tmp_path, text=SAID)
    ann = made.coder("ann")
    codings.put(made, ann, rooms.units(made)[0], codebook.add(made, ann, "=Doubt"))
    return made


@pytest.mark.parametrize(
    ("paraphrase", "by", "checked", "state"),
    [
        ("", "", "", "has no paraphrase"),
        ("Unsure about selling results.", "ann", "bob", "ready"),
        ("Unsure about selling results.", "ann", "", "its paraphrase was not checked"),
        ("Unsure about selling results.", "ann", " ANN", "its paraphrase was checked only by who wrote it"),
        ("Unsure about selling results.", "", "bob", "who paraphrased it is not told"),
        ("asks whether my company may sell what it makes", "ann", "bob", "its paraphrase can be found"),
    ],
)
def test_only_what_was_checked_and_finds_nobody_is_printed(project, tmp_path, command, paraphrase, by, checked, state):
    """The exported table is filled in, read back, and says of each quote what may be printed."""
    hub, file, out = project.file.parent.parent, tmp_path / "quotes.csv", tmp_path / "checked.csv"
    command("code", "export", "one", hub, "quotes", file)
    (row,) = csv.DictReader(file.read_text(encoding="utf-8").splitlines())
    assert (row["code"], row["state"]) == ("'=Doubt", "has no paraphrase")
    row |= {"paraphrase": paraphrase, "paraphrased_by": by, "checked_by": checked}
    with file.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.DictWriter(handle, list(row))
        writer.writeheader()
        writer.writerow(row)
    code, told, _ = command("code", "quotes", "one", hub, file, out)
    assert (code, told.strip()) == (0, f"1 {state}")
    (checked_row,) = csv.DictReader(out.read_text(encoding="utf-8").splitlines())
    assert checked_row["state"] == state
    assert checked_row["printable"] == (paraphrase if state == "ready" else "")
    assert checked_row["code"] == "'=Doubt"


def test_a_table_without_its_columns_is_refused(project, tmp_path, command):
    """A file that is none of ours is told what is missing."""
    (tmp_path / "other.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    hub = project.file.parent.parent
    code, _, complaint = command("code", "quotes", "one", hub, tmp_path / "other.csv", tmp_path / "out.csv")
    assert code == 3
    assert "theme" in complaint
