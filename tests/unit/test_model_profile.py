"""A model's profile: the same numbers as the questions give, silence that is no zero, and names that stay dead."""

import json

import orjson
import pytest
from markdown_it import MarkdownIt

import openlives
from given import built, comment, decided, imported, model, thread, told
from openlives.records import printable
from openlives.report.profile import GROUPS, escaped, profile
from openlives.report.profile import told as in_words

ESCAPES = "\x1b[31mred\x1b[0m"
EVIL = f"e/{ESCAPES}*b*_i_`c`[x](javascript:alert(1))<img src=x onerror=alert(1)>|#~~s~~&amp;&#42;\\!\u202e\r- x"
OTHER = "f/<script>alert(2)</script>**\u2028# head"
BASE = "g/![x](http://x.example)\t1. <b>"


@pytest.fixture(scope="module")
def busy(made):
    """The model of the made-up world of which most was said."""
    talk = "SELECT artifact, count(*) AS said FROM events WHERE kind = 'comment' GROUP BY artifact"
    connection = openlives.open(made / "hub").connection
    return connection.execute(
        f"SELECT name FROM artifacts JOIN ({talk}) USING (artifact) ORDER BY said DESC"
    ).fetchone()[0]


@pytest.fixture(scope="module")
def hostile(tmp_path_factory):
    """A collection in which every name and text is hostile, and somebody goes from one model to the other."""
    head = {"license": f"<b>mit</b>{ESCAPES}", "base_model": [BASE], "license_name": "[l](javascript:x)"}
    models = [
        model(EVIL, cardData=head, pipeline_tag=f"<i>{ESCAPES}", tags=["<u>", "license:other"], gated=False),
        model(OTHER, cardData={"base_model": EVIL}),
    ]
    people = [f"<s>{ESCAPES}{n}" for n in range(4)]
    said = [comment(who, f"2024-01-0{n + 1}T00:00:00.000Z", f"<p>{ESCAPES}") for n, who in enumerate(people)]
    later = [comment(who, f"2024-02-0{n + 1}T00:00:00.000Z", "x") for n, who in enumerate(people)]
    last = comment("last", "2024-12-01T00:00:00.000Z")
    documents = [*models, thread(EVIL, 1, *said, title=f"<h1>{ESCAPES}"), thread(OTHER, 1, *later, last)]
    return built(told(tmp_path_factory.mktemp("hostile"), *documents))


@pytest.mark.parametrize("people", ["both", "humans"])
def test_json_is_what_the_commands_say(made, busy, command, people):
    """Its lives are those of `openlives ask`, its openness that of `openlives openness`, to the last digit."""
    common = ("--rules", made / "quick.toml", "--people", people)
    code, said, complaint = command("profile", made / "hub", busy, *common, "--json")
    assert (code, complaint) == (0, "")
    found = json.loads(said, parse_constant=lambda word: pytest.fail(f"{word} is no JSON"))
    lives = command("ask", "lives", made / "hub", "--within", f"model:{busy}", *common, "--json")[1]
    assert found["lives"] == json.loads(lives)
    assert len(found["lives"]) == (2 if people == "both" else 1)
    assert [found["openness"]] == json.loads(command("openness", made / "hub", busy, "--json")[1])
    themes = command("ask", "themes", made / "hub", "--within", f"model:{busy}", *common, "--json")
    assert found["themes"] == (json.loads(themes[1]) if themes[0] == 0 else [])
    assert (found["model"], found["why"]) == (busy, "")
    assert found["commercial"]["outcome"] in ("yes", "no", "on conditions", "unknown")


