"""openlives code …: the whole way of a project in a terminal."""

import pytest

from given import built, comment, model, thread, told
from openlives.coding import project as projects

HOSTILE = "look \x1b[2J\u202e here\n```\n" + "line\n" * 20 + "```\nend"


@pytest.fixture
def hub(tmp_path):
    """A collection of one model with two threads."""
    first = thread("o/m", 1, comment("ada", text="is the licence fine"), comment("bob", text=HOSTILE), title="Terms")
    second = thread("o/m", 2, comment("cy", text="no access, no answer"))
    return built(told(tmp_path, model("o/m", cardData={"license": "mit"}), first, second))


@pytest.fixture
def run(command, hub, monkeypatch):
    """Run a command of coding on the project `one` as ann; it must end well."""
    monkeypatch.setenv("OPENLIVES_CODER", "ann")

    def runs(name, *words, ends=0):
        parts = name.split()
        code, said, complaint = command("code", *parts, "one", hub, *words)
        assert code == ends, complaint
        return said if ends == 0 else complaint

    runs("new", "--sample", "persistent:1")
    return runs


def test_a_project_from_sample_to_methods(run, hub, tmp_path):
    """New, codebook, read, code, memo, themes, undo, rounds, agreement, adjudication, methods, merge: in one file."""
    assert "0 of 3 comments read" in run("status", "--coder", "nobody")
    run("codebook add", "doubt", "--definition", "unsure of the licence")
    run("codebook add", "terms", "--under", "doubt")
    shown = run("next")
    assert "o/m#1  Terms" in shown
    assert "\\x1b[2J" in shown
    assert "\x1b" not in shown
    assert "\u202e" not in shown
    assert "[… 17 lines folded]" in shown
    key = run("put", "o/m#1:1", "doubt / terms").strip()
    run("put", "o/m#1:1", "--in-vivo", "--span", "7", "14")
    run("put", "o/m#2:1", "doubt", "--negative")
    assert "licence by ann on 'licence'" in run("read", "o/m#1")
    assert "(a case against it)" in run("read", "o/m#2")
    assert "o/m#1:1" in run("search", "licen")
    run("memo", "comment:o/m#1:1", "look again")
    assert run("memo", "comment:o/m#1:1") == "ann: look again\n"
    run("theme add", "trust", "--definition", "whom to believe")
    run("theme put", "doubt", "trust")
    assert run("theme list").splitlines()[:2] == ["trust: whom to believe", "  doubt"]
    assert "Undone: moved 'doubt' on the board" in run("undo")
    assert "Done again" in run("redo")
    assert run("codebook merge", "licence", "terms") == "1 codings moved\n"
    run("codebook split", "terms", "wording", key)
    assert key in run("codebook extracts", "wording")
    assert "### terms" in run("codebook list", "--markdown")
    assert run("codebook freeze", "first") == "version 1\n"
    run("codebook define", "terms", "--definition", "the words of it", "--requeue")
    assert "definition was '', is 'the words of it'" in run("codebook diff", "1")
    run("round begin", "blind", "--with", "ann", "--with", "bob")
    run("put", "o/m#1:2", "doubt")
    run("put", "o/m#1:2", "terms", "--coder", "bob")
    assert "frozen" in run("codebook add", "late", ends=1)
    assert "still open" in run("agree", "blind", ends=4)
    for coder in ("ann", "bob"):
        run("round close", "blind", "--coder", coder)
    assert "1 disagreements of 3" in run("agree", "blind")
    assert run("adjudicate", "blind") == "o/m#1:2  ann: doubt; bob: doubt / terms\n"
    run("adjudicate", "blind", "o/m#1:2", "doubt")
    assert run("adjudicate", "blind").endswith("→ doubt\n")
    methods = run("methods")
    assert "persistent:1 (2 threads). In all 3 comments in 2 threads of 1 models" in methods
    assert "Round blind (codebook version 2, 3 comments, blind, by ann, bob): agreement" in methods
    assert "1 comments, of which 1 were settled" in methods
    assert "coded 'doubt'" in run("journal")
    copy = tmp_path / "copy.sqlite"
    with projects.open_(hub / "coding" / "one.sqlite").connection as source:
        source.execute("VACUUM INTO ?", [str(copy)])
    assert run("merge", copy) == "New: nothing\n"
    assert "3 comments as they were" in run("keep")


def test_mistakes(run, command, hub, monkeypatch):
    """What is not there, is ambiguous or not said is one clear message."""
    assert "matching:" in run("sample", "novels", ends=3)
    assert "no comment" in run("put", "o/m#9:1", "doubt", ends=3)
    assert "no code" in run("put", "o/m#1:1", "doubt", ends=3)
    assert "no coding of yours" in run("take", "none", ends=3)
    run("codebook add", "a")
    run("codebook add", "b")
    run("codebook add", "same", "--under", "a")
    run("codebook add", "same", "--under", "b")
    assert "a / same; b / same" in run("put", "o/m#1:1", "same", ends=3)
    assert "already" in run("new", ends=3)
    monkeypatch.delenv("OPENLIVES_CODER")
    assert "OPENLIVES_CODER" in run("undo", ends=2)
    assert command("code", "new", "two", hub, "--sample", "matching:nobody said this")[0] == 4
    assert not (hub / "coding" / "two.sqlite").exists()
    assert command("code", "status", "../one", hub)[0] == 3


def test_codebook_from_a_table(run, tmp_path):
    """A table of codes and themes comes in as a hierarchy; twice is once."""
    table = tmp_path / "codes.csv"
    table.write_text("code,theme,definition\nterms,doubt,what is allowed\ngate,access,\nqueue,access,\n")
    assert run("codebook import", table) == "5 codes are new\n"
    assert run("codebook import", table) == "0 codes are new\n"
    assert "  terms: what is allowed" in run("codebook list")


def test_agreement_of_tables(command, tmp_path):
    """Two columns of a table are two coders; kappa is that of the cross table by hand."""
    table = tmp_path / "said.csv"
    rows = [("yes", "yes")] * 4 + [("yes", "no")] + [("no", "no")] * 5
    table.write_text("ann,bob\n" + "".join(f"{one},{other}\n" for one, other in rows))
    code, said, _ = command("code", "agree", table, "--column", "ann", "--column", "bob")
    assert code == 0
    assert "cohen 0.8000" in said
    assert "1 disagreements of 10" in said


@pytest.mark.parametrize("kind", ["csv", "table", "codebook", "qdpx", "qdc", "quotes", "methods"])
def test_every_export(run, tmp_path, kind):
    """Each form is written, the same bytes twice; no text of a comment is in those without text."""
    run("codebook add", "doubt")
    run("put", "o/m#1:1", "doubt")
    files = [tmp_path / f"{place}.{kind}" for place in (1, 2)]
    for file in files:
        run("export", kind, file)
    assert files[0].read_bytes() == files[1].read_bytes()
    assert (b"licence fine" in files[0].read_bytes()) == (kind in ("qdpx", "quotes"))
    if kind in ("qdpx", "qdc"):
        assert "New: 0 threads" in run("import", files[0]) if kind == "qdpx" else "0 codes" in run("import", files[0])
