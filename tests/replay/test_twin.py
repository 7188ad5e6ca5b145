"""The twin as a server: lists, cursors, refusals, quotas, time; what every client of the Hub relies on."""

import socket
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest

import virtual
from hubs import states, twin
from openlives.errors import InputError
from openlives.quotas import TIERS
from openlives.twin import faults, paging, world
from openlives.twin.cast import DAY, END
from openlives.twin.planted import LIVELY_FATES
from openlives.twin.stage import Stage


@pytest.fixture(scope="module")
def imagined():
    return world.imagine(1, 200)


@pytest.fixture
def asked(imagined):
    """Ask a twin several things, at a time of its world; give the replies."""

    def run(*paths, start=END, endless=True, headers=None):
        async def whole():
            app = twin(Stage(imagined), start=start, endless=endless).app()
            to_app = httpx2.ASGITransport(app)
            async with httpx2.AsyncClient(transport=to_app, base_url="http://twin", headers=headers) as http:
                return [await http.get(path) for path in paths]

        return virtual.run(whole())

    return run


@pytest.mark.parametrize("sort", paging.SORTS)
@pytest.mark.parametrize("limit", [7, 1000])
def test_pages_hold_every_model_once(asked, imagined, sort, limit):
    """Whatever the order, the cursors lead through all models, each once, the highest first."""
    names, values, path = [], [], f"/api/models?sort={sort}&limit={limit}&full=true"
    while path:
        reply = asked(path)[0]
        names += [row["id"] for row in reply.json()]
        values += [row[sort] for row in reply.json()]
        path = reply.links.get("next", {}).get("url")
    assert sorted(names) == sorted(states(imagined))
    assert values == sorted(values, reverse=True)


def test_filters_and_fields(asked, imagined):
    """Author, search, tags, task and gate narrow the list; `expand` gives what is asked for and no more."""
    by = asked(*(f"/api/models?{query}" for query in (
        "author=twin-atelier", "search=PAINTER-0", "filter=mlx&filter=text-to-image", "pipeline_tag=text-to-image",
        "gated=true&full=true", "expand=likes&limit=1", "limit=5000")))  # fmt: skip
    counts = [len(reply.json()) for reply in by]
    assert counts[:4] == [12, 9, 12, 12]
    assert {row["gated"] for row in by[4].json()} == {"auto", "manual"}
    assert by[5].json()[0].keys() == {"_id", "id", "likes"}
    assert counts[6] == len(states(imagined))


@pytest.mark.parametrize("query", ["cursor=nonsense", "cursor=e30=", "limit=many", "sort=beauty"])
def test_bad_queries_are_refused(asked, query):
    """A query that makes no sense is an error, and no list."""
    assert asked(f"/api/models?{query}")[0].status_code == 400


def test_refusals_are_the_hubs(asked, imagined):
    """Strangers are not told apart what is gone and what is private; whoever has a token is."""
    gone, private, off, moderated = (imagined.cast.of("gathering")[n].name for n in range(4))
    assert LIVELY_FATES == ("gone", "private", "switched off", "moderated")
    paths = [f"/api/models/{name}/discussions" for name in (gone, private, off, moderated, "no/such")]
    assert [reply.status_code for reply in asked(*paths)] == [401, 401, 403, 403, 401]
    known = asked(*paths, headers={"authorization": "Bearer hf_free_x"})
    assert [reply.status_code for reply in known] == [404, 404, 403, 403, 404]
    assert known[0].headers["x-error-code"] == "RepoNotFound"
    insider = asked(paths[1], f"/api/models/{private}", headers={"authorization": "Bearer hf_free_insider"})
    assert [reply.status_code for reply in insider] == [200, 200]
    assert insider[1].json()["private"] is True


def test_threads_that_are_gone_or_never_were(asked, imagined):
    """A deleted thread is 410, and not in the list; a number that nobody used is 404."""
    deleted = next(t for t in imagined.threads if t.deleted <= END and t.model.state_at(END) == "open")
    path = f"/api/models/{deleted.model.name}/discussions"
    listed, gone, never, odd = asked(path, f"{path}/{deleted.num}", f"{path}/9999", f"{path}/one")
    assert deleted.num not in [row["num"] for row in listed.json()["discussions"]]
    assert [gone.status_code, never.status_code, odd.status_code] == [410, 404, 404]
    assert "No discussion found matching num #9999" in never.json()["error"]
    before = asked(f"{path}/{deleted.num}", start=deleted.deleted - 1)[0]
    assert before.json()["num"] == deleted.num


