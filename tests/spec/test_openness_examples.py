"""Definition, openness and drift on a collection of 15 models: answers worked out by hand, on three engines."""

import duckdb
import pytest
from examples import Table, at
from test_examples import in_duckdb, in_pandas, in_polars

from openlives.measures.engine import Sharer
from openlives.measures.frames import Frames
from openlives.questions import QUESTIONS, answer
from openlives.rules import Rules

DAY = at("2024-10-01")
LATER = at("2024-12-01")
ARTIFACT = {"artifact": int, "name": str, "owner": str, "owner_key": int, "kind": str, "platform": str, "outcome": str}
ARTIFACT |= {"base_models": list, "license": str, "looked": int, "files": int}
MODELS = [  # name, declared licence, bases
    ("LLM360/Amber", "apache-2.0", None),
    ("THUDM/chatglm-6b", None, None),
    ("acme/base", "llama3", None),
    ("bigscience/bloom", "bigscience-bloom-rail-1.0", None),
    ("bob/tuned", "mit", ["acme/base"]),
    ("bob/tuned-again", "mit", None),  # its base is told by a tag alone
    ("ctheodoris/Geneformer", "apache-2.0", None),
    ("cyd/merge", None, ["acme/base", "gone/away", "google-t5/t5-small"]),
    ("google-t5/t5-small", "apache-2.0", None),
    ("microsoft/phi-2", "mit", None),
    ("mistralai/Mistral-7B-v0.1", "apache-2.0", None),
    ("ouro/a", "mit", ["Ouro/B"]),
    ("ouro/b", "mit", ["ouro/a"]),
    ("tiiuae/falcon-40b", "apache-2.0", None),
    ("tiiuae/falcon-7b", "apache-2.0", None),
]
KEY = {name: number for number, (name, *_) in enumerate(MODELS, 1)}
OWNERS = sorted({name.split("/")[0] for name in KEY})
MADE_OF_BASES = "data information: not met; code: not met"
REGISTER = [  # name, licence, kinds, terms, gate, access, use, process, OSAID, what is missing
    ("LLM360/Amber", "apache-2.0", "", "yes", "none", "yes", "yes", "yes", "open", ""),
    ("THUDM/chatglm-6b", "chatglm-6b-license", "use-based", "no", "none", "yes", "no", "no", "closed", MADE_OF_BASES),
    ("acme/base", "llama3", "use-based;mau-cap", "no", "manual", "no", "no", "no", "closed", MADE_OF_BASES),
    ("bob/tuned", "mit", "", "yes", "none", "yes", "yes", "no", "closed", MADE_OF_BASES),
    ("bob/tuned-again", "mit", "", "yes", "none", "yes", "yes", "no", "closed", MADE_OF_BASES),
    ("ctheodoris/Geneformer", "apache-2.0", "", "yes", "none", "yes", "yes", "yes", "open", ""),
    ("cyd/merge", "no-licence", "no-licence", "no", "none", "yes", "no", "unknown", "unknown", "code: no evidence"),
    ("google-t5/t5-small", "apache-2.0", "", "yes", "none", "yes", "yes", "yes", "open", ""),
    ("microsoft/phi-2", "mit", "", "yes", "manual", "no", "no", "yes", "partially open", "one has to ask for access"),
    ("mistralai/Mistral-7B-v0.1", "apache-2.0", "", "yes", "auto", "no", "no", "partial", "closed", MADE_OF_BASES),
    ("ouro/a", "mit", "", "yes", "unknown", "unknown", "unknown", "no", "closed", MADE_OF_BASES),
    ("ouro/b", "mit", "", "yes", "none", "yes", "yes", "no", "closed", MADE_OF_BASES),
    ("tiiuae/falcon-40b", "apache-2.0", "", "yes", "none", "yes", "yes", "yes", "open", ""),
    ("tiiuae/falcon-7b", "apache-2.0", "", "yes", "auto", "no", "no", "yes", "partially open", "terms: not met"),
]  # nobody assessed bigscience/bloom
SAID = [  # who wrote where in which week: Geneformer has 3 + 2 person-weeks, Mistral 2, the others one each
    ("ctheodoris/Geneformer", [(0, 1), (0, 2), (0, 3), (1, 1), (1, 2), (1, 2)]),
    ("mistralai/Mistral-7B-v0.1", [(0, 1), (1, 1)]),
    ("THUDM/chatglm-6b", [(0, 4)]),
    ("bigscience/bloom", [(1, 4)]),
]
LOOKS = [  # name, when, licence, gate, tags
    ("acme/base", DAY, "apache-2.0", "none", []),
    ("acme/base", LATER, "llama3", "manual", []),
    ("bob/tuned", DAY, "llama3", None, None),
    ("bob/tuned", LATER, None, None, ["license:mit", "pytorch"]),
    ("bob/tuned-again", DAY, "MIT", None, None),
    ("bob/tuned-again", LATER, "mit", None, None),
    ("cyd/merge", DAY, "mit", "auto", None),
    ("cyd/merge", LATER, None, "none", ["pytorch"]),
    ("ouro/a", LATER, "mit", "none", None),
]
TAGS = [
    ("bob/tuned-again", "base_model:bob/tuned"),
    ("bob/tuned-again", "base_model:finetune:bob/tuned"),
    ("bob/tuned", "base_model:somebody/else"),
    ("ctheodoris/Geneformer", "gene"),
]
EVENT = {"event": int, "thread": int, "artifact": int, "kind": str, "time": int, "person": int, "app": str}
PERSON = {"person": int, "name": str, "kind": str, "staff": bool, "deleted": bool}
THREAD = {"thread": int, "artifact": int, "opener": int, "template": int, "created": int}
TEXTS = ("licence", "licence_class", "restrictions", "terms", "gate", "access", "use", "process_own", "process")
TEXTS += ("level", "quadrant", "osaid", "terms_why", "access_why", "process_why", "osaid_why")


