"""The public part as files: nothing private in it, every link leads to a file, and nothing is ever half-written."""

import json
import re
import shutil

import pytest
from click.testing import CliRunner

from given import built, comment, decided, model, thread, told
from openlives.cli import cli
from openlives.questions import QUESTIONS
from openlives.web.explorer import site
from pages import FOES, HOSTILE, LITTLE, Asked, compared, hostile, tree

MARKS = ("saidmark", "titlemark", "accountmark", "cardmark", "openermark", "hiddenmark")
MODELS = 6


def write(hub, folder, *more):
    """Write a site as the command does; give what it says."""
    done = CliRunner().invoke(cli, ["site", str(hub), str(folder), *map(str, more)])
    assert done.exit_code == 0, done.output + repr(done.exception)
    return done.stdout


def files(folder):
    """Give the files of a folder with their bytes."""
    return {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


@pytest.fixture(scope="module")
def written(quick, tmp_path_factory):
    """The site of the made-up world; not to be changed."""
    folder = tmp_path_factory.mktemp("site") / "site"
    write(quick, folder, "--models", MODELS)
    return folder


def led_to(folder):
    """Give where each page leads to, beside itself."""
    for file in sorted(folder.rglob("*.html")):
        page = tree(file.read_text(encoding="utf-8"))
        for link in page.xpath("//@href | //img/@src | //script/@src"):
            if link.partition("#")[0]:
                yield file, link


def test_every_link_leads_to_a_file_of_the_site(written):
    """No page leads to what is not there, out of the folder, or elsewhere; a form or script is on none."""
    links = list(led_to(written))
    assert len(links) > 500
    for file, link in links:
        assert ":" not in link, link
        target = (file.parent / link.partition("#")[0]).resolve()
        assert target.is_relative_to(written.resolve()), link
        assert target.is_file(), (file.name, link)
        assert target.suffix in (".html", ".css", ".svg", ".pdf", ".csv", ".json"), link
    for file in written.rglob("*.html"):
        page = tree(file.read_text(encoding="utf-8"))
        assert page.xpath("//form | //script | //button | //input") == [], file.name


def test_what_a_link_says_is_what_its_file_holds(written):
    """A PDF is a PDF, an SVG an SVG, JSON can be read, and a CSV has the columns of its table."""
    suffixes = set()
    for file, link in led_to(written):
        target = (file.parent / link.partition("#")[0]).resolve()
        begins = {".pdf": b"%PDF", ".svg": b"<", ".json": b"["}.get(target.suffix, b"")
        assert target.read_bytes().startswith(begins)
        suffixes.add(target.suffix)
    page = tree((written / "question" / "lifecycle.html").read_text(encoding="utf-8"))
    kinds = {a.text_content(): a.get("href").rpartition(".")[2] for a in page.xpath("//p[@class='get']/a")}
    assert {name: kinds[name] for name in ("SVG", "PDF", "numbers (CSV)", "all (JSON)")} == {
        "SVG": "svg", "PDF": "pdf", "numbers (CSV)": "csv", "all (JSON)": "json"
    }  # fmt: skip
    assert {".pdf", ".svg", ".json", ".csv"} <= suffixes


def test_its_numbers_are_what_the_command_line_prints(quick, written):
    """Pages of the site hold the same numbers, and its data are those of the same words."""
    asked = Asked(quick)
    pages = [written / "index.html", *sorted(written.glob("model/*.html"))[:2], written / "community" / "tag-mlx.html"]
    counts = [compared(file.read_text(encoding="utf-8"), asked) for file in pages]
    assert [count["rows"] > 0 or count["bars"] > 20 for count in counts] == [True] * 4
    assert sum(count["numbers"] for count in counts) > 50
    words = ("growth", "--people", "humans")
    assert json.loads((written / "data" / "growth.json").read_text()) == json.loads(asked.text(words))
    assert {file.stem for file in (written / "question").iterdir()} == set(QUESTIONS)
    assert len(list((written / "model").iterdir())) == MODELS


def marked(folder):
    """Make a collection in which all that is private has a mark."""
    card = (
        "---\nlicense: mit\n---\n# Card\nTrained on cardmark data: the weights are cardmark, we release cardmark code."
    )
    said = [
        comment(f"accountmark{n % 3}", f"2024-0{1 + n % 6}-{1 + n % 27:02}T00:00:00.000Z", f"saidmark {n}", f"key-{n}")
        for n in range(30)
    ]
    said[4]["data"]["hidden"] = True
    threads = [
        thread("owner/one", n, comment("openermark", f"2024-02-{n:02}T00:00:00.000Z"), *said[n::5], title="titlemark")
        for n in range(1, 6)
    ]
    # an account that behaves as a machine does: it is told of, and not by its name
    mass = [
        thread(f"owner/m{n}", 1, comment("accountmark-mass", text="the same words hiddenmark"), title="titlemark")
        for n in range(55)
    ]
    cards = [model("owner/one", cardData={"license": "mit"}, card=card, tags=["x"])]
    hub = built(told(folder, *cards, *(model(f"owner/m{n}") for n in range(55)), *threads, *mass))
    decided(hub, "study.toml", LITTLE + 'communities = ["tag:x", "owner:owner"]\n')
    return hub


@pytest.fixture(scope="module")
def little(tmp_path_factory):
    """A collection in which all that is private has a mark; not to be changed."""
    return marked(tmp_path_factory.mktemp("little"))


def test_nothing_private_is_in_it(little, tmp_path):
    """No comment, title, account or word of a card is in any file, or in the name of one."""
    write(little, tmp_path / "site")
    found = files(tmp_path / "site")
    assert len(found) > 50
    told_on = [(name, mark) for name, body in found.items() for mark in MARKS if mark in name or mark.encode() in body]
    assert told_on == []


def test_hostile_names_stay_in_the_folder_and_dead(tmp_path):
    """Files have plain names, none outside; names alike but for case or signs have files of their own."""
    hub = hostile(tmp_path)
    before = sorted(tmp_path.rglob("*"))
    write(hub, tmp_path / "out" / "site")
    after = [one for one in tmp_path.rglob("*") if one not in before and not one.is_relative_to(tmp_path / "out")]
    assert [one.name for one in after if one.name != "openness.parquet"] == []
    assert [one.name for one in (tmp_path / "out").iterdir()] == ["site"]
    made = files(tmp_path / "out" / "site")
    assert all(re.fullmatch(r"[A-Za-z0-9._/-]+", name) for name in made)
    assert len({name.lower() for name in made}) == len(made)
    models = [name for name in made if name.startswith("model/")]
    titles = {tree(made[name].decode()).xpath("string(//h1)") for name in models}
    assert len(titles) == len(models) == len(HOSTILE)
    for name, body in made.items():
        if name.endswith(".html"):
            page = tree(body.decode())
            assert page.xpath("//script | //style | //@style | //@*[starts-with(name(), 'on')]") == [], name
            assert [one for one in page.xpath("//@href | //@src") if ":" in one] == [], name
        if name.endswith(".svg"):
            assert not re.search(rb"<script|<img|href=\"(?!#|data:image/png)", body), name
    assert all(foe.encode() not in body for foe in FOES[:2] for name, body in made.items() if name.endswith("html"))
    for file, link in led_to(tmp_path / "out" / "site"):
        assert (file.parent / link.partition("#")[0]).is_file()


def test_it_is_the_same_when_written_again(little, tmp_path):
    """The same collection gives the same bytes; a site may be written over, whatever was left of it."""
    write(little, tmp_path / "one", "--models", 2)
    shutil.copytree(tmp_path / "one", tmp_path / "two")
    (tmp_path / "two" / "index.html").unlink()
    write(little, tmp_path / "two", "--models", 2)
    assert files(tmp_path / "one") == files(tmp_path / "two")
    assert sorted(one.name for one in tmp_path.iterdir()) == ["one", "two"]


@pytest.mark.parametrize("held", ["a file", "a site and a file", "a folder"])
def test_a_folder_that_holds_something_else_is_refused(little, tmp_path, held):
    """What no site wrote is never replaced."""
    folder = tmp_path / "site"
    (folder / ".git").mkdir(parents=True)
    if held == "a file":
        (folder / "thesis.txt").write_text("years of work")
    if held == "a site and a file":
        (folder / site.MARKER).touch()
    before = files(folder)
    done = CliRunner().invoke(cli, ["site", str(little), str(folder), "--models", "1"])
    assert isinstance(done.exception, site.InputError)
    assert (files(folder), (folder / ".git").is_dir()) == (before, True)
    assert [one.name for one in tmp_path.iterdir()] == ["site"]


@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), KeyboardInterrupt(), ValueError("a bug")])
def test_what_fails_leaves_what_was_there(little, tmp_path, monkeypatch, error):
    """A site that could not be written whole changes nothing, and leaves nothing beside."""
    folder = tmp_path / "site"
    folder.mkdir()
    (folder / site.MARKER).touch()
    (folder / "index.html").write_text("the site of before")

    def fail(*_):
        raise error

    monkeypatch.setattr(site, "picture", fail)
    with pytest.raises((site.InputError, KeyboardInterrupt, ValueError)):
        list(site.write(little, folder, None, 1, lambda things, _: things))
    assert (folder / "index.html").read_text() == "the site of before"
    assert [one.name for one in tmp_path.iterdir()] == ["site"]


def test_the_folder_one_is_in_can_be_written(little, tmp_path, monkeypatch):
    """`openlives site HUB .` means the folder one is in."""
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    write(little, ".", "--models", "0")
    assert (tmp_path / "here" / "index.html").is_file()


def test_a_silent_collection_has_a_site(tmp_path):
    """Where nobody said anything, pages say so."""
    hub = built(told(tmp_path, model("owner/one")))
    write(hub, tmp_path / "site")
    assert "Nobody said anything" in (tmp_path / "site" / "index.html").read_text()
    assert list(led_to(tmp_path / "site"))
