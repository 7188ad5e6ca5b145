"""What the Hub would say of the made-up world: models and threads in the shape of its API."""

from datetime import UTC, datetime
from functools import cache
from typing import Any

from openlives.twin.cast import END, Account, Cast, Model, is_organisation, key
from openlives.twin.threads import Happening, Thread

FILES = (".gitattributes", "README.md", "config.json", "model.safetensors", "tokenizer.json")
SITE = "https://twin.example"
Json = dict[str, Any]


def iso(time: int) -> str:
    """Write seconds as the Hub does."""
    return datetime.fromtimestamp(time, UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")


def models(cast: Cast) -> list[Json]:
    """Give the listing of all models, the oldest first; one that was renamed is told of twice, first as it was."""
    rows = []
    for model in sorted(cast.models, key=lambda m: (m.created, m.name)):
        if model.former and model.renamed:
            rows.append(_model(model, model.former, model.renamed - 1))
        rows.append(_model(model, model.name, END))
    return rows


def _model(model: Model, name: str, modified: int) -> Json:
    """Give one model as `GET /api/models` does, under the name that it had when it was last modified."""
    card = {"license": model.license, "base_model": model.bases[0] if len(model.bases) == 1 else model.bases or None}
    return {
        "_id": key(f"model {model.name}", model.created),
        "id": name,
        "modelId": name,
        "author": name.split("/", 1)[0],
        "createdAt": iso(model.created),
        "lastModified": iso(modified),
        "gated": model.gated,
        "private": False,
        "disabled": model.look == "moderated",
        "downloads": model.downloads,
        "likes": model.likes,
        "tags": _tags(model),
        "pipeline_tag": model.task,
        "library_name": model.library,
        "cardData": {what: value for what, value in card.items() if value} or None,
        "siblings": [{"rfilename": file} for file in (FILES[:2] if model.scene == "noticeboard" else FILES)],
    }


def _tags(model: Model) -> list[str]:
    """Give the tags as the Hub makes them: from the card, the task, the library, the licence and the bases."""
    licenses = [model.license] if isinstance(model.license, str) else model.license or []
    made = [f"license:{name}" for name in licenses] + [f"base_model:{name}" for name in model.bases]
    own = [tag for tag in (*model.tags, model.library, model.task) if tag]
    return [*dict.fromkeys(own), *made, "region:us", "made-up"]


def thread(thread: Thread, cast: Cast) -> Json:
    """Give one thread as `GET /api/models/{name}/discussions/{num}` does."""
    first, owner = thread.happenings[0], thread.repo.split("/")[0]
    return {
        "_id": key(f"thread {thread.model.name} {thread.num}", thread.created),
        "num": thread.num,
        **_by(first.account, _author(first.account)),
        **({"org": _organisation(owner)} if is_organisation(owner) else {}),
        "repo": {"name": thread.repo, "type": "model"},
        "title": thread.last("title-change", "to", thread.title),
        "status": thread.last("status-change", "status", "open"),
        "createdAt": iso(thread.created),
        "pinned": thread.last("pinning-change", "pinned", otherwise=False),
        "locked": thread.last("locking-change", "locked", otherwise=False),
        "collection": "discussions",
        "isPullRequest": thread.pull_request,
        **(_changes(thread) if thread.pull_request else _report(thread)),
        "events": [_event(h, thread, cast, number) for number, h in enumerate(thread.happenings)],
    }


def _report(thread: Thread) -> Json:
    """Give what only a discussion has: whether it reports something to the Hub."""
    return {"isReport": thread.last("report-status-change", "report", thread.report)}


def _changes(thread: Thread) -> Json:
    """Give what only a pull request has."""
    commit = thread.last("commit", "oid", None)
    changes = {"base": "refs/heads/main", "headCommitId": commit}
    if thread.last("status-change", "status", "open") == "merged":
        changes["mergeCommitId"] = commit[::-1]
    if any(happening.kind == "ref-deleted" for happening in thread.happenings):
        changes["refDeleted"] = True
    diff = f"{SITE}/{thread.repo}/discussions/{thread.num}/files.diff"
    return {"filesWithConflicts": [], "changes": changes, "diffUrl": diff}


def _event(happening: Happening, thread: Thread, cast: Cast, number: int) -> Json:
    """Give one event; its id begins with its time, and commits have no other part, so that they share ids."""
    account, owner = happening.account, thread.repo.split("/")[0]
    tail = "0" * 16 if happening.kind == "commit" else key(f"event {thread.model.name} {thread.num} {number}")[8:]
    member = is_organisation(owner) and account in cast.members.get(owner, [])
    roles = {"isOwner": account.name == owner, "isOrgMember": member}
    app = {"oauthApp": {"name": happening.app, "url": f"{SITE}/{happening.app}"}} if happening.app else {}
    return {
        "id": f"{happening.time:08x}{tail}",
        **_by(account, {**_author(account), **roles, **app}),
        "createdAt": iso(happening.time),
        "type": happening.kind,
        "data": _comment(happening) if happening.kind == "comment" else happening.data,
    }


def _comment(happening: Happening) -> Json:
    """Give the data of a comment; the text of a hidden one is gone."""
    said, account = happening.data, happening.account
    hidden, edits, text = said["hidden"], said["edits"], said["text"]
    editors = [] if hidden or account.deleted else [account.name]
    return {
        "edited": bool(edits) or hidden,
        "hidden": hidden,
        **({"hiddenBy": "", "hiddenReason": said["reason"]} if hidden else {}),
        "latest": {
            "raw": text,
            "html": text if hidden or not text else f"<p>{text}</p>\n",
            "updatedAt": iso(happening.time + 40 * edits),
            **_by(account, _author(account)),
        },
        "numEdits": edits,
        "editors": editors,
        "editorAvatarUrls": [_avatar(name) for name in editors],
        "reactions": [{"reaction": said["liked"], "users": ["made-up-fan"], "count": 1}] if said["liked"] else [],
        "isReport": False,
    }


def _by(account: Account, author: Json) -> Json:
    """Name the author, unless the account was deleted: then the Hub names nobody."""
    return {} if account.deleted else {"author": author}


@cache
def _author(account: Account) -> Json:
    """Give an account as the author of something; only people can be Pro."""
    return {
        "_id": key(f"account {account.name}"),
        "avatarUrl": _avatar(account.name),
        "fullname": f"{account.name} (made-up)",
        "name": account.name,
        "type": account.kind,
        **({"isPro": account.pro} if account.kind == "user" else {}),
        "isHf": account.staff,
        "isHfAdmin": False,
        "isMod": False,
    }


def _organisation(name: str) -> Json:
    return {"avatarUrl": _avatar(name), "fullname": f"{name} (made-up)", "name": name, "type": "org", "isHf": False}


def _avatar(name: str) -> str:
    return f"/avatars/{key(name)}.svg"
