"""A synthetic collection of the paper's size, or many times that: seeded, bulk-made, for timing only.

Its shape follows the Hub's: most artifacts are silent, a few are busy, much is automation, and activity comes early
and fades slowly. Every name says that it is synthetic. Rows are made as NumPy arrays, never one by one.

    python benchmarks/synthetic.py FOLDER [TIMES] [SEED]
"""

import resource
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from openlives.store.build import SCHEMA, define, findable

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

DAY = 86_400
SINCE = 1_653_436_800  # 2022-05-25
UNTIL = 1_733_875_200  # 2024-12-11: the 10th is the last day in
OLDEST = SINCE - 84 * DAY  # creation dates go back to early March 2022, as on the Hub
TALK_GROWTH, CREATION_GROWTH = 2.15, 3.4  # exponents of density from end to end of the window
ROWS = 2_000_000  # artifacts made at a time, which bounds memory

BOTS = ("SFconvertbot", "autoevaluator", "leaderboard-pr-bot", "librarian-bot")  # in the order of names, as keys are
BOT_SHARES = (0.70, 0.03, 0.03, 0.24)
LICENCES = ("apache-2.0", "mit", "openrail", "creativeml-openrail-m", "llama3", "cc-by-nc-4.0", "other")
LICENCE_SHARES = (0.25, 0.08, 0.05, 0.04, 0.03, 0.03, 0.05)  # the rest declares none
TASKS = ("text-generation", "text-classification", "text-to-image", "automatic-speech-recognition", "fill-mask")
SLOTS, SLOT_TAGS = 6, 50  # an artifact takes at most one tag of each slot, so no tag comes twice
PAPER_TAGS = {
    (0, 5): "text-to-image", (0, 30): "mlx", (1, 12): "art", (1, 28): "finance",
    (2, 8): "not-for-all-audiences", (2, 25): "sillytavern", (2, 14): "roleplay",
}  # fmt: skip
NAMED = f""", printf('synthetic/owner-%08d', owner_key) AS owner,
    concat(owner, printf('/model-%09d', artifact)) AS name,
    'made-up (synthetic)' AS platform, 'model' AS kind, false AS disabled,
    true AS listed, 'complete' AS outcome, {UNTIL} AS looked"""


@dataclass(frozen=True)
class Sizes:
    """How many of each to make: the paper's counts times a whole number."""

    times: int

    @property
    def models(self) -> int:
        """All artifacts."""
        return 1_122_334 * self.times

    @property
    def owners(self) -> int:
        """Accounts that hold artifacts."""
        return 247_838 * self.times

    @property
    def active(self) -> int:
        """Artifacts with an interaction."""
        return 94_997 * self.times

    @property
    def people(self) -> int:
        """Human accounts to draw from; those never drawn are left out."""
        return 64_000 * self.times

    @property
    def regulars(self) -> int:
        """Those of them who turn up again and again."""
        return self.people // 12


@dataclass(frozen=True)
class Active:
    """The artifacts that have interactions, side by side: key, owner, first moment, and the pace of their lives."""

    artifact: Ints
    owner: Ints
    first: Ints
    scale: Floats  # days in which most of the activity falls
    human: Flags


@dataclass(frozen=True)
class Comments:
    """Interactions side by side. `row` points into `Active`; `person` is a number yet to become a key, -1 deleted."""

    row: Ints
    person: Ints
    time: Ints
    bot: Flags

    def take(self, order: Ints) -> "Comments":
        """Give the same comments in another order."""
        return Comments(self.row[order], self.person[order], self.time[order], self.bot[order])


@dataclass(frozen=True)
class Threads:
    """Threads side by side, in the order of artifact and start."""

    row: Ints
    num: Ints
    opener: Ints
    start: Ints
    last: Ints
    bot: Flags


@dataclass(frozen=True)
class Events:
    """Events side by side, in the order of thread (from 0) and position."""

    row: Ints
    thread: Ints
    person: Ints
    time: Ints
    kind: Ints


def make(folder: Path, times: int = 1, seed: int = 1) -> Path:
    """Make a collection folder with a store of the paper's size times `times`; give the folder."""
    rng = np.random.default_rng(seed)
    sizes = Sizes(times)
    folder.mkdir(parents=True, exist_ok=True)
    store = folder / "store.duckdb"
    store.unlink(missing_ok=True)
    owner = _owners(rng, sizes)
    active = _active(rng, sizes, owner)
    with duckdb.connect(str(store), config={"memory_limit": "3GB", "temp_directory": str(folder / ".spill")}) as db:
        define(db)
        _meta(db, times, seed)
        _artifacts(db, rng, owner, active)
        _tags(db, rng, len(owner))
        _discussions(db, rng, sizes, active)
        findable(db)
    return folder


