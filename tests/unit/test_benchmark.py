"""The benchmark of openness: figures worked out by hand on made-up labels, and what it must never do."""

import json
import math
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from openlives.cli import openness
from openlives.errors import InputError
from openlives.governance.benchmark import labels, people, votes
from openlives.governance.benchmark.assessor import Assessor
from openlives.governance.benchmark.baselines import keywords, two_cues
from openlives.governance.benchmark.disagreements import day
from openlives.governance.benchmark.evaluate import evaluate
from openlives.governance.benchmark.scoreboard import board
from openlives.governance.benchmark.thresholds import Scored, choose, folds, out_of_fold
from openlives.governance.dossiers import of_card
from openlives.governance.evidence import Evidence, Verdict

REAL = Path(__file__).parents[2] / ".." / "shared" / "data" / "openness"
LABELS = """\
hf_id,lineage,terms,terms_independent,terms_review,terms_conflict,terms_votes,process,process_basis,last_vote_date
a/one,a,yes,yes,,,x:yes(i),yes,data and code,2024-06
a/two,a,yes,yes,,between sources,x:yes(i) y:no(i),no,data and code,2024-06
b/one,b,no,no,,,x:no(i),no,data and code,2024-06
b/two,b,no,no,,,x:no(i),partial,data and code,2020-01
c/one,c,yes,yes,,,x:yes(i),yes,data and code,2024-06
c/two,c,no,no,,,x:no(i),no,"code only (not ""yes"")",2024-06
d/one,d,yes,yes,,,x:yes(i),no,data and code,2024-06
d/two,d,yes,,,,x:yes(d),,,2024-06
d/three,d,no,,no,,r:no(r),,,2024-06
"""
VOTES = """\
hf_id,org,dimension,label,kind,weight,dropped,raw,date
d/three,x,terms,yes,independent,2,wrong file,,2023
d/three,r,terms,no,review,2,,the weights have another licence,2024
c/one,x,terms,no,independent,2,,,2022
c/one,x,terms,yes,independent,2,,,2024
"""
CARDS = {  # licence, data sets
    "a/one": ("mit", 2),
    "a/two": ("other", 0),
    "b/one": ("other", 0),
    "b/two": ("mit", 2),
    "c/one": ("mit", 2),
    "c/two": (None, 1),
    "d/two": ("mit", 0),
    "d/three": ("mit", 0),
}


def score(dossier, _lookup):
    """Count declared data sets."""
    return float(len(dossier.card.texts("datasets")))


def decide(value, thresholds):
    """Say nothing between the thresholds."""
    return "yes" if value >= thresholds[1] else "no" if value < thresholds[0] else "unknown"


def assess(dossier, lookup):
    """Judge terms by whether the card says mit, and the process by the count of data sets."""
    said = dossier.card.texts("license")
    terms = "unknown" if not said else "yes" if said == ("mit",) else "no"
    where = (Evidence("card: license", " ".join(said), seen="2024-06-15"),)
    return {
        "terms": Verdict("terms", terms, "medium", ("the card's licence",), where),
        "process": Verdict("process", decide(score(dossier, lookup), (1, 2)), "high", ("data sets",), where),
    }


def by_gate(dossier, _lookup):
    """Believe the gate."""
    return {"access": Verdict("access", "yes" if dossier.gate == "none" else "no", "high", ())}


def no_score(_dossier, _lookup):
    """Have nothing to go by."""


TEXTS = pa.list_(pa.string())
TABLE = pa.schema(
    [
        *((name, pa.string()) for name in ("hf_id", "source", "date")),
        ("tags", TEXTS),
        ("license", pa.string()),
        ("datasets", TEXTS),
        ("base_model", TEXTS),
        ("gated", pa.string()),
    ]
)
COUNTING = Assessor(assess, score, decide, (1, 2))


