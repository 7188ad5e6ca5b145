"""Who is in the made-up world: its accounts, and the models that they publish."""

import hashlib
from dataclasses import dataclass, field
from functools import cache
from random import Random
from typing import NamedTuple

from openlives.twin.words import FIRST_NAMES, PLACES

HOUR = 3600
DAY = 86_400
WEEK = 7 * DAY
MONTH = 30 * DAY
START = 1_672_617_600  # 2023-01-02, a Monday
END = 1_735_603_200  # 2024-12-31: the first day out
FLOOR = 1_646_263_744  # 2022-03-02T23:29:04Z: the Hub gives this date to everything older
COMMUNITIES_FROM = START + 48 * WEEK  # two communities live side by side for a year

BOTS = ("SFconvertbot", "librarian-bot")
REPEATER = "made-up-repeater"
REMOTE = "made-up-remote"
APP = "made-up-poster"
PEOPLE = {"crowd": 700, "nomads": 60, "settlers": 60}
LEFT = 20  # people of the crowd who have deleted their accounts since
NEVER = 2**40

LICENSES = ("apache-2.0", "apache-2.0", "mit", "openrail", "cc-by-nc-4.0", "other", ["mit", "apache-2.0"], None)
TASKS = (
    ("text-generation", "transformers"),
    ("automatic-speech-recognition", "transformers"),
    ("fill-mask", "transformers"),
    (None, None),
)
TAGS = ("finance", "sillytavern", "roleplay", "not-for-all-audiences")


class Scene(NamedTuple):
    """One way in which people gather: at how many models, of what name, of which owner, born by which day."""

    models: int
    word: str
    owner: str | None = None
    born_by: int = 0


SCENES = {
    "nomads": Scene(12, "painter", "twin-atelier"),
    "settlers": Scene(8, "sculptor", "twin-gallery"),
    "steady": Scene(3, "speaker", "twin-commons"),
    "large": Scene(3, "titan", "twin-foundry"),
    "monologue": Scene(1, "diary", "made-up-otto", 200),
    "noticeboard": Scene(1, "roadmap", "twin-noticeboard"),
    "gathering": Scene(24, "dancer", None, 640),
    "fading": Scene(40, "lantern", None, 555),
    "brief": Scene(0, "mayfly", None, 720),
    "relay": Scene(0, "relay", None, 690),
    "quiet": Scene(0, "pebble", None, 728),
}
FIXED = sum(scene.models for scene in SCENES.values())
FEWEST = 200


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody who acts on the Hub: a person, an organisation, or a machine; `former` is its name before `renamed`."""

    name: str
    kind: str = "user"
    pro: bool = False
    staff: bool = False
    left: int = NEVER
    former: str | None = None
    renamed: int = NEVER

    @property
    def deleted(self) -> bool:
        """Whether the account is gone by the end of the world."""
        return self.left <= END

    def name_at(self, time: int) -> str | None:
        """Give the name that the account has at a time; None once it was deleted."""
        if time >= self.left:
            return None
        return self.former if self.former and time < self.renamed else self.name


class Fate(NamedTuple):
    """What becomes of a model at a time: switched off, moderated, gone, private, or open again."""

    time: int
    state: str


License = str | list[str] | None


class Terms(NamedTuple):
    """On what terms a model can be had from a time on: its licence, and its gate as the Hub names it."""

    time: int
    license: License
    gate: str | bool


@dataclass(slots=True)
class Model:
    """A model that somebody publishes, as it is today; `former` is the name it had before `renamed`.

    `fates` say when its threads could not be read, and `missing` is the number of a thread that cannot. `terms`
    are those that it had, one after the other, where they ever changed; `card` says how its card is written, `part`
    what it is to its base.
    """

    name: str
    owner: str
    scene: str
    created: int
    former: str | None = None
    renamed: int | None = None
    fates: list[Fate] = field(default_factory=list)
    missing: int | None = None
    bases: list[str] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    task: str | None = None
    library: str | None = None
    license: License = None
    gated: str | bool = False
    terms: list[Terms] = field(default_factory=list)
    card: str = "plain"
    part: str = ""
    relation: str = "finetune"
    downloads: int = 0
    likes: int = 0

    def state_at(self, time: int) -> str:
        """Say whether the model can be read at a time: `open`, or what became of it."""
        return next((fate.state for fate in reversed(self.fates) if fate.time <= time), "open")

    def terms_at(self, time: int) -> Terms:
        """Give the terms of a time."""
        usual = Terms(self.created, self.license, self.gated)
        return next((terms for terms in reversed(self.terms) if terms.time <= time), usual)

    def name_at(self, time: int) -> str:
        """Give the name that the model had at a time."""
        return self.former if self.former and self.renamed and time < self.renamed else self.name


@dataclass(frozen=True, slots=True)
class Cast:
    """Everybody and everything: `people` by the part they play, `members` of each owner, and the models."""

    people: dict[str, list[Account]]
    members: dict[str, list[Account]]
    models: list[Model]

    def of(self, scene: str) -> list[Model]:
        """Give the models of a scene, the oldest first."""
        return [model for model in self.models if model.scene == scene]


@cache
def key(name: str, time: int = FLOOR) -> str:
    """Give the platform's own id of a thing: its time of birth and a hash, 24 hex digits."""
    return f"{time:08x}{hashlib.sha256(name.encode()).hexdigest()[:16]}"