def _owners(rng: np.random.Generator, sizes: Sizes) -> NDArray[np.int32]:
    """Give the owner of each artifact, from 0, in order: each has one at least, few have thousands."""
    weight = np.minimum(rng.random(sizes.owners) ** (-1 / 1.2), 4000)
    count = 1 + rng.multinomial(sizes.models - sizes.owners, weight / weight.sum())
    return np.repeat(np.arange(sizes.owners, dtype=np.int32), count)


def _active(rng: np.random.Generator, sizes: Sizes, owner: NDArray[np.int32]) -> Active:
    """Choose the artifacts that are talked about, when that begins, and how fast it fades."""
    chosen = np.sort(rng.choice(sizes.models, sizes.active, replace=False, shuffle=False))
    first = (SINCE + (UNTIL - SINCE) * _grown(rng.random(sizes.active), TALK_GROWTH)).astype(np.int64)
    scale = np.exp(rng.normal(np.log(6.0), 2.0, sizes.active))
    human = rng.random(sizes.active) < 0.41
    return Active(chosen + 1, owner[chosen].astype(np.int64), first, scale, human)


def _grown(uniform: Floats, rate: float) -> Floats:
    """Give moments between 0 and 1 whose density grows exponentially, by exp(rate) from end to end."""
    return np.log1p(uniform * np.expm1(rate)) / rate


def _pareto(rng: np.random.Generator, rows: int, alpha: float, most: int) -> Ints:
    """Draw whole numbers from 1 with a tail of exponent alpha."""
    return np.minimum(rng.random(rows) ** (-1 / alpha), most).astype(np.int64)


def _later(rng: np.random.Generator, scale: Floats, beta: float) -> Ints:
    """Draw delays in seconds: most within `scale` days, with a tail of exponent beta."""
    delay = scale * DAY * (rng.random(len(scale)) ** (-1 / beta) - 1)
    return np.minimum(delay, UNTIL - OLDEST).astype(np.int64)


def _meta(db: duckdb.DuckDBPyConnection, times: int, seed: int) -> None:
    """Say what this store is, as a built one would."""
    print_ = f"synthetic, {times} times the paper's size, seed {seed}"
    rows = [("schema", SCHEMA), ("fingerprint", print_), ("census", str(UNTIL))]
    db.executemany("INSERT INTO meta VALUES (?, ?)", rows)
    row = [1, "synthetic", "synthetic", print_, "models", "", UNTIL, "synthetic", True, 0]
    db.execute(f"INSERT INTO imports VALUES ({', '.join('?' * len(row))})", row)


def _insert(db: duckdb.DuckDBPyConnection, table: str, columns: dict[str, object], *, extra: str = "") -> None:
    """Append arrays to a table by the names of their columns, with further columns written in SQL."""
    db.register("given", pa.table(columns))
    db.execute(f"INSERT INTO {table} BY NAME SELECT * {extra} FROM given")
    db.unregister("given")


def _words(index: Ints, words: tuple[str, ...] | list[str]) -> pa.DictionaryArray:
    """Give words by their numbers; -1 is NULL."""
    codes = pa.array(index.astype(np.int32), mask=index < 0)
    return pa.DictionaryArray.from_arrays(codes, pa.array(list(words)))


def _chunks(rows: int) -> Iterator[tuple[int, int]]:
    """Cut a number of rows into stretches that fit in memory."""
    for start in range(0, rows, ROWS):
        yield start, min(start + ROWS, rows)


def _artifacts(
    db: duckdb.DuckDBPyConnection, rng: np.random.Generator, owner: NDArray[np.int32], active: Active
) -> None:
    """Write all artifacts; those talked about were created before their first interaction."""
    for start, end in _chunks(len(owner)):
        keys = np.arange(start + 1, end + 1)
        created = _created(rng, end - start)
        inside = slice(*np.searchsorted(active.artifact, [start + 1, end + 1]))
        first = active.first[inside]
        before = first - 1 - _later(rng, np.full(len(first), 3.0), 0.6)
        created[active.artifact[inside] - start - 1] = np.maximum(before, OLDEST)
        columns = {"artifact": keys, "owner_key": owner[start:end] + 1, "created": created}
        _insert(db, "artifacts", columns | _described(rng, end - start), extra=NAMED)


