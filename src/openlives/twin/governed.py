"""Who may use what in the made-up world: changes of terms, families of licences, kinds of cards; and the truth of it.

Its chances are drawn from a stream of their own, so that all else of a world stays as it was.
"""

from itertools import pairwise
from random import Random
from typing import Any

from openlives.twin.cards import NEUTRAL, PROCESS, SPEAKING
from openlives.twin.cast import DAY, END, Cast, License, Model, Terms
from openlives.twin.planted import QUIET_FATES
from openlives.twin.threads import Thread

PLANS: dict[str, tuple[tuple[str, str | bool], ...]] = {  # licence and gate, one after the other
    "relaxed": (("cc-by-nc-4.0", False), ("apache-2.0", False)),
    "gate opened": (("openrail", "manual"), ("openrail", False)),
    "gate closed": (("apache-2.0", False), ("apache-2.0", "auto")),
    "tightened": (("mit", False), ("cc-by-nc-4.0", False)),
    "relaxed and opened": (("cc-by-nc-4.0", "manual"), ("mit", False)),
    "tightened and closed": (("apache-2.0", False), ("cc-by-nc-nd-4.0", "manual")),
    "closed for a while": (("mit", False), ("mit", "auto"), ("mit", False)),
    "gate made stricter": (("apache-2.0", "auto"), ("apache-2.0", "manual")),
}
KEPT = ("manual", "auto", "manual", "auto")  # gates of lively models that never change
RESTRICTED, BRANCHES = (
    "cc-by-nc-4.0",
    3,
)  # the licence of restricted bases, and how many children of each kind they have
ODD_CHANGE = 9  # each so many, a quiet model changes its terms
DERIVED = {"laundered": ("apache-2.0", True), "re-upload": (None, False), "laundered re-upload": ("mit", False),
           "faithful": (None, True)}  # another licence, if any; and whether the gate of the base is kept  # fmt: skip
DECLARED = {"named licence": "other", "restricted in prose": "apache-2.0", "no card": None}
ASKED = ("large", "gathering", "brief")  # scenes whose people ask for access
QUIET = ("quiet", "brief", "relay")  # scenes in which a model may do without a card
TERMS = {"apache-2.0": "open", "mit": "open", "openrail": "restricted", "cc-by-nc-4.0": "restricted",
         "cc-by-nc-nd-4.0": "restricted", "other": "unknown"}  # fmt: skip


def plant(rng: Random, cast: Cast) -> None:
    """Plant it all, after the fates and the family: what cannot be read, and who is related, keeps its terms."""
    for model in cast.models:
        if model.scene not in (*ASKED, "quiet") or model.fates:
            model.gated = False
    _agree(cast)
    lively = [model for model in cast.of("gathering") if not model.bases and not model.fates]
    quiet = cast.of("quiet")[len(QUIET_FATES) :]
    for number, (model, plan) in enumerate(zip(lively, PLANS, strict=False)):
        _change(model, plan, model.created + (25 + 5 * number) * DAY)
    for gate, model in zip(KEPT, lively[len(PLANS) :], strict=False):
        model.license, model.gated = "apache-2.0", gate
    for model in lively[len(PLANS) + len(KEPT) :]:
        model.gated = False
    for model in quiet[::ODD_CHANGE]:
        if END - model.created > 40 * DAY:
            _change(model, rng.choice([*PLANS]), rng.randrange(model.created + DAY, END - 30 * DAY))
    _derive(cast, lively[len(PLANS)], [model for model in quiet if not model.terms])
    _write(rng, cast)


def _agree(cast: Cast) -> None:
    """Let the family that spans three generations agree, so that only what is planted disagrees."""
    for model in [cast.of("large")[0], *(model for model in cast.models if model.bases)]:
        model.license, model.gated = "apache-2.0", False


def _change(model: Model, plan: str, time: int) -> None:
    """Let an owner change the terms of a model, at a time and perhaps again three weeks later."""
    times = (model.created, time, time + 21 * DAY)
    model.terms = [Terms(when, *terms) for when, terms in zip(times, PLANS[plan], strict=False)]
    model.license, model.gated = model.terms[-1].license, model.terms[-1].gate


