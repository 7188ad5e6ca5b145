"""Codebooks read from tables: by levels or by parents, also from tables that were made to be printed."""

import csv
from pathlib import Path

import pytest

from openlives.coding.taxonomy import read_taxonomy
from openlives.errors import InputError

REAL = Path(__file__).parents[3] / "shared" / "data" / "coding" / "security_final_taxonomy.csv"


def table(path, *rows):
    """Write a .csv file."""
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    return path


def test_three_levels(tmp_path):
    """Codes hang under sub-themes and those under themes, parents first; where a level is blank, under the next."""
    path = table(
        tmp_path / "t.csv",
        ["Code", "Sub-themes", "Themes", "n", "Definition"],
        ["asks for a licence", "terms", "openness", "3", "who asks which"],
        ["asks for weights", "", "openness", "2", ""],
    )
    found = read_taxonomy(path)
    assert [(code.name, code.parent, code.definition) for code in found] == [
        ("openness", (), ""),
        ("terms", ("openness",), ""),
        ("asks for a licence", ("openness", "terms"), "who asks which"),
        ("asks for weights", ("openness",), ""),
    ]


def test_two_parts_with_titles(tmp_path):
    """A heading that comes again starts a part; a line right above it is its title."""
    path = table(
        tmp_path / "t.csv",
        ["DOUBTS", "", "", "how often"],
        ["Code", "Theme", "n", ""],
        ["a", "x", "1", ""],
        [""],
        ["HOPES", "", ""],
        ["Code", "Theme", "n", ""],
        ["b", "x", "2", ""],
        ["b", "x", "2", ""],
    )
    found = [(code.part, code.path) for code in read_taxonomy(path)]
    assert found == [("DOUBTS", ("x",)), ("DOUBTS", ("x", "a")), ("HOPES", ("x",)), ("HOPES", ("x", "b"))]


def test_parents_by_name(tmp_path):
    """Codes that name their parent, in any order; a theme's definition is on its own row."""
    path = table(
        tmp_path / "t.csv",
        ["name", "under", "what"],
        ["leaf", "branch", "green"],
        ["branch", "trunk", "brown"],
        ["trunk", "", ""],
    )
    found = read_taxonomy(path, levels=["name"], parent="under", definition="what")
    assert [(code.path, code.definition) for code in found] == [
        (("trunk",), ""),
        (("trunk", "branch"), "brown"),
        (("trunk", "branch", "leaf"), "green"),
    ]


@pytest.mark.parametrize(
    ("rows", "options", "complaint"),
    [
        ([["a", "b"], ["1", "2"]], {}, "No column 'code'"),
        ([["code", "b"], ["1", "2"]], {"levels": ["code", "theme"]}, "No column 'theme'"),
        ([["code", "b"], ["1", "2"]], {"definition": "what"}, "No column 'what'"),
        ([["code", "parent"], ["1", "2"]], {}, "none of the codes"),
        ([["code", "parent"], ["1", "2"], ["2", "1"]], {}, "held by itself"),
        ([["code", "parent"], ["1", "1"]], {}, "held by itself"),
        ([["code", "parent"], ["1", ""], ["2", ""], ["1", "2"]], {}, "two parents"),
        ([["code"], ["1"]], {"sheet": "s"}, "has no sheet"),
    ],
    ids=["heading", "level", "definition", "orphan", "circle", "itself", "two", "sheet"],
)
def test_clear_errors(tmp_path, rows, options, complaint):
    """Each mistake in a codebook is told apart."""
    with pytest.raises(InputError, match=complaint):
        read_taxonomy(table(tmp_path / "t.csv", *rows), **options)


def test_a_published_taxonomy():
    """A taxonomy as its authors published it: 32 issues and 24 solutions in three levels, 8 themes, two parts."""
    if not REAL.is_file():
        pytest.skip("no taxonomy beside the repository")
    found = read_taxonomy(REAL)
    held = {(code.part, code.parent) for code in found}
    leaves = [code.part for code in found if (code.part, code.path) not in held]
    assert (leaves.count("ISSUES"), leaves.count("SOLUTIONS"), len(leaves)) == (32, 24, 56)
    assert len([code for code in found if not code.parent]) == 8
    assert {len(code.path) for code in found} == {1, 2, 3}
