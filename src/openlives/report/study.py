"""One command: every question asked, answers and figures written, a report to read, and a manifest to trust it by."""

import shutil
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from openlives import questions
from openlives.collection import Collection
from openlives.errors import InputError, NothingToAskError
from openlives.questions.question import Answer
from openlives.report import manifest
from openlives.report.figures import parts_of, slug
from openlives.report.page import write_page
from openlives.report.painter import Painter
from openlives.rules import Rules

Tracker = Callable[[Sequence[Any], str], Iterable[Any]]


def quiet(steps: Sequence[Any], _label: str) -> Iterable[Any]:
    """Track nothing."""
    return steps


def study(collection: Collection, out: Path, rules: Rules, track: Tracker = quiet) -> Path:
    """Ask every question of a collection and write the results to a folder; give the path of the report.

    The folder is made aside and put in place when it is whole: an older study is replaced, never mixed with the new.
    """
    _refuse_strangers(out)
    aside = out.with_name(f".{out.name}.making")
    shutil.rmtree(aside, ignore_errors=True)
    try:
        aside.mkdir(parents=True)
        _make(collection, aside, rules, track)
        manifest.write(manifest.describe(collection, rules, questions.QUESTIONS, aside), aside)
        _put_in_place(aside, out)
    except OSError as error:
        raise InputError(
            f"The study could not be written: {error.strerror or error}",
            where=str(out),
            todo="Make room or check rights; an older study is untouched.",
        ) from error
    finally:
        shutil.rmtree(aside, ignore_errors=True)
    return out / "report.html"


def _put_in_place(aside: Path, out: Path) -> None:
    """Put a finished study where an older one may stand, which goes only when the new one is there."""
    older = out.with_name(f".{out.name}.older")
    shutil.rmtree(older, ignore_errors=True)
    if out.exists():
        out.rename(older)
    try:
        aside.rename(out)
    except OSError:
        if older.exists():
            older.rename(out)
        raise
    shutil.rmtree(older, ignore_errors=True)


def _refuse_strangers(out: Path) -> None:
    """Never replace what is no study, nor a study in which somebody keeps files of their own."""
    if not out.exists() or (out.is_dir() and not any(out.iterdir())):
        return
    strange = [out.name] if not out.is_dir() else manifest.strangers(out)
    if strange:
        raise InputError(
            f"The folder holds what no study wrote: {', '.join(strange[:3])}",
            where=str(out),
            todo="Give an empty or a new folder with --out, or move those files away.",
        )


def _make(collection: Collection, out: Path, rules: Rules, track: Tracker) -> None:
    """Write answers, figures and page into an empty folder."""
    frames = collection.frames(rules)
    for folder in ("answers", "figures"):
        (out / folder).mkdir()
    answered: dict[str, list[Answer]] = {}
    drawn: dict[str, dict[str, str]] = {}
    skipped: dict[str, str] = {}
    with Painter() as painter:  # draws in a process of its own while the next question is asked
        # Nomads have a figure for each community: asked first, they are painted while the others are asked.
        first = sorted(questions.QUESTIONS.items(), key=lambda item: item[0] != "nomads")
        for name, question in track(first, "questions"):
            try:
                answers = answered[name] = questions.ask(question, frames)
            except NothingToAskError as nothing:
                skipped[name] = str(nothing)
                if len(skipped) == len(questions.QUESTIONS):
                    raise
                continue
            _write_answers(answers, out / "answers")
            drawn[name] = _names(answers, name)
            for part, stem in drawn[name].items():
                painter.paint(answers, out / "figures", stem, part)
    answered = {name: answered[name] for name in questions.QUESTIONS if name in answered}
    write_page(answered, drawn, skipped, collection, rules, out)


def _write_answers(answers: Sequence[Answer], folder: Path) -> None:
    for answer in answers:
        stem = f"{answer.question.name}-{answer.people}"
        (folder / f"{stem}.json").write_bytes(answer.to_json())
        (folder / f"{stem}.csv").write_text(answer.to_csv("numbers"), encoding="utf-8")
        for table in answer.tables:
            (folder / f"{stem}-{table}.csv").write_text(answer.to_csv(table), encoding="utf-8")


def _names(answers: Sequence[Answer], name: str) -> dict[str, str]:
    """Give for each part of a question the name of its figure's files, without suffix."""
    names: dict[str, str] = {}
    for part in parts_of(answers):
        stem = f"{name}-{slug(part)}" if part else name
        names[part] = stem if stem not in names.values() else f"{stem}-{len(names)}"
    return names
