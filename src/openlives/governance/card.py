"""A model card: the metadata at its head, the sections and lines of its text.

Cards are written by hand and by machines, and many are broken. Whatever can be read is; what could not be is said
(`fault`). Every scalar of the metadata is kept as the text it was written as: the language `no` is no truth value.
See <https://huggingface.co/docs/hub/model-cards>.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import yaml

HEAD = re.compile(r"\A\ufeff?\s*---[ \t]*\r?\n(.*?)(?<=\n)---[ \t]*(?:\r?\n|\Z)", re.DOTALL)
RESULTS = re.compile(
    r"^model-index:.*\n(?:[ \t#-].*\n|\r?\n)*", re.MULTILINE
)  # most of the YAML, and none of it needed
FIELD = re.compile(r"^([A-Za-z_][\w-]*):(.*)$", re.MULTILINE)
ITEM = re.compile(r"\s*\n[ \t]*-[ \t]+(.*)")
HEADING = re.compile(r"[ \t]{0,3}(#{1,6})[ \t]+(.*)")
TAG = re.compile(r"</?[A-Za-z][^<>]{0,400}>")
PLACEHOLDER = re.compile(
    r"\[?(?:more information needed|needs more information|\boptional\b)\]?|^(?:todo|tbd|n/?a|-+)$", re.IGNORECASE
)
HINT = re.compile(r"nformation|NFORMATION|ptional|^.{0,6}$")
TEMPLATE = re.compile(
    r"#|[-\s]*\*\*[^*]{1,60}\*\*\W*$|this is the model card of a .{0,40} model that has been pushed on the hub"
    r"|carbon emissions can be estimated using|use the code below to get started with the model\W*$"
    r"|users \(both direct and downstream\) should be made aware",
    re.IGNORECASE,
)
DEEPEST, LONGEST = 40, 200_000  # brackets within brackets; letters of metadata that are parsed as YAML
HEADED = 200  # letters of a heading that are kept: each line below it carries them


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text: its number in the card (from 1), the headings it stands under, its words, whether it is code."""

    number: int
    section: str
    text: str
    code: bool


@dataclass(frozen=True)
class Card:
    """A model card, read lazily: nothing is parsed before it is asked for."""

    content: str
    given: Mapping[str, Any] | None = None  # metadata that came parsed, without a text

    @cached_property
    def head(self) -> str:
        """The metadata as written; empty if there is none."""
        found = HEAD.match(self.content)
        return found[1] + "\n" if found else ""

    @cached_property
    def has_results(self) -> bool:
        """Whether the metadata hold evaluation results (`model-index`)."""
        return bool(self.metadata.get("model-index") or re.search(r"^model-index:", self.head, re.MULTILINE))

    @cached_property
    def _parsed(self) -> tuple[dict[str, Any], str]:
        if self.given is not None:
            return {key: as_text(value) for key, value in self.given.items()}, ""
        return parse(RESULTS.sub("", self.head)) if self.head.strip() else ({}, "" if self.content.strip() else "empty")

    @property
    def metadata(self) -> dict[str, Any]:
        """The metadata, each scalar as text; what YAML cannot read is read line by line."""
        return self._parsed[0]

    @property
    def fault(self) -> str:
        """Why the metadata could not be read as YAML; empty if they could."""
        return self._parsed[1]

    def texts(self, key: str) -> tuple[str, ...]:
        """Give a field of the metadata as texts, whether written as one, as a list, or as nonsense."""
        value = self.metadata.get(key)
        found = value if isinstance(value, list) else [value]
        return tuple(text for one in found if isinstance(one, str) and (text := one.strip()) not in BLANK)

    def where(self, key: str) -> str:
        """Name a field's place."""
        return f"card: {key}"

    @cached_property
    def body(self) -> str:
        """The text after the metadata."""
        found = HEAD.match(self.content)
        return self.content[found.end() :] if found else self.content

    @cached_property
    def lines(self) -> tuple[Line, ...]:
        """The lines of the text that say something: without comments, markup and the template's placeholders."""
        return tuple(_lines(self.content, len(self.content) - len(self.body)))

    @cached_property
    def prose(self) -> tuple[Line, ...]:
        """The lines that are no code."""
        return tuple(line for line in self.lines if not line.code)

    @cached_property
    def headings(self) -> tuple[tuple[int, int, str], ...]:
        """Headings of the text: line, level, words."""
        return tuple(
            (number, *found)
            for number, text in _raw_lines(self.content, len(self.content) - len(self.body))
            if (found := _heading(text))
        )

    @cached_property
    def words(self) -> int:
        """How many words the text has, without headings, code, and what the Hub's template says of every model."""
        return sum(len(line.text.split()) for line in self.prose if not TEMPLATE.match(line.text))


