"""Files in, records out: the API's own JSON and tables; what cannot be used is said, and the rest kept."""

import gzip

import duckdb
import orjson
import pytest

from given import author, comment, imported, model, originals, thread, written
from openlives.errors import InputError
from openlives.sources import hub_api

MIDNIGHT = 1_704_067_200  # 2024-01-01 00:00 UTC


@pytest.fixture
def hub(tmp_path):
    return tmp_path / "hub"


@pytest.fixture
def table(tmp_path):
    """Write a table as text."""

    def write(text, name="events.csv"):
        (tmp_path / name).write_text(text)
        return tmp_path / name

    return write


def parquet(path, select):
    """Write a Parquet file from SQL."""
    with duckdb.connect() as connection:
        connection.execute(f"COPY ({select}) TO '{path}' (FORMAT parquet)")
    return path


def reasons(hub):
    """Give the place and the reason of every rejected row."""
    return [(row["row"], row["reason"]) for row in originals(hub, "rejects")]


@pytest.mark.parametrize("name", ["told.json", "told.jsonl", "told.jsonl.gz", "told.ndjson", "told.json.gz"])
def test_forms_of_json(hub, tmp_path, name):
    """One document a file, one a line, or a list of them, packed or not."""
    documents = (
        [thread("a/x", 1, comment("ada"))]
        if name == "told.json.gz"
        else [thread("a/x", 1, comment("ada")), model("a/x")]
    )
    origin = imported(hub, written(tmp_path / name, *documents))
    assert origin.rows.get("events") == 1
    assert origin.rows.get("artifacts", 0) == len(documents) - 1
    assert origin.rejected == 0


def test_a_folder_of_replies(command, hub, tmp_path):
    """A folder is read file by file, whatever is in its folders; other files are left alone."""
    (tmp_path / "replies" / "more").mkdir(parents=True)
    written(tmp_path / "replies" / "one.json", thread("a/x", 1, comment("ada")))
    written(tmp_path / "replies" / "more" / "two.jsonl.gz", thread("a/x", 2, comment("bea")))
    (tmp_path / "replies" / "notes.txt").write_text("not JSON")
    code, said, _ = command("import", "api", tmp_path / "replies", hub)
    assert code == 0
    assert "one.json" in said
    assert {row["num"] for row in originals(hub, "events")} == {1, 2}


def test_a_folder_without_replies(command, hub, tmp_path):
    """An empty folder is said, not passed over."""
    (tmp_path / "replies").mkdir()
    code, _, complaint = command("import", "api", tmp_path / "replies", hub)
    assert code == 3
    assert ".jsonl" in complaint


def test_listings(hub, tmp_path):
    """A listing gives its threads, without events."""
    listing = {
        "discussions": [{k: v for k, v in thread("a/x", n).items() if k != "events"} for n in (1, 2)],
        "count": 2,
    }
    assert imported(hub, written(tmp_path / "list.json", listing)).rows == {"threads": 2}


def test_unknown_kinds_and_keys_are_kept(hub, tmp_path):
    """An event of a kind that nobody knows is an event; keys that nobody knows stay in `raw`."""
    strange = {
        "id": "e1",
        "type": "telepathy",
        "createdAt": "2024-01-01T00:00:01Z",
        "data": {"thought": 42},
        "aura": "red",
    }
    imported(hub, written(tmp_path / "told.jsonl", thread("a/x", 1, comment("ada"), strange, mood="sunny")))
    event = originals(hub, "events")[1]
    assert (event["kind"], event["time"], event["author"]) == ("telepathy", MIDNIGHT + 1, None)
    assert orjson.loads(event["raw"]) == strange
    assert orjson.loads(originals(hub, "threads")[0]["raw"])["mood"] == "sunny"


def test_a_broken_line_is_rejected_alone(hub, tmp_path):
    """A broken line in the middle is rejected with its number; what stands before and after is kept."""
    lines = [orjson.dumps(thread("a/x", n, comment("ada"))) for n in (1, 2, 3)]
    lines[1] = lines[1][:40]
    (tmp_path / "told.jsonl").write_bytes(b"\n".join(lines))
    origin = imported(hub, tmp_path / "told.jsonl")
    assert {row["num"] for row in originals(hub, "threads")} == {1, 3}
    ((place, reason),) = reasons(hub)
    assert (origin.rejected, place) == (1, "line 2")
    assert "JSON" in reason
    assert originals(hub, "rejects")[0]["raw"].strip() == lines[1].decode()


