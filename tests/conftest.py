"""What all tests share: Hypothesis' profiles, a made-up world that was imported and studied once, and Spark."""

import os
import shutil
import sys

import pytest
from hypothesis import settings

import openlives
from given import built, comment, model, thread, told
from openlives.cli import main
from openlives.twin import world

settings.register_profile("default", max_examples=25, deadline=None, derandomize=True)
settings.register_profile("soak", max_examples=2000, deadline=None)
settings.load_profile("default")

QUICK = {
    "draws": 50,
    "nomads_draws": 20,
    "nomads_random_sets": 10,
    "nomads_permutations": 20,
    "decline_shuffles": 5,
    "decline_shape_draws": 5,
    "decline_rarefy_draws": 3,
    "communities": ["tag:mlx", "tag:art"],
}
DEAR = ("spark", "made", "made_study", "lonely", "oracle_values")  # fixtures that are made once, so on one worker


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config):
    """Keep the tests of a dear fixture on one worker, as `--dist loadgroup` does; each worker parses options anew."""
    if getattr(config.option, "dist", "no") == "load":
        config.option.dist = "loadgroup"
    if hasattr(config, "workerinput"):
        config.option.loadgroup = True


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    """Put the tests of a dear fixture into its group; the longest groups go first."""
    for item in items:
        dear = [name for name in DEAR if name in getattr(item, "fixturenames", ())]
        if dear:
            item.add_marker(pytest.mark.xdist_group("made" if dear[0] in {"made_study", "lonely"} else dear[0]))
        if "spark" in dear:
            item.add_marker(pytest.mark.spark)
    items.sort(key=lambda item: not {"made", "oracle_values"} & {*getattr(item, "fixturenames", ())})


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
        ("fetches", "errors.csv", []),
    ):
        _shell("import", kind, folder / "world" / name, folder / "hub", "--platform", "made-up world", *more)
    _shell("build", folder / "hub")
    (folder / "quick.toml").write_text("".join(f"{name} = {value!r}\n" for name, value in QUICK.items()))
    return folder


@pytest.fixture(scope="session")
def made_study(made):
    """The folder of one study of the made-up world; not to be changed."""
    hub = openlives.open(made / "hub")
    hub.study(made / "study", made / "quick.toml")
    return made / "study"


HOSTILE = "<script>alert(1)</script>/x"


@pytest.fixture(scope="session")
def lonely(tmp_path_factory):
    """A folder with a collection (`hub`) of one interaction, whose every name and text is hostile, and its `study`."""
    folder = tmp_path_factory.mktemp("lonely")
    shown = model(HOSTILE, tags=["mlx", "<img src=x onerror=alert(1)>"], cardData={"license": "<b>mit</b>"})
    said = comment("<script>alert(2)</script>", text="<script>alert(3)</script>")
    told(folder, shown, thread(HOSTILE, 1, said, title="<script>alert(4)</script>"))
    built(folder / "hub")
    rules = QUICK | {"communities": ["tag:mlx", "tag:<img src=x onerror=alert(1)>"]}
    openlives.open(folder / "hub").study(folder / "study", rules)
    return folder


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