@pytest.mark.parametrize("form", [(), ("--md",)], ids=str)
def test_words_hold_every_number(made, busy, command, form):
    """Each number of each reading is in the text with its meaning, and so is the sentence; nothing else is asked."""
    rules = ("--rules", made / "quick.toml", "--people", "everyone")
    code, said, complaint = command("profile", made / "hub", busy, *rules, *form)
    assert (code, complaint) == (0, "")
    (answer,) = orjson.loads(command("profile", made / "hub", busy, *rules, "--json")[1])["lives"]
    assert answer["numbers"].keys() == {f"{busy} {key}" for keys in GROUPS.values() for key in keys}
    shown = said.replace("\\", "")
    for number in answer["numbers"].values():
        assert f"{number['meaning'].removeprefix(f'{busy}: ')}: " in shown
    assert answer["sentence"] in shown
    assert said.startswith(f"# {busy}\n" if form else f"{busy}\n")
    assert said.count("## " if form else "\n\n") == len(said.split("\n\n## " if form else "\n\n")) - 1 > 2


def test_two_profiles_have_the_same_bytes(made, busy, command):
    """Asked again, the same."""
    words = ("profile", made / "hub", busy, "--rules", made / "quick.toml", "--json")
    assert command(*words) == command(*words)


@pytest.mark.parametrize("outcome", ["disabled", "unreachable"])
@pytest.mark.parametrize("form", [(), ("--md",)], ids=str)
def test_what_was_not_seen_is_no_zero(made, command, outcome, form):
    """A model whose discussions are off, or could not be reached, has no number of a life, least of all a zero."""
    query = "SELECT name FROM artifacts WHERE outcome = ? ORDER BY name"
    (name,) = openlives.open(made / "hub").connection.execute(query, [outcome]).fetchone()
    words = ("profile", made / "hub", name, "--rules", made / "quick.toml")
    code, said, _ = command(*words, *form)
    assert code == 0
    life = said.replace("\\", "").split("Its life")[1].split("May I use it")[0]
    assert f"({outcome}): that is no zero." in life
    assert "0" not in life
    found = orjson.loads(command(*words, "--json")[1])
    assert (found["lives"], found["facts"]["outcome"]) == ([], outcome)
    assert "no interaction" in found["why"]
    assert found["openness"]["model"] == name


def test_silence_that_is_a_zero(tmp_path, command):
    """Where its threads were seen in full, silence is one: it is said, and openness is told all the same."""
    hub = told(tmp_path, model("a/silent", cardData={"license": "mit"}), thread("b/y", 1, comment("ada")))
    (tmp_path / "looks.csv").write_text("artifact,time,outcome\na/silent,2024-02-01,complete\n")
    imported(hub, tmp_path / "looks.csv", "fetches")
    code, said, _ = command("profile", built(hub), "a/silent")
    assert (code, "seen in full: that is a zero." in said, "commercial use: yes" in said) == (0, True, True)


def test_a_model_that_nobody_looked_at(tmp_path, command):
    """Never looked at is no zero either."""
    hub = built(told(tmp_path, model("a/new"), thread("b/y", 1, comment("ada"))))
    assert "(never): that is no zero." in command("profile", hub, "a/new")[1]


def test_only_a_machine_spoke(tmp_path, command):
    """Under `humans` there is nothing to tell, and under `everyone` there is."""
    hub = built(told(tmp_path, thread("a/x", 1, comment("bot")), thread("b/y", 1, comment("ada"))))
    decided(hub, "study.toml", 'automation_accounts = ["bot"]\ndraws = 20\n')
    assert [one["people"] for one in orjson.loads(command("profile", hub, "a/x", "--json")[1])["lives"]] == ["everyone"]
    code, said, _ = command("profile", hub, "a/x", "--people", "humans")
    assert (code, "no interaction" in said) == (0, True)


def test_a_window(made, busy, command):
    """A window that holds nothing of it is said to; an impossible one is 6."""
    words = ("profile", made / "hub", busy, "--rules", made / "quick.toml")
    code, said, _ = command(*words, "--since", "2001-01-01", "--until", "2001-02-01")
    assert (code, "The window holds no interaction" in said) == (0, True)
    assert command(*words, "--since", "2024-02-01", "--until", "2024-01-01")[0] == 6
    assert command(*words, "--since", "someday")[0] == 6


