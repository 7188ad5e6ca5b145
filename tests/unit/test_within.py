"""Parts of a collection: which artifacts they hold, that the whole decides window and automation, and every slip."""

import orjson
import pytest

import openlives
from given import built, comment, decided, model, thread, told
from openlives import questions
from openlives.errors import NothingToAskError, OpenLivesError, RulesError
from openlives.measures.frames import small
from openlives.questions import QUESTIONS
from openlives.questions.within import KINDS, kind_of, within

DAYS = [f"2024-01-{day:02d}T12:00:00.000Z" for day in range(1, 29)]


def ask_of(hub, *specs, question="coverage", **changes):
    """Ask of a part under one reading."""
    return openlives.open(hub).ask(question, {"people": "everyone", "draws": 20} | changes, within=specs)[0]


@pytest.fixture(scope="module")
def hub(tmp_path_factory):
    """A small collection: a family with a circle, tags, owners, licences, gates, tasks, and a bot on all of it."""
    about = {
        "a/base": {"tags": ["Art", "mlx"], "cardData": {"license": "mit"}, "gated": False},
        "b/child": {"tags": ["art"], "cardData": {"license": "llama3", "base_model": ["a/base", "c/grandchild"]},
                    "gated": "manual"},
        "c/grandchild": {"tags": [], "cardData": {"license": "cc-by-nc-4.0", "base_model": "b/child"}, "gated": False},
        "d/o'ther \"x\"": {"tags": ["mlx", "a:b=c"], "pipeline_tag": "fill-mask"},
        "e/silent": {"tags": ["quiet"]},
    }  # fmt: skip
    told_of = [model(name, **more) for name, more in about.items()]
    spoken = [name for name in about if name != "e/silent"]
    threads = [
        thread(name, 1, comment(f"user-{at}", DAYS[at + 1]), comment(f"other-{at}", DAYS[at + 5]))
        for at, name in enumerate(spoken)
    ]
    bot = [thread(name, 2, comment("parrot", DAYS[20], "the same words")) for name in spoken]
    late = thread("a/base", 3, comment("last", DAYS[27]))
    made = told(tmp_path_factory.mktemp("parts"), *told_of, *threads, *bot, late)
    decided(made, "study.toml", 'lists.mine = ["a/base", "nobody/here"]\ntag_synonyms.art = ["quiet"]\n')
    return built(made)


def names_in(hub, *specs):
    """Name the artifacts of a part."""
    collection = openlives.open(hub)
    (frames,) = collection.frames(collection.rules().but(people="everyone", within=specs))
    return sorted(small(frames.artifacts.select("name"))["name"])


@pytest.mark.parametrize(
    ("specs", "expected"),
    [
        (["tag:mlx"], ["a/base", 'd/o\'ther "x"']),
        (["tag:MLX"], ["a/base", 'd/o\'ther "x"']),
        (["tag:art"], ["a/base", "b/child", "e/silent"]),  # a synonym, by the rules of the study
        (["tag:a:b=c"], ['d/o\'ther "x"']),
        (["owner:A"], ["a/base"]),
        (["list:mine"], ["a/base"]),
        (['model:d/o\'ther "x"'], ['d/o\'ther "x"']),
        (["family:a/base"], ["a/base", "b/child", "c/grandchild"]),
        (["family:c/grandchild"], ["b/child", "c/grandchild"]),
        (["licence:mit"], ["a/base"]),
        (["licence_class:non-commercial"], ["c/grandchild"]),
        (["gate:manual"], ["b/child"]),
        (["task:fill-mask"], ['d/o\'ther "x"']),
        (["task:unknown"], ["a/base", "b/child", "c/grandchild", "e/silent"]),
        (["model:a/base", "model:b/child"], ["a/base", "b/child"]),  # of one kind any
        (["licence:mit", "licence:cc-by-nc-4.0"], ["a/base", "c/grandchild"]),
        (["tag:mlx", "owner:d"], ['d/o\'ther "x"']),  # of several kinds all
        (["tag:mlx", "tag:quiet", "owner:a", "owner:e"], ["a/base", "e/silent"]),
        (["family:a/base", "gate:none", "licence_class:non-commercial"], ["c/grandchild"]),
        (["tag:mlx", "tag:mlx"], ["a/base", 'd/o\'ther "x"']),
    ],
    ids=str,
)
def test_parts(hub, specs, expected):
    """Of one kind any, of several all; tags and owners in any case; circles of a family end."""
    assert names_in(hub, *specs) == expected


