"""The head of a card and the names of the files: kept as they came, and lost alone where they make no sense."""

import orjson
import pyarrow.parquet as pq
import pytest

import openlives
from given import built, imported, model, query, told, written
from openlives.store.export import export

FILES = [{"rfilename": name} for name in ("README.md", "train.py", "sub/model.bin")]
CARD = {
    "license": "other",
    "license_name": "made-up-license",
    "language": ["en", "no"],
    "datasets": ["o/data"],
    "extra_gated_fields": {"Country": "country", "I agree": "checkbox"},
    "co2_eq_emissions": {"emissions": 1.50, "source": "é"},
    "base_model_relation": "merge",
    "inference": False,
    "empty": None,
}


def known(hub, *columns):
    """Give columns of the models of a store by name."""
    return {name: row for name, *row in query(hub, f"SELECT name, {', '.join(columns)} FROM artifacts")}


def test_what_a_card_says_is_kept_as_it_came(tmp_path):
    """Every value as the API gave it; of results only that they are there; and every file by name."""
    hub = built(told(tmp_path, model("a/x", cardData=CARD | {"model-index": [{"name": "y" * 9999}]}, siblings=FILES)))
    ((metadata, paths, files),) = known(hub, "metadata", "paths", "files").values()
    assert orjson.loads(metadata) == CARD | {"model-index": True}
    assert (paths, files) == (["README.md", "train.py", "sub/model.bin"], 2)


def test_no_card_and_no_list_are_not_empty_ones(tmp_path):
    """A model of which nothing is told has neither; one whose card and list are empty has empty ones."""
    hub = built(told(tmp_path, model("a/x"), model("a/y", cardData={}, siblings=[])))
    assert known(hub, "metadata", "paths", "files") == {"a/x": [None, None, None], "a/y": ["{}", [], 0]}


@pytest.mark.parametrize(
    "card",
    ["mit", ["mit"], 5, True, {"license": "mit", "deep": "DEEP"}],
    ids=["text", "list", "number", "truth", "nested"],
)
def test_a_broken_head_loses_only_itself(tmp_path, card):
    """A head that is no mapping, or none that can be written, is not known; all else of the model is."""
    path = written(tmp_path / "a.jsonl", model("a/x", cardData=card, siblings=FILES, likes=3))
    path.write_bytes(path.read_bytes().replace(b'"DEEP"', b"[" * 300 + b"]" * 300))
    origin = imported(tmp_path / "hub", path)
    hub = built(tmp_path / "hub")
    assert origin.rejected == 0
    assert known(hub, "metadata", "files", "likes", "owner") == {"a/x": [None, 2, 3, "a"]}


@pytest.mark.parametrize("siblings", [5, "x", {}, [3], [None], [{"rfilename": 5}], [*FILES, {}]], ids=repr)
def test_a_broken_list_of_files_loses_only_itself(tmp_path, siblings):
    """A list with gaps would pass for the whole, so that it is not known at all."""
    hub = built(told(tmp_path, model("a/x", cardData=CARD, siblings=siblings, likes=3)))
    ((metadata, paths, files, likes),) = known(hub, "metadata", "paths", "files", "likes").values()
    assert (paths, files, likes) == (None, None, 3)
    assert orjson.loads(metadata) == CARD


ODD = {"a/b": 1, "c~d": 2, 'q"uote': "é", "$.x": 3, "": 4}


def test_a_huge_head_loses_its_longest_fields(tmp_path):
    """And names them; whatever a field is called, its value stays as it came."""
    huge = CARD | ODD | {"widget": ["w" * 500] * 50, "extra_gated_prompt": "p" * 5000}
    hub = built(told(tmp_path, model("a/x", cardData=huge)))
    ((metadata,),) = known(hub, "metadata").values()
    assert orjson.loads(metadata) == CARD | ODD | {"openlives_cut": ["widget", "extra_gated_prompt"]}
    assert query(hub, "SELECT count FROM build_notes WHERE note LIKE 'heads of cards whose%'") == [(1,)]


def test_a_head_of_very_many_fields_is_bounded(tmp_path):
    """Two hundred fields stay of ten thousand, the first ones."""
    hub = built(told(tmp_path, model("a/x", cardData=CARD | {f"f{n}": n for n in range(10_000)})))
    ((metadata,),) = known(hub, "metadata").values()
    found = orjson.loads(metadata)
    assert len(metadata) < 20_000
    assert found.items() >= CARD.items()
    assert (len(found), len(found["openlives_cut"])) == (201, 200)


def test_the_last_known_head_stays(tmp_path):
    """A later look that says nothing of the card takes nothing away; one that says something replaces it whole."""
    for day, more in ((1, {"cardData": CARD, "siblings": FILES}), (2, {"cardData": {"license": "mit"}}), (3, {})):
        told(tmp_path, model("a/x", likes=day, **more), name=f"{day}.jsonl", observed=1_700_000_000 + day)
    assert known(built(tmp_path / "hub"), "metadata", "likes", "files") == {"a/x": ['{"license":"mit"}', 3, 2]}


def test_tables_may_hold_both(tmp_path):
    """A table with columns of these names is read; text that is no mapping is left out, and counted."""
    rows = ("name,metadata,paths", 'a/x,"{""license"": ""mit""}","[a.bin, b.py]"', "a/y,not JSON,", "a/z,[1],[]")
    (tmp_path / "models.csv").write_text("\n".join(rows))
    imported(tmp_path / "hub", tmp_path / "models.csv", kind="models")
    hub = built(tmp_path / "hub")
    assert known(hub, "metadata", "paths") == {
        "a/x": ['{"license": "mit"}', ["a.bin", "b.py"]],
        "a/y": [None, None],
        "a/z": [None, []],
    }
    assert query(hub, "SELECT count FROM build_notes WHERE note LIKE 'heads of cards that%'") == [(2,)]


def test_originals_of_an_earlier_version_can_be_built(tmp_path):
    """What was imported before these fields were kept lacks them: alone, and beside what was imported since."""
    hub = told(tmp_path, model("a/x", likes=3, cardData={"license": "mit"}, siblings=FILES))
    (old,) = (hub / "imports").glob("*/artifacts.parquet")
    table = pq.read_table(old).drop_columns(["paths", "metadata"])
    pq.write_table(table, old)
    assert known(built(hub), "license", "files", "paths", "metadata") == {"a/x": ["mit", 2, None, None]}
    told(tmp_path, model("a/y", cardData=CARD, siblings=FILES), name="later.jsonl")
    ((_, *first), (_, *second)) = query(built(hub), "SELECT name, paths, metadata IS NULL FROM artifacts ORDER BY name")
    assert (first, second) == ([None, True], [["README.md", "train.py", "sub/model.bin"], False])


@pytest.mark.parametrize("private", [False, True])
def test_heads_stay_behind_in_a_public_export(tmp_path, private):
    """The head of a card is its author's text, and goes where the card goes; the names of files are public."""
    hub = built(told(tmp_path, model("a/x", cardData=CARD, siblings=FILES)))
    list(export(openlives.open(hub), tmp_path / "out", private=private))
    columns = pq.read_schema(tmp_path / "out" / "artifacts.parquet").names
    assert ("metadata" in columns, "card" in columns, "paths" in columns) == (private, private, True)