def owner(name):
    """Give the key of a model's owner."""
    return OWNERS.index(name.split("/")[0]) + 1


def collection():
    """Give the tables of the collection."""
    artifacts = [
        (KEY[n], n, n.split("/")[0], owner(n), "model", "huggingface", "complete", bases, licence, LATER, 3)
        for n, licence, bases in MODELS
    ]
    artifacts.append((99, "acme/data", "acme", owner("acme/"), "dataset", "huggingface", "never", None, "mit", DAY, 1))
    events = [
        (number, 1, KEY[name], "comment", DAY + week * 604_800, person, None)
        for number, (name, week, person) in enumerate((n, w, p) for n, said in SAID for w, p in said)
    ]
    register = [
        (
            *(KEY[name], one, "none" if one == "no-licence" else "", kinds, terms, gate, access, use, process, process),
            *("documented", "", osaid, f"the licence is {one}", f"the gate is {gate}", "read the card", why),
        )
        for name, one, kinds, terms, gate, access, use, process, osaid, why in REGISTER
    ]
    looks = [(KEY[n], when, licence, gate, tags) for n, when, licence, gate, tags in LOOKS]
    people = [(number, f"person-{number}", "user", False, False) for number in (1, 2, 3, 4)]
    return {
        "artifacts": Table(ARTIFACT, artifacts),
        "tags": Table({"artifact": int, "tag": str}, [(KEY[name], tag) for name, tag in TAGS]),
        "threads": Table(THREAD, [(1, KEY["ctheodoris/Geneformer"], 1, 7, DAY)]),
        "events": Table(EVENT, events),
        "people": Table(PERSON, people),
        "fetches": Table(
            {"artifact": int, "time": int, "outcome": str}, [(KEY["ctheodoris/Geneformer"], LATER, "complete")]
        ),
        "snapshots": Table({"artifact": int, "observed": int, "license": str, "gate": str, "tags": list}, looks),
        "openness": Table({"artifact": int, **dict.fromkeys(TEXTS, str)}, register),
    }


@pytest.fixture(params=["duckdb", "polars", "pandas"])
def ask(request):
    """Ask a question of the collection on one engine; `without` are models that it does not hold."""
    with duckdb.connect() as connection:

        def asked(name, *, without=(), **rules):
            gone = {KEY[model] for model in without}
            frames = {}
            for table, content in collection().items():
                at_ = list(content.columns).index("artifact") if "artifact" in content.columns else None
                kept = [row for row in content.rows if at_ is None or row[at_] not in gone]
                frames[table] = made(table, Table(content.columns, kept))
            chosen = Rules(draws=200, persistence_exclude=(), **rules)
            shared = Sharer(connection) if request.param == "duckdb" else Sharer()
            return answer(QUESTIONS[name], Frames(frames, chosen, shared).reading("everyone"))

        def made(name, table):
            if request.param == "duckdb":
                return in_duckdb(connection, name, table)
            return in_polars(table) if request.param == "polars" else in_pandas(table)

        yield asked