def test_the_whole(hub):
    """No part is the whole, with the very same frames."""
    (frames,) = openlives.open(hub).frames(openlives.open(hub).rules().but(people="everyone"))
    assert within(frames, ()) is frames


@pytest.mark.parametrize("spec", ["", "tag", "tag:", ":art", "colour:red", "Tag:art", "list:nobodys", "modell:a/base"])
def test_a_kind_that_there_is_not(hub, command, spec):
    """It is 6, and the kinds are named."""
    code, _, complaint = command("ask", "coverage", hub, "--within", spec)
    assert (code, "Write " in complaint) == (6, True)


@pytest.mark.parametrize("kind", KINDS)
def test_nobody_of_a_kind(hub, command, kind):
    """A part with nothing in it is 4, and is told as it was asked."""
    if kind == "list":
        return
    code, _, complaint = command("ask", "coverage", hub, "--within", f'{kind}:nobody\'s "x"; DROP TABLE events')
    assert (code, "No artifact of the collection is" in complaint) == (4, True)


def test_a_part_of_none_of_both(hub, command):
    """Parts that exclude each other hold nothing, and both are named."""
    code, _, complaint = command("ask", "coverage", hub, "--within", "owner:a", "--within", "gate:manual")
    assert (code, "owner:a and gate:manual" in complaint) == (4, True)


def test_kinds():
    """A name may hold colons; the kind is what stands before the first."""
    assert kind_of("tag:license:mit") == "tag"
    with pytest.raises(RulesError, match="tag"):
        kind_of("tag:")


def test_a_part_has_the_window_of_the_whole(hub):
    """One model's last word is earlier than the collection's; its window is not."""
    part, whole = ask_of(hub, "model:b/child"), ask_of(hub)
    assert part.window == whole.window == ("2024-01-02", "2024-01-29")
    assert part.numbers["interactions"].value == 3


def test_automation_is_told_by_all_that_somebody_does(hub):
    """The parrot is known by four models; within one of them it is the same parrot."""
    rules = {"automation_min_artifacts": 4, "people": "humans"}
    assert ask_of(hub, **rules).numbers["interactions"].value == 9
    assert ask_of(hub, "model:b/child", **rules).numbers["interactions"].value == 2
    assert ask_of(hub, "model:b/child").numbers["interactions"].value == 3


def test_parts_add_up(hub):
    """What is said within each owner is together what is said in all."""
    each = [ask_of(hub, f"owner:{owner}").numbers["interactions"].value for owner in "abcd"]
    assert sum(each) == ask_of(hub).numbers["interactions"].value


def test_a_part_says_that_it_is_one(hub, command):
    """In text, JSON and LaTeX alike."""
    words = ("ask", "coverage", hub, "--within", "tag:mlx", "--people", "everyone")
    assert "[everyone; tag:mlx]" in command(*words)[1]
    assert orjson.loads(command(*words, "--json")[1])[0]["rules"]["within"] == ["tag:mlx"]
    assert "tag:mlx" in command(*words, "--latex")[1]


