"""Commands, as a shell sees them: what they say, and their exit codes."""

import shutil
import subprocess
import sys

import orjson
import pytest

from given import built, comment, decided, thread, told, written
from openlives.questions import QUESTIONS

ALL = pytest.mark.parametrize("name", QUESTIONS)


@pytest.fixture
def empty(tmp_path):
    """A collection with nothing in it."""
    (tmp_path / "hub" / "imports").mkdir(parents=True)
    return built(tmp_path / "hub")


def test_the_way_from_file_to_answer(command, tmp_path):
    """Import, build, status, ask: each ends well and names the next step."""
    path, hub = written(tmp_path / "told.jsonl", thread("a/x", 1, comment("ada"))), tmp_path / "hub"
    code, said, _ = command("import", "api", path, hub)
    assert (code, f"openlives build {hub}" in said) == (0, True)
    code, said, _ = command("import", "api", path, hub)
    assert (code, "known already" in said) == (0, True)
    assert command("build", hub)[0] == 0
    code, said, _ = command("status", hub)
    assert (code, "1 events" in said) == (0, True)
    code, said, _ = command("ask", "coverage", hub)
    assert (code, "1 artifacts have 1 interactions by 1 people" in said) == (0, True)


def test_questions(command):
    """The questions are listed, and every rule with its default."""
    code, said, _ = command("questions")
    assert (code, [line.split()[0] for line in said.splitlines()]) == (0, list(QUESTIONS))
    code, said, _ = command("questions", "--rules")
    assert (code, "lifecycle_min_days = 100 days" in said) == (0, True)


@pytest.mark.parametrize("words", [["ask"], ["no-such-command"], ["import", "novels", "x", "hub"], ["study", "hub"]])
def test_wrong_use(command, words):
    """Wrong use is 2."""
    assert command(*words)[0] == 2


@ALL
def test_an_empty_store_has_no_answers(command, empty, name):
    """Nothing to rest an answer on is 4, with the next step."""
    code, _, complaint = command("ask", name, empty)
    assert code == 4
    assert "Import" in complaint


def test_an_empty_store_has_no_study(command, empty, tmp_path):
    """The same for a study, which leaves no folder."""
    assert command("study", empty, "--out", tmp_path / "out")[0] == 4
    assert not (tmp_path / "out").exists()
    assert command("status", empty)[0] == 0


@pytest.mark.parametrize("name", [name for name in QUESTIONS if name != "themes"])  # nobody coded it
@pytest.mark.parametrize("form", [(), ("--json",), ("--csv",), ("--latex",)], ids=str)
def test_a_store_with_one_event(command, lonely, name, form):
    """One interaction is enough for every question, in every form."""
    code, said, complaint = command("ask", name, lonely / "hub", *form)
    assert (code, complaint) == (0, "")
    assert said.strip()


@pytest.mark.parametrize("name", ["automation", "status"])
def test_other_commands_on_one_event(command, lonely, name):
    """So it is for the other commands."""
    assert command(name, lonely / "hub")[0] == 0


@ALL
def test_a_window_with_nothing_in_it(command, made, name):
    """A window before everything has no interaction: 4."""
    code, _, complaint = command("ask", name, made / "hub", "--since", "2001-01-01", "--until", "2001-06-01")
    assert code == 4
    assert "window" in complaint


def test_no_study_of_an_empty_window(command, made, tmp_path):
    """The same for a study."""
    (tmp_path / "study.toml").write_text("since = 2001-01-01\nuntil = 2001-02-01\n")
    code, _, complaint = command("study", made / "hub", "--out", tmp_path / "out", "--rules", tmp_path / "study.toml")
    assert (code, "2001-01-01 to 2001-02-01" in complaint) == (4, True)
    assert [path.name for path in tmp_path.iterdir()] == ["study.toml"]


def test_a_window_that_begins_after_the_end(command, made):
    """A window after everything is empty: 4."""
    assert command("ask", "coverage", made / "hub", "--since", "2999-01-01")[0] == 4