def _derive(cast: Cast, shared: Model, quiet: list[Model]) -> None:
    """Give restricted or gated models children, some of which promise more than their base does."""
    _, gated, ungated = cast.of("large")
    gated.license, gated.gated = RESTRICTED, "manual"
    ungated.license, ungated.gated = RESTRICTED, False
    kinds = ((gated, [*DERIVED]), (ungated, ["laundered", "faithful"]), (shared, ["re-upload", "faithful"]))
    for base, parts in ((base, parts * BRANCHES) for base, parts in kinds):
        younger = [model for model in quiet if model.created > base.created and not model.bases]
        for model, part in zip(younger, parts, strict=False):
            license_, keeps_gate = DERIVED[part]
            model.bases, model.part = [base.name], part
            model.license, model.gated = license_ or base.license, base.gated if keeps_gate else False
            model.relation = "quantized" if part == "re-upload" else "finetune"


def _write(rng: Random, cast: Cast) -> None:
    """Choose how each model's card is written; one that speaks of its licence is of a model whose terms are its own."""
    bases = {name for model in cast.models for name in model.bases}
    for model in cast.models:
        bound = model.terms or model.bases or model.name in bases
        kinds = NEUTRAL if bound else NEUTRAL | SPEAKING
        kind = rng.choices([*kinds], [*kinds.values()])[0]
        if model.scene == "noticeboard" or (kind == "no card" and (bound or model.scene not in QUIET)):
            continue
        model.card = kind
        model.license = DECLARED.get(kind, model.license)


def truth(cast: Cast, threads: list[Thread]) -> dict[str, Any]:
    """Give all that was planted, under the present names of models; gates as none, auto and manual."""
    known = {model.name: model for model in cast.models}
    related = [(model, known[model.bases[0]]) for model in cast.models if model.part]
    return {
        "models": {model.name: _described(model) for model in cast.models},
        "changes": [change for model in cast.models for change in _changes(model)],
        "laundered": [_pair(model, base) for model, base in related if model.part.startswith("laundered")],
        "gate_dropped": [_pair(model, base) for model, base in related if model.part.endswith("re-upload")],
        "faithful": [_pair(model, base) for model, base in related if model.part == "faithful"],
        "discussions_off": [model.name for model in cast.models if model.state_at(END) == "switched off"],
        "access": [_asked(thread) for thread in threads if thread.about == "access"],
    }


def written(license_: License) -> str | None:
    """Write a licence as a store has it: several with commas."""
    return ", ".join(license_) if isinstance(license_, list) else license_


def gate(value: str | bool) -> str:
    """Name a gate as a store does."""
    return str(value or "none")


def _described(model: Model) -> dict[str, Any]:
    """Say what a model declares at the end, how its card is written, and how open it is."""
    ids = model.license if isinstance(model.license, list) else [model.license]
    terms = {TERMS[one] if one else "undeclared" for one in ids}
    return {
        "licence": written(model.license),
        "gate": gate(model.gated),
        "card": model.card,
        "terms": "restricted" if model.card in SPEAKING else "/".join(sorted(terms)),
        "access": "gated" if model.gated else "open",
        "process": PROCESS[model.card],
        "state": model.state_at(END),
    }


def _changes(model: Model) -> list[dict[str, Any]]:
    """List each change of a licence or a gate: when, from what, to what."""
    told = [(terms.time, written(terms.license), gate(terms.gate)) for terms in model.terms]
    return [
        {"model": model.name, "time": after[0], "what": what, "before": before[place], "after": after[place]}
        for before, after in pairwise(told)
        for place, what in ((1, "licence"), (2, "gate"))
        if before[place] != after[place]
    ]


def _pair(model: Model, base: Model) -> dict[str, str | None]:
    return {
        "model": model.name, "base": base.name, "licence": written(model.license), "gate": gate(model.gated),
        "base_licence": written(base.license), "base_gate": gate(base.gated),
    }  # fmt: skip


def _asked(thread: Thread) -> dict[str, Any]:
    return {
        "model": thread.model.name,
        "num": thread.num,
        "time": thread.created,
        "gate": gate(thread.model.terms_at(thread.created).gate),
        "workaround": thread.leads_to,
    }
