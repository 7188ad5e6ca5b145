"""What each probe sees: one line of a card or one file, and the outcome, as a reviewer would note it."""

from dataclasses import replace

import pytest

from openlives.governance.card import Card
from openlives.governance.dossiers import of_card, of_reply
from openlives.governance.evidence import OUTCOMES, Document, Dossier, Repository
from openlives.governance.probes import PROBES, observe

WORDS = " ".join(["word"] * 80)


def dossier(text="", *, head="", files=None, readme=None, code=None):
    """Make a dossier of a card's text, its metadata, files beside it, and a linked repository."""
    card = f"---\n{head}\n---\n{text}\n"
    found = of_card("someone/some-model", card, files=files)
    if readme is None and code is None:
        return found
    texts = () if readme is None else (Document("README.md", readme, "code"),)
    repository = Repository("code", readmes=texts, files=code)
    return Dossier(
        found.name, card=found.card, repositories=(repository,), looked_in=found.looked_in | {"repositories"}
    )


SEEN = [
    ("datasets_declared", "yes", {"head": "datasets:\n- a/b\n- c"}),
    ("datasets_declared", "yes", {"head": "datasets: a/b"}),
    ("datasets_declared", "no", {"head": "license: mit"}),
    ("data_linked", "yes", {"text": "# Training\nTrained on [b](https://huggingface.co/datasets/a/b)."}),
    ("data_linked", "yes", {"text": "# M\n## Training data\n- https://huggingface.co/datasets/a/b"}),
    (
        "data_linked",
        "no",
        {"text": "# M\n## Evaluation\nTested on https://huggingface.co/datasets/a/b after training."},
    ),
    ("data_linked", "no", {"text": "Trained.\n![x](https://huggingface.co/datasets/a/b/resolve/main/x.png)"}),
    ("data_released", "yes", {"text": "We release all code and the training data."}),
    ("data_released", "yes", {"text": "The pretraining corpus can be downloaded here."}),
    ("data_released", "no", {"text": "We will release the training data soon."}),
    ("data_released", "no", {"text": "Trained on a mix of publicly available data."}),
    ("data_withheld", "yes", {"text": "It was trained on a proprietary dataset."}),
    ("data_withheld", "yes", {"text": "The training data will not be released."}),
    ("data_withheld", "yes", {"text": "We will release the dataset in a few weeks."}),
    ("data_withheld", "partial", {"text": "It was trained on a mix of publicly available sources."}),
    ("data_withheld", "no", {"text": "It was trained on the whole of Wikipedia."}),
    ("training_code", "yes", {"readme": "## Training\nRun the training script.", "code": ("train.py", "README.md")}),
    ("training_code", "partial", {"readme": WORDS, "code": ("src/train.py",)}),
    ("training_code", "no", {"readme": WORDS, "code": ("inference.py", "eval/train_eval.py")}),
    ("training_code", "no", {"text": "It was trained on more code data."}),
    ("training_code", "no", {"text": "Training code will be released."}),
    ("recipe", "yes", {"text": "- learning_rate: 2e-5\n- seed: 42"}),
    ("recipe", "partial", {"text": "We used the AdamW optimizer."}),
    ("recipe", "no", {"text": "It is good."}),
    ("checkpoints", "yes", {"text": "We give 154 checkpoints for each size."}),
    ("checkpoints", "yes", {"files": ["global_step1000/model.pt"]}),
    ("checkpoints", "no", {"text": "Load the checkpoint."}),
    ("training_logs", "yes", {"text": "Logs: https://wandb.ai/a/b/runs/c"}),
    ("training_logs", "yes", {"files": ["runs/events.out.tfevents.1"]}),
    ("training_logs", "no", {"text": "Nothing to see."}),
    ("open_claim", "yes", {"text": "It is fully open: data, code and weights."}),
    ("open_claim", "no", {"text": "It is fully open for academic research."}),
    ("base_model", "yes", {"head": "base_model: a/base-7b"}),
    ("base_model", "partial", {"text": "It was fine-tuned from Grand-7B on poems."}),
    ("base_model", "no", {"text": "It was trained from scratch."}),
    ("weights", "yes", {"files": ["model.safetensors"]}),
    ("weights", "no", {"files": ["README.md", "training_args.bin"]}),
    ("weights", "unknown", {"text": "Weights are here."}),
    ("model_code", "yes", {"files": ["modeling_some.py"]}),
    ("model_code", "yes", {"head": "library_name: transformers"}),
    ("model_code", "no", {"files": ["model.safetensors"]}),
    ("evaluation", "yes", {"head": "model-index:\n- name: x\n  results: []"}),
    ("evaluation", "yes", {"text": "# M\n## Results\n| Accuracy | 0.91 |"}),
    ("evaluation", "no", {"text": "It is accurate."}),
    ("emissions", "yes", {"head": "co2_eq_emissions: 12.5"}),
    ("emissions", "yes", {"text": "Emissions: 11.4 tCO2eq"}),
    ("emissions", "no", {"text": "It was trained on two cards."}),
    ("paper", "yes", {"text": "See https://arxiv.org/abs/2501.00001"}),
    ("paper", "no", {"text": "There is no paper."}),
    ("card_sections", "yes", {"text": "# M\n## Bias and risks\nIt is biased."}),
    ("card_sections", "no", {"text": "# M\n## Training Data\n[More Information Needed]"}),
    ("explainability", "yes", {"text": "SHAP values are given."}),
    ("explainability", "no", {"text": "The shape of the input is fixed."}),
    ("contacts", "yes", {"text": "Join us: https://discord.gg/abc"}),
    ("contacts", "no", {"text": "Write to nobody."}),
    ("inference_only", "yes", {"files": ["run.py", "model.safetensors"]}),
    ("inference_only", "no", {"files": ["train.py"]}),
    ("inference_only", "not_applicable", {"files": ["model.safetensors"]}),
    ("datasets_open", "not_applicable", {"head": "license: mit"}),
    ("datasets_open", "unknown", {"head": "datasets: a/b"}),
]


