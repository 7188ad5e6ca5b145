"""What others collected, in bulk: snapshots of every model (hub-stats), and a database of discussions (HFCommunity)."""

import ast
import gzip
import json
import zipfile
from functools import partial
from pathlib import Path

import duckdb
import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from given import imported, originals
from openlives.errors import InputError
from openlives.sources import hf_community, literal, mysql_dump, mysql_text
from openlives.store.imports import bring_in

DATA = Path(__file__).parents[1] / "data"
NOON = 1_683_374_400  # 2023-05-06 12:00 UTC
# What stands in the made-up dumps, as it was given to MariaDB.
HOSTILE = "It's \"quoted\" \\ back\\\\slashed;\n),('x', NULL); INSERT INTO `discussion` VALUES (1);\r\n\t"
HOSTILE += "100% a_b \0 \x1a é 👍 -- /* */"


@pytest.fixture
def hub(tmp_path):
    return tmp_path / "hub"


def reasons(hub):
    """Give the place and the reason of every rejected row."""
    return [(row["row"], row["reason"]) for row in originals(hub, "rejects")]


# HFCommunity ---------------------------------------------------------------------------------------------------------

EVENT = ["id", "repo_id", "discussion_num", "event_type", "created_at", "author", "content", "full_data"]


def quoted(value):
    """Write a value as mysqldump does."""
    if value is None or isinstance(value, int):
        return "NULL" if value is None else str(value)
    pairs = {"\\": "\\\\", "'": "\\'", '"': '\\"', "\n": "\\n", "\r": "\\r", "\0": "\\0", "\x1a": "\\Z"}
    return "'" + "".join(pairs.get(letter, letter) for letter in value) + "'"


def created(table, columns):
    """Write a CREATE TABLE."""
    lines = ",\n".join(f"  `{column}` text DEFAULT NULL COMMENT 'it''s, a ''one'' (;'" for column in columns)
    return f"CREATE TABLE `{table}` (\n{lines},\n  PRIMARY KEY (`{columns[0]}`)\n) ENGINE=InnoDB;\n"


def inserted(table, *rows, head=""):
    """Write an INSERT of several rows."""
    return f"INSERT INTO `{table}` {head}VALUES " + ",".join(f"({','.join(map(quoted, r))})" for r in rows) + ";\n"


def said(number, content="hello", full=None, **more):
    """Give a comment as a row."""
    row = {
        "id": f"e{number}",
        "repo_id": "models/a/x",
        "discussion_num": 1,
        "event_type": "comment",
        "created_at": "2023-05-06 12:00:00",
        "author": "ada",
        "content": content,
        "full_data": full,
    } | more
    return [row[column] for column in EVENT]


def dumped(path, *parts):
    """Write a dump, packed as its name says."""
    raw = b"".join(part if isinstance(part, bytes) else part.encode() for part in parts)
    path.write_bytes(gzip.compress(raw, mtime=0) if path.suffix == ".gz" else raw)
    return path


def community(hub, path, **settings):
    """Bring a dump into a collection."""
    (hub / "imports").mkdir(parents=True, exist_ok=True)
    return bring_in(hub / "imports", path, "hf-community", hf_community.read, **settings)


