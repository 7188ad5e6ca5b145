"""Use openness by its rule: which licence governs, who has access, and what follows."""

import csv
from dataclasses import replace
from pathlib import Path

import pytest

from openlives.governance import probes
from openlives.governance.dossiers import of_card, of_evidence, of_reply, of_tags
from openlives.governance.evidence import Document, Dossier, Repository
from openlives.governance.probes import PROBES, observe
from openlives.governance.resolution import resolve
from openlives.governance.use import access, terms, use

EVIDENCE = Path(__file__).parents[2] / ".." / "shared" / "data" / "openness"
MIT = (
    "MIT License\n\nPermission is hereby granted, free of charge, to any person obtaining a copy of this software and\n"
    "associated documentation files, to deal in the Software without restriction."
)
OWN_TERMS = "Weights licence\n\n" + "You shall not use the model for any commercial purposes. " * 12


def card(head, text="Some words.", **more):
    """Give the dossier of a card."""
    return replace(of_card("someone/something", f"---\n{head}\n---\n\n{text}\n"), **more)


def judged(dossier, **how):
    """Give the verdict on terms."""
    return terms(observe(dossier), **how)


def test_every_probe_says_what_it_is():
    """A probe without its reason is none."""
    files = {path.stem for path in Path(probes.__file__).parent.glob("*.py")} - {"__init__", "probe"}
    assert files == set(PROBES)
    for name, probe in PROBES.items():
        assert probe.name == name
        assert probe.looks_for
        assert probe.why
        assert probe.source


@pytest.mark.parametrize(
    ("head", "outcome", "token"),
    [
        ("license: apache-2.0", "yes", "apache-2.0"),
        ("license: llama3", "no", "mau-cap"),
        ("license: [mit, cc-by-nc-4.0]", "no", "non-commercial"),
        ("license:\n- cc-by-4.0\n- mit", "yes", "attribution"),
        ("license: other\nlicense_name: qwen-research", "no", "research-only"),
        ("license: other\nlicense_link: https://coqui.ai/cpml", "no", "non-commercial"),
        ("license: MIT OR GPL-3.0", "yes", "mit"),
        ("license: other", "no", "other"),
        ("license: unknown", "unknown", None),
        ("language: en", "no", "no-licence"),
    ],
)
def test_terms_follow_from_the_metadata(head, outcome, token):
    """The outcome, and what restricts or obliges, readable from the verdict."""
    verdict = judged(card(head))
    assert verdict.outcome == outcome
    assert token is None or token in verdict.value
    assert verdict.reasons
    assert verdict.evidence


def test_nobody_looked_is_not_no_licence():
    """Unknown is never no."""
    assert judged(Dossier("a/b")).outcome == "unknown"
    assert judged(of_tags("a/b", ["license:mit"])).outcome == "yes"
    tagged = of_tags("a/b", ["pytorch"])
    assert judged(replace(tagged, looked_in=frozenset({"api"}))).outcome == "no"
    assert judged(replace(tagged, looked_in=frozenset({"table"}))).outcome == "unknown"  # nobody saw the repository


def test_a_licence_file_that_was_not_read_leaves_terms_unknown():
    """It stands there: there is a licence, and nobody knows which."""
    verdict = judged(card("language: en", files=("README.md", "LICENSE", "model.safetensors")))
    assert verdict.outcome == "unknown"
    assert "LICENSE" in verdict.reasons[0]


def test_a_licence_declared_as_none_of_the_known_is_no():
    """Common open licences have an id: at low confidence, and said. One declared unknown is unknown."""
    verdict = judged(card("license: other"))
    assert (verdict.outcome, verdict.confidence) == ("no", "low")
    assert "every common open one" in verdict.reasons[-1]
    assert judged(card("license: unknown")).outcome == "unknown"


def test_prose_that_forbids_overrules_an_open_licence_visibly():
    """As in §4.3.2: a card that lets everything, and a sentence that does not."""
    verdict = judged(card("license: mit", "MergeX is not available for commercial use."))
    assert verdict.outcome == "no"
    assert "non-commercial" in verdict.value
    assert "not available for commercial use" in verdict.evidence[0].quote
    assert "mit" in verdict.reasons[1]


def test_prose_tells_where_metadata_do_not():
    """A section on the licence names it, for the weights and not for the data."""
    verdict = judged(
        card("language: en", "## License\n\nThe dataset is CC BY-NC 4.0. The model is released under Apache 2.0.")
    )
    assert (verdict.outcome, verdict.value[0]) == ("yes", "apache-2.0")
    assert judged(card("license: other", "For non-commercial use only.")).outcome == "no"


def test_a_changed_licence_is_not_the_licence():
    """A modified Apache licence with restrictions is not Apache."""
    said = "It is released under a modified version of the Apache 2.0 license, which includes use-based restrictions."
    assert judged(card("license: other", said)).outcome == "no"


