"""What we ask: one question is one file, and this list names them all, in the order of the paper."""

import importlib
from collections.abc import Sequence

import narwhals.stable.v2 as nw
import pandas as pd
from threadpoolctl import threadpool_limits

from openlives.errors import NothingToAskError, RulesError
from openlives.measures.clock import date
from openlives.measures.engine import grouped
from openlives.measures.frames import Frames, small
from openlives.questions import (
    artefacts,
    coverage,
    decline,
    definition,
    distributions,
    documentation,
    drift,
    gates,
    growth,
    licences,
    lifecycle,
    lives,
    nomads,
    openness,
    persistence,
    themes,
)
from openlives.questions.beside import beside
from openlives.questions.question import Answer, Question
from openlives.rules import Rules

QUESTIONS: dict[str, Question] = {
    module.QUESTION.name: module.QUESTION
    for module in (
        coverage,
        lifecycle,
        distributions,
        decline,
        growth,
        nomads,
        persistence,
        lives,
        definition,
        openness,
        licences,
        gates,
        documentation,
        artefacts,
        drift,
        themes,
    )
}


def find(name: str) -> Question:
    """Give a question by its name, or an outsider's by `module:NAME`."""
    if name in QUESTIONS:
        return QUESTIONS[name]
    module, _, attribute = name.partition(":")
    if attribute:
        try:
            found = getattr(importlib.import_module(module), attribute)
        except (ImportError, AttributeError, TypeError, ValueError) as error:
            raise RulesError(
                f"The question cannot be loaded: {error}", where=name, todo="Write it as importable.module:QUESTION."
            ) from error
        if isinstance(found, Question):
            return found
    raise RulesError(f"There is no question {name!r}", todo=f"Ask one of: {', '.join(QUESTIONS)}, or module:QUESTION.")


def readings(rules: Rules) -> tuple[str, ...]:
    """Whose interactions a study counts: both readings, unless the rules name one."""
    return ("everyone", "humans") if rules.people == "both" else (rules.people,)


def answer(question: Question, frames: Frames) -> Answer:
    """Measure, estimate, and put the provenance to it; `frames` holds one reading of `people`."""
    return _answers(question, [frames], [frames.rules])[0]


def _answers(question: Question, readings: Sequence[Frames], rules: Sequence[Rules]) -> list[Answer]:
    """Measure one reading after the other, since they share a connection, and estimate them side by side."""
    tables = [collected(question, each, under) for each, under in zip(readings, rules, strict=True)]
    # Our matrix products are many and small: threads of the algebra library would wait for each other, and sums split
    # among as many threads as a machine has cores need not be the same bytes on the next machine.
    with threadpool_limits(1, user_api="blas"):
        findings = beside(question.estimate, tables, rules)
    return [
        Answer(question, under.people, under, unseen(each), finding, each.made_up)
        for each, under, finding in zip(readings, rules, findings, strict=True)
    ]


def collected(question: Question, frames: Frames, rules: Rules | None = None) -> dict[str, pd.DataFrame]:
    """Measure one reading: the tables that `estimate` works on."""
    with frames.share.passing():
        measured = question.measure(frames, rules or frames.rules)
        return {name: small(frame, ordered=name not in question.unordered) for name, frame in measured.items()}


def unseen(frames: Frames) -> dict[str, int]:
    """Count the artifacts whose threads the collection could not see in full, by how the last look ended."""
    outcomes = small(grouped(frames.artifacts, "outcome", artifacts=nw.len())).set_index("outcome")["artifacts"]
    return {str(name): int(count) for name, count in sorted(outcomes.items()) if name != "complete"}


def ask(question: Question, frames: Sequence[Frames], rules: Rules | None = None) -> list[Answer]:
    """Give the answers to a question, one for each reading that has an interaction in the window.

    Under other `rules` than those of the frames, which must not differ in what shapes frames (`Rules.shape`).
    """
    heard = [each for each in frames if not each.is_silent]
    if not heard:
        since, until = (date(end) for end in frames[0].window)
        todo = "Check `since` and `until` in the study file, and whose interactions count."
        raise NothingToAskError("The window holds no interaction", where=f"{since} to {until}", todo=todo)
    own = [each.rules for each in heard]
    under = own if rules is None else [rules.but(people=o.people, since=o.since, until=o.until) for o in own]
    return _answers(question, heard, under)
