"""Small originals for tests: threads and models as the Hub's API tells of them, and collections made of them."""

import gzip
from functools import partial

import duckdb
import orjson

from openlives.sources import hub_api, tables
from openlives.store.build import build
from openlives.store.imports import bring_in

QUICK = {
    "draws": 50,
    "nomads_draws": 20,
    "nomads_random_sets": 10,
    "nomads_permutations": 20,
    "decline_shuffles": 5,
    "decline_shape_draws": 5,
    "decline_rarefy_draws": 3,
    "communities": ["tag:mlx", "tag:art"],
}
DAY_ONE = "2024-01-01T00:00:00.000Z"


def author(name, key=None, **more):
    """Give an account as the API does."""
    return {"_id": key or f"id-of-{name}", "name": name, "type": "user", "isHf": False, **more}


def comment(name, time=DAY_ONE, text="hello", key=None, **more):
    """Give a comment; without a name it is by a deleted account."""
    by = {"author": author(name)} if name else {}
    data = {"edited": False, "hidden": False, "latest": {"raw": text}}
    return {"id": key or f"{name}-{time}-{len(text)}", **by, "type": "comment", "createdAt": time, "data": data, **more}


def thread(artifact, num, *events, title="A question", **more):
    """Give a discussion with its events; it is opened by the author of the first."""
    first = events[0] if events else {}
    opener = {"author": first["author"]} if "author" in first else {}
    repo = {"name": artifact, "type": "model"}
    created = first.get("createdAt", DAY_ONE)
    known = {"num": num, "repo": repo, "title": title, "status": "open", "isPullRequest": False, "createdAt": created}
    return {**known, **opener, "events": list(events), **more}


def model(name, **more):
    """Give a model."""
    return {"id": name, "author": name.split("/")[0], "createdAt": DAY_ONE, "tags": [], **more}


def written(path, *documents):
    """Write documents in the form that the name of the file asks for."""
    raw = b"".join(orjson.dumps(d) + b"\n" for d in documents)
    if path.suffix == ".gz":
        raw = gzip.compress(raw)
    elif path.suffix == ".json":
        raw = orjson.dumps(list(documents) if len(documents) > 1 else documents[0])
    path.write_bytes(raw)
    return path


def imported(hub, path, kind="api", map_name=None, **settings):
    """Bring a file into a collection."""
    (hub / "imports").mkdir(parents=True, exist_ok=True)
    reader = hub_api.read if kind == "api" else partial(tables.read, kind=kind, map_name=map_name)
    return bring_in(hub / "imports", path, kind, reader, **settings)


def told(folder, *documents, name="told.jsonl", **settings):
    """Bring documents into the collection `folder/hub`; give the collection."""
    imported(folder / "hub", written(folder / name, *documents), **settings)
    return folder / "hub"


def decided(hub, name, text):
    """Write a decision."""
    (hub / "decisions").mkdir(exist_ok=True)
    (hub / "decisions" / name).write_text(text)


def built(hub):
    """Build the store."""
    build(hub)
    return hub


def query(hub, sql):
    """Ask the store."""
    with duckdb.connect(str(hub / "store.duckdb"), read_only=True) as store:
        return store.execute(sql).fetchall()


def dump(hub):
    """Give every table of a store, with its rows in order of storage."""
    with duckdb.connect(str(hub / "store.duckdb"), read_only=True) as store:
        names = [name for (name,) in store.execute("SELECT table_name FROM duckdb_tables() ORDER BY 1").fetchall()]
        return {name: store.execute(f"FROM {name}").fetchall() for name in names}


def originals(hub, kind):
    """Give the rows of one kind of record that a collection keeps."""
    files = sorted(str(path) for path in (hub / "imports").glob(f"*/{kind}.parquet"))
    if not files:
        return []
    with duckdb.connect() as connection:
        read = connection.execute("SELECT * FROM read_parquet($1)", [files])
        names = [column[0] for column in read.description]
        return [dict(zip(names, row, strict=True)) for row in read.fetchall()]
