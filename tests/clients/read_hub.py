"""Read a Hub with `huggingface_hub`, of whatever major version, and print what it says as JSON."""

import json
import os
import sys
from pathlib import Path

from huggingface_hub import HfApi, __version__, hf_hub_download
from huggingface_hub.errors import HfHubHTTPError

api = HfApi(endpoint=os.environ["HF_ENDPOINT"], token=os.environ.get("HF_TOKEN") or False)


def discussions(name):
    """Give every thread of a model with its events, or the status of a refusal."""
    try:
        listed = list(api.get_repo_discussions(name))
    except HfHubHTTPError as error:
        return error.response.status_code
    return [thread(name, one.num) for one in listed]


def thread(name, num):
    """Give one thread."""
    found = api.get_discussion_details(name, num)
    events = [[event.id, event.type, int(event.created_at.timestamp()), event.author, getattr(event, "content", None)]
              for event in found.events]  # fmt: skip
    return {"num": num, "title": found.title, "status": found.status, "author": found.author,
            "pull_request": found.is_pull_request, "diff": bool(found.diff), "events": events}  # fmt: skip


models = list(api.list_models(full=True))
named = [model.id for model in models]
info = api.model_info(named[0])
bare = api.model_info("made-up-classic")
json.dump(
    {
        "version": __version__,
        "models": sorted([m.id, m.downloads, m.likes, m.pipeline_tag, sorted(m.tags or [])] for m in models),
        "paged": len(list(api.list_models(limit=None, expand=["likes"]))),
        "by_author": sorted(m.id for m in api.list_models(author="twin-atelier")),
        "by_tag": sorted(m.id for m in api.list_models(filter="mlx")),
        "info": [info.id, info.sha],
        "bare": bare.id,
        "card": Path(hf_hub_download(named[0], "README.md", endpoint=api.endpoint)).read_text(encoding="utf-8"),
        "discussions": {name: discussions(name) for name in named},
    },
    sys.stdout,
)