def test_lists_of_threads_have_pages_of_fifty(asked, imagined):
    """Whatever is asked for; past the end there is nothing, and the first page tells how many are closed."""
    board = imagined.cast.of("noticeboard")[0].name
    path = f"/api/models/{board}/discussions"
    first, second, beyond, narrow = asked(
        path, f"{path}?p=1&limit=3", f"{path}?p=99", f"{path}?status=closed&type=discussion"
    )
    assert [len(first.json()["discussions"]), second.json()["start"]] == [50, 50]
    assert "numClosedDiscussions" in first.json()
    assert beyond.json()["discussions"] == []
    assert {row["status"] for row in narrow.json()["discussions"]} == {"closed"}


def test_time_changes_what_is_shown(asked, imagined):
    """Early in the world there are fewer models, with fewer threads, under their former names."""
    renamed = next(model for model in imagined.cast.models if model.former)
    early, late = (asked("/api/models?limit=1000", start=now)[0].json() for now in (END - 300 * DAY, END))
    assert 0 < len(early) < len(late)
    before, after = renamed.renamed - 1, renamed.renamed
    assert asked(f"/api/models/{renamed.former}", start=before)[0].json()["id"] == renamed.former
    assert asked(f"/api/models/{renamed.name}", start=before)[0].status_code == 401
    moved = asked(f"/api/models/{renamed.former}/discussions?p=0&status=all", start=after)[0]
    assert moved.status_code == 307
    assert urlsplit(moved.headers["location"]).path == f"/api/models/{renamed.name}/discussions"
    assert parse_qs(urlsplit(moved.headers["location"]).query) == {"p": ["0"], "status": ["all"]}


@pytest.mark.parametrize("tier", [tier for tier in TIERS if tier != "enterprise-plus-high"])
def test_quotas_by_tier(asked, tier):
    """Every reply tells what is left, and of which quota; files have a quota of their own."""
    headers = {} if tier == "anonymous" else {"authorization": f"Bearer hf_{tier}_x"}
    first, second, file = asked(
        "/api/models", "/api/models", "/a/b/resolve/main/README.md", endless=False, headers=headers
    )
    assert f'"api";r={TIERS[tier].api - 2};' in second.headers["ratelimit"]
    assert f'"fixed window";"api";q={TIERS[tier].api};w=300' == first.headers["ratelimit-policy"]
    assert f'"resolvers";r={TIERS[tier].resolvers - 1};' in file.headers["ratelimit"]


def test_past_the_quota_is_429(asked):
    """And says when to come back."""
    replies = asked(*["/api/models?limit=1"] * (TIERS["anonymous"].api + 1), endless=False)
    assert [reply.status_code for reply in replies[-2:]] == [200, 429]
    assert '"api";r=0;t=' in replies[-1].headers["ratelimit"]


@pytest.mark.parametrize("spec", ["hang", "hang=often", "nonsense=0.1", "all=2", "seed=x"])
def test_faults_that_are_not_understood(spec):
    """Each is one clear error."""
    with pytest.raises(InputError):
        faults.parse(spec)


def test_worlds_from_a_file(tmp_path, command):
    """A world of any size can be asked for; what is no world is refused, and so is a port that is taken."""
    (tmp_path / "world.toml").write_text("seed = 2\nmodels = 250\nactive = 0.5\n")
    assert len(world.read(tmp_path / "world.toml").cast.models) == 250
    for content in ("models = 'many'", "models = 10", "colour = 1", "= broken"):
        (tmp_path / "bad.toml").write_text(content)
        assert command("twin", "--world", tmp_path / "bad.toml")[0] == 3
    assert command("twin", "--world", "nowhere")[0] == 3
    with socket.create_server(("127.0.0.1", 0)) as taken:
        code, _, said = command("twin", "--world", tmp_path / "world.toml", "--port", taken.getsockname()[1])
    assert (code, "cannot listen" in said) == (3, True)