@pytest.mark.parametrize("style", ["extended", "one-by-one"])
def test_what_a_real_server_dumped(hub, style):
    """A dump that MariaDB wrote gives what MariaDB was given, in both styles and whatever stands in the texts."""
    origin = community(hub, DATA / f"made-up-{style}.sql")
    assert origin.rows == {"artifacts": 3, "events": 5, "people": 2, "threads": 2}
    assert origin.rejected == 0
    assert origin.notes == [
        "tables passed over: commits, tag",
        "1 events are put together from their columns: full_data cannot be read",
    ]
    first, _, _, renamed, gone = sorted(originals(hub, "events"), key=lambda row: row["id"])
    assert (first["artifact"], first["num"], first["kind"], first["time"]) == ("a/x", 1, "comment", NOON - 17_511)
    assert (first["body"], first["author"], first["author_kind"], first["by_owner"]) == (HOSTILE, "ada", "user", True)
    assert (first["edited"], first["hidden"], first["position"]) == (True, False, None)
    assert json.loads(first["raw"])["data"]["numEdits"] == 1
    assert json.loads(renamed["raw"])["data"] == {"from": "Old", "to": HOSTILE}
    assert (gone["artifact"], gone["author"], gone["hidden"]) == ("datasets/b/y", None, True)
    merged, by_nobody = sorted(originals(hub, "threads"), key=lambda row: row["num"])
    assert (merged["title"], merged["status"], merged["author"]) == (HOSTILE, "merged", "ada")
    assert merged["pull_request"] is True
    assert (merged["merge_commit"], json.loads(merged["raw"])["changes"]["base"]) == ("c0ffee", "refs/heads/main")
    assert (by_nobody["artifact"], by_nobody["author"], by_nobody["pull_request"]) == ("datasets/b/y", "deleted", False)


def test_what_several_tables_know_of_an_artifact(hub):
    """Owner, likes, downloads, tags, licence and base come from four tables; a gate's kind is in none."""
    community(hub, DATA / "made-up-extended.sql", observed=NOON)
    x, y, z = originals(hub, "artifacts")
    assert (x["name"], x["owner"], x["likes"], x["downloads"], x["task"]) == ("a/x", "ada", 7, 12, "text-generation")
    assert x["tags"] == ["base_model:b/y", "base_model:finetune:b/y", "license:mit", "license:other"]
    assert (x["license"], x["base_models"], x["gate"], x["private"]) == ("mit, other", ["b/y"], None, False)
    assert (y["name"], y["license"], y["base_models"], y["downloads"]) == ("datasets/b/y", "mit", None, None)
    assert (z["name"], z["tags"], z["disabled"], z["observed"]) == ("spaces/b/z", None, True, NOON)


def test_authors_that_only_git_knows_are_nobody(hub):
    """Authors of commits are names in git, not accounts; a deleted account has no row."""
    community(hub, DATA / "made-up-extended.sql")
    assert {row["name"] for row in originals(hub, "people")} == {"ada", "bea"}


def test_a_dump_of_2022(hub, tmp_path):
    """The oldest dumps keep what is known of a model in one table, and nothing for a deleted author."""
    model = ["id", "name", "model_id", "author", "private", "pipeline_tag", "downloads", "likes"]
    parts = [
        created("author", ["name", "source"]) + inserted("author", ["ada", "hf"], ["deleted", "hf"]),
        created("model", model) + inserted("model", ["models/a/x", "a/x", "a/x", "a", 1, "mask", 5, 2]),
        created("discussion", ["num", "repo_id", "author"]) + inserted("discussion", [1, "models/a/x", ""]),
    ]
    assert community(hub, dumped(tmp_path / "dump.sql", *parts)).rejected == 0
    (row,) = originals(hub, "artifacts")
    assert (row["name"], row["owner"], row["private"], row["likes"]) == ("a/x", "a", True, 2)
    assert [row["name"] for row in originals(hub, "people")] == ["ada"]
    assert [row["author"] for row in originals(hub, "threads")] == [None]


@pytest.mark.parametrize("name", ["dump.sql", "dump.sql.gz", "dump.zip"])
def test_forms_of_dumps(command, hub, tmp_path, name):
    """Plain, packed, or in an archive, as HFCommunity gives it."""
    text = created("discussion_event", EVENT) + inserted("discussion_event", said(1))
    if name.endswith("zip"):
        with zipfile.ZipFile(tmp_path / name, "w") as archive:
            archive.writestr("dump_20230721.sql", text)
            archive.writestr("README.txt", "made up")
    else:
        dumped(tmp_path / name, text)
    code, told, _ = command("import", "hf-community", tmp_path / name, hub)
    assert code == 0
    assert f"{name}: 1 events, 1 people" in told
    assert originals(hub, "events")[0]["body"] == "hello"


