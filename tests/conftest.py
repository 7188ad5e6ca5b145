"""What all tests share: Hypothesis' profiles, a made-up world that was imported and studied once, and Spark."""

import os
import shutil
import sys

import pytest
from hypothesis import settings
from xdist.scheduler import LoadScopeScheduling

import openlives
from given import QUICK, built, comment, decided, model, thread, told
from openlives.cli import main
from openlives.coding import codebook, codings, sample, themes
from openlives.coding import project as projects
from openlives.twin import world

settings.register_profile("default", max_examples=25, deadline=None, derandomize=True)
settings.register_profile("soak", max_examples=2000, deadline=None)
settings.load_profile("default")

MADE_ONCE = {  # tests of these share what is dear to make, so that they run on one worker
    "::test_pyspark": "spark",
    "unit/test_lives.py": "lives",
    "unit/test_answers.py": "made",
    "unit/test_cli.py": "made",
    "unit/test_report.py": "made",
    "unit/test_within.py": "made",
    "unit/test_model_profile.py": "made",
    "unit/test_stock.py": "made",
    "unit/test_explorer.py": "quick",
    "unit/test_site.py": "quick",
    "browser/test_looking.py": "quick",
    "unit/test_oracle.py": "oracle",
}


class Sharing(LoadScopeScheduling):
    """Like `--dist loadgroup`, which pytest-xdist 3.8 cannot do with pytest 9.2."""

    def _split_scope(self, nodeid):
        return next((group for part, group in MADE_ONCE.items() if part in nodeid), nodeid)


def pytest_xdist_make_scheduler(config, log):
    """Let the tests that share something run on one worker, whatever the others do."""
    return Sharing(config, log)


def pytest_itemcollected(item):
    """Mark what needs Java."""
    if "spark" in getattr(item, "fixturenames", ()):
        item.add_marker(pytest.mark.spark)


@pytest.fixture
def command(capsys, monkeypatch):
    """Run a command as a shell would; give its exit code, what it says and what it complains of."""

    def run(*words):
        monkeypatch.setattr(sys, "argv", ["openlives", *map(str, words)])
        try:
            main()
            code = 0
        except SystemExit as end:
            code = end.code or 0
        return code, *capsys.readouterr()

    return run


@pytest.fixture(scope="session")
def made(tmp_path_factory):
    """A folder with a made-up world (`world`), its collection (`hub`) and a study file for quick studies."""
    folder = tmp_path_factory.mktemp("made")
    world.make(folder / "world", seed=1, models=200)
    for kind, name, more in (
        ("api", "models.jsonl.gz", ["--census"]),
        ("api", "threads.jsonl.gz", []),
        ("fetches", "looks.csv", []),
    ):
        _shell("import", kind, folder / "world" / name, folder / "hub", "--platform", "made-up world", *more)
    _shell("build", folder / "hub")
    code_some(folder / "hub")
    (folder / "quick.toml").write_text("".join(f"{name} = {value!r}\n" for name, value in QUICK.items()))
    return folder


@pytest.fixture(scope="session")
def quick(made, tmp_path_factory):
    """A copy of the made-up world's collection that is studied quickly by itself; not to be changed."""
    hub = tmp_path_factory.mktemp("quick") / "hub"
    shutil.copytree(made / "hub", hub)
    decided(hub, "study.toml", (made / "quick.toml").read_text())
    return hub


def code_some(hub):
    """Code threads of a made-up world by their words, under two themes."""
    project = projects.create(hub, "talk")
    coder = project.coder("ann")
    sample.draw(project, openlives.open(hub).connection, "persistent:6", limit=120)
    marks = {"access": ("access", "asking"), "error": ("trouble", "using"), "thank": ("thanks", "using")}
    codes = {word: codebook.add(project, coder, code) for word, (code, _) in marks.items()}
    for word, (_, theme) in marks.items():
        themes.put(project, coder, codes[word], themes.add(project, coder, theme))
    other = codebook.add(project, coder, "other")
    for unit, text in project.connection.execute("SELECT unit, text FROM units ORDER BY unit").fetchall():
        said = [code for word, code in codes.items() if word in text.lower()]
        for code in said or [other]:
            codings.put(project, coder, unit, code)
    project.close()


@pytest.fixture(scope="session")
def made_study(made):
    """The folder of one study of the made-up world; not to be changed."""
    hub = openlives.open(made / "hub")
    hub.study(made / "study", made / "quick.toml")
    return made / "study"


HOSTILE = "<script>alert(1)</script>/x"


@pytest.fixture(scope="session")
def lonely(tmp_path_factory):
    """A folder with a collection (`hub`) of one interaction, whose every name and text is hostile."""
    folder = tmp_path_factory.mktemp("lonely")
    shown = model(HOSTILE, tags=["mlx", "<img src=x onerror=alert(1)>"], cardData={"license": "<b>mit</b>"})
    said = comment("<script>alert(2)</script>", text="<script>alert(3)</script>")
    told(folder, shown, thread(HOSTILE, 1, said, title="<script>alert(4)</script>"))
    built(folder / "hub")
    return folder


@pytest.fixture(scope="session")
def lonely_study(lonely):
    """The folder of a study of the one interaction."""
    rules = QUICK | {"communities": ["tag:mlx", "tag:<img src=x onerror=alert(1)>"]}
    openlives.open(lonely / "hub").study(lonely / "study", rules)
    return lonely / "study"


def _shell(*words):
    argv, sys.argv = sys.argv, ["openlives", *map(str, words)]
    try:
        main()
    except SystemExit as end:
        assert not end.code, f"{words} ended with {end.code}"  # noqa: PT017  # click always exits
    finally:
        sys.argv = argv


@pytest.fixture(scope="session")
def spark():
    """A small local Spark; skipped where there is no Java, but never in continuous integration."""
    if shutil.which("java") is None and "JAVA_HOME" not in os.environ:
        if os.environ.get("CI") == "true":
            pytest.fail("needs Java, and continuous integration must have it")
        pytest.skip("needs Java")
    from pyspark.sql import SparkSession  # noqa: PLC0415  # heavy, and needed by one group of tests only

    config = {
        "spark.sql.shuffle.partitions": "1",
        "spark.ui.enabled": "false",
        "spark.driver.memory": "1g",
        "spark.sql.session.timeZone": "UTC",
    }
    builder = SparkSession.builder.master("local[1]").appName("openlives-tests")
    for key, value in config.items():
        builder = builder.config(key, value)
    session = builder.getOrCreate()
    session.sparkContext.setLogLevel("ERROR")
    yield session
    session.stop()
