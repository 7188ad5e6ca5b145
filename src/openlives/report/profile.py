"""A model's profile: its life under each reading, and how open it is, as text, Markdown or JSON, and for a page."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import duckdb
import orjson

from openlives.collection import Collection
from openlives.errors import NothingToAskError, OpenLivesError
from openlives.governance import judgements, note
from openlives.governance.assess import Assessment
from openlives.governance.commercial import commercial
from openlives.governance.evidence import Evidence
from openlives.governance.stock import Stock
from openlives.measures.clock import date
from openlives.questions.question import Answer
from openlives.records import printable
from openlives.rules import Rules

FACTS = ("created", "task", "library", "license", "gate", "likes", "downloads", "files", "outcome", "looked")
GROUPS: Mapping[str, Sequence[str]] = {
    "Its life": (
        *("interactions", "people", "duration", "weeks", "longest_silence", "silence", "late", "tau", "p", "sure"),
    ),
    "Its place": ("score", "rank", "ranked"),
    "Who speaks": ("share_owner", "share_member", "share_staff", "share_deleted", "share_busiest"),
    "Who answers": (
        *("threads", "asked", "answered_week", "answer_median", "first_producer", "first_staff", "first_others"),
    ),
    "Where its people were": ("went_to", "went_from"),
}
SHOWN = 6  # pieces of evidence under a verdict


@dataclass(frozen=True, slots=True)
class Profile:
    """What is known of one model: facts as last seen, its life under each reading, its openness, what was coded.

    Where nobody spoke in the window, `why` says so, and `facts["outcome"]` whether that is a zero or was not seen.
    """

    name: str
    facts: Mapping[str, Any]
    lives: Sequence[Answer]
    why: str
    assessment: Assessment | None
    themes: Sequence[Answer]


def profile(collection: Collection, name: str, rules: Rules) -> Profile:
    """Put a model's profile together; `name` may be one that it had before."""
    present = collection.called(name)
    under = rules.but(within=(f"model:{present}",))
    lives, why = _asked(collection, "lives", under)
    decided = judgements.read(collection.folder / "decisions" / "judgements.toml", missing_ok=True)
    assessment = next(iter(Stock(collection.connection).of([present], decided)), None)
    themes = _asked(collection, "themes", under)[0] if (collection.folder / "coding").is_dir() else []
    return Profile(present, about(collection.connection.cursor(), present), lives, why, assessment, themes)


def _asked(collection: Collection, question: str, rules: Rules) -> tuple[list[Answer], str]:
    try:
        return collection.ask(question, rules), ""
    except NothingToAskError as nothing:
        return [], nothing.what
    except OpenLivesError as error:
        if question == "lives":
            raise
        return [], error.what


def about(cursor: duckdb.DuckDBPyConnection, name: str) -> dict[str, Any]:
    """What the store says of a model, as last seen; what it does not know is None, or an empty day."""
    cursor.execute(f"SELECT owner, former_names, {', '.join(FACTS)} FROM artifacts WHERE name = ?", [name])
    row = dict(zip([column[0] for column in cursor.description or ()], cursor.fetchone() or (), strict=True))
    days = {key: "" if row[key] is None else date(row[key]) for key in ("created", "looked")}
    return {**row, **days}


def zero(facts: Mapping[str, Any]) -> str:
    """Say whether silence is a zero: only where its threads were seen in full."""
    if facts["outcome"] == "complete":
        return "Its threads were seen in full: that is a zero."
    return f"Its threads were not seen in full ({facts['outcome']}): that is no zero."


def opened(assessment: Assessment, *, quotes: bool) -> dict[str, Any]:
    """Put an assessment in the order in which a user asks; a quote is of the card, and stays in the private tier."""
    money = commercial(assessment)
    verdicts = [
        (note.NAMES[key], verdict.outcome, verdict.level, verdict.confidence, verdict.reasons,
         evidence(verdict.evidence, quotes=quotes))
        for key, verdict in assessment.verdicts.items()
    ]  # fmt: skip
    unseen = [name for name, finding in assessment.findings.items() if finding.outcome in ("unknown", "unreachable")]
    return {
        "licence": assessment.licence, "quadrant": assessment.quadrant, "osaid": assessment.osaid, "verdicts": verdicts,
        "commercial": money, "says_so": evidence(money.evidence, quotes=quotes), "unseen": unseen,
    }  # fmt: skip


