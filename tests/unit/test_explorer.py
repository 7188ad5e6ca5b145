"""Pages over a collection: their numbers are those of the command line, whatever is asked, by whomever, of whatever."""

import re
from collections import Counter
from dataclasses import fields

import pytest
from click.testing import CliRunner
from starlette.testclient import TestClient

from given import built, comment, decided, imported, model, thread, told, written
from openlives.cli import cli
from openlives.coding import passwords
from openlives.coding import project as projects
from openlives.questions import QUESTIONS
from openlives.rules import Rules
from openlives.web.app import app
from pages import HOSTILE, LITTLE, Asked, compared, hostile, tree, words_of
from talk import Browser

MODELS = ("twin-commons/speaker-01", "twin-foundry/titan-02", "twin-gallery/sculptor-01")
SIX = (*MODELS, "twin-commons/speaker-02", "twin-foundry/titan-01", "twin-gallery/sculptor-04")
CHANGED = {
    "coverage": "since=2023-06-01",
    "lifecycle": "lifecycle_min_days=50",
    "distributions": "draws=40",
    "decline": "decline_min_people=8&decline_end=window",
    "growth": "growth_months=4",
    "nomads": "communities=tag%3Aart&nomads_period_weeks=26",
    "persistence": "persistence_top=7&persistence_exclude=",
    "lives": "lives_most=3&lives_alive_weeks=20",
    "definition": "until=2024-06-01",
    "openness": "persistence_top=12",
    "licences": "within=tag%3Aart",
    "gates": "automation_apps=false",
    "documentation": "seed=7",
    "artefacts": "within=gate%3Anone&within=tag%3Amlx",
    "drift": "draws=30",
    "themes": "draws=30",
}


def client(hub, **more):
    """Give somebody who goes to pages."""
    return TestClient(app(hub, **more), base_url="http://127.0.0.1", follow_redirects=False)


@pytest.fixture(scope="module")
def asked(quick):
    """What the command line prints about the made-up world."""
    return Asked(quick)


@pytest.fixture(scope="module")
def pages(quick):
    """Somebody at the pages of the made-up world."""
    return client(quick)


PATHS = {  # pages, and the fewest of their numbers, rows and bars
    "/": (0, 10, 0),
    "/?people=everyone": (0, 10, 0),
    **{f"/model/{name}": (20, 0, 20) for name in MODELS},
    f"/model/{MODELS[1]}?people=everyone&lives_alive_weeks=26": (20, 1, 20),
    "/community/tag:mlx": (8, 4, 50),
    "/community/tag:text-to-image?since=2023-06-01&until=2024-06-01": (8, 4, 30),
    "/community/owner:twin-commons?people=everyone": (6, 3, 20),
    "/map": (0, 30, 0),
    "/map?within=licence_class:osi-approved&within=gate:none": (0, 5, 0),
    "/map?people=everyone&persistence_top=20": (0, 20, 0),
    f"/compare?model={MODELS[0]}&model={MODELS[1]}": (50, 0, 40),
    f"/compare?people=everyone&{'&'.join(f'model={name}' for name in SIX)}": (100, 0, 100),
    **{f"/question/{name}": (4, 1, 0) for name in ("coverage", "nomads", "openness", "themes")},
    **{f"/question/{name}?{rules}": (2, 1, 0) for name, rules in CHANGED.items()},
    **{f"/question/{name}?people=everyone&{CHANGED[name]}": (2, 1, 0) for name in ("lifecycle", "decline", "gates")},
}


def test_every_question_is_looked_at():
    """No question is left out here."""
    assert set(CHANGED) == set(QUESTIONS)


@pytest.mark.parametrize("path", PATHS)
def test_every_number_is_what_the_command_line_prints(pages, asked, path):
    """Numbers, intervals, tables and bars of a page are those of `openlives ask --json` with its rules."""
    reply = pages.get(path)
    assert reply.status_code == 200
    counts = compared(reply.text, asked)
    numbers, rows, bars = PATHS[path]
    assert counts["numbers"] >= numbers
    assert counts["rows"] >= rows
    assert counts["bars"] >= bars


