"""Other people's projects, made whole: a pointer to nowhere, an impossible time or value goes, and is counted."""

from collections import Counter
from collections.abc import Container, Iterable, Mapping
from dataclasses import replace
from functools import partial

from openlives.coding.exchange.checks import is_time, is_value
from openlives.coding.exchange.model import KINDS, Bundle, Value

SET = "member of a Set"


def mended(bundle: Bundle, lost: Counter[str]) -> Bundle:
    """Take out what points to nothing or says nothing, and tell it in `lost` with all that was counted before."""
    kinds = {one.guid: one.kind if one.kind in KINDS else "Text" for one in bundle.variables}
    codes, coders = {one.guid for one in bundle.codes}, {one.guid for one in bundle.coders}
    sources = {one.guid for one in bundle.sources}
    blocks = {one.guid for source in bundle.sources for one in source.comments}
    subjects = codes | sources | blocks | {one.guid for one in bundle.themes}

    kept, time, values = partial(_kept, lost), partial(_time, lost), partial(_values, lost, kinds)

    def coder(guid: str) -> str:
        return next(iter(kept((guid,) if guid else (), coders, "coder who is not listed")), "")

    coded = [one for one in bundle.codings if one.code in codes]
    lost["coding without its code"] += len(bundle.codings) - len(coded)
    whole = replace(
        bundle,
        created=time(bundle.created),
        variables=tuple(replace(one, kind=kinds[one.guid]) for one in bundle.variables),
        cases=tuple(
            replace(one, values=values(one.values), sources=kept(one.sources, sources, "source of a Case"))
            for one in bundle.cases
        ),
        sources=tuple(replace(one, values=values(one.values)) for one in bundle.sources),
        codings=tuple(replace(one, coder=coder(one.coder), created=time(one.created)) for one in coded),
        notes=tuple(
            replace(
                one,
                about=kept(one.about, subjects, "subject of a Note"),
                coder=coder(one.coder),
                created=time(one.created),
            )
            for one in bundle.notes
        ),
        themes=tuple(
            replace(one, codes=kept(one.codes, codes, SET), sources=kept(one.sources, sources, SET))
            for one in bundle.themes
        ),
    )
    return replace(whole, lost=tuple(f"{count} × {what}" for what, count in sorted(lost.items()) if count))


def _kept(lost: Counter[str], guids: Iterable[str], known: Container[str], what: str) -> tuple[str, ...]:
    given = tuple(guids)
    found = tuple(guid for guid in given if guid in known)
    lost[what] += len(given) - len(found)
    return found


def _time(lost: Counter[str], text: str) -> str:
    lost["time that is none"] += bool(text) and not is_time(text)
    return text if is_time(text) else ""


def _values(lost: Counter[str], kinds: Mapping[str, str], given: tuple[Value, ...]) -> tuple[Value, ...]:
    known = [one for one in given if one.variable in kinds]
    good = tuple(one for one in known if one.value is None or is_value(one.value, kinds[one.variable]))
    lost["value of no variable"] += len(given) - len(known)
    lost["value that is not of its kind"] += len(known) - len(good)
    return good
