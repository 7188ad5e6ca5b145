"""Where pages are: on a server, where the rules are in the address, or in a folder of files.

A link is a citation: it says every rule that is not at the study's usual value, and nothing else.
"""

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, fields, replace
from functools import cached_property
from urllib.parse import quote, urlencode

from openlives.errors import RulesError
from openlives.questions.question import Question
from openlives.rules import SHAPE, Rules
from openlives.values import moment

DRAWS, DRAWN = 10_000, ("draws", "sets")  # how often a page draws at most, and in which units draws are counted
MOST = 50  # parts, communities or accounts that an address may name
FIRST, LAST = 0, 7_258_118_400  # seconds between which a window lies: from 1970 to 2200
PLAIN = re.compile(r"[A-Za-z0-9._-]{1,120}")
Pairs = Sequence[tuple[str, str]]


def changed(rules: Rules, usual: Rules) -> list[tuple[str, str]]:
    """Give the rules that differ from the usual ones, as `Rules.said` reads them; tables have no short form."""
    pairs: list[tuple[str, str]] = []
    was = usual.plain()
    for name, value in rules.plain().items():
        if value == was[name] or isinstance(value, dict) or value is None:
            continue
        if isinstance(value, list):
            pairs += [(name, str(one)) for one in value] or [(name, "")]
        else:
            pairs.append((name, str(value).lower() if isinstance(value, bool) else str(value)))
    return pairs


@dataclass(frozen=True)
class Live:
    """Pages of a server, as seen from a page under some rules; what shapes a study goes along from page to page."""

    usual: Rules
    rules: Rules
    private: bool = True  # whether threads may be read by whoever looks
    root: str = "/"
    live: bool = True

    def _at(self, path: str, rules: Rules | None = None, extra: Pairs = ()) -> str:
        pairs = [*extra, *(changed(rules, self.usual) if rules else self.carried)]
        return f"/{quote(path, safe='/:')}" + (f"?{urlencode(pairs)}" if pairs else "")

    @cached_property
    def carried(self) -> list[tuple[str, str]]:
        """What goes along: whose interactions count, the window, and what is automation."""
        shapes = {*SHAPE} - {"within"}
        return [(k, v) for k, v in changed(self.rules, self.usual) if k in shapes or k.startswith("automation_")]

    def front(self) -> str:
        """The first page."""
        return self._at("")

    def models(self, text: str = "", first: int = 0) -> str:
        """The list of models, or of those whose name holds a text, from the so manieth on."""
        return self._at("models", extra=[("q", text)] * bool(text) + [("from", str(first))] * bool(first))

    def model(self, name: str) -> str:
        """The page of a model."""
        return self._at(f"model/{name}")

    def community(self, spec: str) -> str:
        """The page of a community."""
        return self._at(f"community/{spec}")

    def questions(self) -> str:
        """The list of questions."""
        return self._at("questions")

    def question(self, name: str, within: Iterable[str] = ()) -> str:
        """The page of a question, of the whole or of a part."""
        return self._at(f"question/{name}", extra=[("within", spec) for spec in within])

    def map(self) -> str:
        """The map of openness."""
        return self._at("map")

    def compare(self, models: Iterable[str]) -> str:
        """Models side by side."""
        return self._at("compare", extra=[("model", name) for name in models])

    def threads(self, spec: str, week: int | None = None) -> str:
        """The threads of a part of the collection, of one week or all; empty for whoever may not read them."""
        extra = [("within", spec), *([("week", str(week))] if week is not None else [])]
        return self._at("threads", extra=extra) if self.private else ""

    def thread(self, model: str, num: int) -> str:
        """A thread; empty for whoever may not read it."""
        return self._at(f"thread/{model}/{num}") if self.private else ""

    def switched(self, people: str, path: str, extra: Pairs) -> str:
        """The same page under another reading of whose interactions count."""
        return self._at(path, replace(self.rules, people=people), extra)

    def figure(self, question: Question, rules: Rules, suffix: str, part: str = "") -> str:
        """A figure of an answer."""
        return self._at(f"figure/{question.name}.{suffix}", rules, [("part", part)] if part else [])

    def data(self, question: Question, rules: Rules, suffix: str, table: str = "") -> str:
        """A table of an answer as CSV, or all of it as JSON."""
        return self._at(f"data/{question.name}.{suffix}", rules, [("table", table)] if table else [])

    def asset(self, name: str) -> str:
        """A file that pages need."""
        return f"/static/{name}"