@pytest.mark.parametrize("name", ["lifecycle", "openness"])
def test_a_question_says_what_the_answer_says(pages, asked, name):
    """Its sentence, its notes, its window, what it rests on and its rules are the answer's."""
    page = tree(pages.get(f"/question/{name}?{CHANGED[name]}").text)
    words = words_of(page.xpath("//data[@data-number]")[0])
    answer = asked(words)
    text = page.text_content()
    assert page.xpath("string(//p[@class='verdict'])") == answer["sentence"]
    assert f"n = {answer['rests_on']:,}." in text
    assert " to ".join(answer["window"]) in text
    assert all(f"Note: {note}" in text for note in answer["notes"])
    shown = dict(
        zip(
            page.xpath("//dl[@class='rules'][1]/dt/code/text()"),
            [one.text_content() for one in page.xpath("//dl[@class='rules'][1]/dd")],
            strict=True,
        )
    )
    assert shown == {
        name: str(value) if value != {} else "as the study file says" for name, value in answer["rules"].items()
    }
    assert page.xpath("//pre/code")[0].text_content().startswith(f"openlives ask {name} HUB ")


def test_busiest_weeks_and_threads_are_those_of_the_answer(pages, asked):
    """What stands in lists and strips, outside of tables, is the answer's too."""
    page = tree(pages.get(f"/model/{MODELS[0]}").text)
    answer = asked(words_of(page.xpath("//data[@data-number]")[0]))
    spikes = [int(n.replace(",", "")) for n in re.findall(r": ([\d,]+) interactions", page.xpath("string(//ol)"))]
    assert spikes == sorted((row["interactions"] for row in answer["tables"]["weekly"]), reverse=True)[: len(spikes)]
    assert len(spikes) == 8
    ticks = [
        re.match(r"#(\d+), .* of (\S+): (\d+) comments by (\d+) people", title).groups()
        for title in page.xpath("//svg[contains(@class, 'strip')]//title/text()")
    ]
    there = {
        (str(row["num"]), row["opened"], str(row["comments"]), str(row["people"]))
        for row in answer["tables"]["threads"]
    }
    assert len(ticks) > 20
    assert set(ticks) <= there
    herd = tree(pages.get("/community/tag:mlx").text)
    weeks = Counter()
    for row in asked(words_of(herd.xpath("//svg[@data-chart]")[0]))["tables"]["weeks"]:
        weeks[row["week"]] += row["value"] * (row["what"] != "contributors")
    spikes = [int(n.replace(",", "")) for n in re.findall(r": ([\d,]+) interactions", herd.xpath("string(//ol)"))]
    assert spikes == [n for _, n in weeks.most_common(8)]


def test_the_map_shows_each_model_once(pages, asked):
    """Circles are the models of the answer, with their persistence; the boxes count them."""
    page = tree(pages.get("/map").text)
    answer = asked(words_of(page.xpath("//table[@data-table]")[0]))
    rows = {row["name"]: row for row in answer["tables"]["models"] if row["part"] == "most persistent"}
    titles = [re.match(r"(\S+): (\S+) person-weeks; ", title).groups() for title in page.xpath("//circle/title/text()")]
    assert sorted(name for name, _ in titles) == sorted(rows)
    assert all(score == f"{rows[name]['score']:,}" for name, score in titles)
    shown = [int(n) for n in re.findall(r"(\d+) shown", page.text_content())]
    assert shown == [len(box.xpath(".//circle")) for box in page.xpath("//section[@class='quadrant']")]


