"""Whether the text leads to the data that the model was trained on."""

import re

from openlives.governance.evidence import Dossier, Finding
from openlives.governance.passages import cue, evidence_of, has_text, said
from openlives.governance.probes.probe import Probe

LINK = cue(
    r"huggingface\.co/datasets/[\w.-]+(?:/[\w.-]+)?|\[[^\[\]]*\bdata ?(?:card|sheet|statement)s?\b[^\[\]]*\]\([^)]+\)",
    "datasets/",
    "data",
)
ASSET = re.compile(r"/resolve/|^\s*!\[|documentation-images", re.IGNORECASE)  # a picture that lies among data sets
TRAINING = re.compile(
    r"train|fine-?tun|\bsft\b|\bdpo\b|\brlhf\b|corpus|corpora|\bmix\b|steps at resolution|instruct|preference|训练|预训练|学習",
    re.IGNORECASE,
)
DATA = re.compile(
    r"\bdata(?:sets?)?\b|corpus|corpora|train|数据", re.IGNORECASE
)  # a heading under which data are listed
TESTING = re.compile(
    r"benchmark|evaluat|leaderboard|test set|few-shot|\d-shot|\bexams?\b|sample data|your (?:own )?data|评测|测试|样例|示例",
    re.IGNORECASE,
)


def observe(dossier: Dossier) -> Finding:
    """Look for links to data sets where the text speaks of training, not of tests or pictures."""
    found = [
        passage
        for passage in said(dossier, LINK)
        if not ASSET.search(passage.text)
        and (TRAINING.search(LINK.pattern.sub(" ", passage.low)) or DATA.search(passage.section))
        and not TESTING.search(passage.text)
    ]
    names = tuple(dict.fromkeys(link for passage in found for link in LINK.pattern.findall(passage.low)))
    if found:
        return Finding(
            "data_linked",
            "yes",
            f"links to {len(names)} data sets where it speaks of training",
            evidence_of(found),
            names,
        )
    if has_text(dossier):
        return Finding("data_linked", "no", "links to no data set where it speaks of training")
    return Finding("data_linked", "unknown", "there is no text to read")


PROBE = Probe(
    name="data_linked",
    looks_for="links to data sets in the lines about training",
    why="A link can be followed: it is more than a name. Lines about tests and pictures do not count.",
    source="OSAID 1.0, Data Information (a listing of all publicly available training data and where to obtain it)",
    observe=observe,
)
