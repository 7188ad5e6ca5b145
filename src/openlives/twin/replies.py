"""What the Hub would say of one thread of the made-up world at a time, in the shape of its API."""

from datetime import UTC, datetime
from functools import cache
from typing import Any

from openlives.twin.cast import END, FLOOR, Account, Cast, is_organisation, key
from openlives.twin.threads import Happening, Thread
from openlives.twin.words import HIDDEN

SITE = "https://twin.example"
Json = dict[str, Any]


def iso(time: int) -> str:
    """Write seconds as the Hub does."""
    return datetime.fromtimestamp(time, UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")


def collected(thread: Thread, cast: Cast) -> Json:
    """Give one thread as a collector of long ago would have kept it: under the name that its model had then."""
    return told(thread, cast, END, thread.repo)


def told(thread: Thread, cast: Cast, now: int, repo: str) -> Json:
    """Give one thread as `GET /api/models/{repo}/discussions/{num}` does at a time."""
    first = thread.happenings[0]
    return {
        "_id": thread_key(thread),
        "num": thread.num,
        **by(first.account, now),
        **({"org": organisation(owner(repo))} if is_organisation(owner(repo)) else {}),
        "repo": {"name": repo, "type": "model"},
        **state(thread, now),
        "locked": thread.last("locking-change", "locked", otherwise=False, now=now),
        "collection": "discussions",
        **(_changes(thread, now, repo) if thread.pull_request else _report(thread, now)),
        "events": [_event(h, thread, cast, number, now, repo) for number, h in thread.shown(now)],
    }


def state(thread: Thread, now: int) -> Json:
    """Give what a thread and its row in a listing both tell."""
    return {
        "title": thread.last("title-change", "to", thread.title, now),
        "status": thread.last("status-change", "status", "open", now),
        "createdAt": iso(thread.created),
        "pinned": thread.last("pinning-change", "pinned", otherwise=False, now=now),
        "isPullRequest": thread.pull_request,
    }


def owner(repo: str) -> str:
    """Give the account or organisation that holds a repository."""
    return repo.split("/", maxsplit=1)[0]


def thread_key(thread: Thread) -> str:
    """Give the Hub's own id of a thread."""
    return key(f"thread {thread.model.name} {thread.num}", thread.created)


def event_key(happening: Happening, thread: Thread, number: int) -> str:
    """Give the id of an event: it begins with its time; commits have no other part, so that they share ids."""
    tail = "0" * 16 if happening.kind == "commit" else key(f"event {thread.model.name} {thread.num} {number}")[8:]
    return f"{happening.time:08x}{tail}"


def _report(thread: Thread, now: int) -> Json:
    """Give what only a discussion has: whether it reports something to the Hub."""
    return {"isReport": thread.last("report-status-change", "report", thread.report, now)}


def _changes(thread: Thread, now: int, repo: str) -> Json:
    """Give what only a pull request has."""
    commit = thread.last("commit", "oid", None, now)
    changes = {"base": "refs/heads/main", **({"headCommitId": commit} if commit else {})}
    if commit and thread.last("status-change", "status", "open", now) == "merged":
        changes["mergeCommitId"] = commit[::-1]
    if any(happening.kind == "ref-deleted" for _, happening in thread.shown(now)):
        changes["refDeleted"] = True
    diff = f"{SITE}/{repo}/discussions/{thread.num}/files.diff"
    return {"filesWithConflicts": [], "changes": changes, "diffUrl": diff}


def _event(happening: Happening, thread: Thread, cast: Cast, number: int, now: int, repo: str) -> Json:
    """Give one event; its author carries the part that they play at this repository."""
    account = happening.account
    member = is_organisation(owner(repo)) and account in cast.members.get(owner(repo), [])
    roles = {"isOwner": account.name == owner(repo), "isOrgMember": member}
    app = {"oauthApp": {"name": happening.app, "url": f"{SITE}/{happening.app}"}} if happening.app else {}
    return {
        "id": event_key(happening, thread, number),
        **by(account, now, roles | app),
        "createdAt": iso(happening.time),
        "type": happening.kind,
        "data": _comment(happening, now) if happening.kind == "comment" else happening.data,
    }


def words(happening: Happening, now: int = END) -> str:
    """Give the text of a comment at a time; that of a hidden one is gone."""
    said = happening.data
    if said["hidden_at"] <= now:
        return HIDDEN
    text: str = said["text"]
    return f"Edited: {text}" if text and said["edited_at"] <= now else text


def _comment(happening: Happening, now: int) -> Json:
    """Give the data of a comment."""
    said, name, text = happening.data, happening.account.name_at(now), words(happening, now)
    hidden, edits = said["hidden_at"] <= now, said["edits"] if said["edited_at"] <= now else 0
    touched = max(when for when in (happening.time, said["edited_at"], said["hidden_at"]) if when <= now)
    editors = [] if hidden or name is None else [name]
    return {
        "edited": bool(edits) or hidden,
        "hidden": hidden,
        **({"hiddenBy": "", "hiddenReason": said["reason"]} if hidden else {}),
        "latest": {
            "raw": text,
            "html": text if hidden or not text else f"<p>{text}</p>\n",
            "updatedAt": iso(touched),
            **by(happening.account, now),
        },
        "numEdits": edits,
        "editors": editors,
        "editorAvatarUrls": [avatar(name) for name in editors],
        "reactions": [{"reaction": said["liked"], "users": ["made-up-fan"], "count": 1}] if said["liked"] else [],
        "isReport": False,
    }


def by(account: Account, now: int, more: Json | None = None) -> Json:
    """Name the author, unless the account was deleted by then: the Hub names nobody in its place."""
    name = account.name_at(now)
    return {} if name is None else {"author": _author(account, name) | (more or {})}


@cache
def _author(account: Account, name: str) -> Json:
    """Give an account as the author of something; only people can be Pro."""
    return {
        "_id": key(f"account {account.name}"),
        "avatarUrl": avatar(account.name),
        "fullname": f"{name} (made-up)",
        "name": name,
        "type": account.kind,
        **({"isPro": account.pro} if account.kind == "user" else {}),
        "isHf": account.staff,
        "isHfAdmin": False,
        "isMod": False,
    }


def organisation(name: str) -> Json:
    """Give an organisation as the owner of something."""
    return {"avatarUrl": avatar(name), "fullname": f"{name} (made-up)", "name": name, "type": "org", "isHf": False}


def avatar(name: str) -> str:
    """Give the address of a picture that does not exist."""
    return f"/avatars/{key(name, FLOOR)}.svg"
