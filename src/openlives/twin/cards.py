"""How the models of the made-up world are described: the heads and texts of their cards, and the files beside them."""

from typing import Any

import orjson

from openlives.twin.cast import Model

FILES = (".gitattributes", "README.md", "config.json", "model.safetensors", "tokenizer.json")
TRAINING = ("LICENSE", "train.py", "data/prepare.py", "configs/train.yaml", "requirements.txt", "training_args.bin",
            "trainer_state.json", "checkpoint-1000/model.safetensors", "checkpoint-2000/model.safetensors")  # fmt: skip
NEUTRAL = {"plain": 50, "documented": 10, "weights only": 10, "data denied": 10, "template": 8, "no card": 6}
SPEAKING = {"named licence": 7, "restricted in prose": 7}  # kinds of cards, and how many there are of each
PROCESS = {"documented": "rebuildable", "data denied": "closed"} | dict.fromkeys(
    ("plain", "weights only", "template", "no card", "named licence", "restricted in prose"), "unknown"
)
MADE_UP = "This model does not exist (made-up world).\n"
PROMPT = "Say who you are before you use this model, which does not exist (made-up world)."
LICENSE_NAME = "made-up-research-only-license"
BODIES = {
    "plain": "",
    "documented": """
## Training data

Trained on [the made-up corpus](https://twin.example/datasets/twin-harbour/made-up-corpus), all of which anybody may
download, as prepared by `data/prepare.py`.

## Training procedure

`train.py` with `configs/train.yaml` on eight imaginary cards for two days, seed 17, learning rate 3e-4, batches of 64.
The checkpoints of every thousandth step and the log of the trainer are in this repository.

## Evaluation

91.5 on a benchmark that nobody has seen.
""",
    "weights only": "\nWeights to be loaded with any imaginary library.\n",
    "data denied": "\n## Training data\n\nThe training data are not released, nor is the code of the training.\n",
    "template": """
## Model Details

- **Developed by:** [More Information Needed]
- **License:** [More Information Needed]

## Training Details

[More Information Needed]
""",
    "named licence": "\nFor research only: see the file LICENSE for the made-up terms.\n",
    "restricted in prose": "\n## Use\n\nThis model may not be used commercially without a letter from its makers.\n",
}


def head(model: Model, now: int) -> dict[str, Any] | None:
    """Give the metadata of a card at a time; None if there is no card."""
    if model.card == "no card":
        return None
    terms = model.terms_at(now)
    named = {"license_name": LICENSE_NAME, "license_link": "LICENSE"} if model.card == "named licence" else {}
    bases = model.bases[0] if len(model.bases) == 1 else model.bases
    relation = {"base_model_relation": model.relation} if model.relation != "finetune" else {}
    asks = terms.gate or model.part.endswith("re-upload")  # whoever copies a card copies what its gate asks
    prompt = {"extra_gated_prompt": PROMPT} if asks else {}
    training = _training(model) if model.card == "documented" else {}
    told = {
        "license": terms.license,
        **named,
        "tags": ["made-up"],
        "base_model": bases,
        **relation,
        **prompt,
        **training,
    }
    return {field: value for field, value in told.items() if value}


def _training(model: Model) -> dict[str, Any]:
    """Give what only a card says that tells of the training."""
    result = {"task": {"type": model.task or "other"}, "metrics": [{"type": "accuracy", "value": 91.5}]}
    return {
        "language": ["en", "no"],
        "datasets": ["twin-harbour/made-up-corpus"],
        "co2_eq_emissions": {"emissions": 12.5, "source": "imagined", "hardware_used": "8 imaginary cards"},
        "model-index": [{"name": model.name, "results": [result]}],
    }


def text(model: Model, now: int) -> str | None:
    """Give a card as it lies in the repository; None if there is none."""
    told = head(model, now)
    if told is None:
        return None
    lines = "".join(_field(field, value) for field, value in told.items())
    return f"---\n{lines}---\n# {model.name_at(now)}\n\n{MADE_UP}{BODIES[model.card]}"


def _field(field: str, value: Any) -> str:
    """Write a field as YAML, of which JSON is a part."""
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        return f"{field}:\n" + "".join(f"- {orjson.dumps(one).decode()}\n" for one in value)
    return f"{field}: {orjson.dumps(value).decode()}\n"


def files(model: Model) -> list[str]:
    """Name the files of a model."""
    if model.scene == "noticeboard":
        return [*FILES[:2]]
    own = [file for file in FILES if file != "README.md" or model.card != "no card"]
    return [*own, *{"documented": TRAINING, "named licence": ("LICENSE",)}.get(model.card, ())]