@pytest.fixture
def folder(tmp_path):
    """A label file with votes beside it, and a folder of evidence."""
    (tmp_path / "labels.csv").write_text(LABELS)
    (tmp_path / "votes.csv").write_text(VOTES)
    cards = tmp_path / "evidence" / "cards"
    cards.mkdir(parents=True)
    index = ["hf_id,file"]
    for name, (licence, count) in CARDS.items():
        file = name.replace("/", "__") + ".md"
        head = [f"license: {licence}"] if licence else []
        head += [f"datasets: [{', '.join(f'x/d{i}' for i in range(count))}]"] if count else []
        (cards / file).write_text("\n".join(["---", *head, "---", "A model.", ""]))
        index.append(f"{name},{file}")
    (cards / "index.csv").write_text("\n".join(index))
    return tmp_path


def marked(folder, assessor=COUNTING):
    return evaluate(folder / "labels.csv", folder / "evidence", assessor)


def test_terms_by_hand(folder):
    """Five of seven answered: two found, one missed, one false, one right no; by chance .52 of .60 would agree."""
    terms = marked(folder)["terms"]
    counts = ("rows", "with_evidence", "answered", "lineages", "positives", "positive_lineages", "answered_positives")
    assert [terms[name] for name in counts] == [7, 6, 5, 4, 4, 3, 3]
    expected = {
        "coverage": 5 / 6,
        "coverage_of_labelled": 5 / 7,
        "accuracy": 3 / 5,
        "precision": 2 / 3,
        "recall": 2 / 3,
        "f1": 2 / 3,
        "balanced_accuracy": (2 / 3 + 1 / 2) / 2,
        "kappa": 0.08 / 0.48,
    }
    assert {name: terms[name] for name in expected} == pytest.approx(expected)
    assert terms["accuracy_low"] <= terms["accuracy"] <= terms["accuracy_high"]
    assert terms["confident_no"] == {"rows": 2, "wrong": 1, "error": 0.5}


def test_terms_sets_and_corrections(folder):
    """What was voted, what stands after corrections, and what is circular are sets of their own."""
    terms = marked(folder)["terms"]
    after, before, circular = terms["sets"].values()
    assert [before["rows"], after["rows"], circular["rows"]] == [8, 8, 1]
    assert before["accuracy"] == pytest.approx(4 / 6)
    assert after["accuracy"] == pytest.approx(3 / 6)
    (correction,) = terms["corrections"]
    assert correction == {
        "model": "d/three",
        "before": "yes",
        "after": "no",
        "reason": "wrong file; the weights have another licence",
    }


def test_access_read_off_the_evidence_is_circular(tmp_path):
    """A gate that both label and evidence have from one table tests nothing, and is marked so."""
    table = pa.table(
        {
            "hf_id": ["a/one", "b/one"],
            "source": ["tab", "tab"],
            "date": ["2024-01-01", "2024-01-01"],
            "tags": [[], []],
            "license": [None, None],
            "datasets": [[], []],
            "base_model": [[], []],
            "gated": ["manual", "False"],
        },
        schema=TABLE,
    )
    pq.write_table(table, tmp_path / "models.parquet")
    (tmp_path / "labels.csv").write_text(
        "hf_id,lineage,access,access_source\na/one,a,gated,tab\nb/one,b,gated,somebody\n"
    )
    access = evaluate(tmp_path / "labels.csv", tmp_path, Assessor(by_gate, no_score, decide, (1, 2)))["access"]
    (circular,) = access["sets"].values()
    assert (access["rows"], access["accuracy"]) == (1, 0)
    assert (circular["rows"], circular["accuracy"]) == (1, 1)


def test_process_by_hand(folder):
    """Two found, two right, one false; out of fold the same. A label that rests on the code alone is marked apart."""
    process = marked(folder)["process"]
    shipped = process["shipped"]
    assert [shipped["rows"], shipped["answered"], process["answered"]] == [6, 5, 5]
    assert shipped["balanced_accuracy"] == pytest.approx((1 + 2 / 3) / 2)
    assert process["balanced_accuracy"] == pytest.approx((1 + 2 / 3) / 2)
    assert process["sets"]["code alone judged, shipped"]["rows"] == 1
    assert process["coverage"] == 1
    assert "out of fold" in process["thresholds"]


