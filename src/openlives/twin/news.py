"""What the twin tells without being asked for it each time: notifications, and webhooks as its world moves on."""

import asyncio
from collections.abc import Callable
from datetime import datetime
from typing import Any

import httpx2
import orjson

from openlives.twin.replies import iso
from openlives.twin.served import Json, Served

DAYS = 14 * 86_400
PAGE = 50


def notifications(hub: Served, watched: set[str], since: str | None, now: int) -> Json:
    """Give the latest news of watched repositories or owners, as `GET /api/notifications` does."""
    start = int(datetime.fromisoformat(since).timestamp()) if since else now - DAYS
    latest: dict[str, Json] = {}
    for payload in hub.happened(start, now):
        repo, thread = payload["repo"], payload["discussion"]
        if watched & {repo["id"], repo["owner"]["id"], repo["name"], repo["name"].partition("/")[0]}:
            latest[thread["id"]] = {
                "type": "repo",
                "updatedAt": iso(int(payload["comment"]["id"][:8], 16)) if "comment" in payload else iso(now),
                "read": False,
                "repo": {"name": repo["name"], "type": "model"},
                "discussion": {
                    **{what: thread[what] for what in ("num", "title", "status", "id", "isPullRequest")},
                    "participating": [],
                },
            }
    news = sorted(latest.values(), key=lambda one: one["updatedAt"], reverse=True)
    return {
        "notifications": news[:PAGE],
        "count": {"view": len(news), "unread": len(news), "all": len(news)},
        "start": 0,
    }


async def emit(hub: Served, now: Callable[[], int], hooks: list[Json], every: float = 1.0) -> None:
    """Post what happens to every webhook, for as long as the world moves on; one that fails is not asked again."""
    last = now()
    async with httpx2.AsyncClient(timeout=10) as client:
        while True:
            await asyncio.sleep(every)
            until = now()
            for payload in hub.happened(last, until) if hooks else ():
                for hook in list(hooks):
                    if not await _posted(client, hook, payload):
                        hooks.remove(hook)
            last = until


async def _posted(client: httpx2.AsyncClient, hook: Json, payload: Json) -> bool:
    """Post one payload, with the secret that tells who it is from."""
    if not _wanted(hook, payload):
        return True
    secret: dict[str, Any] = {"x-webhook-secret": hook["secret"]} if hook.get("secret") else {}
    try:
        reply = await client.post(
            hook["url"], content=orjson.dumps(payload), headers={"content-type": "application/json", **secret}
        )
    except httpx2.HTTPError:
        return False
    return reply.status_code < 400


def _wanted(hook: Json, payload: Json) -> bool:
    watched = {entry["name"] for entry in hook.get("watched", [])}
    name = payload["repo"]["name"]
    return not watched or bool(watched & {name, name.split("/")[0]})
