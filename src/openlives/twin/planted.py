"""What was planted in the made-up world: renames, a family, and what cannot be read."""

from openlives.twin.cast import BOTS, DAY, END, HOUR, REPEATER, Cast, Fate, Model
from openlives.twin.threads import Thread

LOOKS = {  # why something cannot be read: outcome, HTTP status, and what the Hub says
    "switched off": ("disabled", 403, "Discussions are disabled for this repo"),
    "moderated": ("disabled", 403, "Access to this resource is disabled."),
    "gone": ("unreachable", 401, "Invalid username or password."),
    "private": ("unreachable", 401, "Invalid username or password."),
    "no such thread": ("failed", 404, "No discussion found matching num #{}"),
}
QUIET_FATES = ("switched off", "switched off", "moderated", "gone", "gone", "private", "private")
LIVELY_FATES = ("gone", "private", "switched off", "moderated")  # of models with threads, near the end
RENAMED_AFTER = 40 * DAY
ALIASES = {"made-up-classic": 0}  # a name without a namespace, as the oldest models have, and which large model it is
PRUNED = ("gathering", "brief")
ODD_THREAD, ODD_COMMENT = 53, 37  # each so many, one thread is deleted, and one comment


def plant(cast: Cast) -> None:
    """Plant it all. What cannot be read at the end is not in the answers."""
    _rename(cast.of("fading"))
    _relate(cast)
    for model, state in zip(cast.of("quiet"), QUIET_FATES, strict=False):
        model.fates = [Fate((model.created + END) // 2, state)]
    lively = cast.of("gathering")
    for weeks, (model, state) in enumerate(zip(lively, LIVELY_FATES, strict=False), start=1):
        model.fates = [Fate(END - weeks * 7 * DAY, state)]
    lively[7].fates = [Fate(lively[7].created + 30 * DAY, "switched off"), Fate(END - 45 * DAY, "open")]
    cast.of("fading")[2].missing = 2


def prune(threads: list[Thread]) -> None:
    """Delete some threads and comments, days after they were written; a thread keeps its opening."""
    by_hand = [t for t in threads if t.model.scene in PRUNED and t.happenings[0].account.name not in (*BOTS, REPEATER)]
    for thread in by_hand[::ODD_THREAD]:
        thread.deleted = min(thread.happenings[-1].time + 3 * DAY, END - HOUR)
    said = [h for t in by_hand for h in t.happenings[1:] if h.kind == "comment"]
    for comment in said[::ODD_COMMENT]:
        comment.data["deleted_at"] = min(comment.time + 2 * DAY, END - HOUR)


def _rename(models: list[Model]) -> None:
    """Rename one model, and hand another to a new owner, some weeks after they were published."""
    first, second = models[:2]
    first.former = f"{first.owner}/former-{first.name.split('/')[1]}"
    second.former = f"twin-workshop-of-old/{second.name.split('/')[1]}"
    first.renamed, second.renamed = first.created + RENAMED_AFTER, second.created + RENAMED_AFTER


def _relate(cast: Cast) -> None:
    """Give one large model three children and six grandchildren; the last two name each other too, in a circle."""
    root = cast.of("large")[0]
    children = [model for model in cast.of("gathering") if model.created > root.created][:3]
    grandchildren = [model for model in cast.of("fading") if model.created > children[-1].created][:6]
    for model in children:
        model.bases = [root.name]
    for i, model in enumerate(grandchildren):
        model.bases = [children[i % 3].name]
    last, other = grandchildren[-1], grandchildren[-2]
    last.bases.append(other.name)
    other.bases.append(last.name)


def family(cast: Cast) -> list[list[str]]:
    """Give the names of the family, one list a generation."""
    root = cast.of("large")[0].name
    children = [model.name for model in cast.models if model.bases == [root]]
    return [[root], children, [model.name for model in cast.models if model.bases and model.bases[0] in children]]


def circle(cast: Cast) -> list[str]:
    """Give the models that name each other as their base."""
    return [model.name for model in cast.models if len(model.bases) > 1]


def unread(cast: Cast) -> list[tuple[str, int | None, str, int, str]]:
    """List what a collector could not read: name, number of a thread, outcome, status and reason."""
    states = [(model.name, model.state_at(END)) for model in cast.models]
    told = [(name, None, *LOOKS[state]) for name, state in states if state != "open"]
    outcome, status, reason = LOOKS["no such thread"]
    holes = [(m.name, m.missing, outcome, status, reason.format(m.missing)) for m in cast.models if m.missing]
    return [*told, *holes]
