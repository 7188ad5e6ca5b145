"""Whether the code that comes along is only for using the model."""

import re

from openlives.governance.evidence import Dossier, Evidence, Finding
from openlives.governance.probes.probe import Probe
from openlives.governance.probes.training_code import scripts

CODE = re.compile(r"\.(?:py|ipynb|cpp|cc|rs|js|ts|sh)$", re.IGNORECASE)


def observe(dossier: Dossier) -> Finding:
    """Look for code among the files, of which none looks like training."""
    listed = [repository for repository in dossier.repositories if repository.files is not None]
    if not listed and dossier.files is None:
        return Finding("inference_only", "unknown", "its files were not seen")
    code = [dossier.at("files", file) for file in dossier.files or () if CODE.search(file)]
    code += [
        Evidence(f"repository {one.name}: files", file, one.revision, one.seen)
        for one in listed
        for file in one.files or ()
        if CODE.search(file)
    ]
    if not code:
        return Finding("inference_only", "not_applicable", "there is no code among its files")
    if trained := scripts(dossier):
        return Finding("inference_only", "no", "some of its code looks like training", (trained[0][1],))
    return Finding("inference_only", "yes", "none of its code looks like training", tuple(code[:3]))


PROBE = Probe(
    name="inference_only",
    looks_for="code among the files, of which none trains",
    why="A repository full of code says nothing of how the model was made if all of it is for using the model.",
    source="docs/explanation/openness.md; the Model Openness Framework tells both kinds of code apart",
    observe=observe,
)