def test_former_names_and_other_letters(made, command):
    """A name that it had before, or in other letters, leads to the same profile."""
    query = "SELECT name, former_names[1] FROM artifacts WHERE former_names IS NOT NULL ORDER BY name"
    name, former = openlives.open(made / "hub").connection.execute(query).fetchone()
    words = ("--rules", made / "quick.toml", "--people", "everyone")
    said = [command("profile", made / "hub", each, *words) for each in (name, former, name.upper())]
    assert said[0] == said[1] == said[2]
    assert said[0][1].startswith(f"{name}\n")


def test_a_name_that_nobody_has(made, busy, command):
    """It is 4, with names that are near; without a collection it is 5."""
    code, said, complaint = command("profile", made / "hub", busy[:-1] + "x")
    assert (code, said) == (4, "")
    assert f"Did you mean {busy[: busy.index('/')]}" in complaint or busy in complaint
    assert command("profile", made / "nowhere", busy)[0] == 5


def test_hostile_names_in_text(hostile, command):
    """Nothing of anybody's names, licence or words steers a terminal or begins a line."""
    code, said, complaint = command("profile", hostile, EVIL)
    assert (code, complaint) == (0, "")
    assert all(letter.isprintable() or letter == "\n" for letter in said)
    assert said.startswith(printable(EVIL) + "\n")
    assert f"went to: {printable(OTHER)}: 4 of 4 people" in said
    assert f"base: {printable(BASE)} (1 generations)" in said
    assert all(line.startswith("  ") for line in said.splitlines()[1:] if ":" in line and not line[:1].isupper())


def test_hostile_names_in_markdown(hostile, command):
    """Rendered, there is a heading, sections and flat lists of plain text, with each name as it is."""
    code, said, _ = command("profile", hostile, EVIL, "--md")
    assert code == 0
    tokens = MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(said)
    kinds = {token.type.removesuffix("_open").removesuffix("_close") for token in tokens}
    assert kinds == {"heading", "inline", "bullet_list", "list_item", "paragraph"}
    assert all(child.type == "text" for token in tokens for child in token.children or ())
    assert max(token.level for token in tokens) <= 3  # no list within a list
    texts = ["".join(child.content for child in token.children) for token in tokens if token.type == "inline"]
    assert texts[0] == printable(EVIL)
    assert any(printable(OTHER) in text for text in texts)
    assert any(f"base: {printable(BASE)} (1 generations)" == text for text in texts)
    assert len(texts) == sum(line.startswith(("- ", "#")) for line in said.splitlines())


@pytest.mark.parametrize(
    "text", ["*a*", "&amp;", "&#42;", "a\\", "1 < 2 > 0", "`x`", "[a](b)", "a_b_c", "~~x~~", "#", "a|b"]
)
def test_escaped(text):
    """What is escaped is shown as it is, whatever it would have meant."""
    (_, inline, _) = MarkdownIt("commonmark").enable(["strikethrough"]).parse(f"x {escaped(text)}")
    assert [(child.type, child.content) for child in inline.children] == [("text", f"x {text}")]


def test_hostile_names_in_json(hostile, command):
    """JSON has them as they are, and no quote of a card is changed."""
    found = orjson.loads(command("profile", hostile, EVIL, "--json")[1])
    assert found["model"] == EVIL
    assert found["lives"][0]["tables"]["ways"][0]["other"] == OTHER


def test_answers_in_text_do_not_steer_a_terminal(hostile, command):
    """Nor does any answer that is printed."""
    for name in ("lives", "persistence", "openness"):
        code, said, _ = command("ask", name, hostile)
        assert code == 0
        assert all(letter.isprintable() or letter == "\n" for letter in said), name


def test_the_rules_of_a_part_are_set_aside(made, busy):
    """A study of a part has profiles of every model: the model itself is the part."""
    collection = openlives.open(made / "hub")
    rules = collection.rules(made / "quick.toml").but(people="everyone")
    one, other = (profile(collection, busy, rules.but(within=within)) for within in ((), ("tag:nobody-has-this",)))
    assert in_words(one) == in_words(other)