@pytest.mark.parametrize("name", ["lifecycle", "nomads", "definition"])
def test_data_and_figures_are_those_of_the_command_line(pages, quick, asked, tmp_path, name):
    """JSON, CSV and figures that a page leads to are, byte for byte, what the commands give."""
    page = tree(pages.get(f"/question/{name}?{CHANGED[name]}").text)
    links = page.xpath("//p[@class='get']/a/@href")
    words = words_of(page.xpath("//data[@data-number]")[0])
    (told,) = [link for link in links if link.startswith(f"/data/{name}.json")]
    assert pages.get(told).text == asked.text(words)
    for link in [link for link in links if link.startswith(f"/data/{name}.csv")]:
        table = re.search(r"table=([^&]+)", link)[1]
        printed = CliRunner().invoke(cli, ["ask", name, str(quick), *words[1:], "--csv", "--table", table]).stdout
        assert pages.get(link).text == printed.replace("people_counted,", "", 1).replace("\nhumans,", "\n")
    (svg,) = [link for link in links if link.startswith(f"/figure/{name}.svg")]
    drawn = pages.get(svg)
    assert drawn.headers["content-type"] == "image/svg+xml"
    assert page.xpath("//img/@src") == [svg]
    CliRunner().invoke(cli, ["ask", name, str(quick), *words[1:], "--figure", str(tmp_path / "f.svg")])
    assert drawn.content in [file.read_bytes() for file in tmp_path.iterdir()]


def test_a_link_is_a_citation_and_rules_go_along(pages):
    """An address holds what was changed and nothing else; whose interactions count goes from page to page."""
    reply = pages.get("/question/lifecycle?set=1&lifecycle_min_days=50&people=humans&within=&draws=50")
    assert reply.headers["location"] == "/question/lifecycle?lifecycle_min_days=50"
    reply = pages.get("/question/lifecycle?set=1&lifecycle_min_days=100&people=everyone")
    assert reply.headers["location"] == "/question/lifecycle?people=everyone"
    for path in ("/", "/models?q=twin", f"/model/{MODELS[0]}", "/community/tag:mlx", "/map", "/questions", "/threads"):
        page = tree(pages.get(f"{path}{'&' if '?' in path else '?'}people=everyone&since=2023-02-01").text)
        links = [
            link for link in page.xpath("//a/@href") if link.startswith("/") and link not in ("/threads", "/projects")
        ]
        lost = [link for link in links if "since=2023-02-01" not in link]
        assert len(links) > 4
        assert lost == []
        for form in page.xpath("//form[not(contains(@class, 'controls'))]"):
            assert form.xpath(".//input[@name='people']/@value") == ["everyone"], form.attrib
            assert form.xpath(".//*[@name='since']/@value") == ["2023-02-01"], form.attrib


def test_an_address_with_signs_is_that_address_still(pages):
    """A community whose name holds signs of addresses keeps it through forms and switches."""
    for spec, quoted in (("tag:c#", "tag:c%23"), ("tag:a?b", "tag:a%3Fb"), ("tag:50%", "tag:50%25")):
        reply = pages.get(f"/community/{quoted}?set=1&since=2023-02-01")
        assert reply.headers["location"] == f"/community/{quoted}?since=2023-02-01", spec
        switch = tree(pages.get(f"/community/{quoted}").text).xpath("//section[@class='seen']//a/@href")[-1]
        assert switch == f"/community/{quoted}?people=everyone"
        assert pages.get(f"/community?spec={quoted}").headers["location"] == f"/community/{quoted}"


def test_every_rule_of_a_question_is_a_control(pages):
    """Each rule that an answer depends on can be changed on its page, unless it is a table of a study file."""
    tables = {rule.name for rule in fields(Rules) if isinstance(getattr(Rules(), rule.name), dict)}
    for name, question in QUESTIONS.items():
        page = tree(pages.get(f"/question/{name}").text)
        there = set(page.xpath("//form[contains(@class, 'controls')]//*[@name]/@name")) - {"set"}
        wanted = set(question.used(Rules())) - tables - {"automation_accounts"}
        assert there == wanted, name


