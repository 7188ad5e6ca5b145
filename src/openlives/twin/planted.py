"""What was planted in the made-up world: renames, a family, and what cannot be read."""

from openlives.twin.cast import DAY, Cast, Model

LOOKS = {  # why something cannot be read: outcome, HTTP status, and what the Hub says
    "switched off": ("disabled", 403, "Discussions are disabled for this repo"),
    "moderated": ("disabled", 403, "Access to this resource is disabled."),
    "gone or private": ("unreachable", 401, "Invalid username or password."),
    "no such thread": ("failed", 404, "No discussion found matching num #{}"),
}
UNREADABLE = ("switched off", "switched off", "moderated", *["gone or private"] * 4)
RENAMED_AFTER = 40 * DAY


def plant(cast: Cast) -> None:
    """Plant it all. What cannot be read never was, so that nothing is missing from the answers."""
    _rename(cast.of("fading"))
    _relate(cast)
    for model, look in zip(cast.of("quiet"), UNREADABLE, strict=False):
        model.look = look
    cast.of("fading")[2].missing = 2


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
    told = [(model.name, None, *LOOKS[model.look]) for model in cast.models if model.look]
    outcome, status, reason = LOOKS["no such thread"]
    holes = [(m.name, m.missing, outcome, status, reason.format(m.missing)) for m in cast.models if m.missing]
    return [*told, *holes]