@pytest.mark.parametrize(("probe", "outcome", "given"), SEEN, ids=[f"{p}-{o}-{i}" for i, (p, o, _) in enumerate(SEEN)])
def test_what_a_probe_sees(probe, outcome, given):
    """The outcome is the reviewer's, and where something was seen, the evidence leads to it."""
    finding = PROBES[probe].observe(dossier(**given))
    assert finding.outcome == outcome
    if outcome in ("yes", "partial"):
        assert finding.evidence
        assert all(piece.where for piece in finding.evidence)


@pytest.mark.parametrize("name", PROBES)
def test_nothing_seen_is_unknown(name):
    """A model of which nothing is at hand is no, yes or partial in nothing; and places that are not there agree."""
    assert PROBES[name].observe(Dossier("someone/some-model")).outcome in ("unknown", "not_applicable")


@pytest.mark.parametrize("name", PROBES)
def test_every_probe_is_seen_at_work(name):
    """Each probe has its worked examples, says what it looks for and why, and names itself."""
    probe = PROBES[name]
    assert name == probe.name == probe.observe(dossier("Words.")).probe
    assert probe.looks_for
    assert probe.why.endswith(".")
    assert probe.source
    assert probe.observe(dossier("Words.")).outcome in OUTCOMES


def test_evidence_leads_to_its_line():
    """The line that is named is the line that was quoted."""
    text = "# M\n\nsome words\n\nWe release the training data.\n"
    card = "---\nlicense: mit\n---\n" + text
    (piece,) = observe(of_card("a/b", card))["data_released"].evidence
    number = int(piece.where.rpartition(" ")[2])
    assert card.splitlines()[number - 1] == piece.quote == "We release the training data."


def test_a_reply_of_the_api_is_enough():
    """Metadata and file names that came with a reply are read without the card's text."""
    reply = {
        "id": "a/b",
        "sha": "0" * 40,
        "gated": "manual",
        "tags": ["transformers", "dataset:c/d", "base_model:e/f", "base_model:finetune:e/f", "license:mit"],
        "siblings": [{"rfilename": "model.safetensors"}, {"rfilename": "train.py"}],
        "cardData": {"license": "mit", "co2_eq_emissions": {"emissions": 3}},
    }
    found = observe(of_reply(reply))
    assert (found["datasets_declared"].value, found["base_model"].value) == (("c/d",), ("e/f",))
    assert [found[name].outcome for name in ("weights", "emissions", "training_code")] == ["yes", "yes", "partial"]
    assert found["card_sections"].outcome == "unknown"
    assert found["weights"].evidence[0].revision == "0" * 40


def test_a_hidden_comment_says_nothing():
    """What the template hides in comments is not what the author said."""
    card = Card("# M\n<!-- We release the training data.\nmore -->\nSeen.")
    assert [line.text for line in card.prose] == ["# M", "Seen."]
    assert [line.number for line in card.prose] == [1, 4]


@pytest.mark.parametrize(
    ("states", "outcome"),
    [
        ({"a/b": "open", "c": "open"}, "yes"),
        ({"a/b": "open", "c": "gated"}, "partial"),
        ({"a/b": "gone", "c": "gated"}, "no"),
        ({"a/b": "gone"}, "partial"),
    ],
)
def test_data_that_can_be_had(states, outcome):
    """What was looked at decides; one of two that nobody looked at leaves it open."""
    finding = PROBES["datasets_open"].observe(replace(dossier(head="datasets: [a/b, c]"), data=states))
    assert finding.outcome == outcome


@pytest.mark.parametrize(("count", "outcome"), [(None, "unknown"), (0, "no"), (3, "yes")])
def test_derivatives(count, outcome):
    """None is not known, and zero is zero."""
    assert PROBES["derivatives"].observe(replace(dossier(), derivatives=count)).outcome == outcome