def test_three_levels_by_hand(folder):
    """Five rows, one partial called yes: one step off where chance makes five; a code-only row has no level."""
    process = marked(folder)["process"]
    assert process["weighted_kappa"] == pytest.approx(0.8)
    assert process["levels_accuracy"] == pytest.approx(4 / 5)
    assert process["levels"]["partial"] == {"no": 0, "partial": 0, "yes": 1}
    assert process["levels_answered"] == 5


def test_baselines_by_hand(folder):
    """On the five rows answered, a well-known licence is what the stand-in looks for: equal; never yes is a coin."""
    baselines = marked(folder)["terms"]["baselines"]
    assert baselines["always no"]["balanced_accuracy"] == 0.5
    assert baselines["always no"]["difference"] == pytest.approx(7 / 12 - 1 / 2)
    assert baselines["Apache, MIT or BSD declared"]["better_share"] == 0.5
    assert baselines["always no"]["unknown_as_no"]["rows"] == 6
    assert baselines["always no"]["unknown_as_no"]["ours"] == pytest.approx((2 / 3 + 2 / 3) / 2)


def test_disagreements_one_by_one(folder):
    """Each has both sides and a suggested cause; no against partial is none where the label left that open."""
    found = {(row["dimension"], row["model"]): row for row in marked(folder)["disagreements"]}
    assert {key: row["cause_suggested"] for key, row in found.items()} == {
        ("terms", "a/two"): "label",
        ("terms", "b/two"): "date",
        ("terms", "d/three"): "rule",
        ("process", "b/two"): "date",
    }
    row = found["terms", "a/two"]
    assert (row["label"], row["ours"], row["votes"]) == ("yes", "no", "x:yes(i) y:no(i)")
    assert row["evidence"][0]["quote"] == "other"


def test_evidence_of_another_name_suggests_identity(folder):
    """A repository whose name shares no word with the model's is perhaps another's."""

    def elsewhere(_dossier, _lookup):
        where = (Evidence("repository somebody__other-thing: README.md, line 3", seen="2024-06-15"),)
        return {"terms": Verdict("terms", "no", "high", (), where)}

    found = marked(folder, Assessor(elsewhere, score, decide, (1, 2)))["disagreements"]
    assert {row["model"]: row["cause_suggested"] for row in found}["a/one"] == "identity"


