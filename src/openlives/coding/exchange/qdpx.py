"""The file that programs exchange: a zip of `project.qde` and `sources/`, the same bytes each time.

Nothing is compressed, since compressors differ between machines, and no clock is asked. Nothing is ever unpacked to a
disc: texts are read within the archive, and only those that the project names.
"""

import io
import zipfile
import zlib

from openlives.coding.exchange import qde, reader
from openlives.coding.exchange.markup import BROKEN
from openlives.coding.exchange.model import Bundle
from openlives.coding.exchange.tidy import tidy
from openlives.errors import InputError

PROJECT, SOURCES = "project.qde", "sources/"
ARCHIVE, ENTRIES, UNPACKED = 512 * 2**20, 100_000, 1024 * 2**20  # bytes, files, bytes
EXPANSION = 200  # times: deflate on text gives about 4, a bomb 1,000


def write(bundle: Bundle) -> bytes:
    """Write the whole project with its texts; raises InputError on what the standard cannot hold."""
    bundle = tidy(bundle)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        _put(archive, PROJECT, qde.write(bundle))
        for source in bundle.sources:
            _put(archive, SOURCES + qde.text_name(source.guid), source.text.encode())
    return packed.getvalue()


def read(data: bytes, *, where: str = "project.qdpx", utf16: bool = False) -> Bundle:
    """Read a project that any program wrote; see `reader.read`. Raises InputError on broken or dangerous archives."""
    if len(data) > ARCHIVE:
        raise InputError(f"More than {ARCHIVE // 2**20} MB", where=where, todo="Split the project.")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = _names(archive, where)
            project = _project(names, where)

            def text_at(path: str) -> str | None:
                inside = (SOURCES + path.removeprefix(qde.INSIDE)).lower()
                name = names.get(inside) if path.startswith(qde.INSIDE) else None
                return None if name is None else _text(archive.read(name), f"{where}: {name}")

            return reader.read(archive.read(project), text_at, where=f"{where}: {project}", utf16=utf16)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, RuntimeError) as error:
        raise InputError(f"Not a zip that can be read: {error}", where=where, todo=BROKEN) from error


def _put(archive: zipfile.ZipFile, name: str, data: bytes) -> None:
    entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
    entry.create_system, entry.external_attr = 3, 0o100644 << 16  # else it tells which system wrote it
    archive.writestr(entry, data)


def _names(archive: zipfile.ZipFile, where: str) -> dict[str, str]:
    entries = archive.infolist()
    if len(entries) > ENTRIES or sum(entry.file_size for entry in entries) > UNPACKED:
        raise InputError(
            f"More than {ENTRIES:,} files or {UNPACKED // 2**20} MB within", where=where, todo="Split the project."
        )
    names: dict[str, str] = {}
    for entry in entries:
        parts = entry.filename.replace("\\", "/").split("/")
        if ".." in parts or not parts[0] or ":" in parts[0]:
            raise InputError("A file that would lie outside the archive", where=where, todo=BROKEN)
        if entry.flag_bits & 1:
            raise InputError("It is encrypted", where=where, todo="Export it without a password.")
        if entry.file_size > EXPANSION * max(entry.compress_size, 4096):
            raise InputError("A file that grows out of all proportion", where=where, todo=BROKEN)
        if names.setdefault("/".join(parts).lower(), entry.filename) != entry.filename or (
            archive.getinfo(entry.filename) is not entry
        ):
            raise InputError("Two files of one name", where=where, todo=BROKEN)
    return names


def _project(names: dict[str, str], where: str) -> str:
    found = [name for lower, name in names.items() if lower.endswith(".qde") and "/" not in lower]
    if len(found) != 1:
        raise InputError(f"{len(found)} project files within, not one", where=where, todo=BROKEN)
    return found[0]


def _text(data: bytes, where: str) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError("A text that is not UTF-8", where=where, todo=BROKEN) from error