@pytest.fixture(scope="module")
def foes(tmp_path_factory):
    """A collection of foes; not to be changed."""
    return hostile(tmp_path_factory.mktemp("foes"))


def dead(text):
    """Tell that nothing of a page runs, loads, or leads elsewhere."""
    page = tree(text)
    assert [one for one in page.xpath("//script") if not one.get("src", "").startswith("/static/")] == []
    assert page.xpath("//@*[starts-with(name(), 'on')]") == []
    assert [one for one in page.xpath("//img/@src") if not one.startswith("/figure/")] == []
    led = page.xpath("//@href | //@action | //@formaction")
    assert [one for one in led if not one.startswith(("/", "#", "?"))] == []
    assert page.xpath("//style | //@style | //iframe | //object | //base") == []
    assert "49" not in page.xpath("string(//h1)")


def test_hostile_names_and_words_are_dead_on_every_page(foes):
    """Whatever a model, a tag or a comment is called, pages show it as text, and every link leads to its page."""
    somebody = client(foes)
    seen, queue = set(), ["/", "/models", "/map", "/compare", "/threads?within=tag:evil", "/questions"]
    kinds = Counter()
    while queue:
        path = queue.pop(0)
        reply = somebody.get(path)
        assert reply.status_code == 200, (path, reply.text[-300:])
        kinds[path.split("/")[1].split("?")[0]] += 1
        if "html" not in reply.headers["content-type"]:
            continue
        dead(reply.text)
        for whole in tree(reply.text).xpath("//a/@href | //*[local-name()='svg']//a/@href | //img/@src"):
            link = whole.partition("#")[0]
            kind = link.split("/")[1].split("?")[0] if link.startswith("/") else ""
            if (
                kind in ("model", "community", "thread", "question", "figure")
                and link not in seen
                and not re.search(r"\.\.|%0A|%25", link)
            ):
                seen.add(link)
                if kinds[kind] + sum(one.split("/")[1] == kind for one in queue) < 18:
                    queue.append(link)
    assert (
        kinds["model"] >= len(HOSTILE) - 3
    )  # no browser goes to two dots, no address holds two lines, and the client here decodes twice
    assert min(kinds["community"], kinds["thread"], kinds["question"]) > 8
    assert kinds["figure"] > 5
    assert somebody.get("/compare?model=owner/Same&model=owner/same").text.count("<svg") == 2