def test_a_text_beside_the_weights_overrules_a_more_open_field():
    """The less open of both counts, and the contradiction is said."""
    dossier = card("license: apache-2.0", licences=(Document("LICENSE", OWN_TERMS),))
    known = resolve(dossier)
    assert known.governs is not None
    assert known.governs.kind == "non-commercial"
    assert known.conflicts
    assert observe(dossier)["licence_text"].outcome == "no"
    agreeing = card("license: mit", licences=(Document("LICENSE", MIT),))
    assert observe(agreeing)["licence_text"].outcome == "yes"
    assert observe(agreeing)["licence_conflict"].outcome == "no"


def test_a_code_licence_is_not_that_of_the_weights():
    """A repository's LICENSE contradicts nobody silently, and a text named for the model weighs more."""
    code = Repository("org/code", licences=(Document("LICENSE", MIT, "org/code"),))
    both = replace(code, licences=(*code.licences, Document("LICENSE-MODEL", OWN_TERMS, "org/code")))
    assert judged(card("license: llama2", repositories=(code,))).outcome == "no"
    assert judged(card("license: other", repositories=(code,))).outcome == "no"
    assert judged(Dossier("a/b", repositories=(both,), looked_in=frozenset({"repositories"}))).outcome == "no"
    alone = judged(Dossier("a/b", repositories=(code,), looked_in=frozenset({"repositories"})))
    assert (alone.outcome, alone.confidence) == ("yes", "low")


@pytest.mark.parametrize(
    ("readme", "outcome"),
    [
        ("| model | licence |\n|---|---|\n| big-model | [Llama2](https://ai.meta.com/llama/license/) |", "no"),
        ("[![x](https://img.shields.io/badge/Model%20License-CC%20By%20NC%204.0-red.svg)](https://x.org)", "no"),
        ("[![x](https://img.shields.io/badge/Data%20License-CC%20By%20NC%204.0-red.svg)](https://x.org)", "yes"),
        ("## License\n\nThe code is MIT. The model weights are CC BY-NC 4.0.", "no"),
        ("Code, data and model weights cannot be used for commercial purposes.", "no"),
        ("The dataset cannot be used for commercial purposes.", "yes"),
    ],
)
def test_a_repository_says_what_its_weights_are_under(readme, outcome):
    """In a table of models, a badge, a section, a sentence; else the code's licence is all there is."""
    code = Repository("org/code", (Document("README.md", readme, "org/code"),), (Document("LICENSE", MIT, "org/code"),))
    assert judged(Dossier("org/big-model", repositories=(code,))).outcome == outcome


GATES = [(False, "yes", ("none",)), ("auto", "no", ("auto",)), ("manual", "no", ("manual",)), (None, "unknown", ())]


@pytest.mark.parametrize(("gate", "outcome", "kind"), GATES)
def test_the_gate_of_the_api_decides_access(gate, outcome, kind):
    """And its kind is in the verdict."""
    verdict = access(observe(of_reply({"id": "a/b", "gated": gate})))
    assert (verdict.outcome, verdict.value) == (outcome, kind)


def test_gate_words_in_a_card_are_weak():
    """Re-uploads copy them; the API's word stands above them."""
    gated = card("license: mit\nextra_gated_prompt: Tell us who you are.")
    verdict = access(observe(gated))
    assert (verdict.outcome, verdict.confidence) == ("no", "low")
    assert "probably gated" in verdict.reasons[0]
    assert access(observe(replace(gated, gate="none"))).outcome == "yes"


TABLE_2 = [  # licence and gate of §4.3's table, and its column Use
    ("bigscience-bloom-rail-1.0", "none", "no"),
    ("creativeml-openrail-m", "none", "no"),
    ("apache-2.0", "none", "yes"),
    ("apache-2.0", "auto", "no"),
    ("llama3", "manual", "no"),
    ("openrail++", "none", "no"),
    ("coqui-public-model-license", "none", "no"),
    ("", "none", "no"),
    ("mit", None, "yes"),
    ("llama3", None, "no"),
]


@pytest.mark.parametrize(("licence", "gate", "outcome"), TABLE_2)
def test_use_is_open_where_both_parts_are(licence, gate, outcome):
    """The rule that gives the paper's column."""
    findings = observe(card(f"license: {licence}" if licence else "language: en", gate=gate))
    verdict = use(terms(findings), access(findings))
    assert verdict.outcome == outcome
    assert all(reason.startswith(("terms: ", "access: ")) for reason in verdict.reasons)


def test_terms_agree_with_people():
    """Labels that people gave independently: at least .95 right of what is answered, at least .85 answered."""
    if not (EVIDENCE / "labels.csv").exists():
        pytest.skip("needs ../shared/data/openness/labels.csv")
    with (EVIDENCE / "labels.csv").open(encoding="utf-8", newline="") as opened:
        labels = {row["hf_id"]: row["terms_independent"] for row in csv.DictReader(opened)}
    dossiers = of_evidence(EVIDENCE / "evidence")
    pairs = [(labels[name], judged(one).outcome) for name, one in dossiers.items() if labels.get(name) in ("yes", "no")]
    answered = [(label, outcome) for label, outcome in pairs if outcome != "unknown"]
    assert len(pairs) > 150
    assert len(answered) / len(pairs) >= 0.85
    assert sum(label == outcome for label, outcome in answered) / len(answered) >= 0.95
