"""Which parts of a model card are there, and have words in them."""

import re

from openlives.governance.evidence import Dossier, Finding
from openlives.governance.probes.probe import Probe

SECTIONS = {
    "description": r"description|summary|overview|introduction|about|model details|介绍|概述",
    "intended_use": r"intended|uses?\b|applications?|out-of-scope",
    "how_to": r"how to|usage|getting started|quick ?start|inference|example|使用",
    "training_data": r"training data|datasets?\b|data\b|corpus|数据",
    "training": r"training (?:procedure|details|regime|hyper)|^training|fine-?tuning|训练",
    "evaluation": r"evaluat|results?|benchmark|performance|metrics|评测",
    "bias": r"bias|limitation|risk|ethical|fairness|safety|局限",
    "environment": r"environment|carbon|emission|co2",
    "licence": r"licen[cs]e|许可|协议",
    "citation": r"citation|cite|bibtex|引用",
    "contact": r"contact|authors?|联系",
}
HEADED = {name: re.compile(pattern, re.IGNORECASE) for name, pattern in SECTIONS.items()}
BIAS_WORDS = re.compile(r"\bbias(?:es|ed)?\b|stereotyp|\bunfair", re.IGNORECASE)


def observe(dossier: Dossier) -> Finding:
    """Name the sections that hold a line of their own; a heading over nothing, or over the template's words, is none."""
    card = dossier.card
    if card is None or "card" not in dossier.looked_in:
        return Finding("card_sections", "unknown", "the card was not read")
    filled = dict.fromkeys(line.section for line in card.lines if not line.text.startswith("#"))
    lines = {words: number for number, _, words in reversed(card.headings)}
    found = {}
    for name, pattern in HEADED.items():
        for section in filled:
            last = section.rpartition(" > ")[2]
            if pattern.search(last) and name not in found:
                found[name] = dossier.at(f"card, line {lines.get(last, 1)}", last)
    if "bias" not in found:
        told = next((line for line in card.prose if BIAS_WORDS.search(line.text)), None)
        if told:
            found["bias"] = dossier.at(f"card, line {told.number}", told.text)
    if found:
        return Finding(
            "card_sections", "yes", f"its card tells of {', '.join(found)}", tuple(found.values()), tuple(found)
        )
    if card.words:
        return Finding("card_sections", "partial", "its card has words, but no section that we know")
    return Finding("card_sections", "no", "its card has no words of its own")


PROBE = Probe(
    name="card_sections",
    looks_for="sections of the card that hold words: data, evaluation, bias, licence, …",
    why="A card's parts are what the documentation of a model can be compared by; the template alone documents nothing.",
    source="Mitchell et al. 2019; Pepe et al. 2024 (bias 18 %); §A, Table 3",
    observe=observe,
)
