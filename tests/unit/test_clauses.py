"""Restricting sentences are found, and advice, permissions and the terms of other things are not."""

from pathlib import Path

import pytest

from openlives.governance import clauses
from openlives.governance.card import Card
from openlives.governance.recognise import recognise

COMMON = Path("/usr/share/common-licenses")


def kinds(text):
    """Give what is found in a card of this text."""
    return {hit.kind for hit in clauses.find_in_prose(Card(f"---\nlicense: mit\n---\n{text}\n"))}


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("MergeX is not available for commercial use.", "non-commercial"),
        ("Commercial use of this model is strictly prohibited.", "non-commercial"),
        ("This model may not be used commercially.", "non-commercial"),
        ("The weights are released for non-commercial use only.", "non-commercial"),
        ("You can use the model for free, but for commercial use please contact the author.", "non-commercial"),
        ("本模型禁止商用。", "non-commercial"),
        ("このモデルの商用利用は禁止です。", "non-commercial"),
        ("이 모델의 상업적 이용 금지.", "non-commercial"),
        ("This model may be used for academic research purposes only.", "research-only"),
        ("本模型仅供学术研究使用。", "research-only"),
        (
            "Companies must apply by e-mail and obtain permission for commercial use of the weights.",
            "commercial-registration",
        ),
        ("Outputs of the model may not be used to train any other language models.", "output-training-ban"),
        ("You agree not to use the model to harm anyone.", "use-based"),
        ("Users must comply with our acceptable use policy.", "acceptable-use-policy"),
        ("A licence is needed by services with more than 5 million monthly active users.", "mau-cap"),
    ],
)
def test_a_restriction_is_found(text, kind):
    """In English, and where it is cheap in other languages."""
    assert kind in kinds(text)


@pytest.mark.parametrize(
    "text",
    [
        "Commercial use is allowed.",
        "Free for both research and commercial use.",
        "There is no restriction on commercial use.",
        "Licensed for commercial and non-commercial use alike.",
        "The licence does not prohibit commercial use.",
        "允许商用。",
        "The model is intended for research purposes.",
        "## Out-of-Scope Use\n\nCommercial use is not allowed here, nor is any deployed use.",
        "The model should not be used for research only, we recommend.",
        "The dataset is licensed for non-commercial use only.",
        "The training data may not be used for commercial purposes.",
        "The base model is released for non-commercial use only.",
        "The code may not be used commercially.",
        "Can I use it for commercial purposes?",
        "```\nnot for commercial use\n```",
        "<!-- This model is not for commercial use. -->",
        "",
    ],
)
def test_what_restricts_nothing_is_not_found(text):
    """Permissions, advice, other things' terms, questions, code and comments."""
    assert kinds(text) == set()


def test_a_hit_points_at_its_line_and_quotes_it():
    """Line numbers count the metadata."""
    card = Card("---\nlicense: mit\n---\n# A\n\nFine words.\nThis model is not for\ncommercial use.\n")
    (hit,) = clauses.find_in_prose(card)
    assert (hit.kind, hit.line) == ("non-commercial", 7)
    assert "not for commercial use" in hit.quote


@pytest.mark.parametrize("name", ["Apache-2.0", "BSD", "CC0-1.0", "GPL-2", "GPL-3", "LGPL-3", "MPL-2.0"])
def test_open_licences_restrict_nothing(name):
    """An oracle nobody here wrote: the open licences' own texts."""
    file = COMMON / name
    if not file.exists():
        pytest.skip("needs the licence texts that Debian ships")
    assert clauses.find(file.read_text(encoding="utf-8")) == ()


def test_model_licences_restrict():
    """Every text that is read as restricting has a clause that is found without knowing it, but one of data."""
    folder = Path(__file__).parents[2] / ".." / "shared" / "data" / "openness" / "license_texts"
    if not folder.is_dir():
        pytest.skip("needs ../shared/data/openness/license_texts")
    missed, wrong = [], []
    for file in sorted(folder.iterdir()):
        text = file.read_text(encoding="utf-8")
        known, found = recognise(text), clauses.find(text)
        assert known is not None, file.name
        if known.use_open == "no" and not found:
            missed.append(known.id)
        if known.use_open == "yes" and found:
            wrong.append(known.id)
    assert missed == ["c-uda"]
    assert wrong == []
