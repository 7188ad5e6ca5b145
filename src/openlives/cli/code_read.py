"""openlives code read, next, search, put, take, memo: coding without a browser."""

from pathlib import Path
from typing import Any

import click

from openlives.cli.code_common import coded, opened, placed, say
from openlives.coding import codebook, codings, themes, views
from openlives.coding.folding import folded
from openlives.coding.places import find_unit
from openlives.coding.project import Project
from openlives.errors import NothingToAskError


@click.command()
@placed
@click.argument("thread")
@coded
@click.option("--all", "whole", is_flag=True, help="Do not fold long code and logs.")
def read(name: str, hub: Path, thread: str, coder: str, *, whole: bool) -> None:
    """Show THREAD (owner/model#12) with its codings, and mark it as read."""
    with opened(name, hub) as found:
        _show(found, found.coder(coder), thread, whole=whole)


@click.command("next")
@placed
@coded
@click.option("--all", "whole", is_flag=True, help="Do not fold long code and logs.")
def next_(name: str, hub: Path, coder: str, *, whole: bool) -> None:
    """Show the next thread of the sample that holds something unread, and mark it as read."""
    with opened(name, hub) as found:
        me = found.coder(coder)
        thread = views.following(found, me, None, unread=True)
        if thread is None:
            raise NothingToAskError("Everything was read", where=name, todo="Draw more: openlives code sample")
        _show(found, me, thread, whole=whole)


def _show(project: Project, me: str, address: str, *, whole: bool) -> None:
    thread = views.thread(project, me, address)
    facts = ", ".join(f"{key} {value}" for key, value in thread["facts"].items())
    say(f"{thread['thread']}  {thread['title']}\n  {facts or 'nothing known of the model'}")
    for number, unit in enumerate(thread["units"], 1):
        say(f"\n[{number}] {_about(unit)}")
        say(unit["text"] if whole else folded(unit["text"]))
        for coding in unit["codings"]:
            say(f"  = {_coding(coding, unit)}")
        for memo in unit["memos"]:
            say(f"  memo by {memo['coder_name']}: {memo['text']}")
        codings.see(project, me, unit["unit"])


def _about(unit: dict[str, Any]) -> str:
    week = "week not known" if unit["week"] is None else f"week {unit['week']}"
    voice = "" if unit["voice"] is None else f", voice {unit['voice']}"
    state = "" if unit["state"] == "present" else f" ({unit['state']})"
    again = f", again: {unit['again']}" if unit["again"] else ""
    return f"{unit['role'] or 'unknown'}{voice}, {week}{state}{again}"


def _coding(coding: dict[str, Any], unit: dict[str, Any]) -> str:
    span = "" if coding["start"] is None else f" on {unit['text'][coding['start'] : coding['stop']][:60]!r}"
    against = " (a case against it)" if coding["negative"] else ""
    return f"{coding['code_name']} by {coding['coder_name']}{span}{against}  {coding['coding']}"


@click.command()
@placed
@click.argument("words", nargs=-1, required=True)
def search(name: str, hub: Path, words: tuple[str, ...]) -> None:
    """Find comments by any part of their words, three letters or more."""
    with opened(name, hub) as found:
        for row in views.search(found, " ".join(words)):
            say(f"{row['thread']}:{row['place'] + 1}  {' '.join(row['found'].split())}")


@click.command()
@placed
@click.argument("comment")
@click.argument("code", required=False)
@coded
@click.option("--span", nargs=2, type=int, metavar="START STOP", help="Some of its characters only, from zero.")
@click.option("--in-vivo", is_flag=True, help="Make a code of the words of --span themselves.")
@click.option("--negative", is_flag=True, help="As a case against the code.")
def put(
    name: str,
    hub: Path,
    comment: str,
    code: str | None,
    coder: str,
    span: tuple[int, int] | None,
    *,
    in_vivo: bool,
    negative: bool,
) -> None:
    """Put CODE (its name or path) to COMMENT (owner/model#12:3 is the third of a thread)."""
    with opened(name, hub) as found:
        me, unit = found.coder(coder), find_unit(found, comment)
        if in_vivo and span and not code:
            coding = codings.in_vivo(found, me, unit, span)
        elif code and not in_vivo:
            coding = codings.put(found, me, unit, codebook.find(found, code), span=span)
        else:
            raise click.UsageError("Give a CODE, or --in-vivo with --span START STOP.")
        if negative:
            codings.note(found, me, coding, negative=True)
        click.echo(coding)


@click.command()
@placed
@click.argument("coding")
@coded
def take(name: str, hub: Path, coding: str, coder: str) -> None:
    """Take CODING, one's own, away; read shows its key."""
    with opened(name, hub) as found:
        codings.take(found, found.coder(coder), coding)


@click.command()
@placed
@click.argument("about")
@click.argument("text", required=False)
@coded
def memo(name: str, hub: Path, about: str, text: str | None, coder: str) -> None:
    """Write TEXT as a memo ABOUT comment:…, code:…, theme:…, thread:… or project; without TEXT, show the memos.

    An empty TEXT takes one's own memo away.
    """
    with opened(name, hub) as found:
        me, where = found.coder(coder), _meant(found, about)
        if text is not None:
            codings.memo(found, me, where, text)
            return
        for row in views.memos(found, me, where):
            say(f"{row['coder_name']}: {row['text']}")


def _meant(project: Project, about: str) -> str:
    kind, _, said = about.partition(":")
    if kind in ("comment", "unit"):
        return f"unit:{find_unit(project, said)}"
    if kind == "code":
        return f"code:{codebook.find(project, said)}"
    if kind == "theme":
        return f"theme:{themes.find(project, said)}"
    if kind == "thread":
        views.thread(project, "", said)
    return about


COMMANDS = (read, next_, search, put, take, memo)
