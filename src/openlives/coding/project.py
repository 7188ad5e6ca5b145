"""A coding project: one SQLite file in `HUB/coding/`, opened by one or several coders at once."""

import re
import sqlite3
import uuid
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from openlives.coding.sqlite import NotKeptError, connect, one, rows, writing
from openlives.errors import CollectionError, InputError

SCHEMA = 1
NAME = re.compile(r"[A-Za-z0-9][\w.-]{0,80}")
COPY = re.compile(r"\.v[0-9]+$")  # how copies are named that are kept from before a migration
SPACE = uuid.UUID("5d2e0c0e-6f4b-5d57-9d8a-0f6a53b9e0aa")  # in which keys are made of what they stand for
MIGRATIONS: dict[int, str] = {}  # version → what makes the next of it


@dataclass(frozen=True, slots=True)
class Project:
    """An opened project. `connection` commits only through the journal."""

    file: Path
    connection: sqlite3.Connection

    @property
    def name(self) -> str:
        """The project's name: that of its file."""
        return self.file.stem

    def fact(self, key: str, usual: str = "") -> str:
        """Give what the project knows of itself."""
        found = one(self.connection, "SELECT value FROM project WHERE key = ?", [key])
        return usual if found is None else str(found["value"])

    def coder(self, name: str, kind: str = "human") -> str:
        """Give the key of a coder, who joins by being named."""
        found = one(self.connection, "SELECT coder FROM coders WHERE name = ?", [name])
        if found:
            return str(found["coder"])
        if not name.strip() or len(name) > 80 or not name.isprintable():  # a name, not a text
            raise InputError(f"That is no name for a coder: {name[:40]!r}", todo="Give a short printable name.")
        if (kind == "machine") != name.startswith("machine:"):
            raise InputError("Names that begin with machine: are for machines, and for them only", todo="Rename it.")
        key = str(uuid.uuid5(SPACE, f"coder {name}"))
        with writing(self.connection):
            self.connection.execute(
                "INSERT OR IGNORE INTO coders (coder, name, kind) VALUES (?, ?, ?)", [key, name, kind]
            )
        return key

    def coders(self) -> list[dict[str, str]]:
        """List the coders: key, name, kind."""
        return rows(self.connection, "SELECT coder, name, kind FROM coders ORDER BY kind, name")

    def close(self) -> None:
        """Close the file."""
        self.connection.close()


def path_of(hub: Path, name: str) -> Path:
    """Give the file of a project by its name."""
    if not NAME.fullmatch(name):
        raise InputError(f"That is no name for a project: {name[:40]!r}", todo="Use letters, digits, dots and dashes.")
    if COPY.search(name):
        raise InputError(
            f"Such names are for copies of older projects: {name[:40]!r}",
            todo="Take another; to go back to a copy, give the file another name.",
        )
    return hub / "coding" / f"{name}.sqlite"


def projects(hub: Path) -> list[Path]:
    """List the files of a collection's projects; copies kept before a migration are none."""
    return [file for file in sorted((hub / "coding").glob("*.sqlite")) if not COPY.search(file.stem)]


def create(hub: Path, name: str) -> Project:
    """Make an empty project; one that is there already is an error."""
    file = path_of(hub, name)
    if not hub.is_dir():
        raise CollectionError("There is no such collection", where=str(hub), todo="Make one with: openlives import")
    file.parent.mkdir(exist_ok=True)
    schema = (files("openlives.coding") / "schema.sql").read_text(encoding="utf-8")
    facts = f"INSERT INTO project VALUES ('schema_version', '{SCHEMA}'), ('name', '{name}');"
    try:  # all of it or nothing: of two who make it at once one does, and what a crash left is made anew
        connection = connect(file)
        connection.executescript(f"BEGIN IMMEDIATE; {schema} {facts} COMMIT;")
    except sqlite3.DatabaseError as error:
        if "already exists" not in str(error) and "not a database" not in str(error):
            raise NotKeptError(
                f"The project was not made: {error}", where=str(file), todo="Look at the disk."
            ) from error
        raise InputError("There is such a project already", where=str(file), todo="Choose another name.") from error
    return Project(file, connection)


def open_(file: Path) -> Project:
    """Open a project; an older one is brought up to date, and a copy of it as it was is kept beside it."""
    if not file.is_file():
        raise CollectionError("There is no such project", where=str(file), todo="Make it with: openlives code new")
    try:
        connection = connect(file)
        version = _version(connection)
    except sqlite3.DatabaseError as error:
        raise CollectionError(
            f"The project cannot be read: {error}", where=str(file), todo="Take a copy that can."
        ) from error
    if not 1 <= version <= SCHEMA:
        connection.close()
        raise CollectionError("The project was made by another version", where=str(file), todo="Update openlives.")
    if version < SCHEMA:
        _migrate(connection, file)
    return Project(file, connection)


def _version(connection: sqlite3.Connection) -> int:
    found = one(connection, "SELECT value FROM project WHERE key = 'schema_version'")
    return int(found["value"]) if found and str(found["value"]).isdigit() else 0


def backups(file: Path) -> list[Path]:
    """List the copies that were kept of a project before it was brought up to date."""
    beside = file.parent.glob(f"{file.stem}.v*.sqlite")
    return sorted(copy for copy in beside if COPY.sub("", copy.stem) == file.stem)


def _migrate(connection: sqlite3.Connection, file: Path) -> None:
    """Bring a project up to date, step by step, all or nothing; who comes second finds it done."""
    with writing(connection):
        version = _version(connection)
        if version == SCHEMA:
            return
        aside = file.with_suffix(f".v{version}.sqlite")
        source, copy = sqlite3.connect(file), sqlite3.connect(aside)
        source.backup(copy)  # whole, with what still lies in the write-ahead log
        source.close()
        copy.close()
        for step in range(version, SCHEMA):
            for statement in MIGRATIONS[step].split(";"):
                connection.execute(statement)
        connection.execute("UPDATE project SET value = ? WHERE key = 'schema_version'", [str(SCHEMA)])


def key_of(*parts: str) -> str:
    """Make a key of what it stands for: the same on every machine, so that files can be merged."""
    return str(uuid.uuid5(SPACE, " ".join(parts)))


def new_key() -> str:
    """Make a key that nobody else has."""
    return str(uuid.uuid4())
