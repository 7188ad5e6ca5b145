"""A made-up world as the Hub's API would show it at any time."""

from collections import defaultdict
from collections.abc import Sequence
from functools import cached_property
from typing import Any

from openlives.twin import cards, listings, replies
from openlives.twin.cast import FLOOR, Account, Model, is_organisation, key
from openlives.twin.planted import ALIASES
from openlives.twin.served import Handle, Json
from openlives.twin.threads import Thread
from openlives.twin.world import World


class Stage:
    """Shows a world (`Served`)."""

    platform = "made-up world"

    def __init__(self, world: World) -> None:
        self.world = world
        self.threads: dict[str, list[Thread]] = defaultdict(list)
        for thread in world.threads:
            self.threads[thread.model.name].append(thread)
        self.models = {model.name: model for model in world.cast.models}
        self.former = {model.former: model for model in world.cast.models if model.former}
        large = world.cast.of("large")
        self.aliases = {alias: large[number].name for alias, number in ALIASES.items()}

    @cached_property
    def _handles(self) -> list[Handle]:
        return sorted(Handle(-m.created, listings.model_key(m), m) for m in self.world.cast.models)

    @cached_property
    def _accounts(self) -> dict[str, Account]:
        everybody = [*self.world.cast.people.values(), *self.world.cast.members.values()]
        return {account.name: account for part in everybody for account in part}

    def handles(self) -> Sequence[Handle]:
        """Give all models there ever were, sorted."""
        return self._handles

    def docs(self, handles: Sequence[Handle], now: int) -> list[Json]:
        """Give the models that can be listed at a time."""
        there = [h.thing for h in handles if h.thing.created <= now and h.thing.state_at(now) != "gone"]
        return [listings.model(model, now) for model in there]

    def _model(self, name: str, now: int) -> Model | None:
        name = self.aliases.get(name, name)
        model = self.models.get(name) or self.former.get(name)
        if model is None or model.created > now:
            return None
        not_yet = name == model.name and name != model.name_at(now)
        return None if not_yet else model

    def present(self, name: str, now: int) -> str | None:
        """Give the name that a model has at a time."""
        model = self._model(name, now)
        return model.name_at(now) if model else None

    def state(self, name: str, now: int) -> str:
        """Say what became of a model."""
        model = self._model(name, now)
        return model.state_at(now) if model else "gone"

    def doc(self, name: str, now: int) -> Json:
        """Give one model."""
        return listings.model(self._known(name, now), now)

    def _known(self, name: str, now: int) -> Model:
        model = self._model(name, now)
        if model is None:
            raise KeyError(name)
        return model

    def rows(self, name: str, now: int) -> list[Json]:
        """Give the rows of the threads of a model, the newest first."""
        model = self._known(name, now)
        shown = [thread for thread in self.threads[model.name] if thread.shown(now)]
        return [listings.row(thread, now, model.name_at(now)) for thread in reversed(shown)]

    def thread(self, name: str, num: int, now: int) -> Json | None:
        """Give one thread; None if there is none, an empty one if it was deleted."""
        model = self._known(name, now)
        found = next((thread for thread in self.threads[model.name] if thread.num == num), None)
        if found is None or found.created > now:
            return None
        return replies.told(found, self.world.cast, now, model.name_at(now)) if found.shown(now) else {}

    def card(self, name: str, now: int) -> str | None:
        """Give the card of a model."""
        return cards.text(self._known(name, now), now)

    def account(self, name: str, now: int) -> Json | None:
        """Give a person, or an organisation that holds models."""
        if is_organisation(name):
            return replies.organisation(name) if name in self.world.cast.members else None
        found = self._accounts.get(name)
        return listings.overview(name, found, FLOOR) if found and found.name_at(now) == name else None

    def happened(self, since: int, until: int) -> list[Json]:
        """Give the comments, threads and models of a time, as webhooks tell of them."""
        told = [
            (happening.time, number, thread)
            for thread in self.world.threads
            for number, happening in thread.shown(until)
            if since < happening.time <= until
        ]
        return [self._told(thread, number, time) for time, number, thread in sorted(told, key=_in_time)]

    def _told(self, thread: Thread, number: int, now: int) -> Json:
        """Write the payload of one event; people are named by their ids only."""
        happening, name = thread.happenings[number], thread.model.name_at(now)
        comment = happening.kind == "comment"
        site = f"{replies.SITE}/{name}"
        page, author = f"{site}/discussions/{thread.num}", {"id": key(f"account {happening.account.name}")}
        words = {"content": replies.words(happening, now)} if comment else {}
        event = {"id": replies.event_key(happening, thread, number), "author": author, "hidden": False, **words}
        return {
            "event": {
                "action": "create" if comment or number == 0 else "update",
                "scope": "discussion.comment" if comment and number else "discussion",
            },
            "repo": {
                "type": "model",
                "name": name,
                "id": listings.model_key(thread.model),
                "private": False,
                "url": {"web": site, "api": f"{replies.SITE}/api/models/{name}"},
                "owner": {"id": key(f"account {replies.owner(name)}")},
            },
            "discussion": {
                "id": replies.thread_key(thread),
                "num": thread.num,
                **{what: replies.state(thread, now)[what] for what in ("title", "status", "isPullRequest")},
                "url": {"web": page, "api": f"{replies.SITE}/api/models/{name}/discussions/{thread.num}"},
                "author": {"id": key(f"account {thread.happenings[0].account.name}")},
            },
            **({"comment": {**event, "url": {"web": f"{page}#{event['id']}"}}} if comment else {}),
            "webhook": {"id": key("the twin's only webhook"), "version": 3},
        }


def _in_time(told: tuple[int, int, Any]) -> tuple[int, str, int, int]:
    time, number, thread = told
    return time, thread.model.name, thread.num, number