def test_an_archive_without_a_dump(hub, tmp_path):
    """An archive that holds no dump, or is none, is an error."""
    with zipfile.ZipFile(tmp_path / "dump.zip", "w") as archive:
        archive.writestr("README.txt", "made up")
    with pytest.raises(InputError, match="0 dumps"):
        community(hub, tmp_path / "dump.zip")
    (tmp_path / "dump.zip").write_bytes(b"PK\x03\x04 cut")
    with pytest.raises(InputError, match="unpacked"):
        community(hub, tmp_path / "dump.zip")


def test_a_map_is_not_needed(command, hub, tmp_path):
    """A dump knows its own columns."""
    path = dumped(tmp_path / "dump.sql", created("discussion_event", EVENT))
    code, _, complaint = command("import", "hf-community", path, hub, "--map", "hub-crawl")
    assert code == 3
    assert "need no map" in complaint


TEXTS = {
    "quotes": "it's 'so' \"so\" ''",
    "backslashes": "\\ \\\\ \\' \\n \\",
    "semicolons and rows": "; ),('a'),(NULL);\nINSERT INTO `discussion_event` VALUES ('x');",
    "control": "\0\b\t\n\r\x1a",
    "wildcards": "\\% \\_ % _",
    "empty": "",
    "a megabyte": "'\\\n);" * 200_000,
}


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS.keys())
@pytest.mark.parametrize("full", [None, str, json.dumps], ids=["columns", "Python", "JSON"])
def test_texts_come_over(hub, tmp_path, text, full):
    """A text comes over as it was, from the column or from the event as it came."""
    event = {"id": "e1", "type": "comment", "createdAt": "2023-05-06T12:00:00.000Z", "data": {"latest": {"raw": text}}}
    row = said(1, content=text, full=full(event) if full else None)
    parts = created("discussion_event", EVENT), inserted("discussion_event", row, said(2))
    assert community(hub, dumped(tmp_path / "dump.sql", *parts)).rejected == 0
    assert [row["body"] for row in originals(hub, "events")] == [text, "hello"]


SPELLED = {
    "'a''b'": "a'b",
    "_binary 'x'": "x",
    "_utf8mb4'x\\'y'": "x'y",
    "X'6869'": "hi",
    "0x6869": "hi",
    "b'101'": "5",
    " -1.5e3 ": "-1.5e3",
    "'\\q\\\\q'": "q\\q",
    "'10\\% \\_'": "10\\% \\_",
    "NULL": None,
    "'NULL'": "NULL",
}


@pytest.mark.parametrize(("spelled", "meant"), SPELLED.items())
def test_values_as_mysql_spells_them(spelled, meant):
    """Strings, hexadecimal and binary numbers, character sets in front, NULL."""
    assert mysql_text.values(mysql_text.masked(spelled.encode()), ["a"], [(0, "a")]) == {"a": meant}


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]))))
def test_any_texts_come_back(texts):
    """What is written as mysqldump writes it is read as it was."""
    raw = mysql_text.masked(",".join(map(quoted, texts)).encode())
    columns = [str(number) for number in range(len(texts))]
    assert list(mysql_text.values(raw, columns, list(enumerate(columns))).values()) == texts


leaves = st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(st.characters(exclude_categories=["Cs"]))
dictionaries = st.dictionaries(
    st.text("abc", min_size=1),
    st.recursive(leaves, lambda s: st.lists(s) | st.dictionaries(st.text("xyz"), s)),
    min_size=1,
)


@given(dictionaries)
def test_python_notation(value):
    """A dictionary written by `str` is read as Python itself reads it, and one written as JSON too."""
    assert literal.read(str(value)) == ast.literal_eval(str(value)) == value
    assert literal.read(json.dumps(value)) == value