BAD = {
    "/model/%2e%2e/%2e%2e/etc/passwd": 404, "/model/..%2f..%2fetc%2fpasswd": 404, "/model/%00": 404, "/model/": 404,
    f"/model/{'a' * 60_000}": 404, f"/models?q={'x' * 60_000}": 200, "/models?q=%00": 200, "/models?from=x": 400,
    "/models?from=-1": 400, "/models?from=99999999999": 400, "/question/os:system": 404, "/question/os%3Asystem": 404,
    "/question/antigravity:x": 404, "/figure/os:system.svg": 404, "/data/os:system.json": 404,
    "/question/lifecycle?nonsense=1": 400, "/question/lifecycle?lifecycle_min_days=abc": 400,
    "/question/lifecycle?lifecycle_min_days=-1": 400, "/question/lifecycle?lifecycle_min_days=1e999": 400,
    f"/question/lifecycle?lifecycle_min_days={10**30}": 200, "/question/decline?decline_alpha=nan": 400,
    "/question/lifecycle?draws=0": 400, "/question/lifecycle?draws=999999999": 400,
    "/question/lifecycle?draws=10001": 400, "/question/nomads?nomads_random_sets=10001": 400,
    "/question/lifecycle?since=x": 400,
    "/question/lifecycle?since=9999-12-31": 400, "/question/growth?since=0001-01-01&until=9999-12-31": 400,
    "/question/growth?since=1970-01-01&until=2199-12-31": 200, "/community/tag:mlx?until=1970-01-02": 200,
    "/question/lifecycle?within=zzz": 400, "/question/lifecycle?within=tag:nope": 200,
    "/question/lifecycle?" + "&".join(f"within=model:a/{n}" for n in range(2000)): 400,
    "/question/nomads?" + "&".join(f"communities=tag:{n}" for n in range(2000)): 400,
    "/question/nomads?communities=zzz": 400, "/question/nomads?communities=": 200,
    f"/question/lifecycle?within=tag:{'x' * 60_000}": 200, "/question/nomads?part=nonsense": 200,
    "/question/lifecycle?automation_apps=perhaps": 400, "/question/persistence?persistence_exclude=zzz": 400,
    "/question/lifecycle?persistence_list=x": 400, "/question/lifecycle?lists=x": 400,
    "/question/themes?themes_project=../../x": 400, "/question/lifecycle?people=nobody": 400,
    "/figure/nomads.svg?part=nonsense": 404, "/figure/lifecycle.exe": 404, "/data/lifecycle.csv?table=nonsense": 404,
    "/data/lifecycle.txt": 404, "/threads?week=99999999": 400, "/threads?week=-1": 400, "/threads?week=x": 400,
    f"/threads?q={'x' * 60_000}": 200, "/threads?within=zzz": 400, "/threads?within=tag:nope": 404,
    "/thread/x/99999999999": 400, f"/thread/x/{'9' * 5000}": 400, "/thread/x/-1": 400, "/thread/x/1": 404,
    "/community/zzz": 400, "/community/tag:": 400, "/community/tag:nope": 200, "/community/list:nope": 400,
    "/community?spec=": 400, "/community?spec=zzz": 400, "/compare?model=nope/x": 404, "/compare?model=": 200,
    "/compare?" + "&".join(f"model=twin-foundry/titan-0{n}" for n in range(1, 8)): 400,
    "/map?persistence_top=0": 400, "/map?within=task:nope": 200, "/map?persistence_top=1000": 200,
}  # fmt: skip


@pytest.mark.parametrize("place", range(len(BAD)))
def test_bad_addresses_are_told_in_plain_words(pages, place):
    """Whatever an address says, the reply is a page in words, and never a broken one."""
    path, status = list(BAD.items())[place]
    reply = pages.get(path)
    assert reply.status_code == status, path[:100]
    assert "Traceback" not in reply.text
    if status != 200:
        page = tree(reply.text)
        assert len(page.xpath("string(//h1)")) > 10
        assert page.xpath("//a[@href='/']")


def test_only_reading_is_answered(pages):
    """HEAD is as GET; nothing else is for these pages."""
    for path in ("/", "/models", "/map", "/question/lifecycle", "/figure/lifecycle.svg", "/data/lifecycle.json"):
        assert pages.head(path).status_code == 200
    for method in ("post", "put", "delete", "patch"):
        assert getattr(pages, method)("/models").status_code in (403, 405)
    for path in ("/", "/map", "/nowhere", "/model/nope", "/figure/lifecycle.svg"):
        assert pages.get(path).headers["content-security-policy"].startswith("default-src 'self'")


PRIVATE = ("saidmark", "titlemark", "accountmark")


def private(folder):
    """Make a collection with a project and somebody in it, in which all that is private has a mark."""
    card = "---\nlicense: mit\n---\n# Data\nTrained on cardmark, a data set of cardmark that we describe here."
    said = [comment(f"accountmark{n}", f"2024-0{n}-10T00:00:00.000Z", f"saidmark {n}") for n in range(1, 8)]
    threads = [thread("owner/one", n, *said[n:], title="titlemark") for n in range(1, 4)]
    hub = built(told(folder, model("owner/one", card=card, cardData={"license": "mit"}, tags=["x"]), *threads))
    decided(hub, "study.toml", LITTLE + 'communities = ["tag:x"]\n')
    made = projects.create(hub, "talk")
    made.coder("ann")
    passwords.set_password(made, "ann", "a long password")
    made.close()
    return hub


