"""The public part of the explorer as a folder of files: no text of anybody's, no account but owners in models' names.

The same views and templates as on the server, addressed by file. Nothing in it needs a server or a script.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import orjson

from openlives.errors import InputError, NothingToAskError
from openlives.measures.clock import date
from openlives.questions import QUESTIONS
from openlives.rules import Rules
from openlives.web.desk import templates
from openlives.web.explorer import atlas, community, front, model, question
from openlives.web.explorer.asking import Asking
from openlives.web.explorer.frame import frame
from openlives.web.explorer.links import Written
from openlives.web.explorer.routes import picture

ASSETS = ("style.css", "explorer.css", "icon.svg")
MARKER = ".openlives-site"  # tells a folder that may be replaced, if nothing else is in it
PAGES = ("index.html", "questions.html", "models.html", "map.html")
OWN = {MARKER, *PAGES, "question", "community", "model", "static", "figures", "data"}
Track = Callable[[Sequence[Any], str], Iterable[Any]]


@dataclass(frozen=True, slots=True)
class Site:
    """A site that is being written: what it is about, under which rules, and where."""

    asking: Asking
    rules: Rules
    links: Written
    folder: Path

    def write(self, path: str, template: str, view: Callable[[Written], Mapping[str, Any]]) -> None:
        """Write one page."""
        links = self.links.at(path.count("/"))
        values = {**frame(self.asking, links, self.rules, path, []), **view(links)}
        text = templates().get_template(f"explorer/{template}.html.j2").render(**values)
        file = self.folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")


def write(hub: Path, folder: Path, rules: Rules | None, most: int, track: Track) -> Iterator[str]:
    """Write the site of a collection into a folder, which appears when it is whole; yield what was left out.

    `most` models get a page, the most persistent first. A folder that holds anything else is refused.
    """
    folder = folder.resolve()
    try:
        held = {one.name for one in folder.iterdir()} if folder.exists() else set()
        if held and not {MARKER} <= held <= OWN:
            raise InputError("The folder holds what no site is", where=str(folder), todo="Give a new or empty folder.")
        folder.parent.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(prefix=f".{folder.name}.", dir=folder.parent) as aside:
            made, before = Path(aside) / "made", Path(aside) / "before"
            made.mkdir()
            yield from _written(hub, made, rules, most, track)
            (made / MARKER).touch()
            _replace(folder, made, before)
    except OSError as error:
        todo = "Make room or check rights; nothing was kept."
        raise InputError(f"The site cannot be written: {error.strerror}", where=str(folder), todo=todo) from error


def _replace(folder: Path, made: Path, before: Path) -> None:
    """Put what was made where the folder is; where that cannot be, what was there stays."""
    if folder.exists():
        folder.rename(before)
    try:
        made.rename(folder)
    except OSError:
        if before.exists():
            before.rename(folder)
        raise


def _written(hub: Path, folder: Path, rules: Rules | None, most: int, track: Track) -> Iterator[str]:
    asking = Asking(hub)
    rules = (rules or asking.usual).but(within=())
    rules = rules.but(people="humans") if rules.people == "both" else rules
    chosen, all_ = persistent(asking, rules, most)
    site = Site(asking, rules, Written(rules, tuple(chosen), rules.communities), folder)
    site.write("index.html", "front", lambda links: front.front(asking, links, rules))
    site.write("questions.html", "questions", lambda links: {"questions": front.questions(links)})
    site.write("models.html", "models", lambda _: _list(asking, chosen))
    site.write("map.html", "map", lambda _: atlas.atlas(asking, rules))
    links = site.links
    pages: list[tuple[str, str, Callable[[Written], Mapping[str, Any]]]] = [
        *((links.path("question", name), "question", _question(asking, rules, name)) for name in QUESTIONS),
        *((links.path("community", spec), "community", _community(asking, rules, spec)) for spec in rules.communities),
        *((links.path("model", name), "model", _model(asking, rules, name)) for name in chosen),
    ]
    for path, template, view in track(pages, "pages"):
        site.write(path, template, view)
    _assets(folder)
    _wanted(site, track)
    if len(chosen) < all_:
        yield f"{len(chosen):,} of {all_:,} models with a contributor have a page (--models writes more)"


def _question(asking: Asking, rules: Rules, name: str) -> Callable[[Written], Mapping[str, Any]]:
    return lambda links: question.question(asking, links, rules, name)


def _community(asking: Asking, rules: Rules, spec: str) -> Callable[[Written], Mapping[str, Any]]:
    return lambda links: community.community(asking, links, rules, spec)


def _model(asking: Asking, rules: Rules, name: str) -> Callable[[Written], Mapping[str, Any]]:
    return lambda links: model.model(asking, links, rules, name)


def persistent(asking: Asking, rules: Rules, most: int) -> tuple[list[str], int]:
    """Name the most persistent artifacts, in the order of their rank, and count all."""

    def made() -> tuple[list[str], int]:
        try:
            frames = asking.frames(rules)[0]
        except NothingToAskError:
            return [], 0
        if frames.is_silent:
            return [], 0
        named = frames.presence.join(frames.artifacts.select("artifact", "name"), on="artifact", how="inner")
        table = named.collect("pandas").to_native().sort_values(["score", "artifact"], ascending=[False, True])
        return list(table["name"].head(most)), len(table)

    return asking.remembered(("persistent", rules.shape, most), made)


def _list(asking: Asking, names: Sequence[str]) -> dict[str, Any]:
    """Give the list of the models that have a page, in the order of their rank."""
    query = (
        "SELECT name, task, license, gate, created, outcome FROM artifacts WHERE name IN (SELECT unnest(?::VARCHAR[]))"
    )
    rows = {row["name"]: row for row in asking.found(query, [list(names)])}
    found = [
        {**rows[name], "created": "" if rows[name]["created"] is None else date(rows[name]["created"]), "active": True}
        for name in names
    ]
    return {"q": "", "found": found, "first": 0, "before": None, "after": None}


def _assets(folder: Path) -> None:
    (folder / "static").mkdir()
    for name in ASSETS:
        (folder / "static" / name).write_bytes((files("openlives.web") / "static" / name).read_bytes())


def _wanted(site: Site, track: Track) -> None:
    """Write the figures and tables that pages lead to; each is what the page's own answer gives."""
    for file, (kind, asked, rules, part) in track(list(site.links.wanted.items()), "figures and data"):
        found = site.asking.ask(asked.name, rules)
        target = site.folder / file
        target.parent.mkdir(exist_ok=True)
        if kind == "figures":
            target.write_bytes(picture(found, part, target.suffix.removeprefix(".")))
        elif target.suffix == ".json":
            target.write_bytes(
                orjson.dumps([orjson.loads(a.to_json()) for a in found], option=orjson.OPT_INDENT_2) + b"\n"
            )
        else:
            target.write_text(found[0].to_csv(part), encoding="utf-8")
