"""Every page of the explorer, by address. What a page says comes from its view; here addresses become rules."""

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import quote, urlencode

import orjson
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from openlives import questions
from openlives.errors import CollectionError, InputError
from openlives.questions.within import kind_of
from openlives.report import figures
from openlives.rules import Rules
from openlives.web.desk import Desk, answers
from openlives.web.explorer import atlas, community, compare, front, model, question, search, threads
from openlives.web.explorer.controls import FORM, pairs
from openlives.web.explorer.frame import frame
from openlives.web.explorer.links import Live, changed, said

View = Callable[[Desk, Live, Rules, dict[str, list[str]]], dict[str, Any]]
KINDS = {"svg": "image/svg+xml", "pdf": "application/pdf", "png": "image/png"}
MOST = 10**9  # of a number in an address
LAST = 200_000  # week that a calendar has


def page(template: str, view: View, own: Sequence[str] = (), *, private: bool = False) -> Callable[[Desk], Response]:
    """Make a page of a view: `own` are what its address holds beside rules."""

    def answered(desk: Desk) -> Response:
        asking, query = desk.house.asking, list(desk.request.query_params.multi_items())
        path = str(desk.request.scope["path"]).lstrip("/")
        if any(name == FORM for name, _ in query):
            return _said_in_short(desk, query, own)
        rules, rest = said(query, own, asking.usual)
        links = Live(asking.usual, rules, allowed(desk))
        if private and not links.private:
            raise CollectionError("Threads are read by those who are known here", todo="Enter a project first.")
        values = view(desk, links, rules, rest)
        extra = [(name, value) for name, several in rest.items() for value in several]
        return desk.page(f"explorer/{template}", **frame(asking, links, rules, path, extra), **values)

    return answered


def allowed(desk: Desk) -> bool:
    """Say whether the private tier may be read: on this machine by everybody, beyond it by those who are known."""
    return not desk.house.guarded or bool(desk.session.who)


def _said_in_short(desk: Desk, query: Iterable[tuple[str, str]], own: Sequence[str]) -> Response:
    """Send a form to the address that says the same with the fewest rules: a link is a citation."""
    usual, given = desk.house.asking.usual, list(query)
    extra = [(name, value) for name, value in given if name in own and value]
    rules, _ = said(pairs([pair for pair in given if pair[0] not in own], usual), (), usual)
    words = urlencode([*extra, *changed(rules, usual)])
    path = quote(str(desk.request.scope["path"]), safe="/:")
    return RedirectResponse(path + (f"?{words}" if words else ""), 303)


def _front(desk: Desk, links: Live, rules: Rules, _: dict[str, list[str]]) -> dict[str, Any]:
    return front.front(desk.house.asking, links, rules)


def _questions(_: Desk, links: Live, __: Rules, ___: dict[str, list[str]]) -> dict[str, Any]:
    return {"questions": front.questions(links)}


def _models(desk: Desk, _: Live, __: Rules, rest: dict[str, list[str]]) -> dict[str, Any]:
    return search.models(desk.house.asking, rest.get("q", [""])[0], _whole(rest.get("from", ["0"])[0]))


def _model(desk: Desk, links: Live, rules: Rules, _: dict[str, list[str]]) -> dict[str, Any]:
    return model.model(desk.house.asking, links, rules, desk.request.path_params["name"])


def _community(desk: Desk, links: Live, rules: Rules, _: dict[str, list[str]]) -> dict[str, Any]:
    spec = desk.request.path_params["spec"]
    kind_of(spec)
    return community.community(desk.house.asking, links, rules, spec)


def _question(desk: Desk, links: Live, rules: Rules, rest: dict[str, list[str]]) -> dict[str, Any]:
    return question.question(desk.house.asking, links, rules, _known(desk), rest.get("part", [""])[0])


def _atlas(desk: Desk, _: Live, rules: Rules, __: dict[str, list[str]]) -> dict[str, Any]:
    return atlas.atlas(desk.house.asking, rules)


def _compare(desk: Desk, _: Live, rules: Rules, rest: dict[str, list[str]]) -> dict[str, Any]:
    return compare.compare(desk.house.asking, rules, rest.get("model", []))


def _threads(desk: Desk, _: Live, rules: Rules, rest: dict[str, list[str]]) -> dict[str, Any]:
    week = rest.get("week", [""])[0]
    return threads.threads(desk.house.asking, rules, rest.get("q", [""])[0], _whole(week, LAST) if week else None)