@dataclass(slots=True)
class Written:
    """Pages in a folder, addressed from one of them by how deep it lies; what is not written has no link.

    `models` and `communities` are those that get a page. Names of files are plain whatever a model is called.
    """

    usual: Rules
    models_: Sequence[str]
    communities: Sequence[str]
    root: str = ""
    live: bool = False
    private: bool = False
    files: dict[tuple[str, str, str], str] = field(default_factory=dict)
    wanted: dict[str, tuple[str, Question, Rules, str]] = field(default_factory=dict)

    @property
    def rules(self) -> Rules:
        """The rules of every page."""
        return self.usual

    def at(self, depth: int) -> "Written":
        """Give the same as seen from a page so many folders deep; names that were given stay."""
        return replace(self, root="../" * depth)

    def _file(self, kind: str, name: str, suffix: str = "html", about: str = "") -> str:
        """Give the file of a name, which is made of it as far as that is plain; `about` tells two alike apart."""
        key = kind, about or name, suffix
        if key not in self.files:
            stem = re.sub(r"[/: ]+", "-", name.replace("/", "--"))
            if not PLAIN.fullmatch(stem) or f"{kind}/{stem}.{suffix}".lower() in self._taken():
                digest = hashlib.sha256((about or name).encode("utf-8", "surrogatepass")).hexdigest()[:12]
                stem = f"{re.sub(r'[^A-Za-z0-9._-]', '-', stem)[:60]}-{digest}"
            self.files[key] = f"{kind}/{stem}.{suffix}"
        return self.files[key]

    def _taken(self) -> set[str]:
        """Names of files without case: on some file systems two that differ in it are one."""
        return {file.lower() for file in self.files.values()}

    def path(self, kind: str, name: str) -> str:
        """Give the file of a page, from the folder's root."""
        return self._file(kind, name)

    def front(self) -> str:
        """The first page."""
        return f"{self.root}index.html"

    def models(self, text: str = "", first: int = 0) -> str:
        """The list of models."""
        del text, first
        return f"{self.root}models.html"

    def model(self, name: str) -> str:
        """The page of a model, if it has one."""
        return f"{self.root}{self._file('model', name)}" if name in self.models_ else ""

    def community(self, spec: str) -> str:
        """The page of a community, if it has one."""
        return f"{self.root}{self._file('community', spec)}" if spec in self.communities else ""

    def questions(self) -> str:
        """The list of questions."""
        return f"{self.root}questions.html"

    def question(self, name: str, within: Iterable[str] = ()) -> str:
        """The page of a question of the whole; of parts none is written."""
        return "" if list(within) else f"{self.root}{self._file('question', name)}"

    def map(self) -> str:
        """The map of openness."""
        return f"{self.root}map.html"

    def compare(self, models: Iterable[str]) -> str:
        """Nothing: that needs a server."""
        del models
        return ""

    def threads(self, spec: str, week: int | None = None) -> str:
        """Nothing: threads do not leave the collection."""
        del spec, week
        return ""

    def thread(self, model: str, num: int) -> str:
        """Nothing: threads do not leave the collection."""
        del model, num
        return ""

    def switched(self, people: str, path: str, extra: Pairs) -> str:
        """Nothing: one reading is written."""
        del people, path, extra
        return ""

    def figure(self, question: Question, rules: Rules, suffix: str, part: str = "") -> str:
        """A figure of an answer; it is wanted from now on."""
        return self._wanted("figures", question, rules, suffix, part)

    def data(self, question: Question, rules: Rules, suffix: str, table: str = "") -> str:
        """A table of an answer as CSV, or all of it as JSON; it is wanted from now on."""
        return self._wanted("data", question, rules, suffix, table)

    def _wanted(self, kind: str, question: Question, rules: Rules, suffix: str, part: str) -> str:
        said = changed(rules, self.usual)
        name = " ".join(filter(None, (question.name, *(value for _, value in said), part)))
        file = self._file(kind, name, suffix, repr((question.name, said, part)))
        self.wanted[file] = (kind, question, rules, part)
        return f"{self.root}{file}"

    def asset(self, name: str) -> str:
        """A file that pages need."""
        return f"{self.root}static/{name}"


Links = Live | Written


def said(query: Iterable[tuple[str, str]], own: Iterable[str], usual: Rules) -> tuple[Rules, dict[str, list[str]]]:
    """Take an address apart: the rules that it says, and what else the page asks (`own` names)."""
    names, rules = {*own}, []
    rest: dict[str, list[str]] = {}
    for name, value in query:
        if name in names:
            rest.setdefault(name, []).append(value)
        else:
            rules.append((name, value))
    return fit(Rules.said(rules, usual), usual), rest


def fit(rules: Rules, usual: Rules) -> Rules:
    """Refuse what a page should not be asked for, since everybody else would wait.

    Those are long lists, very many draws, and endless windows.
    """
    was = usual.plain()
    for name, value in rules.plain().items():
        if isinstance(value, list) and len(value) > MOST and value != was[name]:
            what = f"{name} holds {len(value):,} things, and a page is asked for {MOST} at most"
            raise RulesError(what, todo="Ask in a terminal: openlives ask")
    for rule in fields(rules):
        value = getattr(rules, rule.name)
        if rule.metadata["unit"] in DRAWN and value > max(DRAWS, was[rule.name]):
            what = f"{rule.name} is {value:,}, and a page draws {DRAWS:,} times at most"
            raise RulesError(what, todo="Ask in a terminal: openlives ask")
    for name in ("since", "until"):
        value = getattr(rules, name)
        if value != was[name] and not FIRST <= (moment(value, name) or FIRST) <= LAST:
            raise RulesError(f"{name} lies too far away: {value[:30]}", todo="Give a day between 1970 and 2200.")
    return rules
