"""What a server of the Hub's API must be able to ask: of a made-up world, or of a collection."""

from collections.abc import Sequence
from typing import Any, NamedTuple, Protocol

Json = dict[str, Any]


class Handle(NamedTuple):
    """A model in the order in which it is listed: the newest first, equal ones by id."""

    age: float  # minus the time of creation, so that handles sort by themselves; infinite where it is not known
    id: str
    thing: Any  # whatever the server knows the model by


class Served(Protocol):
    """A Hub that can be asked, at any time of its own; names are those that somebody asks for, present or former."""

    platform: str

    def handles(self) -> Sequence[Handle]:
        """Give all models there ever were, sorted."""

    def docs(self, handles: Sequence[Handle], now: int) -> list[Json]:
        """Give the models that can be listed at a time, private ones included."""

    def present(self, name: str, now: int) -> str | None:
        """Give the name that a model has at a time; None if there is no such model."""

    def state(self, name: str, now: int) -> str:
        """Say of a present name: open, switched off, moderated, gone, private, or unknown (nobody ever looked)."""

    def doc(self, name: str, now: int) -> Json:
        """Give one model by its present name."""

    def rows(self, name: str, now: int) -> list[Json]:
        """Give the rows of its threads, the newest first."""

    def thread(self, name: str, num: int, now: int) -> Json | None:
        """Give one thread; None if there is none of this number, an empty one if it was deleted."""

    def card(self, name: str, now: int) -> str | None:
        """Give its card."""

    def account(self, name: str, now: int) -> Json | None:
        """Give a person or an organisation."""

    def happened(self, since: int, until: int) -> list[Json]:
        """Give what happened after one time and until another, as webhooks tell of it, in the order of time."""