def values(answer, *names):
    """Give some numbers of an answer."""
    return [answer.numbers[name].value for name in names]


def test_definition(ask):
    """Amber and T5 agree with the OSI, Phi-2 does not, Falcon in part (one model of two), BLOOM was not assessed."""
    found = ask("definition")
    table = found.table.set_index("system")
    here = table[table["models"] > 0]
    assert here["ours"].to_dict() == {
        "Amber": "open",
        "T5": "open",
        "BLOOM": "unknown",
        "Falcon": "mixed",
        "Phi-2": "partially open",
    }
    assert here["agrees_osi"].to_dict() == {
        "Amber": "yes",
        "T5": "yes",
        "BLOOM": "",
        "Falcon": "in part",
        "Phi-2": "no",
    }
    assert here["agrees_paper"].to_dict() == {"Amber": "", "T5": "yes", "BLOOM": "", "Falcon": "in part", "Phi-2": "no"}
    assert set(table.loc[table["models"] == 0, "ours"]) == {"not collected"}
    assert values(found, "systems", "collected", "models") == [13, 5, 6]
    assert values(found, "agrees_osi", "agrees_paper") == [2 / 4, 1 / 3]


def test_definition_gives_reasons(ask):
    """What the reasons do not name is met, what nobody assessed has no evidence, and each gap is explained."""
    found = ask("definition")
    models = found.tables["models"].set_index("name")
    assert models["part_terms"][["tiiuae/falcon-7b", "LLM360/Amber", "bigscience/bloom"]].tolist() == [
        "not met",
        "met",
        "no evidence",
    ]
    rows = found.tables["disagreements"][["name", "source", "ours", "theirs", "why"]].to_numpy().tolist()
    assert ["microsoft/phi-2", "osi", "partially open", "closed", "one has to ask for access"] in rows
    assert ["tiiuae/falcon-40b", "osi", "open", "partially open", "no reason was kept"] in rows
    assert len(rows) == 4


def test_definition_where_no_published_system_is(ask):
    """Then it shows the most persistent models here, and says that none of the published is."""
    published = ["LLM360/Amber", "bigscience/bloom", "google-t5/t5-small", "microsoft/phi-2"]
    found = ask("definition", without=[*published, "tiiuae/falcon-40b", "tiiuae/falcon-7b"], persistence_top=2)
    assert found.finding.sentence.startswith("None of the 13 published systems is in this collection.")
    assert found.tables["models"]["name"].tolist() == ["ctheodoris/Geneformer", "mistralai/Mistral-7B-v0.1"]
    assert values(found, "collected", "models", "agrees_osi") == [0, 0, None]


def test_openness_ranks_and_compares(ask):
    """Of Table 2 four are here: two agree in all, ChatGLM in its use alone, BLOOM was not assessed."""
    found = ask("openness", persistence_top=2)
    first = found.table[found.table["part"] == "most persistent"]
    assert first[["rank", "name", "score"]].to_numpy().tolist() == [
        [1, "ctheodoris/Geneformer", 5],
        [2, "mistralai/Mistral-7B-v0.1", 2],
    ]
    second = found.table[found.table["part"] != "most persistent"].set_index("name")
    columns = ["agrees_licence", "agrees_gate", "agrees_process", "agrees_use"]
    assert {name: second.loc[name, columns].tolist() for name in second.index} == {
        "bigscience/bloom": ["", "", "", ""],
        "THUDM/chatglm-6b": ["no", "no", "no", "yes"],
        "ctheodoris/Geneformer": ["yes"] * 4,
        "mistralai/Mistral-7B-v0.1": ["yes"] * 4,
    }
    assert values(found, *columns) == [2 / 3, 2 / 3, 2 / 3, 1]
    gaps = found.tables["disagreements"]
    assert gaps[["name", "column", "ours", "theirs"]].to_numpy().tolist() == [
        ["THUDM/chatglm-6b", "licence", "chatglm-6b-license", "Apache 2.0"],
        ["THUDM/chatglm-6b", "gate", "none", "yes"],
        ["THUDM/chatglm-6b", "process", "no", "yes"],
    ]
    assert gaps["why"].tolist() == ["the licence is chatglm-6b-license", "the gate is none", "read the card"]


