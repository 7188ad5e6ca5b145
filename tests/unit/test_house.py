"""The house keeps its own rules: imports go one way, lists are complete, and nothing points to one machine."""

import ast
import importlib
import re
import subprocess
import tomllib
from pathlib import Path

import click
import pytest

import openlives
from openlives.cli import cli
from openlives.questions import QUESTIONS
from openlives.questions.question import Question
from openlives.sources import shapes

ROOT = Path(__file__).parents[2]
HOUSE = Path(openlives.__file__).parent
# each room may use those before it
ROOMS = ["sources", "store", "governance", "coding", "collector", "measures", "questions", "report", "cli"]
LEAVES = {
    "errors": set(),
    "records": set(),
    "stats": {"stats"},
    "privacy": {"errors"},
    "rules": {"errors", "values"},
    "values": {"errors"},
    "quotas": set(),
}
FILES = sorted(HOUSE.rglob("*.py"))


def room(module):
    """Give the room, or the leaf, that a module of the house lies in."""
    return module.split(".")[1] if module.count(".") else ""


def imports(path):
    """Give the modules of the house that a file imports, inside functions too."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name.split(".")[0] == "openlives")
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} imports relatively"
            if node.module == "openlives":
                yield from (f"openlives.{alias.name}" for alias in node.names)
            elif (node.module or "").startswith("openlives."):
                yield node.module


def named(path):
    """Name a file's module."""
    return ".".join(["openlives", *path.relative_to(HOUSE).with_suffix("").parts]).removesuffix(".__init__")


@pytest.mark.parametrize("path", FILES, ids=named)
def test_imports_go_one_way(path):
    """A room uses itself, those before it, and leaves; nothing uses the commands."""
    here, used = room(named(path)), {room(module) for module in imports(path)}
    if here in LEAVES:
        assert used <= LEAVES[here]
    elif here in ROOMS[:-1]:
        assert not used & {*ROOMS[ROOMS.index(here) + 1 :], "twin", ""}
    elif here == "twin":
        assert used <= {"twin", "errors", "quotas"}
    else:
        assert here in ("cli", "__main__") or "cli" not in used


def test_every_question_is_listed():
    """Each file of questions that defines QUESTION is in QUESTIONS, under its own name."""
    defining = [
        importlib.import_module(named(path)).QUESTION
        for path in sorted((HOUSE / "questions").glob("*.py"))
        if re.search(r"^QUESTION\b", path.read_text(encoding="utf-8"), re.MULTILINE)
    ]
    assert {question.name for question in defining} == {*QUESTIONS}
    assert all(isinstance(question, Question) and QUESTIONS[question.name] is question for question in defining)


@pytest.mark.parametrize("question", QUESTIONS.values(), ids=lambda q: q.name)
def test_every_question_asks_and_cites(question):
    """Each has a question to ask, a section of the paper and one of the methods."""
    assert question.asks.endswith("?")
    assert question.cites.section
    assert question.cites.methods


def commands(group=cli, above=""):
    """Give every command by name, and those of a group by the group's name and their own."""
    found = {}
    for name, command in group.commands.items():
        found[f"{above}{name}"] = command
        if isinstance(command, click.Group):
            found |= commands(command, f"{above}{name} ")
    return found


def test_every_command_is_listed():
    """Each file of commands that defines one is in the list."""
    files = {path.stem.rstrip("_") for path in (HOUSE / "cli").glob("*.py")} - {"", "progress"}
    files = {name for name in files if not name.startswith("code_")}  # one family of subcommands each
    assert files - {"__init__".rstrip("_")} == {*cli.commands}


@pytest.mark.parametrize("name", commands())
def test_every_command_and_option_has_help(name):
    """Each command says what it does, and so does each of its options."""
    command = commands()[name]
    assert command.help
    assert [o.name for o in command.params if isinstance(o, click.Option) and not o.help and not o.hidden] in (
        [],
        ["seed"],
    )


@pytest.mark.parametrize("name", commands())
def test_every_command_is_documented(name):
    """Each command stands on the reference page."""
    page = ROOT / "docs" / "reference" / "commands.md"
    assert f"openlives {name}" in page.read_text(encoding="utf-8")


@pytest.mark.parametrize("path", sorted(shapes.MAPS.iterdir()), ids=lambda p: p.name)
def test_shipped_maps_can_be_read(path):
    """Each map that ships is read for each kind of table that it speaks of, and gives what a record needs."""
    content = tomllib.loads(path.read_text(encoding="utf-8"))
    kinds = [kind for kind in content if kind != "about"]
    assert kinds
    assert {*kinds} <= {*shapes.KINDS}
    for kind in kinds:
        known = shapes.read_map(path.name.removesuffix(".toml"), kind)
        needed = shapes.required(shapes.RECORDS[shapes.KINDS[kind]])
        assert all({*needed} <= {*shape.fields} for shape in known)


def tracked():
    """Give the text files that git tracks, or would."""
    run = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],  # noqa: S607  # git is wherever it is
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if run.returncode:
        pytest.skip("no git checkout")
    return [ROOT / name for name in run.stdout.splitlines() if (ROOT / name).is_file()]


def test_no_path_of_one_machine():
    """No file names a folder of the machine that it was written on."""
    homes = re.compile(rb"(?<![\w.$}])/" + rb"(?:home|Users|root|work|mnt)/\w|[A-Z]:\\" + rb"Users")
    found = {path.relative_to(ROOT).as_posix(): homes.findall(path.read_bytes()) for path in tracked()}
    assert {name: hits for name, hits in found.items() if hits} == {}


def test_constraints_pin_every_dependency():
    """Every dependency has its version in constraints.txt, which names no host."""
    pins = (ROOT / "constraints.txt").read_text(encoding="utf-8")
    lines = [line for line in pins.splitlines() if line and not line.startswith("#")]
    assert all(re.fullmatch(r"[\w.-]+==[\w.!+-]+", line) for line in lines)
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = [*project["dependencies"], *(d for group in project["optional-dependencies"].values() for d in group)]
    wanted += (ROOT / "tests" / "requirements.txt").read_text(encoding="utf-8").split()
    pinned = {line.split("==")[0].lower().replace("_", "-") for line in lines}
    assert {re.split(r"[<>=!~ \[]", name)[0].lower() for name in wanted} <= pinned
