"""Cards as they are met: broken, hostile, huge. Every probe answers, quickly, and without a traceback."""

import time

import pytest

from openlives.governance.dossiers import of_card
from openlives.governance.evidence import OUTCOMES
from openlives.governance.probes import observe
from openlives.governance.use import access, terms, use

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
