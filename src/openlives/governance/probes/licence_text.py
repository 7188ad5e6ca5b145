"""Probe: whether the LICENSE texts are what is declared."""

from openlives.governance.evidence import Dossier, Finding
from openlives.governance.probes.probe import Probe
from openlives.governance.resolution import ORDER, TEXTS, resolve


def observe(dossier: Dossier) -> Finding:
    """Compare the texts beside the weights and in the repositories with what card and tags declare."""
    found = resolve(dossier).found
    texts = [one for one in found if one.place in TEXTS]
    declared = [one for one in found if one.place in ORDER[:3] or one.place == "tags"]
    if not texts:
        looked = dossier.looked_in & {"licences", "repositories"}
        return Finding(
            "licence_text", "no" if looked else "unknown", "no licence text" if looked else "no licence text is at hand"
        )
    evidence = tuple(one.evidence for one in texts)
    names = tuple(dict.fromkeys(one.licence.id for one in texts if one.licence is not None))
    said = {one.licence.id for one in declared if one.licence is not None}
    if not names:
        return Finding("licence_text", "unknown", "no licence text is one that we know", evidence)
    if not said:
        return Finding(
            "licence_text", "partial", f"a text of {', '.join(names)}; nothing known is declared", evidence, names
        )
    same = said & set(names)
    says = f"declared: {', '.join(sorted(said))}; texts: {', '.join(names)}"
    return Finding("licence_text", "yes" if same == said else "partial" if same else "no", says, evidence, names)


PROBE = Probe(
    name="licence_text",
    looks_for="licence texts beside the weights and in linked repositories, and whether they are what is declared",
    why="The text is what binds; a name is only a pointer. A repository's text is often that of the code alone.",
    source="Open Source AI Definition 1.0; Model Openness Framework, component licences",
    observe=observe,
)