@pytest.mark.parametrize("text", ["", "None", "[1]", "{'a': x}", "{'a'", "{'a': 'b}", "{'a': " + "[" * 5000, "{1: 2}"])
def test_what_is_no_dictionary(text):
    """Anything else is an error that an importer can catch."""
    with pytest.raises(ValueError):
        literal.read(text)


def test_columns_in_another_order_and_unknown_ones(hub, tmp_path):
    """Columns are known by their names: in another order, under their older name, with others beside them."""
    columns = ["mood", "full_data", "created_at", "type", "discussion_num", "repo_id", "id"]
    row = ["sunny", None, "2023-05-06 12:00:00", "comment", 3, "spaces/a/x", "e1"]
    community(
        hub, dumped(tmp_path / "dump.sql", created("discussion_event", columns), inserted("discussion_event", row))
    )
    (event,) = originals(hub, "events")
    assert (event["artifact"], event["num"], event["kind"], event["author"]) == ("spaces/a/x", 3, "comment", None)


def test_an_insert_that_names_its_columns(hub, tmp_path):
    """The columns that the INSERT names are those that count, with a CREATE TABLE or without."""
    head = "(`" + "`, `".join(reversed(EVENT)) + "`) "
    row = list(reversed(said(1)))
    insert = inserted("discussion_event", row, head=head).replace("`discussion_event`", '`hfc`."discussion_event"')
    community(hub, dumped(tmp_path / "dump.sql", insert))
    assert originals(hub, "events")[0]["body"] == "hello"


def test_an_insert_of_unknown_columns_is_rejected(hub, tmp_path):
    """Rows of which nothing says what their columns are, are rejected; other tables go on."""
    tags = created("tags_in_repo", ["tag_name", "repo_id"]) + inserted("tags_in_repo", ["mlx", "models/a/x"])
    community(hub, dumped(tmp_path / "dump.sql", inserted("discussion_event", said(1)), tags))
    assert reasons(hub) == [("a statement on discussion_event", "nothing says what its columns are")]
    assert originals(hub, "artifacts")[0]["tags"] == ["mlx"]


BAD = {
    "discussion_num is missing": said(2, discussion_num=None),
    "invalid literal": said(2, discussion_num="two"),
    "neither a model": said(2, repo_id="papers/a/x"),
    "an event without a time": said(2, created_at=None),
    "kind is missing": said(2, event_type=None),
    "outside 1990": said(2, created_at="1970-01-01 00:00:00"),
    "7 values for 8 columns": said(2)[:-1],
    "out of range": said(2, created_at="0000-00-00 00:00:00"),
}


@pytest.mark.parametrize(("reason", "row"), BAD.items(), ids=BAD.keys())
def test_a_bad_row_is_rejected_alone(hub, tmp_path, reason, row):
    """A row that cannot be used is rejected with its table and number; those around it are kept."""
    parts = created("discussion_event", EVENT), inserted("discussion_event", said(1), row, said(3))
    community(hub, dumped(tmp_path / "dump.sql", *parts))
    ((place, why),) = reasons(hub)
    assert place == "discussion_event, row 2"
    assert reason in why
    assert [row["id"] for row in originals(hub, "events")] == ["e1", "e3"]


def test_bytes_that_are_no_text(hub, tmp_path):
    """A row whose bytes are no UTF-8 is rejected with the name of the column, whatever bytes they are."""
    rows = inserted("discussion_event", said(1), said(2, content="XX"), said(3)).encode()
    for wrong in (b"\xe9", b"\xff\xfe"):
        path = dumped(tmp_path / "dump.sql", created("discussion_event", EVENT), rows.replace(b"XX", wrong))
        community(hub, path)
    assert reasons(hub) == [("discussion_event, row 2", "content is not UTF-8")] * 2
    assert len(originals(hub, "events")) == 4