def is_organisation(owner: str) -> bool:
    """Tell an organisation from a person by its name."""
    return owner.startswith("twin-")


def assemble(rng: Random, count: int, active: float) -> Cast:
    """Think up all accounts and `count` models, a share of which people come to."""
    people = _people(rng)
    models = [model for name in SCENES for model in _models(rng, name, _number(name, count, active))]
    for number, model in enumerate(models):
        _describe(rng, model, number)
    members = {owner: _members(rng, owner) for owner in sorted({model.owner for model in models})}
    return Cast(people, members, models)


def _people(rng: Random) -> dict[str, list[Account]]:
    """Give each part its people; some of the crowd have left since."""
    numbers = iter(range(sum(PEOPLE.values())))
    names = {part: [_person(next(numbers)) for _ in range(size)] for part, size in PEOPLE.items()}
    left = set(rng.sample(names["crowd"], LEFT))
    people = {part: [_account(n, rng.random() < 0.1, n in left) for n in names[part]] for part in PEOPLE}
    return people | {"machines": [Account(name) for name in (*BOTS, REPEATER)], "remote": [Account(REMOTE)]}


def _account(name: str, pro: bool, left: bool) -> Account:
    """Open an account: some leave during the last year, and a few others take a new name then."""
    when = END - int(key(name)[8:], 16) % (300 * DAY)
    if left:
        return Account(name, pro=pro, left=when)
    if int(key(name)[10:], 16) % 100 == 0:
        return Account(name, pro=pro, former=f"{name}-as-was", renamed=when)
    return Account(name, pro=pro)


def _person(number: int) -> str:
    turn, name = divmod(number, len(FIRST_NAMES))
    return f"made-up-{FIRST_NAMES[name]}" + (f"-{turn + 1}" if turn else "")


def _members(rng: Random, owner: str) -> list[Account]:
    """Give those who may speak for an owner: a person for itself, an organisation through its members."""
    if not is_organisation(owner):
        return [Account(owner)]
    stem, staff = owner.removeprefix("twin-"), owner == SCENES["steady"].owner
    return [Account(f"made-up-{stem}-member-{n}", staff=staff) for n in range(1, rng.randint(2, 4) + 1)]


def _number(name: str, count: int, active: float) -> int:
    """Share out the models: some with people, a quarter as many with machines only, the rest quiet."""
    relays = round(active / 4 * count)
    brief = max(round(active * count) - FIXED, 0)
    return {"brief": brief, "relay": relays, "quiet": count - FIXED - brief - relays}.get(name, SCENES[name].models)


def _models(rng: Random, name: str, number: int) -> list[Model]:
    """Publish the models of a scene, the oldest first."""
    models = []
    for i, born in enumerate(sorted(_birth(rng, name, i) for i in range(number)), start=1):
        short = f"{SCENES[name].word}-{i:02d}"
        owner = SCENES[name].owner or _owner(rng, short)
        models.append(Model(f"{owner}/{short}", owner, name, born))
    return models


def _owner(rng: Random, short: str) -> str:
    """Choose an organisation with several models, or a person with this one only."""
    return f"twin-{rng.choice(PLACES)}" if rng.random() < 0.6 else f"made-up-keeper-of-{short}"


def _birth(rng: Random, name: str, i: int) -> int:
    """Say when a model was published: as the scene wants it, else at random, and ever more of them."""
    planned = {
        "nomads": COMMUNITIES_FROM + i * MONTH,
        "settlers": COMMUNITIES_FROM - (i + 1) * WEEK,
        "steady": FLOOR + i * MONTH,
        "large": START + (30 + 190 * i) * DAY,
        "noticeboard": FLOOR,
    }
    if name in planned:
        return planned[name]
    if name == "quiet" and rng.random() < 0.1:
        return FLOOR
    return START + int(rng.random() ** 0.7 * SCENES[name].born_by * DAY)


def _describe(rng: Random, model: Model, number: int) -> None:
    """Fill in what the Hub shows of a model."""
    model.task, model.library = rng.choice(TASKS)
    model.license = rng.choice(LICENSES)
    model.gated = rng.choices((False, "auto", "manual"), (90, 6, 4))[0]
    model.downloads, model.likes = int(rng.lognormvariate(4, 2)), int(rng.lognormvariate(1, 1.5))
    if model.scene == "nomads":
        model.task, model.library, model.tags = "text-to-image", "mlx", ["mlx"]
    elif model.scene == "settlers":
        model.tags = ["Art" if number % 4 == 0 else "art"]  # tags are compared in lower case: here is why
    elif model.scene in {"gathering", "fading"} and number % 5 < len(TAGS):
        model.tags = [TAGS[number % 5]]
