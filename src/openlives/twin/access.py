"""Friction at the gates of the made-up world: who asks for access, waits, is refused, and is shown a way round."""

from collections.abc import Iterator
from random import Random

from openlives.twin.cast import DAY, END, HOUR, NEVER, Cast, Model
from openlives.twin.governed import ASKED
from openlives.twin.replies import SITE
from openlives.twin.threads import Happening, Thread, said
from openlives.twin.words import MARK

GAP = {"large": 6, "gathering": 9, "brief": 3}  # days between two who ask while there is a gate
SPELL = {"large": 150, "gathering": 150, "brief": 6}  # days after the release in which somebody asks at all
OPEN, ROUND = 0.06, 0.35  # how often they ask without a gate, against with one; how often there is a way round
TITLES = (
    "Request access to {}",
    "My request for {} was rejected",
    "Still waiting for approval",
    "How long does access to {} take?",
    "No access to {}",
)
WISHES = (
    "Please let me have access to {}.",
    "My request was rejected. May I know why?",
    "I am still waiting for approval, for two weeks now.",
    "I filled in the form for {}, and nobody answers.",
    "Access to {} is denied, though I was approved.",
)
ECHOES = ("The same here: still waiting for approval.", "My request was rejected, too.", "Any news about access?")
REPLY = "We look at requests for access once a week."


def added(rng: Random, cast: Cast, threads: list[Thread]) -> list[Thread]:
    """Give the threads with those about access among them; only models that get one count their threads anew."""
    mine: dict[str, list[Thread]] = {}
    for thread in threads:
        mine.setdefault(thread.model.name, []).append(thread)
    uploads = [model for model in cast.models if model.part == "re-upload"]
    for model in (model for scene in ASKED for model in cast.of(scene)):
        there = mine.get(model.name, [])
        copies = [one for one in uploads if one.bases == [model.name]]
        asking = list(_asking(rng, cast, model, copies)) if any(t.deleted == NEVER for t in there) else []
        if asking:
            mine[model.name] = sorted([*there, *asking], key=lambda thread: thread.created)
            for num, thread in enumerate(mine[model.name], start=1):
                thread.num = num
    return [thread for name in sorted(mine) for thread in mine[name]]


def _asking(rng: Random, cast: Cast, model: Model, copies: list[Model]) -> Iterator[Thread]:
    """Let people ask, far more often while there is a gate."""
    time, until = model.created + HOUR, min(model.created + SPELL[model.scene] * DAY, END - HOUR)
    while (time := time + int(rng.expovariate(1 / GAP[model.scene]) * DAY)) < until:
        if model.terms_at(time).gate or rng.random() < OPEN:
            yield _thread(rng, cast, model, time, [one for one in copies if one.created < time])


def _thread(rng: Random, cast: Cast, model: Model, time: int, copies: list[Model]) -> Thread:
    """Ask for access; others join in, a member may answer, and somebody may know a copy without a gate."""
    short = model.name.split("/")[1]
    title, wish = (rng.choice(words).format(short) for words in (TITLES, WISHES))
    thread = Thread(model, 0, f"{title} {MARK}", pull_request=False, repo=model.name, about="access")
    words = [wish, *rng.choices(ECHOES, k=rng.randint(0, 2))]
    if copies and rng.random() < ROUND:
        thread.leads_to = rng.choice(copies).name
        words.append(f"The same weights without a gate: {SITE}/{thread.leads_to}")
    for words_, account in zip(words, rng.sample(cast.people["crowd"], len(words)), strict=True):
        thread.happenings.append(Happening("comment", time, account, said(f"{words_} {MARK}")))
        time = min(time + HOUR + int(rng.expovariate(1 / 2) * DAY), END - 1)
    if rng.random() < 0.3:
        member = rng.choice(cast.members[model.owner])
        thread.happenings.append(Happening("comment", time, member, said(f"{REPLY} {MARK}")))
    return thread