def test_values_that_cannot_be_told_apart(hub, tmp_path):
    """Something between the values that is none is rejected with its row."""
    rows = inserted("discussion_event", said(1), said(2, content="XX"), said(3)).replace("'XX'", "'X' 'X'")
    community(hub, dumped(tmp_path / "dump.sql", created("discussion_event", EVENT), rows))
    assert [place for place, _ in reasons(hub)] == ["discussion_event, row 2"]
    assert len(originals(hub, "events")) == 2


def test_an_open_quote_takes_only_its_line(hub, tmp_path, monkeypatch):
    """A quote that is never closed spoils its own line; the statements behind it are read."""
    monkeypatch.setattr(mysql_dump, "LONGEST", 1000)
    monkeypatch.setattr(mysql_dump, "CHUNK", 100)
    broken = inserted("discussion_event", said(2)).replace("'hello'", "'hel")
    more = "".join(inserted("discussion_event", said(number)) for number in range(3, 60))
    path = dumped(
        tmp_path / "dump.sql", created("discussion_event", EVENT), inserted("discussion_event", said(1)), broken, more
    )
    community(hub, path)
    assert "the row has no end" in [why for _, why in reasons(hub)]
    assert {row["id"] for row in originals(hub, "events")} >= {"e1", "e59"}


@pytest.mark.parametrize("cut", [5, 30, 150, 900])
@pytest.mark.parametrize("name", ["dump.sql", "dump.sql.gz"])
def test_a_dump_cut_short_gives_what_it_has(hub, tmp_path, name, cut):
    """A dump that breaks off, packed or not, gives its whole rows, and says that it breaks off."""
    head = "-- MariaDB dump 10.19\n" + created("discussion_event", EVENT)
    rows = [said(number, content=str(number) * 9) for number in range(500)]
    text = head + "".join(inserted("discussion_event", *rows[at : at + 7]) for at in range(0, 500, 7))
    path = dumped(tmp_path / name, text, "-- Dump completed\n")
    assert community(hub, path).rejected == 0
    assert len(originals(hub, "events")) == 500
    path.write_bytes(path.read_bytes()[:-cut])
    origin = community(hub, path, platform="cut")
    assert 0 < origin.rows["events"] <= 500
    assert any("breaks off" in reason for _, reason in reasons(hub))


def test_a_row_longer_than_what_is_read_at_once(hub, tmp_path, monkeypatch):
    """Rows are found wherever the pieces of the file end, in the middle of an escape too."""
    text = created("discussion_event", EVENT) + inserted("discussion_event", said(1, content=HOSTILE * 3), said(2))
    found = []
    for size in (1, 2, 3, 7, 64):
        monkeypatch.setattr(mysql_dump, "CHUNK", size)
        monkeypatch.setattr(mysql_dump, "HEAD", 200)
        community(hub, dumped(tmp_path / "dump.sql", text), platform=str(size))
        found.append(len(originals(hub, "events")))
    assert found == [2, 4, 6, 8, 10]
    assert {row["body"] for row in originals(hub, "events")} == {HOSTILE * 3, "hello"}


def test_what_is_no_dump(hub, tmp_path):
    """Any other text, or an empty file, is an error, and leaves nothing."""
    for raw in ("id,name\n1,x\n" * 100, ""):
        with pytest.raises(InputError, match="no dump"):
            community(hub, dumped(tmp_path / "dump.sql", raw))
    (tmp_path / "dump.sql.gz").write_bytes(b"not packed")
    with pytest.raises(InputError, match="Not a gzipped file"):
        community(hub, tmp_path / "dump.sql.gz")
    assert list((hub / "imports").iterdir()) == []


# hub-stats -----------------------------------------------------------------------------------------------------------

