"""What the Hub would list of the made-up world at a time: its models, and the threads of one."""

from typing import Any

from openlives.twin import cards
from openlives.twin.cast import END, Cast, License, Model, is_organisation, key
from openlives.twin.replies import Json, by, iso, owner, state
from openlives.twin.threads import Thread


def models(cast: Cast) -> list[Json]:
    """Give the listing of all models, the oldest first, as each was last seen.

    One that was renamed is told of twice, first as it was.
    """
    rows = []
    for one in sorted(cast.models, key=lambda m: (m.created, m.name)):
        if one.former and one.renamed:
            rows.append(model(one, one.renamed - 1))
        hidden = one.state_at(END) in ("gone", "private")
        rows.append(model(one, one.fates[-1].time - 1 if hidden else END))
    return rows


def model_key(model: Model) -> str:
    """Give the Hub's own id of a model, which stays when the model is renamed."""
    return key(f"model {model.name}", model.created)


def model(model: Model, now: int) -> Json:
    """Give one model as `GET /api/models` does at a time, with everything that can be asked for."""
    name, terms = model.name_at(now), model.terms_at(now)
    changes = [change.time for change in model.terms[1:] if change.time <= now]
    renamed = [model.renamed] if model.renamed and model.renamed <= now else []
    return {
        "_id": model_key(model),
        "id": name,
        "modelId": name,
        "author": owner(name),
        "createdAt": iso(model.created),
        "lastModified": iso(max(model.created, *renamed, *changes, 0)),
        "gated": terms.gate,
        "private": model.state_at(now) == "private",
        "disabled": model.state_at(now) == "moderated",
        "downloads": model.downloads,
        "downloadsAllTime": model.downloads * 12,
        "likes": model.likes,
        "trendingScore": model.likes // 7 if now - model.created < 60 * 86_400 else 0,
        "sha": key(f"commit {name}" + f" {len(changes)}" * bool(changes)) + "0" * 16,
        "tags": _tags(model, terms.license),
        "pipeline_tag": model.task,
        "library_name": model.library,
        "cardData": cards.head(model, now),
        "baseModels": _bases(model),
        "safetensors": {"parameters": {"F32": 1_000 * (1 + model.likes)}, "total": 1_000 * (1 + model.likes)},
        "siblings": [{"rfilename": file} for file in cards.files(model)],
    }


def _bases(model: Model) -> Json | None:
    """Name what a model was made from."""
    if not model.bases:
        return None
    return {"relation": model.relation, "models": [{"_id": key(name), "id": name} for name in model.bases]}


def _tags(model: Model, license_: License) -> list[str]:
    """Give the tags as the Hub makes them: from the card, the task, the library, the licence and the bases."""
    licenses = [license_] if isinstance(license_, str) else license_ or []
    bases = [f"base_model:{how}{name}" for name in model.bases for how in ("", f"{model.relation}:")]
    made = [f"license:{name}" for name in licenses] + bases
    own = [tag for tag in (*model.tags, model.library, model.task) if tag]
    return [*dict.fromkeys(own), *made, "region:us", "made-up"]


def row(thread: Thread, now: int, repo: str) -> Json:
    """Give one thread as it stands in the list of its model at a time; the opening counts as a comment."""
    shown = [happening for _, happening in thread.shown(now) if happening.kind == "comment"]
    liked = [happening.data["liked"] for happening in shown if happening.data["liked"]]
    names = {happening.account.name for happening in shown}
    return {
        "num": thread.num,
        **by(thread.happenings[0].account, now),
        "repo": {"name": repo, "type": "model"},
        **state(thread, now),
        "numComments": len(shown),
        "topReactions": [{"reaction": one, "count": liked.count(one)} for one in dict.fromkeys(liked)],
        "numReactionUsers": int(bool(liked)),
        "repoOwner": {
            "name": owner(repo),
            "type": "org" if is_organisation(owner(repo)) else "user",
            "isParticipating": owner(repo) in names,
            "isDiscussionAuthor": thread.happenings[0].account.name == owner(repo),
        },
    }


def overview(name: str, account: Any, created: int) -> Json:
    """Give what the Hub tells of a person."""
    return {
        "_id": key(f"account {account.name}"),
        "avatarUrl": f"/avatars/{key(name)}.svg",
        "fullname": f"{name} (made-up)",
        "isPro": account.pro,
        "user": name,
        "orgs": [],
        "type": "user",
        "createdAt": iso(created),
    }
