"""Whether the weights lie in the repository, and in which formats."""

from openlives.governance.evidence import Dossier, Finding
from openlives.governance.probes.probe import Probe

FORMATS = {
    ".safetensors": "safetensors",
    ".bin": "pytorch",
    ".pt": "pytorch",
    ".pth": "pytorch",
    ".ckpt": "checkpoint",
    ".h5": "tensorflow",
    ".msgpack": "flax",
    ".onnx": "onnx",
    ".gguf": "gguf",
    ".ggml": "gguf",
    ".tflite": "tflite",
    ".nemo": "nemo",
    ".mlmodel": "coreml",
    ".joblib": "joblib",
    ".pkl": "pickle",
}
NO_WEIGHTS = ("training_args.bin", "optimizer.bin", "scheduler.bin", "optimizer.pt", "scheduler.pt", "rng_state.pth")
TAGS = frozenset({"safetensors", "pytorch", "tf", "jax", "gguf", "onnx", "coreml", "tflite", "mlx"})


def observe(dossier: Dossier) -> Finding:
    """Read formats from the file names, else from the Hub's own tags."""
    if dossier.files is not None:
        held = [
            file
            for file in dossier.files
            if not file.endswith(NO_WEIGHTS) and any(file.lower().endswith(end) for end in FORMATS)
        ]
        formats = tuple(dict.fromkeys(FORMATS[end] for file in held for end in FORMATS if file.lower().endswith(end)))
        if held:
            return Finding(
                "weights", "yes", f"holds weights as {', '.join(formats)}", (dossier.at("files", held[0]),), formats
            )
        return Finding("weights", "no", "holds no file of weights that we know")
    tagged = tuple(tag for tag in dossier.tags if tag in TAGS)
    if tagged:
        where = dossier.sources.get("tags", "API: tags")
        return Finding(
            "weights", "yes", f"is tagged as {', '.join(tagged)}", (dossier.at(where, ", ".join(tagged)),), tagged
        )
    return Finding("weights", "unknown", "its files were not seen")


PROBE = Probe(
    name="weights",
    looks_for="files of weights, and their formats",
    why="Parameters are the one part that nearly every open model gives; a repository of a table or a list gives none.",
    source="OSAID 1.0, Parameters; §A, Table 3",
    observe=observe,
)
