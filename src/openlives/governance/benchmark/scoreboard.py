"""The benchmark as text: tables that fit a terminal of 100 columns, and the disagreements one by one."""

import math
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from openlives.governance.benchmark.labels import DIMENSIONS

NAME = 33  # columns of the first column
COUNTS = ("rows", "with_evidence", "answered", "coverage", "lineages", "positives", "positive_lineages")
COUNTED = ("labelled", "evidence", "answered", "coverage", "lineages", "yes", "yes lin.")
FIRST = {"accuracy": "accuracy", "balanced_accuracy": "balanced accuracy", "kappa": "kappa"}
SECOND = {"precision": "precision", "recall": "recall", "f1": "F1"}


def board(marks: Mapping[str, Any]) -> str:
    """Write the marks as text."""
    parts = [
        [f"{Path(marks['labels']).name}: {marks['rows']} models of {marks['lineages']} lineages"],
        *(_dimension(name, marks[name]) for name in DIMENSIONS),
        _levels(marks["process"]),
        _people(marks["people"]),
        _corrections(marks["terms"]["corrections"]),
        _disagreements(marks["disagreements"]),
    ]
    return "\n\n".join("\n".join(part) for part in parts if part)


def number(value: float) -> str:
    """Write a share in two places; a dash is *not known*."""
    return "-" if not math.isfinite(value) else f"{value:.2f}".replace("0.", ".", 1)


def interval(marks: Mapping[str, Any], name: str) -> str:
    """Write a value with its interval."""
    value, low, high = (number(marks[f"{name}{ending}"]) for ending in ("", "_low", "_high"))
    return value if low == "-" else f"{value} [{low}, {high}]"


def _line(name: str, cells: Sequence[str], width: int) -> str:
    return f"{name:<{NAME}}" + "".join(f"{cell:>{width}}" for cell in cells)


def _dimension(name: str, marks: Mapping[str, Any]) -> list[str]:
    """Write one dimension: counts, agreement, confident refusals, baselines."""
    rows = {name: marks, **{f"  {key}": value for key, value in marks.get("sets", {}).items()}}
    if marks.get("shipped", marks) is not marks:
        rows["  as shipped, maybe in sample"] = marks["shipped"]
    lines = [name.upper(), *([f"thresholds {marks['thresholds']}"] if "thresholds" in marks else [])]
    lines += [_line("", COUNTED, 9)]
    lines += [_line(key, [_count(one[column]) for column in COUNTS], 9) for key, one in rows.items()]
    for columns in (FIRST, SECOND):
        lines += [_line("on answered rows", tuple(columns.values()), 21)]
        lines += [_line(key, [interval(one, column) for column in columns], 21) for key, one in rows.items()]
    sure = marks["confident_no"]
    lines += [
        f"no at high or medium confidence: {sure['rows']}, labelled yes {sure['wrong']} ({number(sure['error'])})"
    ]
    return [*lines, *_baselines(marks["baselines"])]


def _count(value: float) -> str:
    return str(value) if isinstance(value, int) else number(value)


def _baselines(baselines: Mapping[str, Any]) -> Iterator[str]:
    """Write how simple rules fare on the same rows, and how often we are better than they when lineages are redrawn."""
    heads = ("rows", "theirs", "ours", "difference", "ours better")
    for title, part in (("balanced accuracy, answered rows", None), ("unknown counted as no", "unknown_as_no")):
        yield f"{title:<34}{heads[0]:>5}{heads[1]:>19}{heads[2]:>6}{heads[3]:>22}{heads[4]:>13}"
        for name, whole in baselines.items():
            one = whole[part] if part else whole
            cells = interval(one, "balanced_accuracy"), number(one["ours"]), interval(one, "difference")
            better = number(one["better_share"])
            yield f"  {name:<32}{one['rows']:>5}{cells[0]:>19}{cells[1]:>6}{cells[2]:>22}{better:>13}"


def _levels(marks: Mapping[str, Any]) -> list[str]:
    """Write the three levels of the process: label down, ours across."""
    shown = {"process": marks, "as shipped": marks["shipped"]} if marks["shipped"] is not marks else {"process": marks}
    columns = {"weighted_kappa": "linear", "weighted_kappa_quadratic": "quadratic", "levels_accuracy": "accuracy"}
    lines = [_line("THREE LEVELS, weighted kappa", tuple(columns.values()), 21)]
    lines += [_line(f"  {key}", [interval(one, column) for column in columns], 21) for key, one in shown.items()]
    lines += [_line("  label down, ours across", tuple(marks["levels"]), 9)]
    lines += [_line(f"  {key}", list(map(str, said.values())), 9) for key, said in marks["levels"].items()]
    return lines


def _people(pairs: Sequence[Mapping[str, Any]]) -> list[str]:
    """Write how far people agree with each other: what may be hoped for."""
    if not pairs:
        return []
    lines = [f"{'PEOPLE AMONG THEMSELVES':<52}{'rows':>6}{'agree':>8}{'kappa':>8}{'linear':>8}{'quadratic':>11}"]
    for pair in pairs:
        agree, kappa, linear, quadratic = (
            number(pair[name]) for name in ("agree", "kappa", "weighted_kappa", "weighted_kappa_quadratic")
        )
        name = f"  {pair['dimension']}: {pair['pair']}"
        lines.append(f"{name:<52}{pair['rows']:>6}{agree:>8}{kappa:>8}{linear:>8}{quadratic:>11}")
    return lines


def _corrections(corrections: Sequence[Mapping[str, str]]) -> list[str]:
    """Write what was corrected in the terms, and why."""
    return (
        ["CORRECTIONS OF TERMS (as voted → now: why)"]
        + [
            _wrapped(f"  {one['model']}: {one['before'] or '-'} → {one['after'] or '-'}: {one['reason']}")
            for one in corrections
        ]
        if corrections
        else []
    )


def _disagreements(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    """Write each disagreement with what both sides rest on."""
    lines = [f"DISAGREEMENTS: {len(rows)} (verdicts as shipped; the cause is a suggestion by rules of thumb)"]
    for row in rows:
        lines += [
            f"{row['dimension']}: {row['model']} ({row['lineage']})",
            _wrapped(
                f"  label {row['label']}: {row['votes'] or 'votes not given'}; last {row['last_vote'] or 'undated'}"
            ),
            _wrapped(f"  ours {row['ours']} ({row['confidence']}): {'; '.join(row['reasons'])}"),
            *(_wrapped(f"    {one['where']}: “{' '.join(one['quote'].split())}”") for one in row["evidence"][:4]),
            f"  cause, perhaps: {row['cause_suggested']} ({row['cause_because']})",
        ]
    return lines


def _wrapped(text: str) -> str:
    indent = " " * (len(text) - len(text.lstrip()) + 2)
    return textwrap.fill(text, 100, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False)
