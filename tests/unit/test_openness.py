"""openlives openness: of a card, of a saved reply, of a collection; what it says, and its exit codes."""

import csv
import io
import json

import orjson
import pyarrow.parquet as pq
import pytest

import openlives
from given import built, model, told
from openlives.governance import stored
from openlives.governance.register import COLUMNS, likeness, row, shelf_of

CARD = """---
license: mit
datasets:
- a/data
---
# A model
## Training data
Trained on [data](https://huggingface.co/datasets/a/data).
## Training
The training code is in the repository. Run the training script `train.py`.
- learning_rate: 1e-4
"""
REPLY = {
    "id": "a/m",
    "sha": "f" * 40,
    "gated": "manual",
    "tags": ["license:mit"],
    "siblings": [{"rfilename": "model.safetensors"}],
}


@pytest.fixture
def card(tmp_path):
    """A card on its own."""
    path = tmp_path / "a__m.md"
    path.write_text(CARD, encoding="utf-8")
    return path


def test_a_card_and_its_files(command, card, tmp_path):
    """A card says what its data and code are, and asks for nothing: probably it is not gated."""
    files = tmp_path / "files.txt"
    files.write_text("train.py\nmodel.safetensors\n", encoding="utf-8")
    code, said, _ = command("openness", "--card", card, "--files", files)
    assert code == 0
    assert said.startswith("a/m: process open, use open; terms yes, access yes, process yes (rebuildable)")


def test_the_note_points_at_its_evidence(command, card):
    """A reviewer can go to each place."""
    code, said, _ = command("openness", "--card", card, "--explain")
    assert code == 0
    for part in (
        "Process, whole chain: ",
        "card, line 8",
        "card: datasets",
        "OSAID 1.0: ",
        "probably not gated",
        "freedom to share: met",
    ):
        assert part in said


def test_a_reply_of_the_api(command, tmp_path):
    """The gate of a reply decides access, and its revision goes with the evidence."""
    path = tmp_path / "reply.json"
    path.write_text(json.dumps([REPLY, {**REPLY, "id": "a/n", "gated": False}]), encoding="utf-8")
    code, said, _ = command("openness", "--reply", path, "--json")
    gated, free = orjson.loads(said)
    assert code == 0
    assert [one["verdicts"]["access"]["outcome"] for one in (gated, free)] == ["no", "yes"]
    assert [one["verdicts"]["use"]["outcome"] for one in (gated, free)] == ["no", "yes"]
    assert gated["verdicts"]["access"]["evidence"][0]["revision"] == "f" * 40
    assert gated["verdicts"]["process"]["outcome"] == "unknown"


@pytest.mark.parametrize(
    ("name", "content", "complaint"),
    [
        ("reply.json", "{", "not JSON"),
        ("reply.json", "[]", "holds no model"),
        ("reply.json", "[1]", "holds no model"),
        ("reply.json", "{}", "no `id`"),
    ],
)
def test_a_broken_reply(command, tmp_path, name, content, complaint):
    """It is one clear error, and 3."""
    (tmp_path / name).write_text(content, encoding="utf-8")
    code, _, said = command("openness", "--reply", tmp_path / name)
    assert (code, complaint in said) == (3, True)


@pytest.mark.parametrize("words", [[], ["--evaluate", "x.csv"], ["hub", "--card", "x.md"]])
def test_wrong_use(command, words):
    """Wrong use is 2."""
    assert command("openness", *words)[0] == 2


@pytest.fixture
def hub(tmp_path):
    """A collection of a base and a model made from it, which asks for less."""
    base = model(
        "a/base",
        cardData={"license": "llama3"},
        tags=["license:llama3"],
        gated="manual",
        siblings=[{"rfilename": "x.safetensors"}],
    )
    child = model(
        "b/child",
        cardData={"license": "mit", "base_model": "a/base"},
        tags=["license:mit", "base_model:a/base"],
        gated=False,
    )
    return built(told(tmp_path, base, child))


