"""Whether a paper or a report describes the model."""

from openlives.governance.evidence import Dossier, Finding
from openlives.governance.passages import cue, evidence_of, has_text, said
from openlives.governance.probes.probe import Probe

LINK = cue(
    r"arxiv\.org/(?:abs|pdf)/\d|doi\.org/10\.|aclanthology\.org|openreview\.net|biorxiv\.org|huggingface\.co/papers/|technical[ _-]report|@(?:article|misc|inproceedings)\{",
    "arxiv",
    "doi.org",
    "acl",
    "openreview",
    "biorxiv",
    "papers/",
    "report",
    "@",
)


TAGS = ("arxiv:", "doi:")  # how they begin


def observe(dossier: Dossier) -> Finding:
    """Read the `arxiv:` tags, else look for a link in the text."""
    tagged = tuple(tag for tag in dossier.tags if tag.startswith(TAGS))
    if tagged:
        return Finding(
            "paper",
            "yes",
            "is tagged with a paper",
            (dossier.at(dossier.sources.get("tags", "API: tags"), ", ".join(tagged)),),
            tagged,
        )
    told = said(dossier, LINK, code=True, aside=True)
    if told:
        return Finding("paper", "yes", "links to a paper or report", evidence_of(told, 2))
    if has_text(dossier):
        return Finding("paper", "no", "links to no paper")
    return Finding("paper", "unknown", "there is no text to read")


PROBE = Probe(
    name="paper",
    looks_for="a paper, a technical report, a citation",
    why="A paper is the usual place for the details of a training; that there is one does not say that it tells them.",
    source="OSAID 1.0, Data Information; Model Openness Framework, research paper",
    observe=observe,
)
