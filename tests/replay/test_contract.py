"""Every reply of the twin keeps the Hub's own description of its API, where that is here to be read."""

import copy
import os
from pathlib import Path

import httpx2
import orjson
import pytest
from jsonschema_rs import Draft202012Validator

import virtual
from hubs import twin
from openlives.twin.cast import END
from openlives.twin.stage import Stage
from openlives.twin.world import imagine

API = Path(os.environ.get("OPENLIVES_API_DATA", Path(__file__).parents[3] / "shared" / "data" / "api"))
THREADS = "/api/{repoType}/{namespace}/{repo}/discussions"
EMOJI = ["🔥", "🚀", "👀", "❤️", "🤗", "😎", "➕", "🧠", "👍", "🤝", "😔", "🤯"]
KNOWN = {"comment", "status-change", "commit", "title-change", "pinning-change", "locking-change",
         "report-status-change", "ref-deleted"}  # fmt: skip
TOKEN = {"authorization": "Bearer hf_free_made-up"}

pytestmark = pytest.mark.skipif(not API.is_dir(), reason="the Hub's description of its API is not here")


@pytest.fixture(scope="module")
def contract():
    """The Hub's description, with its own contradiction mended: closed objects inside `allOf` fit nothing."""
    return orjson.loads((API / "hub_openapi.json").read_bytes())


def mended(schema, *, inside=False):
    """Close the whole of an `allOf`, not its parts; take reactions as emoji too."""
    if isinstance(schema, list):
        return [mended(one, inside=inside) for one in schema]
    if not isinstance(schema, dict):
        return schema
    parts = "allOf" in schema
    told = {name: mended(one, inside=(inside or parts) if name in ("allOf", "anyOf", "oneOf") else False)
            for name, one in schema.items()}  # fmt: skip
    if inside and told.get("additionalProperties") is False:
        del told["additionalProperties"]
    if parts and not inside:
        told["unevaluatedProperties"] = False
    if "thumbsup" in told.get("enum", ()):
        told["enum"] = [*told["enum"], *EMOJI]
    return told


def validator(contract, path):
    """Give what holds a reply against what is promised for a path."""
    promised = contract["paths"][path]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
    schema = {**mended(copy.deepcopy(promised)), "components": contract["components"]}
    return Draft202012Validator(schema)


def faults(check, content):
    """Give what is wrong with a reply."""
    return [
        f"{'/'.join(map(str, error.instance_path))}: {error.message[-300:]}" for error in check.iter_errors(content)
    ]


@pytest.fixture(scope="module", params=[END, END - 200 * 86_400], ids=["at the end", "in the middle"])
def replies(request):
    """Replies about a whole world, at two times of it."""

    async def whole():
        stage = Stage(imagine(1, 400))
        app = twin(stage, start=request.param).app()
        async with httpx2.AsyncClient(
            transport=httpx2.ASGITransport(app), base_url="http://twin", headers=TOKEN
        ) as http:
            return [reply async for reply in asked(http, stage)]

    return virtual.run(whole())


async def asked(http, stage):
    """Ask for every list of threads, every thread and every account of a world."""
    await http.request("PATCH", "/api/settings/watch", json={"add": [{"id": "twin-atelier", "type": "org"}]})
    yield "/api/notifications", (await http.get("/api/notifications")).json()
    yield "/api/whoami-v2", (await http.get("/api/whoami-v2")).json()
    for name in stage.models:
        listed = await http.get(f"/api/models/{name}/discussions")
        if listed.status_code == 200:
            yield THREADS, listed.json()
            for row in listed.json()["discussions"]:
                thread = (await http.get(f"/api/models/{name}/discussions/{row['num']}")).json()
                if {event["type"] for event in thread["events"]} <= KNOWN:
                    yield f"{THREADS}/{{num}}", thread
    for account in [one for part in stage.world.cast.people.values() for one in part][:100]:
        told = await http.get(f"/api/users/{account.name}/overview")
        if told.status_code == 200:
            yield "/api/users/{username}/overview", told.json()


@pytest.mark.parametrize("path", [THREADS, THREADS + "/{num}", "/api/users/{username}/overview", "/api/notifications",
                                  "/api/whoami-v2"])  # fmt: skip
def test_replies_are_as_promised(path, replies, contract):
    """Lists, threads, accounts and notifications fit the schema, all of them."""
    check = validator(contract, path)
    wrong = [fault for about, content in replies if about == path for fault in faults(check, content)]
    assert sum(about == path for about, _ in replies) > 0
    assert wrong == []


def test_the_schema_can_fail(contract, replies):
    """A reply that lacks what is promised, or has what is not, is found."""
    check = validator(contract, f"{THREADS}/{{num}}")
    thread = next(content for about, content in replies if about.endswith("{num}"))
    assert faults(check, {**thread, "surprise": 1})
    assert faults(check, {name: value for name, value in thread.items() if name != "events"})


def test_a_recorded_list_is_as_promised(contract):
    """What the Hub really said in 2026 fits: the schema is not too strict."""
    listed = orjson.loads((API / "discussions_list.json").read_bytes())
    assert faults(validator(contract, THREADS), listed) == []