def test_a_collection(command, hub):
    """Counts of all, a row a model, a line on one; a name that is not there is 4."""
    code, said, _ = command("openness", hub)
    assert code == 0
    assert "terms: no 1, yes 1" in said or "terms: yes 1, no 1" in said
    assert "gate: manual 1, none 1" in said or "gate: none 1, manual 1" in said
    rows = {row["model"]: row for row in csv.DictReader(io.StringIO(command("openness", hub, "--csv")[1]))}
    assert {*rows["a/base"]} == {"model", *COLUMNS} - {"artifact"}
    assert [rows[name]["use"] for name in ("a/base", "b/child")] == ["no", "yes"]
    assert rows["a/base"]["licence_class"] == "use-restricted"
    assert command("openness", hub, "b/child")[1].startswith("b/child: ")
    assert command("openness", hub, "b/nobody")[0] == 4
    assert orjson.loads(command("openness", hub, "--json")[1])[1]["licence"] == "mit"


def test_judgements_of_a_collection(command, hub):
    """A decision is seen at once, in the line and in the register."""
    decisions = hub / "decisions"
    decisions.mkdir(exist_ok=True)
    what = "model='b/child'\ndimension='terms'\noutcome='no'"
    said = f"[[judgement]]\n{what}\nwho='AB'\nwhen=2026-01-01\nwhy='the base forbids it'\n"
    before = command("openness", hub)[1]
    (decisions / "judgements.toml").write_text(said, encoding="utf-8")
    assert "terms no" in command("openness", hub, "b/child")[1]
    after = command("openness", hub)[1]
    assert before != after
    assert "terms: no 2" in after


def test_the_register_is_kept(command, hub):
    """The same store and rules give the same file, which is not made again; another store does."""
    command("openness", hub)
    file = hub / "openness.parquet"
    first = file.stat().st_mtime_ns, file.read_bytes()
    command("openness", hub)
    assert (file.stat().st_mtime_ns, file.read_bytes()) == first
    file.unlink()
    command("openness", hub)
    assert file.read_bytes() == first[1]
    built(told(hub.parent, model("c/new"), name="more.jsonl"))
    command("openness", hub)
    assert file.read_bytes() != first[1]


def test_two_raters_give_kappa(command, tmp_path):
    """Four models, three alike: by hand, (3/4 - 1/2) / (1 - 1/2) = 0.5."""
    rows = [("AB", "yes yes no no"), ("CD", "yes no no no")]
    said = "".join(
        f"[[judgement]]\nmodel='a/{i}'\ndimension='terms'\noutcome='{outcome}'\nwho='{who}'\nwhen=2026-01-01\nwhy='x'\n"
        for who, outcomes in rows
        for i, outcome in enumerate(outcomes.split())
    )
    file = tmp_path / "judged.toml"
    file.write_text(said, encoding="utf-8")
    code, told, _ = command("openness", "--judgements", file, "--raters")
    assert code == 0
    assert told.startswith("terms: AB and CD, 4 models; the same 75%; Cohen's kappa 0.50 [")
    assert command("openness", "--raters")[0] == 2
    file.write_text("judgement = []", encoding="utf-8")
    assert command("openness", "--judgements", file, "--raters")[0] == 4


ODD = {
    "id": "=a/m",
    "tags": 3,
    "siblings": [1, {"rfilename": None}],
    "likes": "many",
    "gated": [1],
    "cardData": {"license": {"a": "b"}, "datasets": 3, "base_model": [["x"]], "model-index": "?"},
}


def test_a_reply_of_absurd_types(command, tmp_path):
    """Whatever can be read is; a spreadsheet is not given a formula."""
    path = tmp_path / "reply.json"
    path.write_text(json.dumps(ODD), encoding="utf-8")
    code, said, _ = command("openness", "--reply", path, "--csv")
    (row,) = csv.DictReader(io.StringIO(said))
    assert code == 0
    assert row["model"] == "'=a/m"


def test_a_reply_that_was_asked_for_less_is_no_silence(command, tmp_path):
    """Without tags and card data nobody saw that there is no licence."""
    path = tmp_path / "reply.json"
    path.write_bytes(b'\xef\xbb\xbf{"id": "a/b", "gated": false}')
    assert "terms unknown" in command("openness", "--reply", path)[1]


def test_nothing_steers_a_terminal(command, tmp_path):
    """What a card says is printed without its control characters, in a note and in a table."""
    path = tmp_path / "card.md"
    path.write_text(
        '---\nlicense: other\nlicense_name: "a\\e[31m"\nbase_model: "b/\\ec"\n---\nWords.\n', encoding="utf-8"
    )
    for form in ("--explain", "--csv"):
        code, said, _ = command("openness", "--card", path, form)
        assert code == 0
        assert all(letter.isprintable() or letter == "\n" for letter in said)