def test_groups_of_a_part(hub, command):
    """Split within a part, each group is of it; the groups' artifacts are those of the part."""
    words = ("ask", "coverage", hub, "--within", "family:a/base", "--by", "gate", "--people", "everyone", "--json")
    code, said, _ = command(*words)
    answers = orjson.loads(said)
    assert code == 0
    active = {answer["group"]["value"]: answer["numbers"]["active"]["value"] for answer in answers}
    assert active == {"none": 2, "manual": 1}
    assert {answer["window"][0] for answer in answers} == {"2024-01-02"}
    assert all(answer["rules"]["within"] == ["family:a/base"] for answer in answers)


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("--rule", "draws"), 2),
        (("--rule", "draw=3"), 6),
        (("--rule", "draws=many"), 6),
        (("--rule", "automation_apps=1"), 6),
        (("--rule", "lists=a/base"), 6),
        (("--rule", "within=colour:red"), 6),
        (("--rule", "draws=20", "--rule", "automation_apps=false"), 0),
        (("--rule", " draws = 20 "), 0),
        (("--rule", "within=tag:mlx", "--rule", "within=tag:art"), 0),
        (("--rule", "communities="), 0),
    ],
    ids=str,
)
def test_rules_said_to_ask(hub, command, words, code):
    """A rule can be said beside the question; slips are 6, what is no NAME=VALUE is wrong use."""
    assert command("ask", "coverage", hub, *words)[0] == code


def test_said_rules_are_in_the_answer(hub, command):
    """They are under the answer, and the study file's others stay."""
    words = ("ask", "coverage", hub, "--rule", "draws=20", "--rule", "within=list:mine", "--json")
    rules = orjson.loads(command(*words)[1])[0]["rules"]
    assert (rules["draws"], rules["within"]) == (20, ["list:mine"])


@pytest.mark.parametrize("name", QUESTIONS)
def test_every_question_of_small_parts(parts, name):
    """A part that is silent, unread, tiny or ordinary: an answer in every form, or nothing to ask, and no traceback."""
    answered = 0
    for spec, frames in parts.items():
        try:
            answers = questions.ask(QUESTIONS[name], frames)
        except NothingToAskError:
            continue
        assert all(answer.to_json() and answer.to_latex() and str(answer) for answer in answers), spec
        answered += 1
    assert answered


@pytest.fixture(scope="module")
def parts(made):
    """Parts of the made-up world, from the frames of one study."""
    collection = openlives.open(made / "hub")
    connection = collection.connection.cursor()
    talk = "SELECT artifact, count(*) AS said FROM events WHERE kind = 'comment' GROUP BY artifact"
    models = f"SELECT name FROM artifacts LEFT JOIN ({talk}) USING (artifact) ORDER BY said NULLS FIRST, name"
    few = f"SELECT name FROM artifacts JOIN ({talk}) USING (artifact) ORDER BY said, name LIMIT 1"
    unread = "SELECT name FROM artifacts WHERE outcome = 'unreachable' LIMIT 1"
    named = [connection.execute(query).fetchone()[0] for query in (models, few, unread)]
    frames = collection.frames(collection.rules(made / "quick.toml").but(people="humans"))
    specs = [*(f"model:{name}" for name in named), "tag:mlx"]
    return {spec: [within(each, (spec,)) for each in frames] for spec in specs}


def test_nothing_is_left_of_what_a_question_shared(made):
    """Asked again and again, the same frames keep the same tables, and only those that they say they keep."""
    collection = openlives.open(made / "hub")
    frames = collection.frames(collection.rules(made / "quick.toml"))
    share, counts = frames[0].share, []
    for _ in range(2):
        for name in ("coverage", "persistence", "lives", "growth"):
            questions.ask(QUESTIONS[name], frames)
        counts.append(temporary(share.connection))
    assert counts[0] == counts[1] == len(share.kept)
    assert share.lent == []


def test_nothing_is_left_of_a_part(made):
    """A part that was asked and closed leaves nothing, though what the whole keeps for all stays."""
    collection = openlives.open(made / "hub")
    (frames,) = collection.frames(collection.rules(made / "quick.toml").but(people="everyone"))
    questions.ask(QUESTIONS["lives"], [frames])
    before = temporary(frames.share.connection)
    for spec in ("tag:mlx", "tag:art"):
        part = within(frames, (spec,))
        questions.ask(QUESTIONS["lives"], [part])
        assert temporary(frames.share.connection) > before
        part.share.close()
        assert temporary(frames.share.connection) == before == len(frames.share.kept)


