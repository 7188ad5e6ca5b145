"""What is to be collected: everything, some models by name, or those of a tag or an owner, perhaps of a time only."""

from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

import orjson

EXPAND = (
    "author", "baseModels", "cardData", "createdAt", "disabled", "downloads", "downloadsAllTime", "gated",
    "lastModified", "library_name", "likes", "pipeline_tag", "private", "safetensors", "sha", "siblings", "tags",
    "trendingScore",
)  # fmt: skip
HEAVY = ("siblings", "safetensors", "cardData")  # left out of a page that the Hub cannot deliver


@dataclass(frozen=True, slots=True)
class Scope:
    """The models of one run. `since` and `until` bound the time of their creation, in seconds since 1970 UTC."""

    models: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    author: str | None = None
    since: int | None = None
    until: int | None = None
    cards: bool = False

    @property
    def everything(self) -> bool:
        """Whether the list of models, read to its end, is a census of the Hub."""
        return not (self.models or self.tags or self.author or self.since or self.until)

    def query(self, limit: int) -> tuple[tuple[str, Any], ...]:
        """Give the parameters of the list of models: by creation, which never changes, the newest first."""
        fields = tuple(("expand", field) for field in EXPAND)
        tags = tuple(("filter", tag) for tag in self.tags)
        author = (("author", self.author),) if self.author else ()
        return (("sort", "createdAt"), ("direction", -1), ("limit", limit), *tags, *author, *fields)

    def wants(self, created: int | None) -> bool:
        """Tell whether a model of this age belongs here; one of unknown age does."""
        after = created is None or self.since is None or created >= self.since
        return after and (created is None or self.until is None or created < self.until)

    def key(self) -> str:
        """Give the same text for the same scope: a run that stopped is known by it."""
        return orjson.dumps(asdict(self)).decode()

    def __str__(self) -> str:
        what = [f"{len(self.models)} models"] if self.models else []
        what += [f"tag {tag}" for tag in self.tags] + ([f"models of {self.author}"] if self.author else [])
        span = [f"created {word} {_day(time)}" for word, time in (("from", self.since), ("before", self.until)) if time]
        return ", ".join([*(what or ["all models"]), *span, *(["with cards"] if self.cards else [])])


def _day(time: int) -> str:
    return datetime.fromtimestamp(time, UTC).date().isoformat()