def test_labels_never_reach_the_assessor(folder):
    """Labels turned round leave every verdict as it was: the assessor sees dossiers only."""
    seen = []

    def watching(dossier, lookup):
        seen.append((dossier.name, dossier.card, dossier.declared, dossier.gate, dossier.sources))
        return assess(dossier, lookup)

    marked(folder, Assessor(watching, score, decide, (1, 2)))
    turned = LABELS.replace("yes", "?").replace("no,", "yes,").replace("?", "no")
    (folder / "labels.csv").write_text(turned)
    marked(folder, Assessor(watching, score, decide, (1, 2)))
    assert seen[: len(seen) // 2] == seen[len(seen) // 2 :]
    assert {name for name, *_ in seen} == {*CARDS}


def silent(_dossier, _lookup):
    """Say nothing."""
    return {}


def test_who_says_nothing_has_no_figures(folder):
    """Nothing answered is not known, never 0; coverage is 0, which is known."""
    marks = marked(folder, Assessor(silent, no_score, decide, (1, 2)))
    for dimension in ("terms", "process"):
        assert marks[dimension]["coverage"] == 0
        assert all(math.isnan(marks[dimension][name]) for name in ("accuracy", "balanced_accuracy", "f1", "kappa"))
    assert math.isnan(marks["process"]["weighted_kappa"])
    assert math.isnan(marks["access"]["coverage"])
    assert marks["process"]["thresholds"].startswith("as shipped")


def test_text_fits_a_terminal(folder):
    """No line of the tables is longer than 100 columns, and each dimension has its part."""
    text = board(marked(folder))
    assert max(map(len, text.splitlines())) <= 100
    assert all(
        part in text for part in ("TERMS", "ACCESS", "PROCESS", "THREE LEVELS", "CORRECTIONS", "DISAGREEMENTS: 4")
    )


def test_command_gives_json(command, folder, monkeypatch):
    """The command's JSON has the numbers of the benchmark, and null for what is not known."""
    monkeypatch.setitem(openness.callback.__globals__, "ASSESSOR", COUNTING)
    code, said, _ = command(
        "openness", "--evaluate", folder / "labels.csv", "--evidence", folder / "evidence", "--json"
    )
    marks = json.loads(said)
    assert code == 0
    assert marks["terms"]["accuracy"] == pytest.approx(0.6)
    assert marks["access"]["accuracy"] is None
    assert {"balanced_accuracy", "coverage", "weighted_kappa", "weighted_kappa_low"} <= {*marks["process"]}


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("", "no column hf_id, lineage"),
        ("name,terms\nx,yes\n", "no column hf_id, lineage"),
        ("hf_id,lineage\nx,y\n", "labels nothing"),
        ("hf_id,lineage,terms\n", "no rows"),
        ("hf_id,lineage,terms\nx,y,maybe\n", "'maybe'"),
        ("hf_id,lineage,terms\n,y,yes\n", "names no model"),
        ("hf_id,lineage,terms\nx,y,yes\nx,y,no\n", "twice"),
        ('hf_id,lineage,terms\nx,y,"yes\n', "cannot be read"),
    ],
    ids=["empty", "columns", "nothing", "rows", "word", "nameless", "twice", "quote"],
)
def test_bad_label_files(command, folder, content, says):
    """Each fault is one message with its place, and exit code 3."""
    (folder / "labels.csv").write_text(content)
    code, _, error = command("openness", "--evaluate", folder / "labels.csv", "--evidence", folder / "evidence")
    assert code == 3
    assert says in error
    assert "labels.csv" in error


def test_other_bad_input(command, folder):
    """No labels, no evidence, bytes that are no text, and labels of other models: a message, never a traceback."""
    there = "--evaluate", folder / "labels.csv", "--evidence"
    assert command("openness")[0] == 2
    assert command("openness", *there[:2])[0] == 2
    assert command("openness", "--evaluate", folder / "none.csv", "--evidence", folder)[0] == 3
    assert command("openness", *there, folder / "none")[0] == 3
    (folder / "labels.csv").write_bytes(b"hf_id,lineage,terms\n\xff\xfe,y,yes\n")
    assert command("openness", *there, folder / "evidence")[0] == 3
    (folder / "labels.csv").write_text("hf_id,lineage,terms\nx,y,yes\n")
    assert command("openness", *there, folder / "evidence")[0] == 4


def test_a_plain_label_file(tmp_path):
    """Without a column of independent votes `terms` is what a person said; a row without lineage is its own."""
    file = tmp_path / "plain.csv"
    file.write_text("hf_id,lineage,terms,access\nx/y,,yes,gated\nx/z,x,Unknown,not gated\n")
    one, two = labels.read(file).values()
    assert (one.lineage, one.terms, one.access, one.process) == ("x/y", "yes", "no", "")
    assert (two.terms, two.derived, two.access) == ("", "", "yes")