def test_nothing_is_left_of_a_part_that_is_empty(made):
    """Nor does a part that was refused."""
    collection = openlives.open(made / "hub")
    (frames,) = collection.frames(collection.rules(made / "quick.toml").but(people="everyone"))
    assert not frames.is_silent
    before = temporary(frames.share.connection)
    with pytest.raises(NothingToAskError):
        within(frames, ("tag:nobody-has-this",))
    assert temporary(frames.share.connection) == before


def test_nothing_is_left_of_a_question_that_fails(made):
    """A question that ends in an error gives back what it shared."""
    collection = openlives.open(made / "hub")
    (frames,) = collection.frames(collection.rules(made / "quick.toml").but(people="everyone"))

    def failing(given, _rules):
        given.share(given.interactions)
        raise RulesError("no")

    kept = len(frames.share.kept)
    with pytest.raises(OpenLivesError):
        questions.collected(object_with(failing), frames)
    assert (temporary(frames.share.connection), frames.share.lent) == (len(frames.share.kept), [])
    assert len(frames.share.kept) >= kept


def object_with(measure):
    """Give a question that measures so."""
    return questions.Question("mine", "What?", None, measure, None, None, {})


def temporary(connection):
    """Count the temporary tables of a connection."""
    return connection.execute("SELECT count(*) FROM duckdb_tables() WHERE temporary").fetchone()[0]


@pytest.fixture(scope="module")
def renamed(tmp_path_factory):
    """A collection with models that had other names before, and names in other letters."""
    known = [model(name) for name in ("New/Name", "old/name", "C/alone", "a/x", "A/X", "c/alone", "e/\x1b[31mred")]
    made = told(tmp_path_factory.mktemp("renamed"), *known, thread("a/x", 1, comment("ada")))
    decided(made, "renames.toml", '[renames]\n"old/name" = "New/Name"\n"C/alone" = "a/x"\n')
    return openlives.open(built(made))


@pytest.mark.parametrize(
    ("name", "present"),
    [
        ("New/Name", "New/Name"),
        ("new/NAME", "New/Name"),
        ("old/name", "New/Name"),
        ("a/x", "a/x"),
        ("A/X", "A/X"),
        ("C/ALONE", "c/alone"),  # a present name in other letters before a former one
        ("C/alone", "c/alone"),
    ],
)
def test_what_a_model_is_called(renamed, name, present):
    """Its own name first, then one in other letters, then one that it had before."""
    assert renamed.called(name) == present


@pytest.mark.parametrize(
    ("name", "suggestion"),
    [
        ("New/Nam", "Did you mean New/Name?"),
        ("Nwe/Name", "Did you mean New/Name?"),  # the owner is misspelled: the tail is found
        ("c/alome", "Did you mean c/alone?"),  # the tail is misspelled
        ("Name", "Did you mean New/Name?"),
        ("alone", "Did you mean c/alone?"),
        ("zzzz/yyyyyyyyyy", "It is written OWNER/MODEL."),
        ("100%", "It is written OWNER/MODEL."),
        ("x'; DROP TABLE artifacts; --", "It is written OWNER/MODEL."),
        ("z" * 100_000, "It is written OWNER/MODEL."),
    ],
    ids=lambda text: text[:20],
)
def test_a_name_that_nobody_has(renamed, name, suggestion):
    """It is told which names are near, and the complaint is short."""
    with pytest.raises(NothingToAskError) as caught:
        renamed.called(name)
    assert suggestion in str(caught.value)
    assert len(str(caught.value)) < 300


def test_suggestions_do_not_steer_a_terminal(renamed):
    """A name with control characters is suggested without them."""
    with pytest.raises(NothingToAskError) as caught:
        renamed.called("red\x1b[0m")
    assert "\x1b" not in str(caught.value)
    with pytest.raises(NothingToAskError) as caught:
        renamed.called("red")
    assert "Did you mean e/" in str(caught.value)
    assert "\x1b" not in str(caught.value)
