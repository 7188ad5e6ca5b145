"""Whether the card leads to a place where people talk, besides the Hub's own discussions."""

from openlives.governance.evidence import Dossier, Finding
from openlives.governance.passages import cue, evidence_of, has_text, said
from openlives.governance.probes.probe import Probe

PLACE = cue(
    r"discord\.(?:gg|com/invite)|\bslack\.com|join\.slack|t\.me/|reddit\.com/r/|matrix\.to|discuss\.|mailing list|groups\.google|wechat|微信|gitter\.im|github\.com/[\w.-]+/[\w.-]+/(?:issues|discussions)",
    "discord",
    "slack",
    "t.me",
    "reddit",
    "matrix",
    "discuss",
    "mailing",
    "groups",
    "wechat",
    "微信",
    "gitter",
    "github",
)


def observe(dossier: Dossier) -> Finding:
    """Look for links to chats, lists and issue trackers."""
    told = said(dossier, PLACE, aside=True)
    if told:
        return Finding("contacts", "yes", "leads to a place where people talk", evidence_of(told, 2))
    if has_text(dossier):
        return Finding("contacts", "no", "leads to no place where people talk")
    return Finding("contacts", "unknown", "there is no text to read")


PROBE = Probe(
    name="contacts",
    looks_for="a chat, a mailing list, an issue tracker elsewhere",
    why="Communities of a model may live elsewhere: what the Hub's threads do not show is not what does not happen.",
    source="§A, Table 3: discussion forums",
    observe=observe,
)