def evidence(pieces: Sequence[Evidence], *, quotes: bool) -> list[tuple[str, str, str, str]]:
    """Give pieces of evidence: where, what it says, at which revision, and when it was seen."""
    return [(one.where, one.quote if quotes else "", one.revision[:12], one.seen[:10]) for one in pieces[:SHOWN]]


def to_json(found: Profile) -> bytes:
    """Give the whole profile as JSON: answers as `openlives ask --json` prints them, openness as `openness --json`."""
    money = commercial(found.assessment) if found.assessment else None
    content = {
        "model": found.name,
        "facts": dict(found.facts),
        "why": found.why,
        "lives": [orjson.loads(answer.to_json()) for answer in found.lives],
        "openness": note.record(found.assessment) if found.assessment else None,
        "commercial": {"outcome": money.outcome, "why": money.why} if money else None,
        "themes": [orjson.loads(answer.to_json()) for answer in found.themes],
    }
    return orjson.dumps(content, option=orjson.OPT_INDENT_2) + b"\n"


def told(found: Profile, *, markdown: bool = False) -> str:
    """Tell the profile in words, as text for a terminal or as Markdown."""
    lines: list[str] = []
    for title, rows in _sections(found):
        lines += ["", f"## {title}" if markdown else title, *([""] if markdown else [])]
        lines += [_line(label, value, markdown=markdown) for label, value in rows]
    head = f"# {escaped(found.name)}" if markdown else printable(found.name)
    return "\n".join([head, *lines])


def _line(label: str, value: str, *, markdown: bool) -> str:
    text = f"{printable(label)}: {printable(value)}" if label else printable(value)
    return f"- {escaped(text)}" if markdown else f"  {text}"


def escaped(text: str) -> str:
    """Write a text so that Markdown shows it as it is, whatever is in it."""
    return "".join(f"\\{letter}" if letter in "\\`*_{}[]<>#|~!&" else letter for letter in printable(text))


def _sections(found: Profile) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    facts = [(key.replace("license", "licence declared"), str(found.facts[key])) for key in FACTS]
    yield "As last seen", [(key, "not known" if value in ("None", "") else value) for key, value in facts]
    if not found.lives:
        yield "Its life", [("", f"{found.why}. {zero(found.facts)}")]
    for answer in found.lives:
        made_up = [("", "made-up world: no number here is about a real platform")] if answer.made_up else []
        yield f"{answer.people.capitalize()}, {answer.window[0]} to {answer.window[1]}", [
            *made_up, ("", str(answer.table["sentence"].iloc[0])), *_numbers(answer, found.name), *_ways(answer),
            *(("note", text) for text in answer.finding.notes),
        ]  # fmt: skip
    if found.assessment:
        yield "May I use it, and how open is it?", list(_open(found.assessment))
    for answer in found.themes[:1]:
        yield "What people speak of", [("", answer.finding.sentence)]


def _numbers(answer: Answer, name: str) -> Iterator[tuple[str, str]]:
    for keys in GROUPS.values():
        for key in keys:
            number = answer.numbers[f"{name} {key}"]
            yield number.meaning[len(name) + 2 :], f"{number} {number.unit}".rstrip()


def _ways(answer: Answer) -> Iterator[tuple[str, str]]:
    for row in answer.tables["ways"].to_dict("records"):
        way = "went to" if row["way"] == "to" else "came from"
        yield way, f"{row['other']}: {row['people']} of {row['of']} people"
    for row in answer.tables["family"].to_dict("records"):
        yield row["relation"], f"{row['relative']} ({row['generations']} generations)"


def _open(assessment: Assessment) -> Iterator[tuple[str, str]]:
    shown = opened(assessment, quotes=True)
    yield "commercial use", f"{shown['commercial'].outcome}: {shown['commercial'].why}"
    yield from (("", f"  says {where}: {quote}".rstrip(": ")) for where, quote, _, _ in shown["says_so"])
    yield "licence", "; ".join(filter(None, shown["licence"].values()))
    yield "quadrant", shown["quadrant"]
    for name, outcome, level, confidence, reasons, _ in shown["verdicts"]:
        yield name, f"{outcome}{f', {level}' if level else ''} ({confidence} confidence): {'; '.join(reasons)}"
    yield "OSAID 1.0", shown["osaid"].outcome
