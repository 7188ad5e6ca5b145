"""Whether the code of the architecture comes with the model, or a library holds it."""

import re

from openlives.governance.evidence import Dossier, Finding
from openlives.governance.probes.probe import Probe

FILE = re.compile(
    r"(?:^|/)(?:modeling_\w+|model|configuration_\w+|pipeline|inference|modules?)\.py$|\.py$", re.IGNORECASE
)
LIBRARIES = frozenset(
    {
        "transformers",
        "diffusers",
        "timm",
        "sentence-transformers",
        "keras",
        "spacy",
        "flair",
        "nemo",
        "peft",
        "speechbrain",
        "espnet",
        "fastai",
        "open_clip",
        "stable-baselines3",
        "sklearn",
        "adapter-transformers",
        "gguf",
        "mlx",
        "vllm",
    }
)


def observe(dossier: Dossier) -> Finding:
    """Look for code among the files, else for an open library that the tags name."""
    files = [file for file in dossier.files or () if FILE.search(file)]
    if files:
        return Finding(
            "model_code",
            "yes",
            "holds code of its own",
            tuple(dossier.at("files", file) for file in files[:2]),
            tuple(files[:10]),
        )
    library = dossier.card.texts("library_name") if dossier.card else ()
    named = tuple(tag for tag in (*library, *dossier.tags) if tag in LIBRARIES)
    if named:
        return Finding(
            "model_code",
            "yes",
            f"is loaded by an open library: {named[0]}",
            (dossier.at(dossier.sources.get("tags", "card: library_name"), named[0]),),
            named[:1],
        )
    if dossier.files is not None:
        return Finding("model_code", "no", "holds no code, and names no library")
    return Finding("model_code", "unknown", "neither files nor library were seen")


PROBE = Probe(
    name="model_code",
    looks_for="code of the architecture, or an open library that holds it",
    why="Weights without the code that they are weights of cannot be studied. It is not the code that trained them.",
    source="OSAID 1.0, Code; §A, Table 3: source code",
    observe=observe,
)