FULL = {
    "_id": "'m1'",
    "id": "'a/x'",
    "author": "'a'",
    "createdAt": "TIMESTAMP '2023-05-06 12:00:00'",
    "downloads": "12::BIGINT",
    "likes": "7::BIGINT",
    "trendingScore": "0.5",
    "tags": "['mlx', 'it''s']",
    "pipeline_tag": "'text-generation'",
    "library_name": "'transformers'",
    "cardData": """'{"license": "mit", "base_model": "b/y"}'""",
    "baseModels": "{'relation': 'finetune', 'models': [{'id': 'c/z'}]}",
    "siblings": "[{'rfilename': 'README.md'}, {'rfilename': '.gitattributes'}, {'rfilename': 'model.bin'}]",
    "gated": "'manual'",
    "private": "false",
    "disabled": "false",
}


def stats(hub, folder, columns, *, rows="", **settings):
    """Write a snapshot with these columns and bring it in; give its origin."""
    select = rows or "SELECT " + ", ".join(f'{sql} AS "{name}"' for name, sql in columns.items())
    folder.mkdir(parents=True, exist_ok=True)
    with duckdb.connect() as connection:
        connection.execute(f"COPY ({select}) TO '{folder / 'models.parquet'}' (FORMAT parquet)")
    return imported(hub, folder / "models.parquet", "models", map_name="hub-stats", **settings)


def test_a_snapshot_with_every_column(hub, tmp_path):
    """Every field of a model comes over, and nothing is said to be missing."""
    origin = stats(hub, tmp_path, FULL, observed=NOON, census=True)
    (row,) = originals(hub, "artifacts")
    assert origin.notes == []
    assert (row["name"], row["platform_id"], row["owner"], row["created"]) == ("a/x", "m1", "a", NOON)
    assert (row["task"], row["library"], row["downloads"], row["likes"]) == ("text-generation", "transformers", 12, 7)
    assert (row["tags"], row["license"], row["base_models"]) == (["mlx", "it's"], "mit", ["b/y"])
    assert orjson.loads(row["metadata"]) == {"license": "mit", "base_model": "b/y"}
    assert row["paths"] == ["README.md", ".gitattributes", "model.bin"]
    assert (row["gate"], row["files"], row["private"], row["disabled"]) == ("manual", 1, False, False)
    assert row["observed"] == NOON


FIELDS = {
    "_id": "platform_id",
    "author": "owner",
    "createdAt": "created",
    "downloads": "downloads",
    "tags": "tags",
    "gated": "gate",
    "private": "private",
}


@pytest.mark.parametrize(("column", "name"), FIELDS.items())
def test_any_column_may_be_missing(hub, tmp_path, column, name):
    """A field whose column is missing is not known, and the import says so; the others come over."""
    origin = stats(hub, tmp_path, {key: sql for key, sql in FULL.items() if key != column})
    (row,) = originals(hub, "artifacts")
    assert row[name] is None
    assert (row["name"], row["likes"], row["license"]) == ("a/x", 7, "mit")
    assert origin.notes == [f"not known, since the file lacks the columns: {name} ({column})"]


def test_a_missing_list_of_files(hub, tmp_path):
    """Without it neither their number nor their names are known, and both are said."""
    origin = stats(hub, tmp_path, {key: sql for key, sql in FULL.items() if key != "siblings"})
    (row,) = originals(hub, "artifacts")
    assert (row["files"], row["paths"], row["license"]) == (None, None, "mit")
    assert origin.notes == ["not known, since the file lacks the columns: paths (siblings), files (siblings)"]


def test_only_a_name(hub, tmp_path):
    """A file with nothing but names is a list of models; without a name there is nothing."""
    assert stats(hub, tmp_path, {"modelId": "'a/x'"}).rows == {"artifacts": 1}
    with pytest.raises(InputError, match="id or modelId"):
        stats(hub, tmp_path, {"author": "'a'"})


