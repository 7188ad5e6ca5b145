"""Samples: drawn by rule and seed, frozen; and what becomes of them when the platform changes."""

from pathlib import Path

import duckdb
import pytest

import rooms
from given import built, comment, decided, imported, model, thread, told
from openlives.coding import codebook, codings, journal, merge, sample, snapshot, upkeep, versions, views
from openlives.coding import project as projects
from openlives.coding.places import printable
from openlives.errors import InputError, NothingToAskError

WORDS = "zanzibar marmalade quarrel"


def at(day):
    return f"2024-01-{day:02}T00:00:00.000Z"


@pytest.fixture
def hub(tmp_path):
    """A collection: three models under two licences, with eight threads."""
    models = [model(f"o/{name}", cardData={"license": name[:3]}) for name in ("mit-a", "mit-b", "gpl-a")]
    threads = [
        thread("o/mit-a", 1, comment("ada", at(1), f"one {WORDS}", "c1"), comment("bob", at(2), "two 100%", "c2")),
        thread("o/mit-a", 2, comment("ada", at(3), f"three {WORDS}", "c3"), title=f"title {WORDS}"),
        *(thread("o/mit-b", num, comment("cy", at(num), f"of b {num}")) for num in (1, 2, 3, 4)),
        *(thread("o/gpl-a", num, comment("bob", at(num), f"of gpl {num}")) for num in (1, 2)),
    ]
    return built(told(tmp_path, *models, *threads))


def store_of(hub):
    return duckdb.connect(str(hub / "store.duckdb"), read_only=True)


def drawn(hub, name, rule, **more):
    """Draw a sample into a new project; give the project and what was drawn."""
    project = projects.create(hub, name)
    with store_of(hub) as store:
        return project, sample.draw(project, store, rule, **more)


def addresses(project):
    return [row["thread"] for row in views.threads(project, "")]


def test_rules(hub, tmp_path):
    """Each rule gives the threads that it names, in the order of reading; what is not here is told."""
    assert addresses(drawn(hub, "p", "persistent:1")[0]) == ["o/mit-a#1", "o/mit-a#2"]
    assert addresses(drawn(hub, "m", "matching:MARMALADE")[0]) == ["o/mit-a#1", "o/mit-a#2"]
    assert addresses(drawn(hub, "w", "matching:100%")[0]) == ["o/mit-a#1"]
    listed = tmp_path / "list.txt"
    listed.write_text("o/gpl-a#2\nhttps://huggingface.co/o/mit-a/discussions/1\no/gpl-a#2\nx/y#9\n")
    project, found = drawn(hub, "l", f"list:{listed}")
    assert (addresses(project), found.missing) == (["o/gpl-a#2", "o/mit-a#1"], ("x/y#9",))


def test_seed_and_strata(hub):
    """The same seed gives the same threads, another others; strata are even as long as they last."""
    first, again = (addresses(drawn(hub, name, "random:4", seed=7)[0]) for name in ("a", "b"))
    assert first == again
    others = {tuple(addresses(drawn(hub, f"s{seed}", "random:4", seed=seed)[0])) for seed in range(6)}
    assert len(others) > 1
    even = addresses(drawn(hub, "e", "random:4/license")[0])
    assert sorted(address[:5] for address in even) == ["o/gpl", "o/gpl", "o/mit", "o/mit"]
    assert len(addresses(drawn(hub, "r", "random:7/license")[0])) == 7


@pytest.mark.parametrize("rule", ["persistent:x", "random:", "random:3/colour", "matching: ", "novels:3", "list:none"])
def test_impossible_rules(hub, rule):
    """A rule that does not exist is bad input."""
    with pytest.raises(InputError):
        drawn(hub, "x", rule)


def test_nothing_drawn(hub):
    """A rule that finds nothing is nothing to ask."""
    with pytest.raises(NothingToAskError):
        drawn(hub, "x", "matching:nobody said this")


def test_frozen(hub):
    """What a project has stays as it was when drawn, with its hash, its rule and seed; a second draw adds."""
    project, found = drawn(hub, "one", "persistent:1", seed=3)
    assert (found.threads, found.units) == (2, 3)
    unit = codings.text_of(project, rooms.units(project)[0])
    assert unit["hash"] == snapshot.hashed(unit["text"])
    assert '"rule": "persistent:1", "seed": 3' in project.fact("samples")
    with store_of(hub) as store:
        assert sample.draw(project, store, "persistent:1").units == 0
        assert sample.draw(project, store, "matching:of b").threads == 4
    assert addresses(project) == ["o/mit-a#1", "o/mit-a#2", *(f"o/mit-b#{num}" for num in (1, 2, 3, 4))]


def test_roles_and_voices_without_names(hub):
    """Who wrote is a role and a number within the thread; no name is in the file."""
    project, _ = drawn(hub, "one", "matching:marmalade")
    units = views.thread(project, "", "o/mit-a#1")["units"]
    assert [(unit["voice"], unit["role"]) for unit in units] == [(1, "newcomer"), (2, "newcomer")]
    project.close()
    assert b"ada" not in rooms.bytes_of(project)


def test_stubs(hub):
    """What others coded and the collection does not have is kept by its address, once."""
    project = projects.create(hub, "one")
    assert snapshot.stub(project, "x/y#3") == snapshot.stub(project, "https://huggingface.co/x/y/discussions/3")
    assert [unit["state"] for unit in views.thread(project, "", "x/y#3")["units"]] == ["stub"]