def _created(rng: np.random.Generator, rows: int) -> Ints:
    """Draw creation dates that grow faster than the talk does."""
    return (OLDEST + (UNTIL - OLDEST) * _grown(rng.random(rows), CREATION_GROWTH)).astype(np.int64)


def _described(rng: np.random.Generator, rows: int) -> dict[str, object]:
    """Draw what is known of artifacts beside their names: downloads and likes are heavy-tailed."""
    licence = np.searchsorted(np.cumsum(LICENCE_SHARES), rng.random(rows), side="right")
    task = rng.integers(-3, len(TASKS), rows)
    return {
        "license": _words(np.where(licence < len(LICENCES), licence, -1), LICENCES),
        "gate": _words((rng.random(rows) < 0.03).astype(np.int64), ("none", "auto")),
        "task": _words(np.maximum(task, -1), TASKS),
        "library": _words(np.where(rng.random(rows) < 0.7, 0, -1), ("transformers",)),
        "downloads": _pareto(rng, rows, 0.6, 90_000_000) - 1,
        "likes": _pareto(rng, rows, 0.9, 30_000) - 1,
        "files": rng.integers(3, 30, rows),
    }


def _tag_names() -> list[str]:
    """Name the tags, slot by slot, the commonest first."""
    return [
        PAPER_TAGS.get((slot, rank), f"synthetic-tag-{slot}-{rank:02d}")
        for slot in range(SLOTS)
        for rank in range(SLOT_TAGS)
    ]


def _tags(db: duckdb.DuckDBPyConnection, rng: np.random.Generator, models: int) -> None:
    """Give each artifact three to six tags; within a slot their frequency falls as in Zipf's law."""
    names = _tag_names()
    ladder = np.cumsum(1 / np.arange(1, SLOT_TAGS + 1) ** 1.2)
    for start, end in _chunks(models):
        ranks = np.searchsorted(ladder / ladder[-1], rng.random((end - start, SLOTS)), side="right")
        tags = np.minimum(ranks, SLOT_TAGS - 1) + np.arange(SLOTS) * SLOT_TAGS
        taken = np.arange(SLOTS) < rng.integers(3, SLOTS + 1, end - start)[:, None]
        keys = np.broadcast_to(np.arange(start + 1, end + 1)[:, None], tags.shape)
        _insert(db, "tags", {"artifact": keys[taken], "tag": _words(tags[taken], names)})


def _discussions(db: duckdb.DuckDBPyConnection, rng: np.random.Generator, sizes: Sizes, active: Active) -> None:
    """Make the comments, put them into threads, and write people, threads and events."""
    parts = _bot_comments(rng, active), _human_comments(rng, sizes, active)
    names = ("row", "person", "time", "bot")
    comments = Comments(*(np.concatenate([getattr(part, name) for part in parts]) for name in names))
    comments, thread = _threaded(rng, comments)
    threads = _threads(comments, thread)
    keys = _people(db, sizes, comments.person)
    _write_threads(db, rng, active, threads, keys)
    _write_events(db, sizes, active, _events(rng, comments, thread, threads), keys)


def _bot_comments(rng: np.random.Generator, active: Active) -> Comments:
    """Let automation visit what no human talks about, and a third of the rest; bots are numbered first."""
    visited = np.flatnonzero(~active.human | (rng.random(len(active.human)) < 0.33))
    row = np.repeat(visited, rng.geometric(0.56, len(visited)))
    later = active.human[row] | _same(row)
    moment = active.first[row] + np.where(later, _later(rng, np.full(len(row), 100.0), 1.3), 0)
    person = rng.choice(len(BOTS), len(row), p=BOT_SHARES)
    return Comments(row, person, moment, np.ones(len(row), dtype=bool)).take(np.flatnonzero(moment < UNTIL))


def _human_comments(rng: np.random.Generator, sizes: Sizes, active: Active) -> Comments:
    """Let people come to artifacts, most of them early, and come back, most of them soon; the window cuts it off."""
    row, person, arrival = _pairs(rng, sizes, active)
    owner = person == _owner_person(active.owner[row], sizes)
    crowd = np.bincount(row, minlength=len(active.first))[row]
    count = _pareto(rng, len(row), 1.83, 1500) + np.where(owner, rng.poisson(0.35 * crowd), 0)
    pair = np.repeat(np.arange(len(row)), count)
    moment = arrival[pair] + np.where(_same(pair), _later(rng, 0.25 * active.scale[row[pair]], 0.6), 0)
    deleted = rng.random(len(pair)) < 0.0045  # of the human comments, so about 0.3 % of all
    made = Comments(row[pair], np.where(deleted, -1, person[pair]), moment, np.zeros(len(pair), dtype=bool))
    return made.take(np.flatnonzero(moment < UNTIL))


