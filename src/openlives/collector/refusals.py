"""What it means when the Hub says no: a state of the model, to be recorded with the words that were said."""

from openlives.collector.client import Answer


def outcome(answer: Answer) -> tuple[str, str]:
    """Give the outcome that a refusal stands for (`records.OUTCOMES`), and the reason in the Hub's words."""
    said = answer.text[:300] or f"HTTP {answer.status}"
    if answer.status == 403 and "disabled" in said.lower():
        return "disabled", said
    if answer.status == 401:  # strangers are not told whether it is private or gone
        return "unreachable", said
    if answer.status in (404, 410):
        return "gone", said
    return "failed", said
