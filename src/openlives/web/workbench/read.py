"""Reading and coding: the page of a thread, and everything a key does on it."""

import re
from typing import Any

from starlette.responses import Response

from openlives.coding import codebook, codings, likeness, rounds, views
from openlives.coding.journal import ConflictError, redo, undo
from openlives.coding.sqlite import one, rows
from openlives.errors import InputError
from openlives.web.desk import Desk
from openlives.web.workbench import reading

PLACES = 12  # digits of a place in a text
TOKENS = 20_000  # words of a comment that can be marked
NOT_LETTERS = r"[\s*_`~>#\[\]]+"  # what stands between words as written, and not as read


def page(desk: Desk) -> Response:
    """Show a thread."""
    address = f"{desk.request.path_params['artifact']}#{desk.request.path_params['num']}"
    thread = reading.thread(desk, address)
    before, after = (_next(desk, address, back=back) for back in (True, False))
    return desk.page("read", thread=thread, before=before, after=after, **reading.aside(desk), query=_query(desk))


def _query(desk: Desk) -> str:
    return f"?{desk.request.url.query}" if desk.request.url.query else ""


def _next(desk: Desk, address: str, *, back: bool) -> str:
    """Give the page of the next thread: of the sample, or of the round that is gone through."""
    chosen = desk.request.query_params.get("round", "")
    if not chosen:
        found = views.following(desk.project, desk.coder, address, back=back)
    else:
        way = [row["thread"] for row in _round_threads(desk, chosen)]
        place = way.index(address) + (-1 if back else 1) if address in way else 0
        found = way[place] if 0 <= place < len(way) else None
    return reading.path(found) if found else ""


def _round_threads(desk: Desk, chosen: str) -> list[dict[str, Any]]:
    query = """SELECT t.thread, min(EXISTS (SELECT 1 FROM seen s WHERE s.unit = u.unit AND s.coder = ?)) AS read
               FROM round_units r JOIN units u USING (unit) JOIN threads t USING (thread)
               WHERE r.round = ? GROUP BY t.thread ORDER BY t.place, t.thread"""
    return rows(desk.project.connection, query, [desk.coder, chosen])


def go_on(desk: Desk) -> Response:
    """Go to the next thread with something unread, of the sample or of a round."""
    chosen = desk.request.query_params.get("round", "")
    if chosen:
        way = _round_threads(desk, chosen)
        found = next((row["thread"] for row in way if not row["read"]), way[0]["thread"] if way else None)
    else:
        first = views.following(desk.project, desk.coder, None)
        found = views.following(desk.project, desk.coder, None, unread=True) or first
    return desk.to(f"{reading.path(found)}{_query(desk)}") if found else desk.to("/")


def source(desk: Desk) -> Response:
    """Give a comment word by word, each with its place in the snapshot, for marking a span."""
    unit = codings.text_of(desk.project, desk.request.path_params["unit"])
    text = unit["text"]
    words = [(m.start(), m.end(), m.group(), text[m.end() : m.end() + 1] in "\r\n") for m in
             re.finditer(r"\S+", text)][:TOKENS]  # fmt: skip
    return desk.page("source", unit=unit["unit"], words=words)


def act(desk: Desk) -> Response:
    """Do what a key says to a comment, and show the comment as it is then."""
    what, unit = desk.request.path_params["act"], desk.form.get("unit", "")
    if what not in ACTS:
        raise InputError("There is no such act", where=what[:40], todo="Press ? for what there is.")
    row = codings.text_of(desk.project, unit)
    notice = ACTS[what](desk, row)
    if what != "see":
        codings.see(desk.project, desk.coder, unit)
    if not desk.fragment:
        return desk.back(reading.path(row["thread"]))
    thread = reading.thread(desk, row["thread"])
    thread["units"] = [one_ for one_ in thread["units"] if one_["unit"] == unit]
    return desk.page("fragments", thread=thread, whole=False, **reading.aside(desk), notice=notice)


def turn(desk: Desk) -> Response:
    """Undo or redo one's own last action, on whatever page."""
    way = desk.request.path_params["way"]
    said = (undo if way == "undo" else redo)(desk.project.connection, desk.coder)
    notice = f"{'Undone' if way == 'undo' else 'Done again'}: {said}" if said else f"There is nothing to {way}"
    thread = desk.form.get("thread", "")
    if not (desk.fragment and thread):  # the page of a code may be no more
        to = desk.to("/codebook") if f"{desk.base}/code/" in desk.form.get("back", "") else desk.back("/")
        return desk.page("turned", notice=notice, to=to.headers["location"])
    shown = {"thread": reading.thread(desk, thread), **reading.aside(desk)}
    return desk.page("fragments", whole=True, **shown, notice=notice)


def _span(desk: Desk, text: str) -> tuple[int, int] | None:
    """Give the span that a form names, by its characters or by words that stand once in the comment."""
    start, stop, words = (desk.form.get(name, "") for name in ("start", "stop", "words"))
    if start.isdecimal() and stop.isdecimal():
        return int(start[:PLACES]), int(stop[:PLACES])
    if start or stop:
        raise InputError("Those are no places in the comment", todo="Press s, and mark the words anew.")
    wanted = [word for word in words.split() if not re.fullmatch(NOT_LETTERS, word)]  # or it would try without end
    if not words.strip():
        return None
    pattern = NOT_LETTERS.join(map(re.escape, wanted)) or r"(?!)"
    found = [match.span() for match in re.finditer(pattern, text)]
    if len(found) != 1:
        raise InputError(
            f"The marked words stand {len(found)} times in the comment as it was written",
            todo="Press s, and mark them there.",
        )
    return found[0]


