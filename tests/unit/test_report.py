"""What leaves the collection: a report that runs nothing and loads nothing, and an export without names and words."""

import re
from dataclasses import replace
from html.parser import HTMLParser

import orjson
import pyarrow.parquet as pq
import pytest

import openlives
from openlives import questions
from openlives.errors import NothingToAskError
from openlives.store.export import TABLES

LOADS = ("src", "href", "action", "data", "poster", "srcset", "xlink:href", "formaction", "background")


class Page(HTMLParser):
    """Collects what a page would run or load."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.handlers, self.links, self.ids = [], [], [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        """Note a tag with its attributes."""
        self.tags.append(tag)
        for name, value in attrs:
            if name.startswith("on"):
                self.handlers.append(name)
            if name in LOADS:
                self.links.append(value or "")
            if name == "id":
                self.ids.append(value)


@pytest.fixture(params=["made_study", "lonely_study"])
def report(request):
    """A report, of the made-up world or of a collection whose names are hostile."""
    return (request.getfixturevalue(request.param) / "report.html").read_text(encoding="utf-8")


def test_the_report_runs_nothing(report):
    """No script, no handler, no frame, whatever the models are called."""
    page = Page(report)
    assert {"script", "iframe", "object", "embed", "img", "link", "base", "form"} & {*page.tags} == set()
    assert page.handlers == []
    assert "<script" not in report.lower()


def test_the_report_loads_nothing(report):
    """Every link leads to a place in the page itself or holds its picture, and no style fetches anything."""
    page = Page(report)
    assert [link for link in page.links if not link.startswith(("#", "data:image/png;base64,"))] == []
    assert {link.removeprefix("#") for link in page.links if link.startswith("#")} <= {*page.ids}
    assert re.findall(r"url\((?!#)[^)]*\)|@import", report) == []
    assert len(page.ids) == len({*page.ids})


def test_hostile_names_are_shown_as_they_are(lonely_study):
    """The name of the model is on the page, escaped."""
    assert "&lt;script&gt;alert(1)&lt;/script&gt;/x" in (lonely_study / "report.html").read_text(encoding="utf-8")


def test_hostile_names_in_figures(lonely_study):
    """No figure holds a script either, and no file was named by a community."""
    for path in (lonely_study / "figures").glob("*.svg"):
        assert "<script" not in path.read_text(encoding="utf-8")
    assert all(re.fullmatch(r"[\w.-]+", path.name) for path in (lonely_study / "figures").iterdir())


def test_the_report_of_a_made_up_world_says_so(made_study, lonely_study):
    """A made-up world is called one; another collection is not."""
    assert "This is a made-up world" in (made_study / "report.html").read_text(encoding="utf-8")
    assert "made-up world" not in (lonely_study / "report.html").read_text(encoding="utf-8")


def test_a_question_without_an_answer_is_told(lonely, tmp_path, monkeypatch):
    """A study goes on without a question that has nothing to rest on, and says so; one without any answer is none."""

    def nothing(_frames, _rules):
        raise NothingToAskError("There are no cards", todo="Collect some.")

    mute = replace(questions.QUESTIONS["growth"], name="mute", measure=nothing)
    monkeypatch.setattr(questions, "QUESTIONS", {"coverage": questions.QUESTIONS["coverage"], "mute": mute})
    page = openlives.open(lonely / "hub").study(tmp_path / "study").read_text(encoding="utf-8")
    assert "What could not be asked" in page
    assert "mute: There are no cards" in page
    monkeypatch.setattr(questions, "QUESTIONS", {"mute": mute})
    with pytest.raises(NothingToAskError):
        openlives.open(lonely / "hub").study(tmp_path / "none")
    assert not (tmp_path / "none").exists()


def test_no_account_in_a_study(made_study):
    """No file of a study names a person who is not the owner of a model."""
    for path in made_study.rglob("*"):
        if path.suffix in {".json", ".csv", ".html", ".svg"}:
            assert not re.search(r"made-up-(ada|bea|remote|repeater)\b(?!/)", path.read_text(encoding="utf-8")), (
                path.name
            )


@pytest.fixture(scope="module")
def exported(made, tmp_path_factory):
    """The public export of the made-up world, and the private one."""
    from openlives.cli.export import write  # noqa: PLC0415  # as the command does
    from openlives.collection import Collection  # noqa: PLC0415  # as above

    folder = tmp_path_factory.mktemp("export")
    for name in ("public", "private"):
        list(write(Collection(made / "hub"), folder / name, private=name == "private"))
    return folder


def texts(path):
    """Give every text in a Parquet file, those in lists too."""
    table = pq.read_table(path)
    return [str(value) for row in table.to_pylist() for value in row.values() if isinstance(value, str | list)]


def known(made):
    """Give accounts that own no model, and words that were said."""
    planted = orjson.loads((made / "world" / "truth.json").read_bytes())["planted"]
    return [
        planted["repeater"],
        planted["app"]["person"],
        "made-up-ada",
        "made-up-zoe-2",
        "answers in rhymes",
        "Thank you for",
    ]


@pytest.mark.parametrize("table", TABLES)
def test_the_export_has_no_names_and_no_words(made, exported, table):
    """No text in any file of the export holds a known account or what it said."""
    found = texts(exported / "public" / f"{table}.parquet")
    assert [text for text in found for word in known(made) if re.search(rf"{re.escape(word)}(?![\w-])", text)] == []


def test_the_private_export_has_them(made, exported):
    """The same search finds every one of them in the private export."""
    found = [text for table in TABLES for text in texts(exported / "private" / f"{table}.parquet")]
    assert all(any(word in text for text in found) for word in known(made))


def test_pseudonyms(exported):
    """Everybody has a pseudonym of their own, and the tables still fit together."""
    people = pq.read_table(exported / "public" / "people.parquet").to_pylist()
    names = {person["name"] for person in people}
    assert len(names) == len(people) > 800
    assert all(re.fullmatch(r"person-[0-9a-f]{16}", name) for name in names)
    events = pq.read_table(exported / "public" / "events.parquet", columns=["person"]).column("person").to_pylist()
    assert {person for person in events if person is not None} <= {person["person"] for person in people}


def test_an_exports_key_stays_at_home(made, exported):
    """The key lies in the collection, for its owner only, and in no export."""
    key = made / "hub" / ".pseudonym.key"
    assert key.stat().st_mode & 0o077 == 0
    assert [path for path in exported.rglob("*") if path.is_file() and key.read_bytes() in path.read_bytes()] == []


def test_automation_finds_what_was_planted(command, made):
    """Both listed bots are named; the machine that nobody listed is found and hidden, as is the person with an app."""
    planted = orjson.loads((made / "world" / "truth.json").read_bytes())["planted"]
    code, said, _ = command("automation", made / "hub", "--json")
    rows = orjson.loads(said)
    assert code == 0
    assert {row["name"] for row in rows if row["rule"] == "listed"} == {*planted["bots"]}
    assert sorted(row["rule"] for row in rows) == ["app", "behaviour", "listed", "listed"]
    assert planted["repeater"] not in said
    assert planted["app"]["person"] not in said


def test_automation_shows_names_when_asked(command, made):
    """With --names the unlisted ones are named, with their evidence."""
    planted = orjson.loads((made / "world" / "truth.json").read_bytes())["planted"]
    rows = {row["rule"]: row for row in orjson.loads(command("automation", made / "hub", "--names", "--json")[1])}
    assert rows["behaviour"]["name"] == planted["repeater"]
    assert "60 threads on 60 artifacts" in rows["behaviour"]["reason"]
    assert rows["app"]["name"] == planted["app"]["person"]
    assert rows["app"]["interactions"] == planted["comments"]["by_app"]