@pytest.mark.parametrize(
    "document", [5, None, "events and num", [[]], {}, {"num": 1, "events": []}, {"discussions": None}]
)
def test_other_json_is_rejected(hub, tmp_path, document):
    """What is neither a thread, a listing nor a model is rejected, and the next line is read."""
    origin = imported(hub, written(tmp_path / "told.jsonl", document, thread("a/x", 1, comment("ada"))))
    assert origin.rejected == 1
    assert origin.rows["events"] == 1


WRONG = {
    "a title that is a number": thread("b/y", 1, comment("bea"), title=7),
    "a number that is a text": thread("b/y", "one", comment("bea")),
    "a truth that is a text": thread("b/y", 1, comment("bea"), isPullRequest="perhaps"),
    "an author that is a text": thread("b/y", 1, comment("bea"), author="bea"),
    "tags that are a text": model("b/y", tags="art"),
    "downloads that are a text": model("b/y", downloads="many"),
    "downloads beyond all bounds": model("b/y", downloads=2**63),
    "a time that is a number": model("b/y", createdAt=5),
    "a body that is a number": thread("b/y", 1, comment("bea", text="x") | {"data": {"latest": {"raw": 5}}}),
}


@pytest.mark.parametrize("document", WRONG.values(), ids=WRONG.keys())
def test_wrong_types_are_rejected_alone(hub, tmp_path, document):
    """A document whose values are of the wrong type is rejected; the others of the file are kept."""
    good = thread("a/x", 1, comment("ada"))
    origin = imported(hub, written(tmp_path / "told.jsonl", good, document, good | {"num": 2}))
    assert {row["num"] for row in originals(hub, "threads") if row["artifact"] == "a/x"} == {1, 2}
    assert origin.rejected >= 1


def test_an_event_without_a_time_is_rejected_alone(hub, tmp_path):
    """An event without a time is rejected with its place; the thread and its other events are kept."""
    timeless = {k: v for k, v in comment("bea").items() if k != "createdAt"}
    imported(hub, written(tmp_path / "told.jsonl", thread("a/x", 1, comment("ada"), timeless, comment("cyr"))))
    assert [row["author"] for row in originals(hub, "events")] == ["ada", "cyr"]
    assert [place for place, _ in reasons(hub)] == ["line 1, event 1"]


def test_a_truncated_gz_gives_what_it_has(hub, tmp_path):
    """A packed file that breaks off gives its whole lines, and says where it breaks off."""
    documents = [thread("a/x", n, comment("ada", text=str(n) * 50)) for n in range(1, 400)]
    path = written(tmp_path / "told.jsonl.gz", *documents)
    path.write_bytes(path.read_bytes()[:-200])
    origin = imported(hub, path)
    assert 0 < origin.rows["threads"] < 399
    assert any("breaks off" in reason for _, reason in reasons(hub))


@pytest.mark.parametrize("raw", [b"not packed at all", gzip.compress(b"x" * 1000, mtime=0)[:12]])
def test_a_gz_without_anything_is_an_error(hub, tmp_path, raw):
    """A packed file of which nothing can be read is an error, and leaves nothing."""
    (tmp_path / "told.jsonl.gz").write_bytes(raw)
    with pytest.raises(InputError, match="unpacked"):
        imported(hub, tmp_path / "told.jsonl.gz")
    assert list((hub / "imports").iterdir()) == []


@pytest.mark.parametrize("cut", [0, 10, 400])
def test_a_truncated_parquet_is_an_error(hub, tmp_path, cut):
    """A Parquet file that breaks off cannot be read at all: an error, and nothing kept."""
    path = parquet(
        tmp_path / "events.parquet",
        "SELECT 'a/x' AS artifact, range AS num, 'comment' AS kind, 1704067200 AS time FROM range(500)",
    )
    path.write_bytes(path.read_bytes()[:cut])
    with pytest.raises(InputError, match="cannot be read"):
        imported(hub, path, "events")
    assert list((hub / "imports").iterdir()) == []


def test_a_missing_file_is_an_error(hub, tmp_path):
    """A file that is not there is said by its name."""
    with pytest.raises(InputError) as caught:
        imported(hub, tmp_path / "nowhere.jsonl")
    assert "nowhere.jsonl" in str(caught.value)