def test_openness_counts_quadrants(ask):
    """Shown, active and all models by place: partial is not open, and unknown has no place."""
    found = ask("openness", persistence_top=2)
    counts = found.tables["quadrants"].pivot_table(index="quadrant", columns="among", values="count")
    assert counts.astype(int).to_dict("index") == {
        "process open, use open": {"shown": 1, "active": 1, "all": 4},  # Geneformer; Amber, T5, Falcon 40B
        "process open, use restricted": {"shown": 0, "active": 0, "all": 2},  # Phi-2, Falcon 7B
        "process closed, use open": {"shown": 0, "active": 0, "all": 3},  # both of bob's, ouro/b
        "process closed, use restricted": {"shown": 1, "active": 2, "all": 3},  # Mistral, ChatGLM; acme/base
        "unknown": {"shown": 0, "active": 1, "all": 3},  # BLOOM; ouro/a, cyd/merge
    }
    assert values(found, "active_process_closed_use_restricted", "active_unknown") == [2 / 3, 1 / 4]
    assert values(found, "unplaced_process", "unplaced_use", "unplaced_both") == [1, 1, 1]
    lives = found.tables["lives"].set_index("quadrant")
    assert lives["models"].tolist() == [1, 0, 0, 2, 1]
    assert lives.loc["process closed, use restricted", ["score_median", "score_mean"]].tolist() == [1.5, 1.5]


def test_drift_in_families(ask):
    """Seven declared bases, one not collected; a circle ends, and a grandchild of a restricted model is found."""
    found = ask("drift")
    assert values(found, "made", "bases") == [5, 7]
    assert found.numbers["uncollected"].value == 1 / 7
    links = found.tables["cases"]
    assert links[["name", "ancestor", "generations", "path", "licence_case", "gate_case"]].to_numpy().tolist() == [
        ["bob/tuned", "acme/base", 1, "", "more open", "dropped"],
        ["cyd/merge", "acme/base", 1, "", "missing", "dropped"],
        ["cyd/merge", "google-t5/t5-small", 1, "", "missing", "same"],
        ["bob/tuned-again", "acme/base", 2, "bob/tuned", "more open", "dropped"],
    ]
    assert links.loc[0, ["declared", "seen", "ancestor_declared", "ancestor_licence"]].tolist() == [
        "mit",
        "2024-12-01",
        "llama3",
        "llama3",
    ]
    assert values(found, "more_open", "missing") == [1 / 6, 2 / 6]
    assert values(found, "dropped", "added") == [2 / 4, 0]  # of ouro's gates one is unknown
    assert found.numbers["more_open_above"].value == 1
    families = found.tables["families"].set_index("base")
    assert families.loc["acme/base", ["models", "more_open", "missing", "dropped"]].tolist() == [2, 1, 1, 2]


def test_drift_over_time(ask):
    """Four were looked at twice: one tightened both, one relaxed, one spells otherwise, one declares no more."""
    found = ask("drift")
    changes = found.tables["changes"]
    assert changes[["name", "field", "old", "new", "direction"]].to_numpy().tolist() == [
        ["acme/base", "gate", "none", "manual", "tightened"],
        ["acme/base", "licence", "apache-2.0", "llama3", "tightened"],
        ["bob/tuned", "licence", "llama3", "mit", "relaxed"],
        ["cyd/merge", "gate", "auto", "none", "relaxed"],
        ["cyd/merge", "licence", "mit", "none declared", "unknown"],
    ]
    assert set(changes["last_old"]) == {"2024-10-01"}
    assert set(changes["first_new"]) == {"2024-12-01"}
    assert values(found, "again_licence", "changed_licence", "again_gate", "changed_gate") == [4, 3, 2, 2]
    assert values(found, "licence_relaxed", "licence_tightened", "licence_unknown", "gate_relaxed") == [1, 1, 1, 1]
