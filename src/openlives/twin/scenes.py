"""What happens in the made-up world: who visits which model, and when; each scene is one way in which people gather."""

from collections.abc import Callable, Iterator
from random import Random
from typing import NamedTuple

from openlives.twin.cast import (
    APP,
    BOTS,
    COMMUNITIES_FROM,
    DAY,
    END,
    HOUR,
    MONTH,
    REPEATER,
    START,
    WEEK,
    Account,
    Cast,
    Model,
)
from openlives.twin.words import ERRANDS, MARK


class Opening(NamedTuple):
    """A thread whose opening is written already."""

    title: str
    text: str
    pull_request: bool = False
    pinned: bool = False


class Visit(NamedTuple):
    """Somebody says something at a model."""

    model: Model
    account: Account
    time: int
    app: str | None = None
    opening: Opening | None = None


def script(rng: Random, cast: Cast) -> list[Visit]:
    """Write down all visits, in the order of time."""
    crowded = [visit for scene in (steady, large, gathering, fading) for visit in scene(rng, cast)]
    crowded += answers(rng, cast, crowded)
    others = (nomads, settlers, brief, monologue, noticeboard, announcements, machines, remote)
    visits = crowded + [visit for scene in others for visit in scene(rng, cast)]
    return sorted((v for v in visits if v.time < END), key=lambda v: (v.time, v.model.name, v.account.name))


def nomads(rng: Random, cast: Cast) -> Iterator[Visit]:
    """One release a month, to which the same people move on, mostly in its first days."""
    releases = cast.of("nomads")
    return _year(rng, cast.people["nomads"], 3, lambda month, _: releases[month])


def settlers(rng: Random, cast: Cast) -> Iterator[Visit]:
    """Just as many people, just as busy, of whom each stays with one model for the whole year."""
    homes = cast.of("settlers")
    return _year(rng, cast.people["settlers"], 15, lambda _, person: homes[person % len(homes)])


def _year(rng: Random, people: list[Account], busiest: int, place: Callable[[int, int], Model]) -> Iterator[Visit]:
    """Twelve months of a community; `place` says where a person is in a month."""
    for month in range(12):
        for number, account in enumerate(people):
            if rng.random() < 0.85:
                for _ in range(_few(rng, 0.4)):
                    day = rng.triangular(0, 29, busiest)
                    yield Visit(place(month, number), account, COMMUNITIES_FROM + month * MONTH + int(day * DAY))


def steady(rng: Random, cast: Cast) -> Iterator[Visit]:
    """Every week of the window, some of the same many people; a few more as time goes by."""
    for model, usual, pool in zip(cast.of("steady"), (7, 6, 5), (85, 75, 60), strict=True):
        regulars = rng.sample(cast.people["crowd"], pool)
        yield Visit(model, regulars[0], START + 9 * HOUR)
        for week in range(START, END, WEEK):
            share = 0.6 + 0.8 * (week - START) / (END - START)
            for account in rng.sample(regulars, max(1, round(usual * share + rng.uniform(-1.5, 1.5)))):
                for _ in range(_few(rng, 0.1)):
                    yield Visit(model, account, rng.randrange(week, min(week + WEEK, END)))


def large(rng: Random, cast: Cast) -> Iterator[Visit]:
    """Very many people, most of them soon after the release."""
    for model, size in zip(cast.of("large"), (160, 135, 118), strict=True):
        yield from _burst(rng, model, rng.sample(cast.people["crowd"], size), mean_days=35)


def gathering(rng: Random, cast: Cast) -> Iterator[Visit]:
    """Dozens of people, for some weeks or months."""
    for model in cast.of("gathering"):
        people = rng.sample(cast.people["crowd"], rng.randint(14, 55))
        yield from _burst(rng, model, people, mean_days=rng.uniform(8, 30))


def _burst(rng: Random, model: Model, people: list[Account], mean_days: float) -> Iterator[Visit]:
    for account in people:
        time = model.created + HOUR + int(rng.expovariate(1 / mean_days) * DAY)
        for _ in range(_few(rng, 0.3)):
            yield Visit(model, account, time)
            time += HOUR + int(rng.expovariate(1 / 6) * DAY)


