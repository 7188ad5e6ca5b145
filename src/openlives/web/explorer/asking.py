"""Questions asked for pages: the store stays open, what shapes a study is computed once, and answers are remembered."""

import ctypes
import subprocess
import sys
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import duckdb

from openlives import questions
from openlives.collection import Collection
from openlives.errors import CollectionError, NothingToAskError, OpenLivesError, RulesError
from openlives.governance import judgements
from openlives.governance.assess import Assessment
from openlives.governance.stock import Stock
from openlives.measures.frames import Frames
from openlives.questions.question import Answer, Question
from openlives.questions.within import within
from openlives.rules import Rules

MEMORY = "300MB"  # of DuckDB; what is beyond goes to disk, and the whole server stays below a gigabyte
PARTS, ANSWERS = 4, 60  # parts of a collection, and answers, that are remembered
ARENAS = -8  # M_ARENA_MAX of malloc.h
Value = TypeVar("Value")


class BusyError(CollectionError):
    """What is asked for is being made: ask again."""


class Served(Collection):
    """A collection behind pages, which do not wait while its register of openness is made for the first time."""

    making: threading.Thread | None = None

    def register(self) -> Path:
        """Give the register; while it is being made, say so."""
        if self.making is not None and self.making.is_alive():
            todo = "Load this page again in a minute; all that does not need it is there."
            raise BusyError("What is known of openness is being read, once", where=self.folder.name, todo=todo)
        return super().register()

    def begin(self) -> None:
        """Make the register beside whatever else goes on."""
        self.making = threading.Thread(target=self._make, daemon=True)
        self.making.start()

    def _make(self) -> None:
        """Let another process make it: it takes more memory than pages do, and all of one processor."""
        made = "import sys, openlives; openlives.open(sys.argv[1]).register()"
        words = [sys.executable, "-c", made, str(self.folder)]
        subprocess.run(words, check=False, capture_output=True)  # noqa: S603  # whoever needs it meets an error on a page


@dataclass(slots=True)
class Opened:
    """A store and decisions as they were when they were opened, with all that was asked. One question at a time is."""

    collection: Served
    stamp: Hashable
    usual: Rules
    lock: threading.RLock = field(default_factory=threading.RLock)
    wholes: dict[Hashable, list[Frames]] = field(default_factory=dict)
    parts: OrderedDict[Hashable, list[Frames]] = field(default_factory=OrderedDict)
    answers: OrderedDict[Hashable, Any] = field(default_factory=OrderedDict)
    stock: Stock | None = None
    lookups: duckdb.DuckDBPyConnection | None = None


def frugal() -> None:
    """Let threads share two arenas of memory: with one for each, what they let go of stays with the process.

    Only the C library of most Linux systems (glibc) knows the setting; elsewhere nothing is done.
    """
    with suppress(AttributeError, OSError, TypeError):
        ctypes.CDLL(None).mallopt(ARENAS, 2)