@ALL
def test_a_window_of_one_day(command, made, name):
    """A day in the middle is a window like any other."""
    code, said, _ = command("ask", name, made / "hub", "--since", "2024-03-01", "--until", "2024-03-02", "--csv")
    assert code == 0
    assert "people_counted" in said


def test_a_tag_that_nobody_has(command, made, tmp_path):
    """A community of nobody is said to be one, and gives no figure."""
    words = ("ask", "nomads", made / "hub", "--community", "tag:nobody-has-this")
    code, said, _ = command(*words)
    assert (code, "tag:nobody-has-this: nobody has it" in said) == (0, True)
    code, _, complaint = command(*words, "--figure", tmp_path / "none.svg")
    assert (code, "nothing to draw" in complaint) == (3, True)


@pytest.mark.parametrize("spec", ["colour:red", "tag:", "mlx", "list:mine"])
def test_impossible_communities(command, lonely, spec):
    """A community of a kind that there is not is 6, and the kinds are named."""
    code, _, complaint = command("ask", "nomads", lonely / "hub", "--community", spec)
    assert (code, "owner:NAME" in complaint) == (6, True)


@pytest.mark.parametrize("words", [["status"], ["ask", "coverage"], ["automation"], ["build"]], ids=" ".join)
def test_no_such_collection(command, tmp_path, words):
    """A collection that is not there is 5, and is not made by asking."""
    code, _, complaint = command(*words, tmp_path / "nowhere")
    assert (code, "nowhere" in complaint) == (5, True)
    assert not (tmp_path / "nowhere").exists()


def test_a_collection_without_a_store(command, tmp_path):
    """A collection that was not built yet is 5, and the command that builds it is named."""
    hub = told(tmp_path, thread("a/x", 1, comment("ada")))
    code, _, complaint = command("ask", "coverage", hub)
    assert (code, f"openlives build {hub}" in complaint) == (5, True)


def test_unknown_questions_and_rules(command, lonely, tmp_path):
    """A question or a rule that there is not is 6, and those that there are are named."""
    code, _, complaint = command("ask", "destiny", lonely / "hub")
    assert (code, "lifecycle" in complaint) == (6, True)
    (tmp_path / "study.toml").write_text("draw = 5\n")
    code, _, complaint = command("ask", "coverage", lonely / "hub", "--rules", tmp_path / "study.toml")
    assert (code, "'draws'" in complaint) == (6, True)
    assert command("ask", "coverage", lonely / "hub", "--since", "someday")[0] == 6


def test_bad_maps_and_files(command, tmp_path):
    """A map or a file that cannot be read is 3; the other files of the same call are in."""
    path, hub = tmp_path / "events.csv", tmp_path / "hub"
    path.write_text("artifact,num,kind,time\na/x,1,comment,2024-01-01\n")
    assert command("import", "events", path, hub, "--map", "no-such-map")[0] == 3
    code, said, complaint = command("import", "events", tmp_path / "missing.csv", path, hub)
    assert code == 3
    assert "events.csv: 1 events" in said
    assert "missing.csv: failed" in complaint
    assert command("import", "api", path, hub, "--map", "hub-crawl")[0] == 3


def test_csv_of_a_table_that_there_is_not(command, lonely):
    """A table that an answer has not is wrong use, and those that it has are named."""
    code, _, complaint = command("ask", "coverage", lonely / "hub", "--csv", "--table", "stars")
    assert (code, "outcomes" in complaint) == (2, True)


def test_figures_by_their_suffix(command, lonely, tmp_path):
    """A figure is written in the format of its suffix; another suffix is wrong use, a folder that is not there 3."""
    for suffix, start in (("svg", b"<?xml"), ("pdf", b"%PDF"), ("png", b"\x89PNG")):
        assert command("ask", "coverage", lonely / "hub", "--figure", tmp_path / f"it.{suffix}")[0] == 0
        assert (tmp_path / f"it.{suffix}").read_bytes().startswith(start)
    assert command("ask", "coverage", lonely / "hub", "--figure", tmp_path / "it.gif")[0] == 2
    assert command("ask", "coverage", lonely / "hub", "--figure", tmp_path / "nowhere" / "it.svg")[0] == 3