def _same(values: Ints) -> Flags:
    """Say of each value whether it is the same as the one before it."""
    return np.concatenate([[False], values[1:] == values[:-1]])


def _pairs(rng: np.random.Generator, sizes: Sizes, active: Active) -> tuple[Ints, Ints, Ints]:
    """Say who takes part where, and from when: each pair once; half the owners answer for themselves."""
    humans = np.flatnonzero(active.human)
    crowd = _pareto(rng, len(humans), 1.37, 3000)
    row = np.repeat(humans, crowd)
    person = len(BOTS) + _drawn_people(rng, sizes, active.first[row])
    starts = np.cumsum(crowd) - crowd
    answers = starts[rng.random(len(humans)) < 0.5]
    person[answers] = _owner_person(active.owner[row[answers]], sizes)
    row, person = np.divmod(np.unique(row * (sizes.people + len(BOTS)) + person), sizes.people + len(BOTS))
    arrival = active.first[row] + _arrivals(rng, active, row)
    inside = arrival < UNTIL
    return row[inside], person[inside], arrival[inside]


def _arrivals(rng: np.random.Generator, active: Active, row: Ints) -> Ints:
    """Give when each person comes, in seconds since the first of that artifact (rows lie together)."""
    delay = _later(rng, active.scale[row], 0.6)
    starts = np.flatnonzero(~_same(row))
    earliest = np.minimum.reduceat(delay, starts)
    return delay - np.repeat(earliest, np.diff(np.append(starts, len(row))))


def _drawn_people(rng: np.random.Generator, sizes: Sizes, first: Ints) -> Ints:
    """Draw people, from 0: regulars, some far more than others, and people of the artifact's own time."""
    regular = sizes.regulars * rng.random(len(first)) ** 2.2
    era = np.expm1(TALK_GROWTH * (first - SINCE) / (UNTIL - SINCE)) / np.expm1(TALK_GROWTH)
    place = np.abs(era + rng.laplace(0, 0.05, len(first)))
    place = np.clip(np.where(place > 1, 2 - place, place), 0, 1 - 1e-9)
    local = sizes.regulars + (sizes.people - sizes.regulars) * place
    return np.where(rng.random(len(first)) < 0.4, regular, local).astype(np.int64)


def _owner_person(owner: Ints, sizes: Sizes) -> Ints:
    """Give the person behind an owner: scattered, always the same."""
    return len(BOTS) + (owner * 2_654_435_761) % sizes.people


def _threaded(rng: np.random.Generator, comments: Comments) -> tuple[Comments, Ints]:
    """Sort comments into threads, in the order of artifact and start; give them with the thread of each, from 0."""
    comments = comments.take(np.lexsort((comments.time, comments.bot, comments.row)))
    alone = comments.bot | (rng.random(len(comments.row)) < 0.42)
    new = alone | ~_same(comments.row) | ~_same(comments.bot)
    thread = np.cumsum(new) - 1
    order = np.lexsort((comments.time[new], comments.row[new]))
    rank = np.empty_like(order)
    rank[order] = np.arange(len(order))
    order = np.lexsort((comments.time, rank[thread]))
    return comments.take(order), rank[thread][order]


def _threads(comments: Comments, thread: Ints) -> Threads:
    """Give one row a thread, from comments that lie in order."""
    starts = np.flatnonzero(~_same(thread))
    ends = np.append(starts[1:], len(thread)) - 1
    row = comments.row[starts]
    first = np.flatnonzero(~_same(row))
    num = np.arange(len(row)) - np.repeat(first, np.diff(np.append(first, len(row)))) + 1
    return Threads(row, num, comments.person[starts], comments.time[starts], comments.time[ends], comments.bot[starts])


def _people(db: duckdb.DuckDBPyConnection, sizes: Sizes, person: Ints) -> Ints:
    """Write the people who were drawn; give the key of each number."""
    drawn = np.unique(person[person >= 0])
    keys = np.arange(1, len(drawn) + 1)
    bots = _words(np.where(drawn < len(BOTS), drawn, -1), BOTS)
    extra = """ EXCLUDE (bot, number), coalesce(bot, printf('synthetic-person-%09d', number)) AS name,
        'user' AS kind, false AS deleted"""
    _insert(db, "people", {"person": keys, "bot": bots, "number": drawn, "staff": _staff(drawn, sizes)}, extra=extra)
    key_of = np.zeros(sizes.people + len(BOTS), dtype=np.int64)
    key_of[drawn] = keys
    return key_of