KINDS_OF_VALUES = [
    ("cardData", """{'license': 'mit', 'x': 1}""", "license", "mit"),
    ("cardData", """{'license': ['mit', 'other']}""", "license", "mit, other"),
    ("cardData", """'{"license": ["mit", "", null, "other"]}'""", "license", "mit, other"),
    ("cardData", """'{"license": ""}'""", "license", None),
    ("cardData", """'{"license": 3}'""", "license", "3"),
    ("cardData", "'null'", "license", None),
    ("cardData", "'[1]'", "license", None),
    ("cardData", "''", "license", None),
    ("cardData", "NULL::VARCHAR", "license", None),
    ("cardData", "NULL::INTEGER", "license", None),
    ("cardData", """'{"base_model": ["b/y", "b/w"]}'""", "base_models", ["b/y", "b/w"]),
    ("cardData", """'{"base_model": []}'""", "base_models", ["c/z"]),
    ("cardData", "'{}'", "base_models", ["c/z"]),
    ("cardData", """{'base_model': 'b/y'}""", "base_models", ["b/y"]),
    ("tags", """'["mlx", "\\u00e9"]'""", "tags", ["mlx", "é"]),
    ("tags", "[]::VARCHAR[]", "tags", []),
    ("tags", "NULL::VARCHAR[]", "tags", None),
    ("siblings", "['README.md', 'a.bin', 'LICENSE.txt', 'licence', 'sub/readme']", "files", 2),
    ("siblings", """'[{"rfilename": "a.bin"}, {"rfilename": ".gitignore"}]'""", "files", 1),
    ("siblings", "[]::VARCHAR[]", "files", 0),
    ("siblings", "NULL::VARCHAR[]", "files", None),
    ("siblings", "['README.md', 'sub/a.bin']", "paths", ["README.md", "sub/a.bin"]),
    ("siblings", """'[{"rfilename": "a.bin"}, {"rfilename": ".gitignore"}]'""", "paths", ["a.bin", ".gitignore"]),
    ("siblings", "[]::VARCHAR[]", "paths", []),
    ("siblings", "NULL::VARCHAR[]", "paths", None),
    (
        "cardData",
        """'{"license": "other", "language": ["en", "no"], "x": 1.5}'""",
        "metadata",
        '{"license":"other","language":["en","no"],"x":1.5}',
    ),
    ("cardData", """{'license': 'mit', 'datasets': NULL::VARCHAR[]}""", "metadata", '{"license":"mit"}'),
    ("cardData", """'{"model-index": [{"name": "x"}]}'""", "metadata", '{"model-index":true}'),
    ("cardData", """{'model-index': NULL::VARCHAR, 'license': 'mit'}""", "metadata", '{"license":"mit"}'),
    ("cardData", "'{}'", "metadata", "{}"),
    (
        "cardData",
        """{'license': 'mit', 'w': repeat('x', 30000), 'datasets': ['a/b']}""",
        "metadata",
        '{"license":"mit","datasets":["a/b"],"openlives_cut":["w"]}',
    ),
    (
        "cardData",
        """{'license': 'mit', 'model-index': repeat('x', 30000)}""",
        "metadata",
        '{"license":"mit","model-index":true}',
    ),
    ("cardData", "'[1]'", "metadata", None),
    ("cardData", "'null'", "metadata", None),
    ("cardData", "NULL::VARCHAR", "metadata", None),
    ("gated", "'false'", "gate", "none"),
    ("gated", "false", "gate", "none"),
    ("gated", "true", "gate", None),
    ("gated", """'"auto"'""", "gate", "auto"),
    ("gated", "NULL::VARCHAR", "gate", None),
    ("createdAt", "'2023-05-06T12:00:00.000Z'", "created", NOON),
    ("createdAt", "TIMESTAMPTZ '2023-05-06 14:00:00+02'", "created", NOON),
    ("downloads", "12::DOUBLE", "downloads", 12),
    ("disabled", "'true'", "disabled", True),
]


@pytest.mark.parametrize(("column", "sql", "name", "value"), KINDS_OF_VALUES)
def test_columns_of_any_type(hub, tmp_path, column, sql, name, value):
    """A column may be JSON as text or in columns of its own, a truth value or its name, one or a list."""
    origin = stats(hub, tmp_path, FULL | {column: sql})
    (row,) = originals(hub, "artifacts")
    assert (row[name], origin.rejected) == (value, 0)


