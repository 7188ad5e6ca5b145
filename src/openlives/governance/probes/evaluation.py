"""Whether results of tests are given."""

from openlives.governance.evidence import Dossier, Finding
from openlives.governance.passages import cue, evidence_of, has_text, said
from openlives.governance.probes.probe import Probe

SCORE = cue(
    r"\b(?:accuracy|f1|bleu|rouge|wer|perplexity|mmlu|hellaswag|arc|gsm8k|humaneval|glue|squad|mteb|fid|map|auc|pass@1|bertscore|benchmark)\b(?:[^|:=]{0,200}[:=][^|\d]{0,200}\d|[^|]{0,200}\|[^|\d]{0,200}\d)"
    r"|\|[^|]*\b(?:accuracy|f1|bleu|rouge|wer|perplexity|mmlu|hellaswag|gsm8k|humaneval|glue|squad|mteb|fid|average|loss)\b[^|]*\|",
    "|",
    ":",
    "=",
)


def observe(dossier: Dossier) -> Finding:
    """Look for results in the metadata (`yes`) or figures in the text (`yes`), else none."""
    if dossier.card and dossier.card.has_results:
        return Finding(
            "evaluation", "yes", "gives results of tests in its metadata", (dossier.at("card: model-index"),)
        )
    told = said(dossier, SCORE, aside=True)
    if told:
        return Finding("evaluation", "yes", "gives results of tests in its text", evidence_of(told))
    if has_text(dossier):
        return Finding("evaluation", "no", "gives no result of a test")
    return Finding("evaluation", "unknown", "there is no text to read")


PROBE = Probe(
    name="evaluation",
    looks_for="results of tests, in `model-index` or in the text",
    why="What a model can do is a claim until figures and the test are named.",
    source="§A, Table 3: evaluation metrics",
    observe=observe,
)