def test_as_a_program(tmp_path):
    """The installed program ends with the same codes, and without a traceback."""
    code = "from openlives.cli import main; main()"
    words = [sys.executable, "-c", code, "status", str(tmp_path / "nowhere")]
    run = subprocess.run(words, capture_output=True, text=True, check=False)
    assert run.returncode == 5
    assert run.stderr.startswith("openlives: There is no such collection")


def test_two_studies_have_the_same_bytes(command, made, made_study):
    """The same store and rules give the same bytes: answers, figures, report and manifest."""
    assert command("study", made / "hub", "--out", made / "again", "--rules", made / "quick.toml")[0] == 0
    first, second = (
        {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}
        for folder in (made_study, made / "again")
    )
    assert len(first) > 60
    assert [name for name in first | second if first.get(name) != second.get(name)] == []


def test_rerun_says_the_same(command, made_study):
    """A rerun of the manifest says that every file is the same."""
    code, said, _ = command("rerun", made_study / "manifest.json")
    files = len(orjson.loads((made_study / "manifest.json").read_bytes())["outputs"])
    assert (code, said) == (0, f"The same: {files} files, byte for byte.\n")


def test_rerun_says_what_differs(command, made, made_study, tmp_path):
    """After a decision the rerun differs: it says that the decisions changed, and which files."""
    hub = tmp_path / "hub"
    shutil.copytree(made / "hub", hub)
    decided(hub, "erased.toml", 'accounts = ["made-up-ada"]\n')
    built(hub)
    code, _, complaint = command("rerun", made_study / "manifest.json", "--hub", hub)
    assert code == 7
    assert "the collection: its decisions" in complaint
    assert "answers/coverage-everyone.json: has other bytes" in complaint
    assert "version of" not in complaint


@pytest.mark.parametrize("content", ["{}", "no JSON", "[]"])
def test_rerun_of_no_manifest(command, tmp_path, content):
    """What is no manifest is 3."""
    (tmp_path / "manifest.json").write_text(content)
    assert command("rerun", tmp_path / "manifest.json")[0] == 3


@pytest.mark.parametrize("stranger", ["thesis.txt", "file"])
def test_study_refuses_strangers(command, lonely, tmp_path, stranger):
    """A folder that is no study, or a file, is not overwritten."""
    out = tmp_path / "out"
    if stranger == "file":
        out.write_text("mine")
    else:
        out.mkdir()
        (out / stranger).write_text("mine")
    assert command("study", lonely / "hub", "--out", out)[0] == (2 if stranger == "file" else 3)
    assert (out if stranger == "file" else out / stranger).read_text() == "mine"


def test_a_question_of_each_group(command, made):
    """Split, every answer says of which group it is; groups that are left out are named, in every form."""
    words = ("ask", "coverage", made / "hub", "--by", "library", "--groups", "2", "--people", "everyone")
    code, said, _ = command(*words)
    assert (code, said.count("[everyone; library = ")) == (0, 2)
    assert "smaller groups by library, not asked" in said
    groups = [answer["group"] for answer in orjson.loads(command(*words, "--json")[1])]
    assert [group["by"] for group in groups] == ["library", "library"]
    lines = command(*words, "--csv")[1].splitlines()
    assert lines[0].startswith("split_by,group,people_counted,")
    assert {line.split(",")[1] for line in lines[1:]} == {group["value"] for group in groups}
    latex = command(*words, "--latex")[1]
    assert all(f"library = {group['value']}; everyone" in latex for group in groups)


def test_figures_of_each_group(command, made, tmp_path):
    """Each group has a figure of its own, named by it."""
    words = ("ask", "coverage", made / "hub", "--by", "library", "--groups", "2", "--figure", tmp_path / "seen.svg")
    code, said, _ = command(*words)
    assert (code, len(said.splitlines())) == (0, 2)
    assert all(path.name.startswith("seen-library-") for path in tmp_path.iterdir())


@pytest.mark.parametrize("more", [("--by", "colour"), ("--by", "gate", "--groups", "0")], ids=str)
def test_impossible_groups(command, made, more):
    """A split that does not exist, or into nothing, is wrong use."""
    assert command("ask", "coverage", made / "hub", *more)[0] == 2