def changed(hub, *threads):
    """Tell the collection anew; build."""
    built(told(hub.parent, *threads, name="later.jsonl"))


def test_upkeep_flags(hub):
    """An edited or a hidden comment is flagged and keeps its codings and its words; what is there stays as it is."""
    project, _ = drawn(hub, "one", "persistent:3")
    coder = project.coder("ann")
    code = codebook.add(project, coder, "a code")
    for unit in rooms.units(project):
        codings.put(project, coder, unit, code, span=(0, 2))
    before = rooms.state(project)["codings"]
    later = {"latest": {"raw": "edited"}, "edited": True, "hidden": False}
    hidden = {"latest": {"raw": "of b 2"}, "hidden": True, "edited": False}
    changed(
        hub,
        thread("o/mit-b", 1, {**comment("cy", at(1), "of b 1"), "data": later}),
        thread("o/mit-b", 2, {**comment("cy", at(2), "of b 2"), "data": hidden}),
    )
    with store_of(hub) as store:
        kept = upkeep.keep_up(project, store)
        assert (kept.changed, kept.hidden, kept.gone, kept.erased) == (1, 1, 0, 0)
    assert rooms.state(project)["codings"] == before
    assert views.thread(project, coder, "o/mit-b#1")["units"][0]["text"] == "of b 1"
    assert views.coverage(project, coder)["flagged"] == 2


def test_upkeep_gone(hub, tmp_path):
    """A comment that the collection does not have any more is flagged as gone."""
    project, _ = drawn(hub, "one", "matching:marmalade")
    (tmp_path / "other").mkdir()
    other = built(told(tmp_path / "other", model("z/z")))
    with store_of(other) as store:
        assert upkeep.keep_up(project, store).gone == 3


def erased_project(hub):
    """A project in which everything quotes somebody, who is erased then; give it and its coder."""
    project, _ = drawn(hub, "one", "persistent:1")
    coder = project.coder("ann")
    unit = views.thread(project, coder, "o/mit-a#1")["units"][0]["unit"]
    vivo = codings.in_vivo(project, coder, unit, (4, 20))
    codings.note(project, coder, vivo, memo=f"says {WORDS}")
    codings.memo(project, coder, f"unit:{unit}", f"note on {WORDS}")
    versions.freeze(project, coder, "with in vivo")
    journal.undo(project.connection, coder)
    journal.redo(project.connection, coder)
    codings.put(project, coder, rooms.units(project)[1], codebook.add(project, coder, "stays"), span=(0, 3))
    return project, coder, unit


def test_erased_to_the_bytes(hub):
    """An erased account's words are in no byte of the file or its log; that there was a coding stays, the rest too."""
    project, coder, unit = erased_project(hub)
    assert WORDS.encode() in rooms.bytes_of(project)
    project.file.with_suffix(".v0.sqlite").write_bytes(rooms.bytes_of(project))
    decided(hub, "erased.toml", 'accounts = ["ada"]')
    built(hub)
    with store_of(hub) as store:
        assert upkeep.keep_up(project, store).erased == 2
        assert upkeep.keep_up(project, store).erased == 2
    assert b"marmalade" not in rooms.bytes_of(project)
    assert not list(project.file.parent.glob("*.v0.sqlite"))
    shown = views.thread(project, coder, "o/mit-a#1")
    assert [(u["state"], len(u["codings"])) for u in shown["units"]] == [("erased", 1), ("present", 1)]
    assert views.thread(project, coder, "o/mit-a#2")["title"] == ""
    while journal.undo(project.connection, coder):
        pass
    while journal.redo(project.connection, coder):
        pass
    assert b"marmalade" not in rooms.bytes_of(project)
    with pytest.raises(InputError):
        codings.put(project, coder, unit, codebook.find(project, "stays"))


def test_erased_is_erased_in_a_merge(hub, tmp_path):
    """Whoever merges whom, words that were erased on one side are on neither afterwards."""
    project, coder, _ = erased_project(hub)
    copy = rooms.copied(project, tmp_path / "copy")
    decided(hub, "erased.toml", 'accounts = ["ada"]')
    built(hub)
    with store_of(hub) as store:
        upkeep.keep_up(project, store)
    merge.merge(project, coder, copy)
    assert b"marmalade" not in rooms.bytes_of(project)
    merge.merge(copy, coder, project)
    assert b"marmalade" not in rooms.bytes_of(copy)


def test_the_real_threads(tmp_path):
    """The threads of the paper's most persistent models become a project whole, and each can be read."""
    file = Path(__file__).parents[2].parent / "shared" / "data" / "hub" / "table2_threads.jsonl.gz"
    if not file.exists():
        pytest.skip("the real threads are not on this machine")
    (tmp_path / "hub").mkdir()
    imported(tmp_path / "hub", file)
    project, found = drawn(built(tmp_path / "hub"), "real", "persistent:1000")
    assert found.threads == 1368
    listed = views.threads(project, "")
    assert sum(row["units"] for row in listed) == found.units == views.coverage(project, "")["units"]
    assert all(printable(unit["text"]) is not None for unit in views.thread(project, "", listed[0]["thread"])["units"])
    with store_of(tmp_path / "hub") as store:
        kept = upkeep.keep_up(project, store)
    assert (kept.changed, kept.gone, kept.erased) == (0, 0, 0)