class Asking:
    """The collection behind the pages; opened anew when its store was built anew."""

    def __init__(self, folder: Path, *, patient: bool = False) -> None:
        frugal()
        self.folder, self.patient = folder, patient  # patient: the register is made beside the first pages
        self._lock = threading.Lock()
        self._opened: Opened | None = None

    @property
    def opened(self) -> Opened:
        """Give the store as it is now."""
        file = self.folder / "store.duckdb"
        with self._lock:
            try:
                found = file.stat()
            except FileNotFoundError as error:
                todo = f"Make it with: openlives build {self.folder.name}"
                raise CollectionError("The collection has no store yet", where=self.folder.name, todo=todo) from error
            decided = sorted((one.name, one.stat().st_mtime_ns) for one in self.folder.glob("decisions/*.toml"))
            stamp = (found.st_ino, found.st_mtime_ns, *decided)
            if self._opened is None or self._opened.stamp != stamp:
                if self._opened is not None:  # as long as it is open, DuckDB gives the file that was there before
                    with self._opened.lock:
                        self._opened.collection.connection.close()
                    self._opened = None
                collection = Served(self.folder)
                collection.connection.execute("SET memory_limit = ?", [MEMORY])
                rules = collection.rules()
                usual = rules.but(people="humans") if rules.people == "both" else rules
                self._opened = Opened(collection, stamp, usual)
                if self.patient:
                    collection.begin()
            return self._opened

    @property
    def collection(self) -> Served:
        """Give the collection."""
        return self.opened.collection

    def cursor(self) -> duckdb.DuckDBPyConnection:
        """Give a cursor on the store."""
        return self.collection.connection.cursor()

    @property
    def usual(self) -> Rules:
        """The rules that a page has unless its address says otherwise: the study's, and people without automation."""
        return self.opened.usual

    def ask(self, name: str, rules: Rules) -> list[Answer]:
        """Ask a question as `openlives ask` does, and remember the answer, or that there was none."""
        here, question = self.opened, questions.find(name)
        used = repr({**question.used(rules), "lists": rules.lists, "tag_synonyms": rules.tag_synonyms})
        if name == "themes":
            return self.remembered((name, used, self._coded), lambda: self._afresh(here, question, rules))
        return self.remembered((name, used), lambda: questions.ask(question, self._frames(here, rules), rules))

    @property
    def _coded(self) -> Hashable:
        """What was coded when: people code on while pages are looked at."""
        found = []
        for file in self.folder.glob("coding/*.sqlite*"):
            with suppress(FileNotFoundError):  # a log beside a database comes and goes
                found.append((file.name, file.stat().st_mtime_ns, file.stat().st_size))
        return tuple(sorted(found))

    @staticmethod
    def _afresh(here: Opened, question: Question, rules: Rules) -> list[Answer]:
        frames = here.collection.frames(rules)
        try:
            return questions.ask(question, frames)
        finally:
            for each in frames:
                each.share.close()

    def assessed(self, model: str) -> Assessment | None:
        """Assess a model's openness, with the evidence; None where it is no model."""
        return self.remembered(("assessed", model), lambda: self._assess(model))

    def remembered(self, key: Hashable, make: Callable[[], Value]) -> Value:
        """Give what was made under a key before, of this store; or make it, one at a time."""
        here = self.opened
        with here.lock:
            if key not in here.answers:
                try:
                    here.answers[key] = make()
                except (NothingToAskError, RulesError) as error:
                    here.answers[key] = error
                while len(here.answers) > ANSWERS:
                    here.answers.popitem(last=False)
            here.answers.move_to_end(key)
            found = here.answers[key]
        if isinstance(found, OpenLivesError):
            raise found.with_traceback(None)  # it is raised again and again, and must not grow
        return found  # type: ignore[no-any-return]  # what was made under this key

    def frames(self, rules: Rules) -> list[Frames]:
        """Give the frames of a study; whoever asks must do so through `remembered`, one at a time."""
        return self._frames(self.opened, rules)

    def found(self, query: str, given: Any) -> list[dict[str, Any]]:
        """Look something up in the store; `activity` counts the comments of each artifact."""
        here = self.opened
        with here.lock:
            if here.lookups is None:
                here.lookups = here.collection.connection.cursor()
                here.lookups.execute("CREATE TEMP TABLE activity AS SELECT artifact, count(*) AS said FROM events "
                                     "WHERE kind = 'comment' GROUP BY artifact")  # fmt: skip
            cursor = here.lookups.execute(query, given)
            names = [column[0] for column in cursor.description or ()]
            return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    def _assess(self, model: str) -> Assessment | None:
        here = self.opened
        here.stock = here.stock or Stock(here.collection.connection)
        decided = judgements.read(self.folder / "decisions" / "judgements.toml", missing_ok=True)
        return next(iter(here.stock.of([model], decided)), None)

    def _frames(self, here: Opened, rules: Rules) -> list[Frames]:
        """Give the frames of a study: those of the whole are kept, and of parts those that were asked of last."""
        shape = rules.but(within=()).shape
        if shape not in here.wholes:
            if len(here.wholes) >= PARTS:
                self._forget(here)
            here.wholes[shape] = here.collection.frames(rules.but(within=()))
        if not rules.within:
            return here.wholes[shape]
        key = (shape, rules.within)
        if key not in here.parts:
            here.parts[key] = [within(each, rules.within) for each in here.wholes[shape]]
            while len(here.parts) > PARTS:
                for part in here.parts.popitem(last=False)[1]:
                    part.share.close()
        here.parts.move_to_end(key)
        return here.parts[key]

    @staticmethod
    def _forget(here: Opened) -> None:
        """Let go of every frame: somebody plays with the window, and each has tables of its own."""
        for frames in (*here.parts.values(), *here.wholes.values()):
            for each in frames:
                each.share.close()
        here.parts.clear()
        here.wholes.clear()
