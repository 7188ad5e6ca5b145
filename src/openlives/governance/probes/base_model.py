"""From which other models this one was made."""

import re
from itertools import islice

from openlives.governance.evidence import Dossier, Evidence, Finding
from openlives.governance.passages import cue, has_text, said
from openlives.governance.probes.probe import Probe

FROM = cue(
    r"\b(?:fine-?tun\w+|instruction-?tun\w+|(?:pre-?)?train\w*|tuned|adapt\w+|derived|distilled|initiali[sz]ed|continu\w+|built|starting)\b"
    r"[^.,;|\[\]]{0,30}?\b(?:of|from|on top of|upon)\b|\bfine-?tun(?:e|es|ing)\b|\bbased on\b|\bbase model\b|\b(?:using|use|with) \S+ as (?:the|our) (?:base|backbone)|基于|ベース",
    "tun",
    "train",
    "adapt",
    "deriv",
    "distil",
    "initiali",
    "continu",
    "built",
    "start",
    "base",
    "backbone",
    "基于",
    "ベース",
)
PAGE = r"https?://huggingface\.co/(?!datasets/|spaces/|docs/|papers/|blog/|collections/)([\w.-]+/[\w.-]+)"
SIZED = r"([A-Z][A-Za-z]{2,24}(?:-[A-Za-z]{1,24}){0,4}[- ]?v?\d[\w.]*(?:-[\w.]+)*|[a-z]{3,24}(?:-[a-z]{1,24}){0,4}-v?\d[\w.]*(?:-[\w.]+)*)"
CAPITALS = r"([A-Z][A-Za-z-]{0,24}[A-Z][A-Za-z]{0,24})"
MODELS = rf"(?:\d[BM][- ](?:parameter )?{CAPITALS}|{CAPITALS}[- ](?:base )?models?\b)"
NAME = re.compile(rf"{PAGE}|`([\w.-]+/[\w.-]+)`|`?{SIZED}`?|{MODELS}")
DATASET = re.compile(
    r"\[[^\[\]]*\]\(https?://(?:huggingface\.co/datasets|arxiv\.org|github\.com)/[^)]*\)|https?://(?!huggingface)\S+"
)
NO_MODEL = re.compile(
    r"\.(?:py|md|json|sh|txt)$|gpu|tpu|int\d|fp\d|bf16|cuda|python|version|table|figure|section|step|epoch|phase|stage|github|sota|openai|optimizer|checkpoint|\bv\d$|[ -](?:19|20)\d\d$",
    re.IGNORECASE,
)
SERIES = 5  # letters that make a beginning long enough to be the name of a series
REACH = 70  # letters after the cue in which the base is named
NEAR = 500  # letters after the cue that are read at all, with the links to data in them
OFTEN = 8  # cues of one line that are followed


def declared(dossier: Dossier) -> dict[str, str]:
    """Give the bases that metadata declare, with the relation; a model that names itself is no base."""
    relation = next(iter(dossier.card.texts("base_model_relation")), "") if dossier.card else ""
    in_card = dict.fromkeys(dossier.card.texts("base_model") if dossier.card else (), relation)
    return {name: kind for name, kind in {**in_card, **dossier.bases}.items() if name != dossier.name}


def told(dossier: Dossier) -> list[tuple[str, Evidence]]:
    """Give what the text names where it says from what the model was made: names as written, with their places.

    Lines that name the model itself come first: a README often speaks of a whole series. Names of the same series are no
    base: which of them came from which, a text seldom says.
    """
    found: list[tuple[bool, str, Evidence]] = []
    own = bare(dossier.name)
    for passage in said(dossier, FROM):
        of_itself = own in plain(passage.text)
        for told_from in islice(FROM.pattern.finditer(passage.low), OFTEN):
            reach = DATASET.sub(" ", passage.text[told_from.end() :][:NEAR]).split(". ")[0]
            for match in NAME.finditer(reach):
                name = next(group for group in match.groups() if group).strip(".- ")
                if match.start() < REACH and not NO_MODEL.search(name):
                    found.append((of_itself, name, passage.evidence))
    of_itself = any(its for its, _, _ in found)
    return [(name, place) for its, name, place in found if its == of_itself and not _is_series(bare(name), own)]


def _is_series(one: str, other: str) -> bool:
    """Whether two names begin alike up to their first digit."""
    a, b = re.split(r"\d", one)[0], re.split(r"\d", other)[0]
    return not a or a == b or (min(len(a), len(b)) >= SERIES and (a.startswith(b) or b.startswith(a)))


def bare(name: str) -> str:
    """Give a model's name without owner, case and punctuation, to compare what people write for the same model."""
    return plain(name.rsplit("/", 1)[-1]).removesuffix("hf")


def owner(name: str) -> str:
    """Give the owner of a model without case; empty without one."""
    return name.rpartition("/")[0].rpartition("/")[2].lower()


def plain(text: str) -> str:
    """Give a text's letters and digits, in lower case."""
    return re.sub(r"[^a-z0-9]", "", text.lower())


def observe(dossier: Dossier) -> Finding:
    """Read declared bases, else what the text says."""
    bases = declared(dossier)
    if bases:
        evidence = (
            dossier.at(
                "card: base_model"
                if dossier.card and dossier.card.texts("base_model")
                else dossier.sources.get("tags", "API: tags"),
                ", ".join(bases),
            ),
        )
        return Finding("base_model", "yes", f"is declared to be made from {', '.join(bases)}", evidence, tuple(bases))
    names = told(dossier)
    if names:
        return Finding(
            "base_model",
            "partial",
            "the text speaks of a model that it was made from",
            tuple(dict.fromkeys(e for _, e in names))[:3],
            tuple(dict.fromkeys(n for n, _ in names))[:8],
        )
    if has_text(dossier) or dossier.looked_in:
        return Finding("base_model", "no", "names no model that it was made from")
    return Finding("base_model", "unknown", "neither metadata nor text were seen")


PROBE = Probe(
    name="base_model",
    looks_for="declared bases (fine-tune, adapter, merge, quantisation), and bases named in the text",
    why="A chain is as open as its least open link: open tuning data on a closed base do not make an open process.",
    source="docs/explanation/openness.md; https://huggingface.co/docs/hub/model-cards#specifying-a-base-model",
    observe=observe,
)