def test_a_file_that_is_no_text(command, tmp_path):
    """Bytes are no card: an error, and no verdict."""
    path = tmp_path / "card.md"
    path.write_text(CARD, encoding="utf-16")
    assert command("openness", "--card", path)[0] == 3


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("cards/index.csv", b"a,b\n1,2\n"),
        ("cards/index.csv", b"hf_id,file\na/b,gone.md\n"),
        ("cards/index.csv", b"hf_id,file\na/b\n"),
        ("cards/index.csv", b"\xff\xfe\x00"),
        ("repositories/map.csv", b"a,b\n1,2\n"),
        ("models.parquet", b"no table"),
    ],
)
def test_a_broken_folder_of_evidence(command, tmp_path, name, content):
    """One clear error that names the file."""
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_bytes(content)
    code, _, said = command("openness", "--evidence", tmp_path)
    assert code == 3
    assert "models.parquet" in said or "cards" in said or "map.csv" in said


def test_a_register_that_cannot_be_read_is_made_anew(command, hub):
    """Cut off in the middle, or not ours: it is derived, and replaced; nothing is left beside it."""
    before = command("openness", hub, "--csv")[1]
    file = hub / "openness.parquet"
    for content in (file.read_bytes()[:200], b"not ours", b""):
        file.write_bytes(content)
        assert command("openness", hub, "--csv") == (0, before, "")
    assert list(hub.glob("*.making")) == []


def test_no_text_of_a_card_is_in_the_table(command, tmp_path):
    """The sentence that restricts is pointed at, and not repeated; the note has it."""
    path = tmp_path / "card.md"
    path.write_text("---\nlicense: mit\n---\nThis model may not be used for commercial purposes.\n", encoding="utf-8")
    table, said = (command("openness", "--card", path, form)[1] for form in ("--csv", "--explain"))
    assert "card, line 4" in table
    assert "may not be used" not in table
    assert "may not be used" in said


def test_what_the_collection_knows_of_others(command, tmp_path):
    """A named data set that was looked at, and the models made from it, are found in the same collection."""
    head = {"license": "mit", "datasets": ["a/data"]}
    base = model("a/base", cardData=head, tags=["dataset:a/data"], gated=False)
    child = model("b/child", cardData={"base_model": "a/base"}, tags=[], gated=False)
    hub = built(told(tmp_path, base, child, model("datasets/a/data", gated="auto")))
    (one,) = orjson.loads(command("openness", hub, "a/base", "--json")[1])
    assert one["findings"]["datasets_open"]["outcome"] == "no"
    assert one["findings"]["derivatives"]["evidence"][0]["quote"] == "1 models"


def test_models_that_are_known_alike_have_the_same_row(tmp_path):
    """What is remembered of a likeness is what looking again would say; another licence or base is another."""
    heads = [
        {},
        {"license": "mit"},
        {"license": "mit", "base_model": "m/0"},
        {"license": "llama3", "datasets": ["x/y"]},
    ]
    hub = built(told(tmp_path, *(model(f"m/{i}", cardData=heads[i % 4]) for i in range(40))))
    connection = openlives.open(hub).connection
    rows = pq.read_table(openlives.open(hub).register()).to_pylist()
    shelf = shelf_of(connection)
    assert rows == [row(artifact, shelf.assess(dossier)) for artifact, dossier in stored.dossiers(connection)]
    assert len({likeness(told) for told in stored.rows(connection)}) < 20


def test_tags_that_no_probe_reads_make_no_difference(tmp_path):
    """Models apart by such tags only are alike and have the same row; one that a probe reads makes another."""
    tags = [["art", "en"], ["music"], ["art", "pytorch"], ["en", "arxiv:2401.00001"], ["keras"], ["region:us"]]
    hub = built(told(tmp_path, *(model(f"m/{i}", tags=each) for i, each in enumerate(tags))))
    connection = openlives.open(hub).connection
    keys = [likeness(each) for each in stored.rows(connection)]
    assert [keys.index(key) for key in keys] == [0, 0, 2, 3, 4, 0]
    shelf = shelf_of(connection)
    found = [row(0, shelf.assess(dossier)) for _, dossier in stored.dossiers(connection)]
    assert [found.index(each) for each in found] == [0, 0, 2, 3, 4, 0]