def test_missing_columns_are_named(hub, table):
    """A table without the columns that are needed names those, and those that it has."""
    with pytest.raises(InputError) as caught:
        imported(hub, table("repo,num,kind,when\na/x,1,comment,2024-01-01\n"), "events")
    assert "Columns are missing: artifact, time" in str(caught.value)
    assert "repo, num, kind, when" in str(caught.value)


def test_columns_named_as_the_fields(hub, table):
    """Without a map, columns are named as the fields are; a column that is no field is passed over."""
    imported(hub, table("artifact,num,kind,time,author,mood\na/x,1,comment,2024-01-01,ada,sunny\n"), "events")
    (event,) = originals(hub, "events")
    assert (event["artifact"], event["num"], event["author"], event["time"], event["body"]) == (
        "a/x",
        1,
        "ada",
        MIDNIGHT,
        None,
    )


TIMES = {
    "2024-01-01T02:00:00+02:00": MIDNIGHT,
    "2023-12-31T19:00:00-05:00": MIDNIGHT,
    "2024-01-01T00:00:00Z": MIDNIGHT,
    "2024-01-01T00:00:00": MIDNIGHT,
    "2024-01-01 00:00:00.999": MIDNIGHT,
    "2024-01-01": MIDNIGHT,
}


@pytest.mark.parametrize(("text", "seconds"), TIMES.items())
def test_times_in_json(text, seconds):
    """Zones are heeded, a time without one is UTC, and parts of a second are cut off."""
    assert hub_api.seconds(text) == seconds


@pytest.mark.parametrize(("text", "seconds"), TIMES.items())
def test_times_in_csv(hub, table, text, seconds):
    """The same in CSV."""
    imported(hub, table(f"artifact,num,kind,time\na/x,1,comment,{text}\n"), "events")
    assert [row["time"] for row in originals(hub, "events")] == [seconds]


def test_whole_seconds_in_csv(hub, table):
    """Whole seconds since 1970, as our own records have them, are a time in CSV too."""
    imported(hub, table(f"artifact,num,kind,time\na/x,1,comment,{MIDNIGHT}\n"), "events")
    assert [row["time"] for row in originals(hub, "events")] == [MIDNIGHT]


@pytest.mark.parametrize(
    "time",
    [
        "TIMESTAMP '2024-01-01 00:00:00.7'",
        "TIMESTAMPTZ '2024-01-01 02:00:00+02'",
        "TIMESTAMP_NS '2024-01-01 00:00:00'",
        "DATE '2024-01-01'",
        "1704067200::BIGINT",
        "1704067200::INTEGER",
        "1704067200::UINTEGER",
        "1704067200.25::DOUBLE",
        "1704067200::DECIMAL(18, 0)",
        "'2024-01-01T02:00:00+02:00'",
    ],
)
def test_times_in_parquet(hub, tmp_path, time):
    """Every type that a Parquet file can hold a time in."""
    select = f"SELECT 'a/x' AS artifact, 1 AS num, 'comment' AS kind, {time} AS time"
    imported(hub, parquet(tmp_path / "events.parquet", select), "events")
    assert [row["time"] for row in originals(hub, "events")] == [MIDNIGHT]


def test_bad_rows_are_rejected_one_by_one(hub, table):
    """A bad row is rejected with its number and every field that fails; the others are kept, in their order."""
    rows = [
        "a/x,1,comment,2024-01-01",
        ",2,comment,2024-01-01",
        "a/x,three,comment,someday",
        "a/x,4,comment,2024-01-02",
    ]
    origin = imported(hub, table("artifact,num,kind,time\n" + "\n".join(rows) + "\n"), "events")
    assert [row["num"] for row in originals(hub, "events")] == [1, 4]
    assert origin.rejected == 2
    (second, lacking), (third, wrong) = reasons(hub)
    assert (second, lacking) == ("row 2", "artifact is missing")
    assert third == "row 3"
    assert "num is not a whole number" in wrong
    assert "time is not a time" in wrong
    assert "someday" in originals(hub, "rejects")[1]["raw"]


def test_rejects_are_shown(command, hub, table):
    """`status --rejects` says file, row and reason."""
    imported(hub, table("artifact,num,kind,time\na/x,1,comment,2024-01-01\na/x,x,comment,2024-01-01\n"), "events")
    command("build", hub)
    code, said, _ = command("status", hub, "--rejects")
    assert code == 0
    assert "events.csv, row 2: num is not a whole number" in said