def _thread(desk: Desk, _: Live, __: Rules, ___: dict[str, list[str]]) -> dict[str, Any]:
    given = desk.request.path_params
    return {"thread": threads.thread(desk.house.asking, given["name"], _whole(given["num"]))}


def _known(desk: Desk) -> str:
    """Give the question that an address names; a page never loads somebody's module."""
    name = str(desk.request.path_params["question"])
    if name not in questions.QUESTIONS:
        raise CollectionError("There is no such question", where=name[:60], todo="Choose one of the list.")
    return name


def _whole(text: str, most: int = MOST) -> int:
    if not text.isdecimal() or len(text) > len(str(MOST)) or int(text) > most:
        raise InputError("That is no number that stands there", where=text[:20], todo="Go back, and follow a link.")
    return int(text)


def meant(desk: Desk) -> Response:
    """Send a form that names a community to its page."""
    usual = desk.house.asking.usual
    rules, rest = said(desk.request.query_params.multi_items(), ("spec",), usual)
    spec = rest.get("spec", [""])[0].strip()
    kind_of(spec)
    return RedirectResponse(Live(usual, rules).community(spec), 303)


def renamed(desk: Desk) -> Response:
    """Show a model; one that is called by another of its names is found under its present one."""
    name = desk.request.path_params["name"]
    present = desk.house.asking.collection.called(name)
    if present != name:
        links = Live(desk.house.asking.usual, desk.house.asking.usual)
        query = desk.request.url.query
        return RedirectResponse(links.model(present) + (f"?{query}" if query else ""), 303)
    return page("model", _model)(desk)


def drawn(desk: Desk) -> Response:
    """Give a figure, as `openlives ask --figure` draws it."""
    name, suffix = _known(desk), desk.request.path_params["suffix"]
    rules, rest = said(desk.request.query_params.multi_items(), ("part",), desk.house.asking.usual)
    if suffix not in KINDS:
        raise CollectionError(
            "There is no such form of a figure", where=suffix[:20], todo=f"Ask for {', '.join(KINDS)}."
        )
    found, part = desk.house.asking.ask(name, rules), rest.get("part", [""])[0]
    if part not in figures.parts_of(found):
        raise CollectionError("There is no such figure", where=part[:60], todo="Choose one on the question's page.")
    key = ("figure", name, suffix, part, repr(questions.QUESTIONS[name].used(rules)))
    body = desk.house.asking.remembered(key, lambda: picture(found, part, suffix))
    return Response(
        body, media_type=KINDS[suffix], headers={"content-disposition": f'inline; filename="{name}.{suffix}"'}
    )


def picture(found: Sequence[Any], part: str, suffix: str) -> bytes:
    """Draw one figure."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / f"figure.{suffix}"
        figures.save(found, file, part)
        return file.read_bytes()


def data(desk: Desk) -> Response:
    """Give an answer as `openlives ask --json` prints it, or one of its tables as CSV."""
    name, suffix = _known(desk), desk.request.path_params["suffix"]
    rules, rest = said(desk.request.query_params.multi_items(), ("table",), desk.house.asking.usual)
    found, table = desk.house.asking.ask(name, rules), rest.get("table", ["numbers"])[0]
    if suffix == "json":
        told = orjson.dumps([orjson.loads(one.to_json()) for one in found], option=orjson.OPT_INDENT_2) + b"\n"
        return Response(told, media_type="application/json")
    if suffix != "csv" or table not in ("numbers", *found[0].tables):
        raise CollectionError("There is no such table", where=table[:60], todo="Choose one on the question's page.")
    saved = {"content-disposition": f'attachment; filename="{name}-{figures.slug(table)}.csv"'}
    return Response(found[0].to_csv(table), media_type="text/csv", headers=saved)


def _get(path: str, handle: Callable[[Desk], Response]) -> BaseRoute:
    return Route(path, answers(handle, outside=True), methods=["GET"])


first = page("front", _front)
ROUTES: Sequence[BaseRoute] = (
    _get("/questions", page("questions", _questions)),
    _get("/question/{question}", page("question", _question, ("part",))),
    _get("/models", page("models", _models, ("q", "from"))),
    _get("/model/{name:path}", renamed),
    _get("/community", meant),
    _get("/community/{spec:path}", page("community", _community)),
    _get("/map", page("map", _atlas)),
    _get("/compare", page("compare", _compare, ("model",))),
    _get("/threads", page("threads", _threads, ("q", "week"), private=True)),
    _get("/thread/{name:path}/{num}", page("thread", _thread, private=True)),
    _get("/figure/{question}.{suffix}", drawn),
    _get("/data/{question}.{suffix}", data),
)