def _staff(person: Ints, sizes: Sizes) -> Flags:
    """Say who is staff of the platform: one regular in three hundred, not the busiest of all."""
    number = person - len(BOTS)
    return (number >= 0) & (number < sizes.regulars) & (number % 300 == 3)


def _keyed(person: Ints, key_of: Ints) -> pa.Array:
    """Turn numbers of people into keys; deleted accounts become NULL."""
    return pa.array(key_of[np.maximum(person, 0)], mask=person < 0)


def _write_threads(
    db: duckdb.DuckDBPyConnection, rng: np.random.Generator, active: Active, threads: Threads, key_of: Ints
) -> None:
    """Write threads: automation opens pull requests with one text each, people say something new."""
    rows = len(threads.row)
    columns = {
        "thread": np.arange(1, rows + 1),
        "artifact": active.artifact[threads.row],
        "num": threads.num,
        "pull_request": threads.bot | (rng.random(rows) < 0.15),
        "status": _words(rng.choice(3, rows, p=(0.6, 0.25, 0.15)), ("open", "closed", "merged")),
        "opener": _keyed(threads.opener, key_of),
        "created": threads.start,
        "template": np.where(threads.bot, 1_000_003 * (threads.opener + 1), rng.integers(1 << 32, 1 << 62, rows)),
    }
    _insert(db, "threads", columns, extra=", false AS pinned, false AS locked, 1 AS origin")


def _events(rng: np.random.Generator, comments: Comments, thread: Ints, threads: Threads) -> Events:
    """Put a commit or a change of status after the comments of 37 % of the threads."""
    ended = np.flatnonzero(rng.random(len(threads.row)) < 0.37)
    of = np.concatenate([thread, ended])
    order = np.argsort(of, kind="stable")
    person = np.concatenate([comments.person, threads.opener[ended]])[order]
    moment = np.concatenate([comments.time, np.minimum(threads.last[ended] + 30, UNTIL - 1)])[order]
    of, comment = of[order], order < len(thread)
    return Events(threads.row[of], of, person, moment, np.where(comment, 0, np.where(threads.bot[of], 1, 2)))


def _write_events(db: duckdb.DuckDBPyConnection, sizes: Sizes, active: Active, events: Events, key_of: Ints) -> None:
    """Write events, which lie in the order of thread and position."""
    starts = np.flatnonzero(~_same(events.thread))
    position = np.arange(len(events.kind)) - starts[events.thread]
    owner = active.owner[events.row]
    owns, organisation = events.person == _owner_person(owner, sizes), owner % 6 == 0
    columns = {
        "event": np.arange(1, len(events.kind) + 1),
        "thread": events.thread + 1,
        "artifact": active.artifact[events.row],
        "position": position,
        "kind": _words(events.kind, ("comment", "commit", "status-change")),
        "time": events.time,
        "person": _keyed(events.person, key_of),
        "by_owner": owns & ~organisation,
        "by_member": owns & organisation,
        "by_staff": _staff(events.person, sizes),
        "opening": position == 0,
    }
    _insert(db, "events", columns, extra=", false AS hidden, false AS edited, 1 AS origin")


COUNTS = """SELECT (SELECT count(*) FROM artifacts), (SELECT count(DISTINCT owner_key) FROM artifacts),
    count(DISTINCT artifact), count(*), (SELECT count(*) FROM people), (SELECT count(*) FROM threads),
    (SELECT count(*) FROM events), (SELECT count(*) FROM tags) FROM events WHERE kind = 'comment'"""


def sizes(folder: Path) -> dict[str, int]:
    """Count what is in a collection."""
    names = ("artifacts", "owners", "active", "interactions", "people", "threads", "events", "tags")
    with duckdb.connect(str(folder / "store.duckdb"), read_only=True) as db:
        return dict(zip(names, db.execute(COUNTS).fetchone() or (), strict=True))


if __name__ == "__main__":
    began = time.perf_counter()
    made = make(Path(sys.argv[1]), *(int(word) for word in sys.argv[2:4]))
    seconds = time.perf_counter() - began
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(", ".join(f"{name} {count:,}" for name, count in sizes(made).items()))
    print(f"made in {seconds:.1f} s with at most {memory:,.0f} MB")