def test_a_line_with_too_many_cells(hub, table):
    """A line of a CSV file that cannot be split into its columns is rejected alone."""
    origin = imported(
        hub, table("artifact,num,kind,time\na/x,1,comment,2024-01-01\na/x,2,comment,2024-01-01,more\n"), "events"
    )
    assert origin.rejected == 1
    assert [row["num"] for row in originals(hub, "events")] == [1]


def test_quotes_and_line_breaks_in_csv(hub, table):
    """A comment of several lines with quotes and commas is one row."""
    imported(hub, table('artifact,num,kind,time,body\na/x,1,comment,2024-01-01,"one, ""two""\nthree"\n'), "events")
    assert originals(hub, "events")[0]["body"] == 'one, "two"\nthree'


def test_a_map_of_ones_own(hub, table, tmp_path):
    """A map says which column is which, or makes it in SQL."""
    (tmp_path / "mine.toml").write_text(
        '[[events]]\n[events.columns]\nartifact = { sql = "owner || \'/\' || repo", from = ["owner", "repo"] }\n'
        'num = "n"\nkind = { sql = "\'comment\'", from = [] }\ntime = "day"\n'
    )
    imported(hub, table("owner,repo,n,day\na,x,1,2024-01-01\n"), "events", map_name=str(tmp_path / "mine.toml"))
    assert [(row["artifact"], row["kind"]) for row in originals(hub, "events")] == [("a/x", "comment")]


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        ("[[events", "cannot be read"),
        ("[[people]]\n[people.columns]\nname = 'x'\n", "nothing on events"),
        ("[[events]]\n[events.columns]\nwhen = 'time'\n", "no field 'when'"),
    ],
)
def test_bad_maps(hub, table, tmp_path, content, complaint):
    """A map that is no TOML, says nothing on the kind, or names a field that there is not."""
    (tmp_path / "mine.toml").write_text(content)
    with pytest.raises(InputError, match=complaint):
        imported(hub, table("a,b\n1,2\n"), "events", map_name=str(tmp_path / "mine.toml"))


def test_a_map_whose_sql_is_wrong(hub, table, tmp_path):
    """SQL in a map that cannot be run is an error about the file, not a traceback."""
    columns = 'artifact = { sql = "nonsense(", from = [] }\nnum = "a"\nkind = "a"\ntime = "b"\n'
    (tmp_path / "mine.toml").write_text(f"[[events]]\n[events.columns]\n{columns}")
    with pytest.raises(InputError):
        imported(hub, table("a,b\n1,2\n"), "events", map_name=str(tmp_path / "mine.toml"))


def test_a_map_that_lacks_what_a_record_needs(hub, table, tmp_path):
    """A map that says nothing of a field without which a row means nothing is an error that names the field."""
    (tmp_path / "mine.toml").write_text('[[events]]\n[events.columns]\nartifact = "a"\n')
    with pytest.raises(InputError, match="time"):
        imported(hub, table("a,b\n1,2\n"), "events", map_name=str(tmp_path / "mine.toml"))


def test_names_of_people_and_files_with_quotes(hub, tmp_path):
    """A file whose name holds a quote is read like any other."""
    path = parquet(
        tmp_path / "plain.parquet", "SELECT 'a/x' AS artifact, 1 AS num, 'comment' AS kind, 1704067200 AS time"
    )
    path = path.rename(tmp_path / "it's [odd] *.parquet")
    assert imported(hub, path, "events").rows == {"events": 1}


def test_what_the_api_says_of_people_and_models(hub, tmp_path):
    """Staff, owners, apps, licences, gates and files come over."""
    said = comment("ada")
    said["author"] = author("ada", isHf=True, isOwner=True, isOrgMember=False, oauthApp={"name": "poster"})
    files = [{"rfilename": name} for name in ("README.md", ".gitattributes", "LICENSE", "model.bin", "sub/x.json")]
    shown = model(
        "a/x", _id="m1", gated="manual", cardData={"license": ["mit", "other"], "base_model": "b/y"}, siblings=files
    )
    imported(hub, written(tmp_path / "told.jsonl", thread("a/x", 1, said), shown, model("b/y", gated=False)))
    event, (first, second) = originals(hub, "events")[0], originals(hub, "artifacts")
    assert (event["by_staff"], event["by_owner"], event["by_member"], event["app"]) == (True, True, False, "poster")
    assert (first["license"], first["gate"], first["files"]) == ("mit, other", "manual", 2)
    assert (first["base_models"], first["platform_id"]) == (["b/y"], "m1")
    assert (second["gate"], second["license"], second["files"]) == ("none", None, None)