OPEN = (
    "/", "/models", "/models?q=one", "/model/owner/one", "/community/tag:x", "/map", "/compare?model=owner/one",
    *(f"/question/{name}" for name in QUESTIONS), *(f"/data/{name}.json" for name in QUESTIONS),
    "/figure/lifecycle.svg", "/figure/nomads.svg?part=tag:x",
)  # fmt: skip
SHUT = ("/threads", "/threads?q=saidmark", "/threads?within=tag:x", "/threads?week=2829", "/thread/owner/one/1")


def test_the_private_tier_is_for_those_who_are_known(tmp_path):
    """Where passwords guard, nobody sees titles, comments or cards before a login; who has logged in does."""
    browser = Browser(client(private(tmp_path), guarded=True))
    for path in OPEN:
        text = browser.client.get(path).text
        assert [mark for mark in PRIVATE if mark in text] == [], path
        assert "<q>" not in text, path
        if path.startswith(("/data", "/figure")):
            continue
        assert [link for link in tree(text).xpath("//@href") if "/thread" in link] == [], path
    for path in SHUT:
        reply = browser.client.get(path)
        assert reply.status_code == 404, path
        assert [mark for mark in PRIVATE if mark in reply.text.replace(path, "")] == []
        assert browser.client.head(path).status_code == 404
    browser.enter("ann", password="a wrong password")  # noqa: S106  # made up
    assert browser.client.get(SHUT[0]).status_code == 404
    browser.enter("ann", password="a long password")  # noqa: S106  # made up
    assert all(browser.client.get(path).status_code == 200 for path in SHUT)
    thread_ = browser.client.get(SHUT[-1]).text
    assert "saidmark" in thread_
    assert "titlemark" in thread_
    assert "accountmark" not in thread_  # nobody's name is shown to anybody
    shown = browser.client.get("/model/owner/one").text
    assert tree(shown).xpath("//q")
    assert tree(shown).xpath("//svg//a/@href")[0].startswith("/threads?within=model%3Aowner%2Fone&week=")


def test_a_store_that_is_built_anew_is_picked_up(tmp_path):
    """New originals, and new decisions, are on the next page, without a restart."""
    said = [comment(f"p{n}", f"2024-01-0{n}T00:00:00.000Z") for n in range(1, 5)]
    hub = built(told(tmp_path, model("owner/one"), thread("owner/one", 1, *said)))
    decided(hub, "study.toml", LITTLE)
    somebody = client(hub)
    first = tree(somebody.get("/model/owner/one").text)
    assert first.xpath("string(//data[@data-number='owner/one interactions'])") == "4"
    more = [comment(f"q{n}", f"2024-02-0{n}T00:00:00.000Z") for n in range(1, 4)]
    imported(hub, written(tmp_path / "more.jsonl", thread("owner/one", 2, *more), model("owner/two")))
    assert "openlives build" in somebody.get("/").text  # the store is older than the folder
    built(hub)
    then = tree(somebody.get("/model/owner/one").text)
    assert then.xpath("string(//data[@data-number='owner/one interactions'])") == "7"
    assert compared(somebody.get("/model/owner/one").text, Asked(hub))["numbers"] > 20
    assert somebody.get("/model/owner/two").status_code == 200
    assert "persistence_top" not in somebody.get("/question/persistence").text.partition("<main")[0]
    decided(hub, "study.toml", LITTLE + "lives_alive_weeks = 7\npeople = 'everyone'\n")
    assert tree(somebody.get("/question/lives").text).xpath("//input[@name='lives_alive_weeks']/@value") == ["7"]
    assert "<b>everyone" in somebody.get("/").text
    decided(hub, "study.toml", "nonsense = 1")
    assert somebody.get("/").status_code == 400
    decided(hub, "study.toml", LITTLE)
    assert somebody.get("/").status_code == 200