def test_people_among_themselves():
    """Six models, five alike: kappa by hand; votes on the code alone count for yes or not only."""
    words = [("yes", "yes"), ("yes", "yes"), ("yes", "no"), ("no", "no"), ("no", "no"), ("partial", "partial")]
    cast = [
        votes.Vote(f"m/{number}", org, "process", word, "independent", 1, "", "", "2024")
        for number, both in enumerate(words)
        for org, word in zip(("p", "q"), both, strict=True)
    ]
    cast += [
        votes.Vote("m/7", org, "process", "no", "independent", 1, "", "data not judged", "2024") for org in ("p", "q")
    ]
    found = {(row["dimension"], row["pair"]): row for row in people.pairs(cast)}
    three, two = found["process", "p and q"], found["process, yes or not", "p and q"]
    assert (three["rows"], two["rows"]) == (6, 7)
    assert three["agree"] == pytest.approx(5 / 6)
    assert three["kappa"] == pytest.approx((5 / 6 - 13 / 36) / (1 - 13 / 36))
    assert two["kappa"] == pytest.approx((6 / 7 - 26 / 49) / (1 - 26 / 49))


def rows(*lineages):
    return [Scored(value, "yes" if positive else "no", name) for name, value, positive in lineages]


def test_lineages_stay_whole():
    """No lineage lies in two parts, and positives are in as many parts as can be."""
    made = rows(*((f"l{i % 7}", float(i), i % 7 < 4) for i in range(40)))
    part = folds(made, 5)
    by_lineage = {name: {p for p, row in zip(part, made, strict=True) if row.lineage == name} for name in ("l0", "l5")}
    assert all(len(parts) == 1 for parts in by_lineage.values())
    assert len({p for p, row in zip(part, made, strict=True) if row.positive}) == 4
    assert part == folds(made, 5)


def test_thresholds_keep_the_coverage():
    """Perfect cuts that answer half of the rows lose to worse ones that answer enough."""
    made = rows(("a", 0, False), ("b", 4, True), *(("c", 2, i % 2 == 0) for i in range(2)))
    low, high = choose(made, decide)
    answered = [row for row in made if decide(row.score, (low, high)) != "unknown"]
    assert len(answered) >= 0.6 * len(made)
    assert choose(rows(("a", 1, True), ("b", 2, True)), decide) is None
    assert out_of_fold(rows(("a", None, True), ("b", None, False)), decide) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2024-02-03", "2024-02-03"),
        ("2024-02", "2024-02-01"),
        ("2024", "2024-07-01"),
        ("1718409600", "2024-06-15"),
        ("2024-13", None),
        ("x", None),
    ],
    ids=["day", "month", "year", "second", "no month", "nothing"],
)
def test_days(text, expected):
    """Dates of every grain that sources use; nonsense is no date."""
    found = day(text)
    assert (found.isoformat() if found else None) == expected


def test_simple_rules():
    """The scraper looks for words, two cues for two of four."""
    assert keywords(of_card("x", "It was trained on text."))
    assert not keywords(of_card("x", "A model."))
    assert not two_cues(of_card("x", "It was trained on text."))
    assert two_cues(of_card("x", "It was trained on text, with seed 1."))
    assert two_cues(of_card("x", "It was trained on text.", files=["code/train.py"]))


@pytest.fixture
def real():
    """The labels that founders compare with; not shipped."""
    if not (REAL / "labels.csv").exists():
        pytest.skip("the labelled models are not beside the repository")
    return REAL


def test_real_labels_as_their_makers_count(real):
    """Rows, votes and the second reading's agreement are what the makers of the labels say."""
    found = labels.read(real / "labels.csv")
    assert len(found) == 560
    assert sum(bool(label.terms) for label in found.values()) == 366
    assert sum(bool(label.reviewed) for label in found.values()) == 6
    assert sum(label.code_only for label in found.values()) == 114
    again = {row["dimension"]: row for row in people.second_reading(real / "adjudicated.csv", found)}
    assert again["process, yes or not"]["rows"] == 22
    assert again["process, yes or not"]["agree"] == pytest.approx(19 / 22)
    assert again["process, yes or not"]["kappa"] == pytest.approx(0.68, abs=0.005)
    with pytest.raises(InputError, match="hf_id"):
        labels.read(real / "license_vocabulary.csv")
