"""A collection is a folder: originals, decisions, and the store derived from both."""

import sys
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from tempfile import gettempdir
from typing import Any

import duckdb

from openlives import questions
from openlives.errors import CollectionError, NothingToAskError
from openlives.measures.engine import Sharer
from openlives.measures.frames import TABLES, Frames
from openlives.questions import groups
from openlives.questions.groups import split
from openlives.questions.question import Answer
from openlives.questions.within import within
from openlives.rules import Rules
from openlives.store.build import SCHEMA, fingerprint
from openlives.store.decisions import Decisions, load
from openlives.store.originals import originals

MEMORY = "1200MB"  # beyond which DuckDB spills to disk: as fast in our measurements, and a laptop stays usable


@dataclass
class Collection:
    """An opened collection. Reading never changes it; `openlives import` and `openlives build` do."""

    folder: Path

    @cached_property
    def connection(self) -> duckdb.DuckDBPyConnection:
        """The store, opened for reading only."""
        store = self.folder / "store.duckdb"
        if not self.folder.is_dir():
            raise CollectionError(
                "There is no such collection",
                where=str(self.folder),
                todo="Make one with: openlives import KIND FILE… HUB",
            )
        if not store.exists():
            raise CollectionError(
                "The collection has no store yet",
                where=str(self.folder),
                todo=f"Make it with: openlives build {self.folder}",
            )
        try:
            connection = duckdb.connect(str(store), read_only=True)
            connection.execute("SET TimeZone = 'UTC'")
            connection.execute("SET enable_progress_bar = ?", [sys.stdout.isatty()])
            connection.execute("SET memory_limit = ?", [MEMORY])
            connection.execute("SET temp_directory = ?", [f"{gettempdir()}/openlives-spill"])
            schema = connection.execute("SELECT value FROM meta WHERE key = 'schema'").fetchone()
        except duckdb.Error as error:
            raise CollectionError(
                f"The store cannot be read: {str(error).splitlines()[0]}",
                where=str(store),
                todo=f"Make it anew with: openlives build {self.folder}",
            ) from error
        if schema is None or schema[0] != SCHEMA:
            raise CollectionError(
                "The store was built by another version",
                where=str(store),
                todo=f"Make it anew with: openlives build {self.folder}",
            )
        return connection

    @property
    def fingerprint(self) -> str:
        """What the store was built from: a hash of the originals, the decisions and the schema."""
        row = self.connection.execute("SELECT value FROM meta WHERE key = 'fingerprint'").fetchone()
        return str(row[0]) if row else ""

    @property
    def is_current(self) -> bool:
        """Whether the store was built from what now lies in the folder."""
        return self.fingerprint == fingerprint(originals(self.folder), Decisions.read(self.folder / "decisions"))

    def called(self, name: str) -> str:
        """Give the present name of an artifact: it may be written in other letters, or be a name that it had before."""
        query = """SELECT name FROM artifacts
                   WHERE name = $1 OR lower(name) = lower($1) OR list_contains(former_names, $1)
                   ORDER BY name <> $1, lower(name) <> lower($1), name LIMIT 1"""
        found = self.connection.cursor().execute(query, [name]).fetchone()
        if found:
            return str(found[0])
        near = """SELECT name FROM artifacts
                  WHERE contains(lower(name), lower($1)) OR levenshtein(lower(name), lower($1)) < 3
                  ORDER BY levenshtein(lower(name), lower($1)), name LIMIT 3"""
        alike = self.connection.cursor().execute(near, [(name.rpartition("/")[2] or name)[:100]]).fetchall()
        todo = f"Did you mean {', '.join(row[0] for row in alike)}?" if alike else "It is written OWNER/MODEL."
        raise NothingToAskError(f"The collection has no model {name[:100]!r}", where=self.folder.name, todo=todo)

    def rules(self, given: Rules | Path | str | dict[str, Any] | None = None) -> Rules:
        """Give the rules of a study: as given, else those of `decisions/study.toml`, else the defaults."""
        if isinstance(given, Rules):
            return given
        if isinstance(given, dict):
            return Rules.of(given)
        if given is not None:
            return Rules.read(Path(given))
        return Rules.of(load(self.folder / "decisions" / "study.toml"), where="study.toml")

    def frames(self, rules: Rules | None = None) -> list[Frames]:
        """Give the frames of a study, one for each reading of `people`."""
        rules = self.rules(rules)
        connection = self.connection.cursor()
        tables: dict[str, Any] = {name: connection.table(name) for name in (*TABLES, "snapshots")}
        tables["openness"] = cache(lambda: connection.read_parquet(str(self.register())))
        tables["codings"] = cache(lambda: self._codings(connection, rules.themes_project))
        both = Frames(tables, rules, Sharer(connection))
        return [within(both.reading(people), rules.within) for people in questions.readings(rules)]

    def _codings(self, connection: duckdb.DuckDBPyConnection, name: str) -> duckdb.DuckDBPyRelation:
        """Give what was coded in a project, with each model's key and its quadrant of openness, where it is known."""
        from openlives.coding import table  # noqa: PLC0415  # most questions need no coding

        codings = connection.from_df(table.of_collection(self.folder, name))
        known = connection.read_parquet(str(self.register())).project("artifact, quadrant")
        names = connection.table("artifacts").project("artifact, name AS model")
        joined = codings.join(names.join(known, "artifact", how="left"), "model", how="left")
        return joined.project("* REPLACE (coalesce(quadrant, 'unknown') AS quadrant)")

    def register(self) -> Path:
        """Give the path of the register of openness, one row a model; it is made when it is first asked for."""
        from openlives.governance import register  # noqa: PLC0415  # most questions read no card

        try:
            return register.register(self.folder, self.connection, self.fingerprint)
        except OSError as error:
            raise CollectionError(
                f"The register of openness cannot be written: {error.strerror or error}",
                where=str(self.folder),
                todo="It is kept beside the store: make room there, or check your rights.",
            ) from error

    def ask(
        self,
        name: str,
        rules: Rules | Path | str | dict[str, Any] | None = None,
        *,
        by: str | None = None,
        groups: int = groups.MOST,
        **changes: Any,
    ) -> list[Answer]:
        """Ask one question: an answer for each reading of `people` (one, if a rule names it).

        With `by` (`openlives.questions.groups.BY`) the models are split, and each of the largest `groups` is asked.
        """
        question, frames = questions.find(name), self.frames(self.rules(rules).but(**changes))
        return questions.ask(question, frames) if by is None else split(question, frames, by, groups)

    def study(self, out: Path | str, rules: Rules | Path | str | dict[str, Any] | None = None) -> Path:
        """Ask every question and write answers, figures, report and manifest to a folder; give the report's path."""
        from openlives.report.study import study  # noqa: PLC0415  # drawing needs matplotlib, which reading does not

        return study(self, Path(out), self.rules(rules))
