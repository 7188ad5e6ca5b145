"""Cards as they are met: broken, hostile, huge. Every probe answers, quickly, and without a traceback."""

import time

import pytest

from openlives.governance.dossiers import of_card
from openlives.governance.evidence import OUTCOMES
from openlives.governance.probes import observe
from openlives.governance.use import access, terms, use


def filled(*lines):
    """A hundred thousand letters of lines, each of which is nearly what a pattern looks for."""
    return "---\na: b\n---\n" + "\n".join(lines * (100_000 // sum(map(len, lines))))


CARDS = {
    "empty": "",
    "no front matter": "# A model\n\nWords.\n",
    "never closed": "---\nlicense: mit\n",
    "not YAML": "---\nlicense: mit\n  bad: [unclosed\n: :\n---\n",
    "a list of lists": "---\nlicense: [[mit], {a: b}]\n---\n",
    "a mapping": "---\nlicense:\n  name: mit\n---\n",
    "a number": "---\nlicense: 2.0\n---\n",
    "no, the language": "---\nlanguage: no\nlicense: no\n---\n",
    "template": "---\n{}\n---\n- **License:** [More Information Needed]\n",
    "aliases": "---\na: &a [x, x]\nb: &b [*a, *a]\nlicense: *b\n---\n",
    "deep": "---\nlicense: " + "[" * 5000 + "]" * 5000 + "\n---\n",
    "deep lines": "---\n" + "".join("  " * depth + "a:\n" for depth in range(300)) + "---\n",
    "long name": "---\nlicense: " + "(mit or " * 20_000 + "\n---\n",
    "long link": "---\nlicense: other\nlicense_link: https://x/" + "%20a" * 50_000 + "\n---\n",
    "one long line": "---\nlicense: mit\n---\n" + "may not be used for commercial " * 35_000,
    "many lines": "---\nlicense: mit\n---\n" + "The outputs of the model are not\n" * 30_000,
    "nearly a term": "---\nlicense: mit\n---\n" + ("The model: " + "not outputs train other " * 120 + ".\n") * 300,
    "only, only": "---\nlicense: mit\n---\n" + ("only licence " * 220 + "commercial.\n") * 150,
    "commas": "---\nlicense: mit\n---\n" + "only for a, " * 80_000 + "research",
    "words without end": "---\nlicense: mit\n---\nonly for " + "a" * 1_000_000,
    "pipes": "---\nlicense: mit\n---\n" + "|" * 1_000_000,
    "tags": "---\nlicense: mit\n---\n" + "<a <b " * 150_000,
    "comments": "---\nlicense: mit\n---\n" + "<!-- " * 200_000,
    "licence section": "---\na: b\n---\n## License\n" + "creative commons " * 60_000,
    "half a name": filled("fine-tuned from " + "VFbn" * 240),
    "half a result": filled("map:" * 240),
    "half a release": filled("releasdata and " * 65),
    "half a number": filled(
        "co2 kwh " + "1," * 480, "checkpoint " + "1" * 980, "revenue " + "1" * 2900, "mau " + "1" * 2900
    ),
    "half a link": filled("data " + "[" * 980),
    "half a name of a licence": filled("license " + "a." * 950),
    "half a heading": "---\nlicense: mit\n---\n# a" + " #" * 100_000 + "x",
    "half a field": "---\na: [\nlicense: mit" + " " * 90_000 + "y\nb:\n- c" + " " * 90_000 + "d\n---\n",
    "a heading over many": "---\nlicense: mit\n---\n# " + "a" * 100_000 + "\n" + "## b\nx\n" * 10_000,
    "doubled forty times": "---\na0: &a0 [x]\n"
    + "".join(f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]\n" for n in range(1, 41))
    + "co2_eq_emissions: *a40\nlicense: *a40\n---\n",
    "nulls": "---\nlicense: mit\x00\n---\n\x00 not for commercial use",
    "marks": "\ufeff---\r\nlicense: mit\r\n---\r\nWords.\r\n",
    "surrogates": "---\nlicense: \ud800\n---\nwords \udfff",
}


@pytest.mark.parametrize("name", sorted(CARDS))
def test_no_card_stops_a_probe(name):
    """An outcome for each, in less than five seconds of the processor for the worst."""
    started = time.process_time()
    findings = observe(of_card("someone/something", CARDS[name], files=["README.md"]))
    verdict = use(terms(findings), access(findings))
    assert time.process_time() - started < 5
    assert {finding.outcome for finding in findings.values()} | {verdict.outcome} <= set(OUTCOMES)


@pytest.mark.parametrize(
    ("name", "outcome"),
    [
        ("marks", "yes"),
        ("not YAML", "yes"),
        ("never closed", "yes"),
        ("template", "no"),
        ("a number", "unknown"),
        ("no, the language", "unknown"),
    ],
)
def test_what_can_be_read_is(name, outcome):
    """Broken metadata are read line by line, or as prose; a placeholder names nothing; nonsense is unknown."""
    assert terms(observe(of_card("a/b", CARDS[name]))).outcome == outcome


def test_an_empty_head_is_a_head():
    """What stands between it and a later rule is text, not metadata."""
    card = of_card("a/b", "---\n---\n# A model\nWords.\n---\nMore.\n").card
    assert card.metadata == {}
    assert [line.text for line in card.prose] == ["# A model", "Words.", "More."]


def test_long_names_of_files_are_no_trouble():
    """A list of files is a list of others' texts, too."""
    started = time.process_time()
    observe(of_card("a/b", "", files=["train" * 40_000, "a/recipes" * 20_000]))
    assert time.process_time() - started < 5


def test_of_sections_alike_the_first_is_shown():
    """Evidence does not depend on the order in which a set is walked."""
    card = "# A\nx\n## Training data\nx\n## Datasets\nx\n## Training data\ny\n"
    (place,) = [e.where for e in observe(of_card("a/b", card))["card_sections"].evidence if e.quote == "Training data"][
        :1
    ]
    assert place == "card, line 3"


def test_the_template_has_no_words_of_its_own():
    """What the Hub writes into every card says nothing of this model, and is no silence of its makers."""
    template = """---
tags: []
---
# Model Card for Model ID
This is the model card of a 🤗 transformers model that has been pushed on the Hub. It was made by itself.
- **Developed by:** [More Information Needed]
- **Finetuned from model [optional]:** [More Information Needed]
Users (both direct and downstream) should be made aware of the risks, biases and limitations of the model.
Use the code below to get started with the model.
Carbon emissions can be estimated using the [calculator](https://example.org) presented in a paper.
"""
    assert of_card("a/b", template).card.words == 0
    assert of_card("a/b", template + "- **Developed by:** Ann\n").card.words == 4