BLANK = frozenset({"", "null", "~", "None", "none", "[]", "{}"})


def as_text(value: Any, depth: int = 0) -> Any:
    """Turn what came as JSON into what YAML would have been read as here: texts, lists and mappings."""
    if depth > DEEPEST:
        return ""
    if isinstance(value, Mapping):
        return {str(key): as_text(one, depth + 1) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [as_text(one, depth + 1) for one in value]
    return "" if value is None else str(value)


def parse(text: str) -> tuple[dict[str, Any], str]:
    """Read YAML metadata as texts, lists and mappings; give them with what was wrong."""
    if len(text) > LONGEST:
        return _by_lines(text), "metadata too long to be parsed"
    if _depth(text) > DEEPEST:
        return _by_lines(text), "metadata nested too deeply to be parsed"
    try:
        found = yaml.load(text.replace("\t", "  "), Loader=LOADER)  # noqa: S506  # the base loader makes texts, lists and mappings only
    except (yaml.YAMLError, ValueError, RecursionError, TypeError) as error:
        return _by_lines(text), f"not YAML: {str(error).splitlines()[0][:80]}"
    if not isinstance(found, dict):
        return _by_lines(text), "" if found in ("", None) else "metadata are no mapping"
    return {str(key): value for key, value in found.items()}, ""


LOADER = getattr(yaml, "CBaseLoader", yaml.BaseLoader)


def _depth(text: str) -> int:
    """Measure how deep brackets and indents go, so that no parser is sent where it cannot return from."""
    deepest = depth = 0
    for letter in re.findall(r"[\[\]{}]", text):
        depth += 1 if letter in "[{" else -1
        deepest = max(deepest, depth)
    dashes = max(
        (len(found.split()) for found in re.findall(r"^[ \t]*((?:[-?][ \t]+)+)", text, re.MULTILINE)), default=0
    )
    indents = max((len(found) for found in re.findall(r"^( *)\S", text, re.MULTILINE)), default=0)
    return max(deepest, dashes, indents // 4)


def _by_lines(text: str) -> dict[str, Any]:
    """Read the fields of metadata that are no YAML: `key: value`, and the items that follow a key."""
    found: dict[str, Any] = {}
    for field in FIELD.finditer(text):
        value: Any = _unquoted(field[2])
        if not value:
            items, place = [], field.end()
            while item := ITEM.match(text, place):
                items.append(_unquoted(item[1]))
                place = item.end()
            value = items
        found.setdefault(field[1], value)
    return found


def _unquoted(text: str) -> str:
    return text.strip().strip("\"'")


def _raw_lines(content: str, start: int) -> Iterator[tuple[int, str]]:
    """Yield the lines after the metadata with their numbers; comments are blanked, so that numbers stay."""
    first = content.count("\n", 0, start) + 1
    yield from enumerate(_without_comments(content[start:]).splitlines(), start=first)


def _without_comments(text: str) -> str:
    """Blank what HTML hides, and keep the count of lines; a comment that is never closed hides nothing."""
    kept, place = [], 0
    while (opened := text.find("<!--", place)) >= 0 and (closed := text.find("-->", opened)) >= 0:
        kept += [text[place:opened], "\n" * text.count("\n", opened, closed)]
        place = closed + 3
    return "".join([*kept, text[place:]])


def _heading(text: str) -> tuple[int, str] | None:
    """Read a line as a heading: its level and its words."""
    found = HEADING.match(text)
    return (len(found[1]), found[2].rstrip(" \t#")[:HEADED]) if found else None


def _lines(content: str, start: int) -> Iterator[Line]:
    path: list[tuple[int, str]] = []
    section, fenced = "", False
    for number, raw in _raw_lines(content, start):
        text = raw.strip()
        if not text:
            continue
        if text.startswith(("```", "~~~")):
            fenced = not fenced
            continue
        if not fenced:
            if text[0] == "#" and (found := _heading(raw)):
                path = [*(above for above in path if above[0] < found[0]), found]
                section = " > ".join(words for _, words in path)
            if "<" in text:
                text = TAG.sub(" ", text).strip()
            if HINT.search(text):
                text = PLACEHOLDER.sub("", text).strip()
        if text:
            yield Line(number, section, text if not fenced else raw, fenced)
