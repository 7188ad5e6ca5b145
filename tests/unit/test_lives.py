"""Lives: a small collection worked out by hand, on every engine, and every edge that a life can have."""

from datetime import UTC, datetime, timedelta

import duckdb
import orjson
import polars as pl
import pytest
from scipy.stats import kendalltau

import openlives
from given import author, built, comment, decided, imported, model, thread, told
from openlives import questions
from openlives.measures.engine import Sharer
from openlives.measures.frames import TABLES, Frames
from openlives.questions import QUESTIONS
from openlives.questions.within import within
from openlives.rules import Rules

MONDAY = datetime(2024, 1, 1, tzinfo=UTC)
WINDOW = {"since": "2024-01-01", "until": "2024-07-01"}  # 26 whole weeks
RULES = Rules(people="everyone", draws=50, lives_follow_weeks=4, lives_min_people=2, **WINDOW)
ENGINES = pytest.mark.parametrize("engine", ["duckdb", "polars", "pandas"])
ODD = "q/\"quoted' *name*; --"


def at(days, hours=0, seconds=0):
    """Give a time so long after the first Monday, as the API writes it."""
    return (MONDAY + timedelta(days=days, hours=hours, seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%S.000Z")


def hand():
    """Give what was said about four models; `a/x` is the one that is worked out."""
    return [
        model("a/x", cardData={"base_model": "z/root"}, tags=["art"]),
        model("b/y", cardData={"base_model": "a/x"}),
        model("c/z", cardData={"base_model": "b/y"}),
        model(ODD),
        thread("a/x", 1, comment("ada", at(0)), comment("bea", at(0, 12)), comment("a", at(2))),
        thread("a/x", 2, comment("bea", at(7, 12)), comment("a", at(8, 12))),
        thread("a/x", 3, comment("a", at(14)), comment("ada", at(14, 3))),
        thread("a/x", 4, comment(None, at(28, 12))),
        thread("b/y", 1, comment("ada", at(31)), comment("bea", at(19))),
        thread("c/z", 1, comment("a", at(90)), comment("ada", at(60))),
        thread(ODD, 1, comment("eva", at(180))),
    ]


@pytest.fixture(scope="module")
def hub(tmp_path_factory):
    """The collection that is worked out by hand."""
    return built(told(tmp_path_factory.mktemp("lives"), *hand()))


def frames_on(engine, hub, rules=RULES, session=None):
    """Give the tables of a store on an engine."""
    connection = duckdb.connect(str(hub / "store.duckdb"), read_only=True)
    tables = {name: connection.table(name) for name in TABLES}
    if engine == "duckdb":
        return Frames(tables, rules, Sharer(connection))
    if engine == "polars":
        return Frames({name: each.pl().lazy() for name, each in tables.items()}, rules)
    if engine == "pandas":
        return Frames({name: each.df() for name, each in tables.items()}, rules)
    return Frames({name: session.createDataFrame(each.to_arrow_table()) for name, each in tables.items()}, rules)


def lives(given, *specs):
    """Ask for the lives of a part."""
    (answer,) = questions.ask(QUESTIONS["lives"], [within(given, specs)])
    return answer


def numbers_of(answer, name):
    """Give the values of one model by their short names."""
    return {key.removeprefix(f"{name} "): n.value for key, n in answer.numbers.items() if key.startswith(f"{name} ")}


def asked(folder, *documents, people="everyone", **changes):
    """Build a collection, and ask for the life of its only model, or of `a/x`."""
    hub = built(told(folder, *documents))
    return openlives.open(hub).ask("lives", RULES.but(people=people, **changes))[0]


@ENGINES
def test_by_hand(hub, engine):
    """Every number of one model, worked out with pencil and calendar."""
    by_hand(lives(frames_on(engine, hub)))


def test_pyspark(hub, spark):
    """The same on Spark."""
    by_hand(lives(frames_on("spark", hub, session=spark), "model:a/x"))


def by_hand(answer):
    """Hold the numbers of `a/x` against those worked out."""
    series = [3, 2, 2, 0, 0]  # contributors of its five weeks; the deleted account of the last is none
    tau, p = kendalltau(range(5), series)
    expected = {
        "interactions": 8,
        "people": 3,
        "duration": 28.5,
        "weeks": 4,
        "longest_silence": 1,
        "silence": (182 - 28.5) / 7,
        "late": 0,
        "tau": tau,
        "p": p,
        "score": 7,
        "rank": 1,
        "ranked": 4,
        "share_owner": 3 / 8,
        "share_member": 0,
        "share_staff": 0,
        "share_deleted": 1 / 8,
        "share_busiest": 3 / 8,
        "threads": 4,
        "asked": 3,
        "answered_week": 2 / 3,
        "answer_median": 24,
        "first_producer": 1 / 2,
        "first_staff": 0,
        "first_others": 1 / 2,
        "went_to": 2 / 3,  # the owner was elsewhere too, but after more than four weeks
    }
    found = numbers_of(answer, "a/x")
    assert found.keys() == {*expected, "sure", "went_from"}
    assert found["went_from"] is None  # all came within the first four weeks: nobody can be followed back
    assert {key: found[key] for key in expected} == pytest.approx(expected, rel=1e-12)
    row = answer.table.set_index("name").loc["a/x"]
    assert (row["state"], row["trend"]) == ("over", "falling")
    assert (row["first_day"], row["last_day"], row["seen_until"]) == ("2024-01-01", "2024-01-29", "2024-07-01")
    ways = answer.tables["ways"]
    assert ways[["name", "way", "other", "people", "of"]].to_numpy().tolist() == [["a/x", "to", "b/y", 2, 3]]
    family = answer.tables["family"]
    mine = family[family["name"] == "a/x"].drop(columns="name").to_numpy().tolist()
    assert mine == [["base", 1, "z/root", 0, 0, 1], ["derivative", 1, "b/y", 1, 2, 2]]


@ENGINES
def test_the_same_on_every_engine(hub, engine):
    """To the byte, numbers and tables, intervals too."""
    ours, theirs = (orjson.loads(lives(frames_on(name, hub)).to_json()) for name in ("duckdb", engine))
    assert ours == theirs


def test_silent_weeks_are_zeros(hub):
    """Each week from the first to the end of the window has its row; where nobody spoke it is a zero, and no gap."""
    weekly = lives(frames_on("duckdb", hub), "model:a/x").tables["weekly"]
    assert weekly["week"].tolist() == list(range(2818, 2844))
    assert weekly["interactions"].tolist() == [3, 2, 2, 0, 1, *[0] * 21]
    assert weekly["contributors"].tolist() == [3, 2, 2, *[0] * 23]


def test_threads_by_hand(hub):
    """Every thread, when it was answered and by whom; no title and no name of a person is in it."""
    table = lives(frames_on("duckdb", hub), "model:a/x").tables["threads"]
    found = table[["num", "opened", "last_said", "comments", "people", "own", "answered_by"]].to_numpy().tolist()
    assert found == [
        [1, "2024-01-01", "2024-01-03", 3, 3, 0, "others"],
        [2, "2024-01-08", "2024-01-09", 2, 2, 0, "owner or member"],
        [3, "2024-01-15", "2024-01-15", 2, 2, 1, "others"],
        [4, "2024-01-29", "2024-01-29", 1, 0, 0, ""],
    ]
    assert table["answered_hours"].fillna(-1).tolist() == [12, 24, 3, -1]


@pytest.mark.parametrize("specs", [("model:a/x",), ("model:a/x", "model:c/z"), ("tag:art",), ("family:a/x",)], ids=str)
def test_numbers_do_not_depend_on_who_is_beside(hub, specs):
    """A model has the same numbers, intervals, ways, threads and weeks, alone or with others."""
    whole, part = (orjson.loads(lives(frames_on("duckdb", hub), *each).to_json()) for each in ((), specs))
    mine = [{k: v for k, v in one["numbers"].items() if k.startswith("a/x ")} for one in (whole, part)]
    assert mine[0] == mine[1] != {}
    for table in ("lives", "weekly", "threads", "ways", "family"):
        mine = [[row for row in one["tables"][table] if row["name"] == "a/x"] for one in (whole, part)]
        assert mine[0] == mine[1] != []


def test_numbers_of_the_made_up_world_do_not_depend_on_who_is_beside(collection):
    """So it is for all the models of a larger one, under both readings."""
    many = collection.ask("lives", collection.rules(None), lives_most=12, **QUICKER)
    for answer in many:
        names = answer.table["name"].tolist()
        assert len(names) == 12
        for name in (names[0], names[-1]):
            (alone,) = collection.ask("lives", within=(f"model:{name}",), **QUICKER | {"people": answer.people})
            assert {**alone.numbers} == {k: n for k, n in answer.numbers.items() if k.startswith(f"{name} ")}


QUICKER = {"draws": 30}


@pytest.fixture(scope="module")
def collection(made):
    """The made-up world."""
    return openlives.open(made / "hub")


def test_tau_is_that_of_decline(collection):
    """Models that are in both questions have the same tau and p to the last digit, and a rank by the same score."""
    rules = {"people": "everyone", "draws": 20, "decline_shuffles": 2, "decline_shape_draws": 2}
    (decline,) = collection.ask("decline", **rules, decline_rarefy_draws=2)
    (answer,) = collection.ask("lives", **rules, lives_most=60)
    both = answer.table.merge(decline.table, on="name", suffixes=("", "_decline"))
    assert len(both) > 20
    assert both["tau"].tolist() == both["tau_decline"].tolist()
    assert both["p"].tolist() == both["p_decline"].tolist()
    assert both["people"].tolist() == both["participants"].tolist()


@pytest.mark.parametrize("change", [{"decline_end": "window"}, {"decline_zeros": "drop"},
                                    {"decline_series": "interactions"}], ids=str)  # fmt: skip
def test_tau_is_that_of_decline_under_other_rules(collection, change):
    """Also where the rules of decline say otherwise."""
    rules = {"people": "humans", "draws": 20, "decline_shuffles": 2, "decline_shape_draws": 2, **change}
    (decline,) = collection.ask("decline", **rules, decline_rarefy_draws=2)
    (answer,) = collection.ask("lives", **rules, lives_most=25)
    both = answer.table.merge(decline.table, on="name", suffixes=("", "_decline"))
    assert len(both) > 10
    assert both["tau"].tolist() == both["tau_decline"].tolist()
    assert both["p"].tolist() == both["p_decline"].tolist()


def test_scores_are_those_of_persistence(collection):
    """The score is persistence; the rank is its place among all, outliers not left out, ties sharing the best."""
    rules = {"people": "everyone", "draws": 20}
    (persistence,) = collection.ask("persistence", **rules, persistence_exclude=(), persistence_top=40)
    (answer,) = collection.ask("lives", **rules, lives_most=40)
    theirs = persistence.table.head(40)
    assert answer.table["name"].tolist() == theirs["name"].tolist()
    assert answer.table["score"].tolist() == theirs["score"].tolist()
    ranks = theirs["score"].rank(method="min", ascending=False)
    assert answer.table["rank"].tolist() == ranks.tolist()
    for name in answer.table["name"]:
        rank, score = (answer.numbers[f"{name} {key}"] for key in ("rank", "score"))
        assert 1 <= rank.low <= rank.value <= rank.high <= answer.numbers[f"{name} ranked"].value
        assert score.low <= score.value <= score.high


def test_a_look_before_the_end(tmp_path):
    """A model that was looked at for the last time in April was not silent since: nobody saw. It was alive then."""
    looked = int(datetime(2024, 4, 1, tzinfo=UTC).timestamp())
    hub = told(tmp_path, thread("a/x", 1, comment("ada", at(0)), comment("bea", at(84))),
               thread("b/y", 1, comment("ada", at(181))))  # fmt: skip
    path = tmp_path / "looks.csv"
    path.write_text(f"artifact,time,outcome\na/x,{looked},complete\n")
    imported(hub, path, "fetches")
    collection = openlives.open(built(hub))
    (answer,) = collection.ask("lives", RULES.but(within=("model:a/x",)))
    row = answer.table.iloc[0]
    assert (row["seen_until"], row["state"]) == ("2024-04-01", "alive")
    weekly = answer.tables["weekly"]
    assert weekly["week"].tolist() == list(range(2818, 2831))  # up to the Sunday before; none after it
    assert answer.numbers["a/x silence"].value == pytest.approx(1)
    (later,) = collection.ask("lives", RULES.but(within=("model:a/x",), until="2024-03-01"))
    assert later.table["seen_until"][0] == "2024-03-01"


def test_a_look_before_what_was_told_later(tmp_path):
    """Something was told of a time after the last look that was noted: somebody looked later."""
    hub = told(tmp_path, thread("a/x", 1, comment("ada", at(0)), comment("bea", at(100))))
    path = tmp_path / "looks.csv"
    path.write_text(f"artifact,time,outcome\na/x,{int(MONDAY.timestamp()) + 86400},complete\n")
    imported(hub, path, "fetches")
    (answer,) = openlives.open(built(hub)).ask("lives", RULES)
    assert answer.table["seen_until"][0] == "2024-07-01"


def test_only_deleted_accounts(tmp_path):
    """They speak, and nobody took part: no score, no rank, and no kind that people could confirm."""
    spoken = thread("a/x", 1, comment(None, at(0)), comment(None, at(1), "and"), comment(None, at(40)))
    answer = asked(tmp_path, spoken, thread("b/y", 1, comment("ada", at(3))), within=("model:a/x",))
    found = numbers_of(answer, "a/x")
    assert (found["interactions"], found["people"], found["score"], found["share_deleted"]) == (3, 0, 0, 1)
    assert (found["rank"], found["ranked"], found["sure"], found["tau"]) == (None, 1, None, None)
    assert (found["asked"], found["answered_week"], found["answer_median"]) == (1, 0, None)
    assert answer.table["state"][0] == "over"
    assert "nan" not in str(answer).replace("finance", "")


def test_one_interaction(tmp_path):
    """One word is a life of no length: alive if it was lately, too short for a trend, and nothing is shared."""
    answer = asked(tmp_path, thread("a/x", 1, comment("ada", at(180))))
    found = numbers_of(answer, "a/x")
    assert (found["duration"], found["weeks"], found["longest_silence"], found["late"]) == (0, 1, 0, 1)
    assert (found["score"], found["rank"], found["ranked"], found["share_busiest"]) == (1, 1, 1, 1)
    assert found["answered_week"] is None  # it was asked two days before the end: nobody knows
    assert answer.table.loc[0, ["state", "trend", "sure"]].tolist() == ["alive", "too short", 1]
    assert (answer.table["tau"].isna().all(), answer.tables["ways"].empty) == (True, True)


def test_a_bot_that_opened_threads(tmp_path):
    """Among humans, its threads are no questions of theirs; what they answered there is still said."""
    threads = [thread("a/x", 1, comment("bot", at(0)), comment("ada", at(1))),
               thread("a/x", 2, comment("ada", at(2)), comment("bot", at(2, 1)), comment("bea", at(4)))]  # fmt: skip
    rules = {"automation_accounts": ("bot",)}
    (tmp_path / "all").mkdir()
    humans = numbers_of(asked(tmp_path, *threads, people="humans", **rules), "a/x")
    everyone = numbers_of(asked(tmp_path / "all", *threads, **rules), "a/x")
    names = ("threads", "asked", "interactions", "people", "answer_median")
    assert [everyone[name] for name in names] == [2, 2, 5, 3, 1]
    assert [humans[name] for name in names] == [1, 1, 3, 2, 48]


def test_answers_to_oneself_and_between_the_deleted(tmp_path):
    """Neither answers anybody; an answer in the same second is one, after no time."""
    threads = [
        thread("a/x", 1, comment("ada", at(0)), comment("ada", at(1), "me again")),
        thread("a/x", 2, comment(None, at(0)), comment(None, at(1), "and I")),
        thread("a/x", 3, comment("ada", at(3)), comment("bea", at(3))),
    ]
    answer = asked(tmp_path, *threads)
    table = answer.tables["threads"].set_index("num")
    assert table["answered_by"].tolist() == ["", "", "others"]
    assert table["answered_hours"].fillna(-1).tolist() == [-1, -1, 0]
    assert answer.numbers["a/x answered_week"].value == pytest.approx(1 / 3)


def test_the_edges_of_the_window(tmp_path):
    """The first second is in, that after the last is out; partial weeks are shown as far as they are in."""
    said = [comment(who, at(days, 0, seconds), f"{days} {seconds}") for who, days, seconds in (
        ("out", 2, -1), ("ada", 2, 0), ("bea", 8, 0), ("cyr", 10, -1), ("out", 10, 0))]  # fmt: skip
    spoken = thread("a/x", 1, *said)
    answer = asked(tmp_path, spoken, since="2024-01-03", until="2024-01-11")
    weekly = answer.tables["weekly"]
    assert weekly[["week", "interactions", "contributors"]].to_numpy().tolist() == [[2818, 1, 1], [2819, 2, 2]]
    found = numbers_of(answer, "a/x")
    assert (found["interactions"], found["people"], found["threads"]) == (3, 3, 0)
    assert found["silence"] == pytest.approx(1 / 604_800)


def test_alive_to_the_second(tmp_path):
    """Thirteen weeks before the end is in, the second before it is not."""
    for seconds, state in ((0, "alive"), (-1, "over")):
        folder = tmp_path / state
        folder.mkdir()
        answer = asked(folder, thread("a/x", 1, comment("ada", at(0)), comment("bea", at(91, 0, seconds))))
        assert answer.table["state"][0] == state


def test_staff_and_members_answer(tmp_path):
    """Who answered first: the owning organisation before the staff, where they answer in the same second."""
    staff = author("eva", isHf=True)
    member = author("mel", isOrgMember=True)
    threads = [
        thread("a/x", 1, comment("ada", at(0)), comment("eva", at(1), author=staff)),
        thread(
            "a/x", 2, comment("ada", at(0)), comment("mel", at(1), author=member), comment("eva", at(1), author=staff)
        ),
        thread("a/x", 3, comment("mel", at(2), author=member), comment("ada", at(3))),
    ]
    answer = asked(tmp_path, *threads)
    table = answer.tables["threads"].set_index("num")
    assert table["answered_by"].tolist() == ["staff", "owner or member", "others"]
    assert table["own"].tolist() == [0, 0, 1]
    assert answer.numbers["a/x first_staff"].value == 0.5
    assert (answer.numbers["a/x share_member"].value, answer.numbers["a/x share_staff"].value) == (2 / 7, 2 / 7)


def test_names_that_need_quoting(hub, command):
    """Quotes, stars and semicolons are letters of a name, in every form."""
    words = ("ask", "lives", hub, "--within", f"model:{ODD}", "--people", "everyone")
    code, said, complaint = command(*words)
    assert (code, complaint, ODD in said) == (0, "", True)
    (answer,) = orjson.loads(command(*words, "--json")[1])
    assert answer["numbers"][f"{ODD} interactions"]["value"] == 1
    for form in ("--csv", "--latex"):
        assert command(*words, form)[0] == 0


def test_a_family_in_a_circle(tmp_path):
    """Two that name each other are each other's base and derivative, once; one that names itself is neither."""
    models = [model("a/x", cardData={"base_model": ["b/y", "a/x"]}), model("b/y", cardData={"base_model": "a/x"})]
    answer = asked(tmp_path, *models, thread("a/x", 1, comment("ada", at(0))))
    family = answer.tables["family"].drop(columns="name").to_numpy().tolist()
    assert family == [["base", 1, "b/y", 1, 0, 1], ["derivative", 1, "b/y", 1, 0, 1]]


def test_relatives_that_are_known_and_not(tmp_path):
    """Ancestors generation by generation; a relative that the collection does not hold is told to be unknown."""
    models = [model(f"m/{n}", cardData={"base_model": f"m/{n + 1}"}) for n in range(4)]
    answer = asked(tmp_path, *models, thread("m/0", 1, comment("ada", at(0))))
    family = answer.tables["family"][["generations", "relative", "known"]].to_numpy().tolist()
    assert family == [[1, "m/1", 1], [2, "m/2", 1], [3, "m/3", 1], [4, "m/4", 0]]
    assert set(answer.tables["family"]["descendants"]) == {4}


def test_draws_that_give_no_interval(hub):
    """With one draw there is no interval, and no rank is told to have one."""
    rank = lives(frames_on("duckdb", hub, RULES.but(draws=1)), "model:b/y").numbers["b/y rank"]
    assert (rank.value, rank.low, rank.high) == (2, None, None)


def test_not_seen_in_full(tmp_path):
    """It is said of a life that was not seen in full, in its sentence and in the notes."""
    hub = told(tmp_path, thread("a/x", 1, comment("ada", at(0))))
    path = tmp_path / "looks.csv"
    path.write_text("artifact,time,outcome\na/x,2024-06-01,partial\n")
    imported(hub, path, "fetches")
    (answer,) = openlives.open(built(hub)).ask("lives", RULES)
    assert "It was not seen in full (partial)." in answer.finding.sentence
    assert "not seen in full: a/x" in answer.finding.notes


def test_how_many_are_told_of(hub, command):
    """The most persistent first; a rule says how many, and the figure has a part for each."""
    answer = lives(frames_on("duckdb", hub, RULES.but(lives_most=2)))
    assert answer.table["name"].tolist() == ["a/x", "b/y"]
    assert QUESTIONS["lives"].parts(answer) == ["a/x", "b/y"]
    decided(hub, "study.toml", "lives_most = 1\n")
    said = orjson.loads(command("ask", "lives", hub, "--json", "--people", "everyone")[1])
    assert [row["name"] for row in said[0]["tables"]["lives"]] == ["a/x"]
    (hub / "decisions" / "study.toml").unlink()


def test_polars_is_lazy_here(hub):
    """The frames of these tests are what they are said to be."""
    assert isinstance(frames_on("polars", hub).tables["events"], pl.LazyFrame)
