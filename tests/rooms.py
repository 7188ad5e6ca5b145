"""Small coding projects for tests: threads and comments written by hand, without a store."""

import sqlite3

from openlives.coding import project as projects
from openlives.coding import snapshot
from openlives.coding.project import key_of
from openlives.coding.sqlite import writing

KEPT = (
    "codes",
    "themes",
    "codings",
    "memos",
    "requeued",
    "rounds",
    "round_units",
    "round_coders",
    "settled",
    "versions",
)


def room(folder, name="one", threads=2, comments=3, text="words of comment {} in {}"):
    """Make a project with some threads; give it."""
    (folder / "hub").mkdir(parents=True, exist_ok=True)
    made = projects.create(folder / "hub", name)
    made.connection.execute("PRAGMA synchronous = OFF")  # tests of what survives a crash open it anew
    with writing(made.connection):
        for number in range(threads):
            address = f"owner/model#{number + 1}"
            made.connection.execute(
                "INSERT INTO threads (thread, artifact, num, title, place) VALUES (?, 'owner/model', ?, ?, ?)",
                [address, number + 1, f"title {number + 1}", number],
            )
            for place in range(comments):
                comment(made, address, place, text.format(place, address))
    return made


def comment(project, address, place, text):
    """Put a comment into a thread."""
    unit = key_of("unit", address, str(place))
    project.connection.execute(
        """INSERT INTO units (unit, thread, place, event, time, week, role, voice, text, hash)
           VALUES (?, ?, ?, ?, ?, 0, 'user', ?, ?, ?)""",
        [unit, address, place, f"{address}-{place}", place, place + 1, text, snapshot.hashed(text)],
    )
    project.connection.execute("INSERT INTO words (text, title, unit) VALUES (?, '', ?)", [text, unit])
    return unit


def units(project):
    """Give the keys of all comments, in order."""
    query = "SELECT unit FROM units JOIN threads USING (thread) ORDER BY threads.place, units.place"
    return [unit for (unit,) in project.connection.execute(query)]


def state(project):
    """Give every row of what actions change, as bytes would compare."""
    return {name: sorted(project.connection.execute(f"SELECT * FROM {name}"), key=repr) for name in KEPT}


def bytes_of(project):
    """Give the bytes of the file and of its write-ahead log."""
    beside = project.file.with_name(project.file.name + "-wal")
    return project.file.read_bytes() + (beside.read_bytes() if beside.exists() else b"")


def copied(project, folder):
    """Copy a project as somebody would take it to another machine; give the copy, opened."""
    (folder / "hub" / "coding").mkdir(parents=True)
    target = folder / "hub" / "coding" / project.file.name
    copy = sqlite3.connect(target)
    project.connection.backup(copy)
    copy.close()
    opened = projects.open_(target)
    opened.connection.execute("PRAGMA synchronous = OFF")
    return opened