def _code(desk: Desk, unit: dict[str, Any]) -> str:
    key, name = desk.form.get("code", ""), desk.form.get("name", "")
    key = key or _called(desk, name) or codebook.add(desk.project, desk.coder, name)
    where = _round(desk, unit["unit"])
    codings.put(desk.project, desk.coder, unit["unit"], key, span=_span(desk, unit["text"]), round_=where)
    return f"Coded: {codebook.get(desk.project, key)['name']}"


def _round(desk: Desk, unit: str) -> str | None:
    """Give the round in which a coding belongs; in the open it would tell those who are not done."""
    where = rounds.current(desk.project, desk.coder, unit)
    if where is None and blind(desk, unit):
        raise ConflictError("You have closed the round of this comment", todo="Code it when all have closed the round.")
    return where


def blind(desk: Desk, unit: str | None = None) -> str | None:
    """Give an open round that this coder is in, done or not, and that a comment is in, if one is named."""
    query = """SELECT r.round FROM round_coders r JOIN rounds o USING (round) WHERE r.coder = :me
                   AND EXISTS (SELECT 1 FROM round_coders x WHERE x.round = r.round AND x.closed IS NULL)
                   AND (:unit IS NULL OR r.round IN (SELECT u.round FROM round_units u WHERE u.unit = :unit))
               ORDER BY r.closed IS NOT NULL, o.made LIMIT 1"""
    found = rows(desk.project.connection, query, {"me": desk.coder, "unit": unit})
    return str(found[0]["round"]) if found else None


def _called(desk: Desk, name: str) -> str:
    """Give the code of this name or path, if there is just one."""
    wanted = " ".join(name.split()).casefold()
    found = [
        code for code in codebook.codes(desk.project) if wanted in (code["name"].casefold(), code["path"].casefold())
    ]
    return str(found[0]["code"]) if len(found) == 1 else ""


def _vivo(desk: Desk, unit: dict[str, Any]) -> str:
    span = _span(desk, unit["text"])
    if span is None:
        raise InputError("No words are marked", todo="Press s and mark some, then v.")
    where = _round(desk, unit["unit"])
    codings.in_vivo(desk.project, desk.coder, unit["unit"], span, round_=where)
    return "Coded in the person's own words"


def _last(desk: Desk, unit: dict[str, Any]) -> dict[str, Any]:
    """Give the coder's own coding of a comment that the form names, or the last one."""
    chosen = desk.form.get("coding", "")
    if chosen:
        return codings.own(desk.project, desk.coder, chosen)
    row = one(
        desk.project.connection,
        "SELECT * FROM codings WHERE unit = ? AND coder = ? AND layer = 'coding' ORDER BY rowid DESC LIMIT 1",
        [unit["unit"], desk.coder],
    )
    if row is None:
        raise InputError("You have put no code to this comment yet", todo="Press c.")
    return row


def _take(desk: Desk, unit: dict[str, Any]) -> str:
    row = _last(desk, unit)
    codings.take(desk.project, desk.coder, row["coding"])
    return f"Taken away: {codebook.get(desk.project, row['code'])['name']}"


def _negative(desk: Desk, unit: dict[str, Any]) -> str:
    row = _last(desk, unit)
    codings.note(desk.project, desk.coder, row["coding"], negative=not row["negative"])
    name = codebook.get(desk.project, row["code"])["name"]
    return f"{'No longer a' if row['negative'] else 'A'} case against: {name}"


def _memo(desk: Desk, unit: dict[str, Any]) -> str:
    write_memo(desk, f"unit:{unit['unit']}", blind(desk, unit["unit"]))
    return "The memo is kept"


def write_memo(desk: Desk, about: str, where: str | None) -> None:
    """Write a memo, unless it became another since the form was shown."""
    query = "SELECT text FROM memos WHERE about = ? AND coder = ? AND round IS ?"
    row = one(desk.project.connection, query, [about, desk.coder, where])
    now, was, mine = row["text"] if row else "", *(desk.form.get(name, "") for name in ("was", "text"))
    if _lines(now) not in (_lines(was), _lines(mine)):
        raise ConflictError(
            "This memo was changed in the meantime", todo=f"There is now: {now!r}. You wanted: {mine!r}."
        )
    codings.memo(desk.project, desk.coder, about, mine.replace("\r\n", "\n"))


def _lines(text: str) -> str:
    return "\n".join(text.split())


def _see(desk: Desk, unit: dict[str, Any]) -> str:
    codings.see(desk.project, desk.coder, unit["unit"])
    return ""


ACTS = {"code": _code, "vivo": _vivo, "take": _take, "negative": _negative, "memo": _memo, "see": _see}


def like(desk: Desk) -> Response:
    """Show what resembles a comment, as a machine sees it; it is no coding."""
    unit = codings.text_of(desk.project, desk.request.path_params["unit"])
    found = likeness.more(desk.project, unit["unit"])
    for row in found:
        row["path"], row["found"] = reading.path(row["thread"]), row["text"][:LONG]
    return desk.page("like", unit=unit, path=reading.path(unit["thread"]), found=found)


LONG = 400  # letters of a comment in a list


def search(desk: Desk) -> Response:
    """Show where words stand."""
    words = desk.request.query_params.get("q", "")
    found = views.search(desk.project, words) if words.strip() else []
    for row in found:
        row["path"] = reading.path(row["thread"])
    return desk.page("search", words=words, found=found)
