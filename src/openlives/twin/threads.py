"""Visits made into threads: who opens one and who joins in, and what is done to threads besides talking."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random
from typing import Any

from openlives.twin.cast import DAY, END, HOUR, NEVER, Account, Model
from openlives.twin.scenes import Opening, Visit
from openlives.twin.words import CHANGES, MARK, SAYINGS, TITLES

REASONS = ("Spam", "Off-Topic", "Resolved", "Low Quality", "Abuse")
REACTIONS = "👍🔥🚀👀🤗😎🧠🤝😔🤯"


@dataclass(frozen=True, slots=True)
class Happening:
    """What somebody did in a thread, and when; `kind` is the Hub's type of event."""

    kind: str
    time: int
    account: Account
    data: dict[str, Any]
    app: str | None = None


@dataclass(slots=True)
class Thread:
    """A discussion or a pull request, and all that happened in it; `repo` is its model's name when it was opened.

    `about` says what it was planted for, and `leads_to` names the copy that somebody points to in it.
    """

    model: Model
    num: int
    title: str
    pull_request: bool
    report: bool = False
    happenings: list[Happening] = field(default_factory=list)
    repo: str = ""
    deleted: int = NEVER
    about: str = ""
    leads_to: str | None = None

    @property
    def created(self) -> int:
        """The time of its opening."""
        return self.happenings[0].time

    def last(self, kind: str, what: str, otherwise: Any, now: int = END) -> Any:
        """Give what the last event of a kind until now says, or what holds if there was none."""
        return next((h.data[what] for h in reversed(self.happenings) if h.kind == kind and h.time <= now), otherwise)

    def shown(self, now: int = END) -> list[tuple[int, Happening]]:
        """Give what can be seen of it at a time, each with its number; nothing before it was opened or once deleted."""
        if now >= self.deleted:
            return []
        return [(n, h) for n, h in enumerate(self.happenings) if h.time <= now < h.data.get("deleted_at", NEVER)]


def threaded(rng: Random, visits: list[Visit]) -> list[Thread]:
    """Turn visits into threads: each opens one, or joins one of the last few of its model."""
    threads: dict[str, list[Thread]] = {}
    for visit in visits:
        mine, repo = threads.setdefault(visit.model.name, []), visit.model.name_at(visit.time)
        near = [thread for thread in mine[-6:] if thread.repo == repo]  # threads of the former name were collected then
        if visit.opening or not near or rng.random() < 0.4:
            mine.append(_opened(rng, visit, mine[-1].num + 1 if mine else 1))
        else:
            rng.choice(near).happenings.append(_comment(rng, visit, rng.choice(SAYINGS)))
    found = [thread for name in sorted(threads) for thread in threads[name]]
    for thread in found:
        thread.happenings = sorted([*thread.happenings, *_aftermath(rng, thread)], key=lambda h: h.time)
    return found


def _opened(rng: Random, visit: Visit, num: int) -> Thread:
    """Open a thread, under a number that does not belong to one that cannot be read."""
    thread = _scripted(visit, visit.opening) if visit.opening else _improvised(rng, visit)
    thread.num = num + (num == visit.model.missing)
    return thread


def _scripted(visit: Visit, opening: Opening) -> Thread:
    """Open a thread with words that were written before."""
    happenings = [Happening("comment", visit.time, visit.account, said(opening.text), visit.app)]
    if opening.pinned:
        happenings.append(Happening("pinning-change", visit.time + 60, visit.account, {"pinned": True}))
    repo = visit.model.name_at(visit.time)
    return Thread(visit.model, 0, opening.title, opening.pull_request, happenings=happenings, repo=repo)


def _improvised(rng: Random, visit: Visit) -> Thread:
    """Open a thread as people do; their pull requests may come without a message."""
    pull_request = rng.random() < 0.2
    title = rng.choice(CHANGES if pull_request else TITLES).format(_short(visit))
    report = not pull_request and rng.random() < 0.01
    silent = pull_request and rng.random() < 0.3
    happenings = [_comment(rng, visit, "" if silent else rng.choice(SAYINGS))]
    return Thread(visit.model, 0, f"{title} {MARK}", pull_request, report, happenings, visit.model.name_at(visit.time))


def _comment(rng: Random, visit: Visit, words: str) -> Happening:
    """Say something, which may be hidden, edited or liked later."""
    data = said(f"{words.format(_short(visit))} {MARK}" if words else "")
    chance = rng.random()
    if chance < 0.02:
        data |= {"hidden_at": min(visit.time + DAY, END - HOUR), "reason": rng.choice(REASONS)}
    elif chance < 0.08:
        data |= {"edits": rng.randint(1, 3), "edited_at": min(visit.time + 5 * HOUR, END - HOUR)}
    elif chance < 0.2:
        data["liked"] = rng.choice(REACTIONS)
    return Happening("comment", visit.time, visit.account, data, visit.app)


def said(text: str) -> dict[str, Any]:
    """Give what is kept of a comment that nobody has touched."""
    return {"text": text, "hidden_at": NEVER, "reason": None, "edits": 0, "edited_at": NEVER, "liked": None}


def _short(visit: Visit) -> str:
    return visit.model.name_at(visit.time).split("/")[1]


def _aftermath(rng: Random, thread: Thread) -> Iterator[Happening]:
    """Do to a thread what is done besides talking, before its model is renamed."""
    opener, renamed = thread.happenings[0].account, thread.model.renamed
    until = renamed if renamed and thread.created < renamed else END
    time = max(happening.time for happening in thread.happenings)
    if thread.pull_request:
        yield from _commits(rng, thread, min(thread.created + 1, until - 1))
    for kind, data in _measures(rng, thread):
        time = min(time + rng.randint(60, HOUR) + int(rng.expovariate(1 / 2) * DAY), until - 1)
        yield Happening(kind, time, opener, data)


def _commits(rng: Random, thread: Thread, time: int) -> Iterator[Happening]:
    """Push one commit or two; those of the same second share their id, as they do on the Hub."""
    for _ in range(rng.choices((1, 2), (4, 1))[0]):
        data = {"subject": thread.title, "oid": f"{rng.getrandbits(160):040x}"}
        yield Happening("commit", time, thread.happenings[0].account, data)


def _measures(rng: Random, thread: Thread) -> Iterator[tuple[str, dict[str, Any]]]:
    """Take measures of every kind that the Hub has, and of one that nobody knows yet."""
    if rng.random() < 0.03:
        yield "title-change", {"from": thread.title, "to": f"[Solved] {thread.title}"}
    if rng.random() < 0.02:
        yield "pinning-change", {"pinned": rng.random() < 0.7}
    if thread.report or rng.random() < 0.01:
        yield "report-status-change", {"report": thread.report}
    if rng.random() < 0.02:
        yield "telepathy", {"thought": f"nobody knows yet what this means {MARK}"}
    yield from _ends(rng, thread)
    if rng.random() < 0.02:
        yield "locking-change", {"locked": True}


def _ends(rng: Random, thread: Thread) -> Iterator[tuple[str, dict[str, Any]]]:
    """Bring a thread to an end, or leave it open; pull requests may be drafts first, and lose their branch last."""
    if thread.pull_request and rng.random() < 0.05:
        yield "status-change", {"status": "draft"}
        yield "status-change", {"status": "open"}
    chances = {"merged": 30, "closed": 25, "": 45} if thread.pull_request else {"closed": 35, "": 65}
    end = rng.choices([*chances], [*chances.values()])[0]
    if end:
        yield "status-change", {"status": end}
    if end == "merged":
        yield "ref-deleted", {}
