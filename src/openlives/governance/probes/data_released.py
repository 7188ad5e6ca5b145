"""Whether the text says that the training data are released, or where to get them."""

import re

from openlives.governance.evidence import Dossier, Finding
from openlives.governance.passages import cue, evidence_of, has_text, said
from openlives.governance.probes.probe import Probe

DATA = r"\b(?:(?:pre-?|post-?)?training |instruction |tuning |fine-?tuning |preference )*(?:data(?:set)?s?|corp(?:us|ora))\b(?! (?:format|card|viewer))"
GIVEN = r"(?:\b(?:we|is|are|were|have|has|been|be|also|all|fully)\b[^.]{0,30}\b(?:releas(?:e|ed|ing)|open-?sourc(?:e|ed|ing)|publish(?:ed)?|made available)\b|\bdownload(?:ing)?\b)"
WHERE = r"(?:(?:is|are|can be|be)\b[^.]{0,20}\b(?:available (?:at|on|here|from|in|for download)|found (?:at|on|here|in)|downloaded|accessed|obtained)|data release)"
CHINESE = r"(?:开源|开放|公开|发布)[^。，,]{0,16}(?:训练数据|指令数据|数据集|语料)|(?:训练数据|指令数据|数据集|语料)[^。，,]{0,12}(?:开源|公开|发布|下载)"
RELEASED = cue(
    rf"{GIVEN}[^.]{{0,80}}{DATA}|{DATA}[^.]{{0,60}}(?:{WHERE}|releas(?:ed|e)\b|open-?sourced|publicly (?:available|released))|{CHINESE}",
    "releas",
    "open",
    "publish",
    "download",
    "available",
    "found",
    "access",
    "obtain",
    "开",
    "公开",
    "发布",
)
NOT_YET = re.compile(
    r"\b(?:will|plan(?:s|ned)? to|going to|soon|not|n't|cannot|to be) (?:\w+ ){0,2}(?:releas|open|publish|available|be)|coming soon|\[ \]",
    re.IGNORECASE,
)
OTHERS = re.compile(
    r"benchmark|evaluat|test ?set|publicly available (?:online|internet|web|sources|documents)|mix(?:ture)? of publicly|your (?:own )?data|custom data|sample data|released by|样例|示例",
    re.IGNORECASE,
)


def observe(dossier: Dossier) -> Finding:
    """Look for a release in words; promises and data of tests do not count."""
    found = [p for p in said(dossier, RELEASED) if not NOT_YET.search(p.text) and not OTHERS.search(p.text)]
    if found:
        return Finding("data_released", "yes", "says that training data are released", evidence_of(found))
    if has_text(dossier):
        return Finding("data_released", "no", "does not say that training data are released")
    return Finding("data_released", "unknown", "there is no text to read")


PROBE = Probe(
    name="data_released",
    looks_for="a statement that the training data are released",
    why="Data may lie elsewhere than on the Hub. A promise is no release, and a release of some data is not of all.",
    source="§3.2, process openness",
    observe=observe,
)