def test_a_study_of_a_part_and_a_window_is_asked_for_as_such(tmp_path):
    """Where the study file itself holds a part or a window, pages that leave it say so to the command line."""
    said = [comment(f"p{n}", f"2024-0{n}-01T00:00:00.000Z") for n in range(1, 7)]
    shown = [model("owner/one", tags=["x"]), model("owner/two")]
    hub = built(told(tmp_path, *shown, thread("owner/one", 1, *said), thread("owner/two", 1, *said[2:])))
    study = "within = ['tag:x']\nsince = '2024-02-01'\nuntil = '2024-06-01'\n"
    decided(hub, "study.toml", LITTLE + "communities = ['tag:x']\n" + study)
    somebody, asked = client(hub), Asked(hub)
    for path in ("/", "/model/owner/two", "/model/owner/two?since=&until=", "/community/tag:x?since=",
                 "/question/lives", "/question/lives?within=&since=", "/map?within="):  # fmt: skip
        assert sum(compared(somebody.get(path).text, asked).values()) > 0, path


def test_the_name_of_before_leads_to_the_present_one(tmp_path):
    """A renamed model, or one written in other letters, is found under its present name, with the rules."""
    told(tmp_path, model("owner/old", _id="m1"), name="before.jsonl", observed=1)
    hub = told(tmp_path, model("owner/new", _id="m1"), thread("owner/new", 1, comment("a")), observed=2)
    built(hub)
    somebody = client(hub)
    for name in ("owner/old", "OWNER/New"):
        reply = somebody.get(f"/model/{name}?people=everyone")
        assert (reply.status_code, reply.headers.get("location")) == (303, "/model/owner/new?people=everyone"), name
    assert somebody.get("/model/owner/never").status_code == 404


def test_silence_is_zero_or_not_seen(tmp_path):
    """A model that nobody spoke of says which, and beside others it is not left out without a word."""
    looks = [
        thread("owner/loud", 1, *(comment(f"p{n}", f"2024-01-0{n}T00:00:00.000Z") for n in range(1, 5))),
        model("owner/loud"), model("owner/quiet"), model("owner/never"),
    ]  # fmt: skip
    hub = told(tmp_path, *looks)
    fetched = "artifact,kind,outcome,time\nowner/quiet,model,complete,2024-02-01\n"
    (tmp_path / "looks.csv").write_text(fetched)
    imported(hub, tmp_path / "looks.csv", "fetches")
    built(hub)
    decided(hub, "study.toml", LITTLE)
    somebody = client(hub)
    quiet, never = (somebody.get(f"/model/owner/{name}").text for name in ("quiet", "never"))
    assert "that is a zero" in quiet
    assert "that is no zero" in never
    both = somebody.get("/compare?model=owner/loud&model=owner/quiet&model=owner/never").text
    assert re.search("owner/quiet.{0,200}that is a zero", both, re.DOTALL)
    assert re.search("owner/never.{0,200}that is no zero", both, re.DOTALL)


EMPTY = {"nothing said": [model("owner/one")], "no model": [thread("owner/one", 1, comment("a"))]}


@pytest.mark.parametrize("kind", [*EMPTY, "no store"])
def test_what_is_not_there_is_told_clearly(tmp_path, kind):
    """A collection without interactions, models or tags, or without a store, has pages that say so."""
    if kind == "no store":
        hub = told(tmp_path, *EMPTY["nothing said"])
    else:
        hub = built(told(tmp_path, *EMPTY[kind]))
        decided(hub, "study.toml", LITTLE)
    somebody = client(hub)
    paths = ("/", "/models", "/model/owner/one", "/map", "/compare?model=owner/one", "/community/tag:nothing",
             "/threads", "/questions", *(f"/question/{name}" for name in QUESTIONS))  # fmt: skip
    for path in paths:
        reply = somebody.get(path, follow_redirects=True)
        assert reply.status_code == (404 if kind == "no store" and path != "/" else 200), path
        assert len(tree(reply.text).xpath("string(//main)").split()) > 3, path
        assert kind != "no store" or path == "/" or "openlives build" in reply.text