def fading(rng: Random, cast: Cast) -> Iterator[Visit]:
    """Long lives that get ever more quiet: a first visit, ever fewer, and one after day 100."""
    for model in cast.of("fading"):
        people = rng.sample(cast.people["crowd"], rng.randint(6, 20))
        first = model.created + rng.randint(1, 60) * HOUR
        times = [first, first + rng.randint(101, 165) * DAY]
        times += [first + int(min(rng.expovariate(1 / 22), 160) * DAY) for _ in range(rng.randint(10, 24))]
        yield from (Visit(model, rng.choice(people), time) for time in times)


def brief(rng: Random, cast: Cast) -> Iterator[Visit]:
    """One to three visits within days, and no more."""
    for model in cast.of("brief"):
        time = model.created + rng.randint(1, 100) * HOUR
        for _ in range(rng.choices((1, 2, 3), (6, 3, 1))[0]):
            yield Visit(model, rng.choice(cast.people["crowd"]), time)
            time += rng.randint(1, 48) * HOUR


def monologue(rng: Random, cast: Cast) -> Iterator[Visit]:
    """One account that makes 95 % of the interactions of its own model: 190 of 200."""
    model = cast.of("monologue")[0]
    for account in cast.members[model.owner] * 190 + rng.sample(cast.people["crowd"], 10):
        yield Visit(model, account, model.created + int(rng.random() * 300 * DAY))


def noticeboard(rng: Random, cast: Cast) -> Iterator[Visit]:
    """Much talk at a repository that holds no model."""
    model = cast.of("noticeboard")[0]
    people = rng.sample(cast.people["crowd"], 80)
    for _ in range(300):
        yield Visit(model, rng.choice(people), START + int(rng.random() ** 0.7 * (END - START)))


def answers(rng: Random, cast: Cast, visits: list[Visit]) -> Iterator[Visit]:
    """Let those who own a model answer some of its visitors, within hours or days."""
    for visit in visits:
        if rng.random() < 0.12:
            delay = HOUR + int(rng.expovariate(1 / 1.5) * DAY)
            yield Visit(visit.model, rng.choice(cast.members[visit.model.owner]), visit.time + delay)


def announcements(rng: Random, cast: Cast) -> Iterator[Visit]:
    """Let an organisation speak under its own name, and pin what it said."""
    for model in cast.of("large"):
        opening = Opening(f"Release notes {MARK}", f"{model.name} is out. {MARK}", pinned=True)
        yield Visit(model, Account(model.owner, kind="org"), model.created + rng.randint(1, 30) * 60, opening=opening)


def machines(rng: Random, cast: Cast) -> Iterator[Visit]:
    """Two listed bots with one pull request a model, and a machine that nobody listed, on exactly 60 models."""
    relays = cast.of("relay")
    scenes = ("gathering", "fading", "brief", "large", "steady")
    others = [model for scene in scenes for model in cast.of(scene) if not model.former and not model.fates]
    shares = {REPEATER: relays[:20], BOTS[0]: relays[20::2], BOTS[1]: relays[21::2]}
    for account in cast.people["machines"]:
        mine = shares[account.name]
        for model in mine + rng.sample(others, 60 if account.name in BOTS else 60 - len(mine)):
            title, text, pull_request = ERRANDS[account.name]
            facts = model.name, rng.randint(1, 9999)
            opening = Opening(title.format(*facts), text.format(*facts), pull_request)
            yield Visit(model, account, rng.randrange(max(model.created + HOUR, START), END), opening=opening)


def remote(rng: Random, cast: Cast) -> Iterator[Visit]:
    """One person, most of whose words are posted by an app."""
    for number, model in enumerate(cast.of("gathering")):
        app = None if number % 5 == 0 else APP
        yield Visit(model, cast.people["remote"][0], model.created + rng.randint(2, 40) * DAY, app)


def _few(rng: Random, again: float) -> int:
    """Once, and again with a chance of `again` each time."""
    times = 1
    while rng.random() < again:
        times += 1
    return times
