"""The made-up world: the same for the same seed, in the shape of the Hub's API, and with what was planted in it."""

import csv
import gzip
from collections import Counter, defaultdict
from pathlib import Path

import orjson
import pytest

from openlives.errors import InputError
from openlives.twin import world
from openlives.twin.answers import Interaction, persistence
from openlives.twin.cast import DAY, START, WEEK

FILES = ("models.jsonl.gz", "threads.jsonl.gz", "looks.csv", "truth.json")
THREAD = {
    "_id",
    "num",
    "repo",
    "title",
    "status",
    "createdAt",
    "pinned",
    "locked",
    "collection",
    "isPullRequest",
    "events",
}
AUTHOR = {"_id", "avatarUrl", "fullname", "name", "type", "isHf", "isHfAdmin", "isMod"}
EVENT = {"id", "createdAt", "type", "data"}
DATA = {
    "comment": {"edited", "hidden", "latest", "numEdits", "editors", "editorAvatarUrls", "reactions"},
    "status-change": {"status"},
    "commit": {"subject", "oid"},
    "title-change": {"from", "to"},
    "pinning-change": {"pinned"},
    "locking-change": {"locked"},
    "report-status-change": {"report"},
    "ref-deleted": set(),
    "telepathy": {"thought"},
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return world.make(tmp_path_factory.mktemp("world"))


@pytest.fixture(scope="module")
def models(folder):
    return _read(folder / "models.jsonl.gz")


@pytest.fixture(scope="module")
def threads(folder):
    return _read(folder / "threads.jsonl.gz")


@pytest.fixture(scope="module")
def truth(folder):
    return orjson.loads((folder / "truth.json").read_bytes())


@pytest.fixture(scope="module")
def comments(threads, truth):
    """Who commented on what, from the files as they were written: (model, account or None, event)."""
    now = truth["planted"]["renamed"]
    return [
        (now.get(t["repo"]["name"], t["repo"]["name"]), (e.get("author") or {}).get("name"), e)
        for t in threads
        for e in t["events"]
        if e["type"] == "comment"
    ]


def _read(path: Path) -> list[dict]:
    return [orjson.loads(line) for line in gzip.decompress(path.read_bytes()).splitlines()]


def _bytes(folder: Path) -> list[bytes]:
    return [(folder / name).read_bytes() for name in FILES]


def test_same_seed_same_bytes(folder, tmp_path):
    """A world can be made again, to the byte."""
    assert _bytes(world.make(tmp_path, seed=1)) == _bytes(folder)


def test_other_seed_other_bytes(folder, tmp_path):
    """Another seed is another world."""
    other = _bytes(world.make(tmp_path, seed=2))
    assert all(ours != theirs for ours, theirs in zip(_bytes(folder), other, strict=True))


def test_a_world_too_small_is_refused(tmp_path):
    """What is planted needs room."""
    with pytest.raises(InputError, match="more models than 10"):
        world.make(tmp_path, models=10)


def test_threads_have_the_keys_of_the_api(threads):
    """Each thread has what the Hub requires of a discussion, or of a pull request."""
    for thread in threads:
        own = {"changes", "filesWithConflicts", "diffUrl"} if thread["isPullRequest"] else {"isReport"}
        assert thread.keys() - {"author", "org"} == THREAD | own
        assert thread["repo"]["type"] == "model"


def test_events_have_the_keys_of_the_api(threads):
    """Each event has what the Hub requires of its kind and of its author, and every kind occurs."""
    events = [event for thread in threads for event in thread["events"]]
    assert {event["type"] for event in events} == DATA.keys()
    for event in events:
        assert event.keys() - {"author"} == EVENT
        assert event["data"].keys() >= DATA[event["type"]]
        if author := event.get("author"):
            assert author.keys() >= (AUTHOR | {"isPro"} if author["type"] == "user" else AUTHOR)


def test_everything_says_that_it_is_made_up(models, threads, truth):
    """Nobody can take it for the Hub."""
    bots = set(truth["planted"]["bots"])
    names = {e["author"]["name"] for t in threads for e in t["events"] if "author" in e} | {m["author"] for m in models}
    assert all(name.startswith(("made-up-", "twin-")) for name in names - bots)
    texts = {e["data"]["latest"]["raw"] for t in threads for e in t["events"] if e["type"] == "comment"}
    assert all(text.endswith("(made-up world)") for text in texts - {"", "This comment has been hidden"})
    assert "made-up" in truth["note"]


def test_models_are_told_of_once_but_for_the_renamed(models, truth):
    """A renamed model is listed under both names, with one id, the former first."""
    renamed = truth["planted"]["renamed"]
    rows = {model["id"]: model for model in models}
    assert len(rows) == len(models) == truth["planted"]["models"] + len(renamed) == 402
    for old, new in renamed.items():
        assert rows[old]["_id"] == rows[new]["_id"]
        assert rows[old]["lastModified"] < rows[new]["lastModified"]


def test_renamed_models_have_threads_under_both_names(threads, truth):
    """Old threads bear the old name, newer ones the new name."""
    for old, new in truth["planted"]["renamed"].items():
        before = [event["createdAt"] for t in threads if t["repo"]["name"] == old for event in t["events"]]
        after = [event["createdAt"] for t in threads if t["repo"]["name"] == new for event in t["events"]]
        assert before
        assert after
        assert max(before) < min(after)


def test_truth_agrees_with_the_files(comments, truth):
    """The answers come from the generator's own list, and hold for what was written; machines are no humans."""
    machines = {*truth["planted"]["bots"], truth["planted"]["repeater"]}
    humans = [c for c in comments if c[1] not in machines and "oauthApp" not in c[2].get("author", {})]
    for answers, said in ((truth["everyone"], comments), (truth["humans"], humans)):
        assert answers["interactions"] == len(said)
        assert answers["models"] == len({model for model, _, _ in said})
        assert answers["people"] == len({account for _, account, _ in said} - {None})
    # 44 % and 55 % of 400, less four that cannot be read any more and those whose only thread was deleted
    assert (truth["humans"]["models"], truth["everyone"]["models"]) == (176 - 4 - 2, 220 - 4 - 1)


def test_the_window_is_two_years_and_grows(comments):
    """The first and the last day have something, and the last quarter has more than the first."""
    times = sorted(event["createdAt"] for _, _, event in comments)
    assert (times[0][:10], times[-1][:10]) == ("2023-01-02", "2024-12-30")
    assert sum(time < "2023-04-02" for time in times) < sum(time >= "2024-09-30" for time in times)


def test_machines_open_equal_threads(threads, truth):
    """Two bots are on more than 60 models; the repeater, on 60, differs by its numbers and the model's name only."""
    opened = defaultdict(list)
    for thread in threads:
        opened[thread.get("author", {}).get("name")].append(thread)
    assert all(len(opened[bot]) > 60 for bot in truth["planted"]["bots"])
    repeated = opened[truth["planted"]["repeater"]]
    assert len({thread["repo"]["name"] for thread in repeated}) == 60
    texts = {_bare(t["events"][0]["data"]["latest"]["raw"], t["repo"]["name"]) for t in repeated}
    assert len(texts) == 1


def _bare(text: str, name: str) -> str:
    return "".join(letter for letter in text.replace(name, "") if not letter.isdigit())


def test_odd_comments(comments, threads, truth):
    """Deleted accounts, hidden comments, comments by an app and pull requests without a message are all there."""
    found = {
        "by_deleted_accounts": sum(account is None for _, account, _ in comments),
        "hidden": sum(event["data"]["hidden"] for _, _, event in comments),
        "empty": sum(event["data"]["latest"]["raw"] == "" for _, _, event in comments),
        "by_app": sum("oauthApp" in event.get("author", {}) for _, _, event in comments),
    }
    assert found == truth["planted"]["comments"]
    assert min(found.values()) > 0
    assert any(t["isPullRequest"] and t["events"][0]["data"]["latest"]["raw"] == "" for t in threads)


def test_nomads_move_and_settlers_stay(comments, truth):
    """As many people are as busy in both communities: the ones on nearly all models, the others on one each."""
    on = {}
    for name, community in truth["planted"]["communities"].items():
        used = defaultdict(set)
        for model, account, _ in comments:
            if model in community["models"]:
                used[account].add(model)
        on[name] = Counter(map(len, used.values()))
    assert on["settlers"] == {1: 60}
    assert sum(on["nomads"].values()) == 60
    assert min(on["nomads"]) >= 6


def test_sizes_of_communities(comments):
    """Enough models have ten people for a study of decline, and three have more than a hundred."""
    people = defaultdict(set)
    for model, account, _ in comments:
        people[model] |= {account} - {None}
    sizes = [len(accounts) for accounts in people.values()]
    assert sum(size >= 10 for size in sizes) >= 30
    assert sum(size > 100 for size in sizes) == 3


def test_long_lives_fade(truth, comments):
    """Forty models live for more than 100 days, and most of what happens there does so early."""
    fading = set(truth["planted"]["scenes"]["fading"])
    machines = {*truth["planted"]["bots"], truth["planted"]["repeater"]}
    times = defaultdict(list)
    for model, account, event in comments:
        if model in fading and account not in machines:
            times[model].append(int(event["id"][:8], 16))
    assert len(times) == 40
    for seen in times.values():
        first, last = min(seen), max(seen)
        assert last - first >= 100 * DAY
        assert sum(time - first < (last - first) / 2 for time in seen) > len(seen) / 2


def test_outliers(comments, models, truth):
    """One account makes 95 % of one model's interactions; another, much talked at, holds no model files."""
    outliers = truth["planted"]["outliers"]
    voices = Counter(account for model, account, _ in comments if model == outliers["one_account"])
    assert voices.most_common(1)[0][1] == 0.95 * voices.total()
    files = {model["id"]: [file["rfilename"] for file in model["siblings"]] for model in models}
    assert [name for name in files if files[name] == [".gitattributes", "README.md"]] == [outliers["no_files"]]
    assert sum(model == outliers["no_files"] for model, _, _ in comments) >= 300


def test_family_has_three_levels_and_a_circle(models, truth):
    """Bases lead from the grandchildren to the root, and once in a circle."""
    bases = {m["id"]: m["cardData"].get("base_model", []) if m["cardData"] else [] for m in models}
    (root,), children, grandchildren = truth["planted"]["family"]
    assert all(bases[child] == root for child in children)
    assert all(bases[name] in children or bases[name][0] in children for name in grandchildren)
    one, other = truth["planted"]["circle"]
    assert other in bases[one]
    assert one in bases[other]


def test_what_cannot_be_read_has_no_threads(folder, threads, truth):
    """Each failed look is in the table of looks, and nowhere else."""
    rows = list(csv.DictReader((folder / "looks.csv").open(encoding="utf-8")))
    rows = [row for row in rows if row["outcome"] != "complete"]
    assert Counter(row["outcome"] for row in rows) == truth["planted"]["unread"]
    statuses = {row["outcome"]: row["status"] for row in rows}
    assert statuses == {"disabled": "403", "unreachable": "401", "failed": "404"}
    there = {(t["repo"]["name"], str(t["num"])) for t in threads} | {(t["repo"]["name"], "") for t in threads}
    assert not {(row["artifact"], row["num"]) for row in rows} & there


def test_tags_compare_in_lower_case(models, truth):
    """The settled community writes its tag in two ways, and the answers know."""
    written = {tag for model in models for tag in model["tags"] if tag.lower() == "art"}
    assert written == {"art", "Art"}
    assert truth["planted"]["tags"]["art"] == sorted(truth["planted"]["communities"]["settlers"]["models"])
    assert truth["planted"]["tags"]["mlx"] == truth["planted"]["tags"]["text-to-image"]


def test_answers_of_a_tiny_list():
    """Two people, one deleted account, two weeks: worked out by hand."""
    said = [Interaction("b", "ada", START), Interaction("b", "ada", START + 1), Interaction("b", None, START + 2)]
    said += [Interaction("b", "ada", START + WEEK), Interaction("a", "bea", START), Interaction("a", "ada", START)]
    assert persistence(said) == [("a", 2), ("b", 2)]