def test_base_models_as_text(hub, tmp_path):
    """The lineage may be JSON as text too."""
    text = """'{"relation": "merge", "models": [{"_id": "1", "id": "c/z"}, {"id": "d/w"}]}'"""
    stats(hub, tmp_path, FULL | {"cardData": "NULL::VARCHAR", "baseModels": text})
    assert originals(hub, "artifacts")[0]["base_models"] == ["c/z", "d/w"]


def test_broken_cards_are_counted(hub, tmp_path):
    """A model whose card cannot be read is kept without what the card says; how many there are is said."""
    cards = """SELECT 'a/' || i AS id,
        CASE WHEN i % 4 = 1 THEN '{"license": ' ELSE '{"license": "mit"}' END AS "cardData"
        FROM range(8) t(i)"""
    origin = stats(hub, tmp_path, {}, rows=cards)
    assert [row["license"] for row in originals(hub, "artifacts")].count("mit") == 6
    assert origin.notes[-1] == "cardData is no JSON in 2 rows: what comes from it is not known there"
    assert origin.rejected == 0


def test_rows_without_a_name_are_rejected(hub, tmp_path):
    """A row without a name is rejected with its number and as it stands; the order of the others stays."""
    rows = """SELECT CASE WHEN i NOT IN (3, 250000) THEN 'a/' || i END AS id, i::BIGINT AS likes,
        '{"a": 1}' AS "cardData" FROM range(300000) t(i)"""
    stats(hub, tmp_path, {}, rows=rows)
    assert reasons(hub) == [("row 4", "name is missing"), ("row 250001", "name is missing")]
    assert "250000" in originals(hub, "rejects")[1]["raw"]
    likes = [row["likes"] for row in originals(hub, "artifacts")]
    assert likes == sorted(likes)
    assert len(likes) == 299_998


def test_a_week_is_known_by_its_folder(command, hub, tmp_path):
    """Without a date the nearest folder that is named by one gives it, and that is said; a date that is given wins."""
    for day in ("2025-03-03", "2025-03-10"):
        stats(tmp_path / "other", tmp_path / "weeks" / "models" / day, FULL | {"likes": f"{day[-2:]}::BIGINT"})
    code, told, _ = command("import", "models", tmp_path / "weeks", hub, "--map", "hub-stats", "--census")
    assert code == 0
    assert "observed 2025-03-03, by the name of its folder" in told
    observed = {row["likes"]: row["observed"] for row in originals(hub, "artifacts")}
    assert observed == {3: 1_740_960_000, 10: 1_741_564_800}
    week = tmp_path / "weeks" / "models" / "2025-03-03" / "models.parquet"
    _, told, _ = command("import", "models", week, tmp_path / "dated", "--map", "hub-stats", "--observed", "2025-03-05")
    assert "folder" not in told
    assert originals(tmp_path / "dated", "artifacts")[0]["observed"] == 1_741_132_800


def test_a_snapshot_of_no_day_says_so(command, hub, tmp_path):
    """Without a date and without such a folder the import says that it does not know."""
    stats(tmp_path / "other", tmp_path / "latest", FULL)
    code, told, _ = command("import", "models", tmp_path / "latest" / "models.parquet", hub, "--map", "hub-stats")
    assert code == 0
    assert "give --observed" in told


def test_notes_are_kept(command, hub, tmp_path):
    """What an import lacked is kept with its origin, and said once."""
    stats(tmp_path / "other", tmp_path / "latest", {"id": "'a/x'"})
    again = partial(command, "import", "models", tmp_path / "latest" / "models.parquet", hub, "--map", "hub-stats")
    assert "likes (likes)" in again()[1]
    assert "known already" in again()[1]
    (origin,) = (hub / "imports").glob("*/origin.json")
    assert "likes (likes)" in json.loads(origin.read_bytes())["notes"][0]
