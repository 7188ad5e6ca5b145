"""The codebook as text, and codebooks of others brought in: tables and REFI-QDA."""

from pathlib import Path

from openlives.coding import codebook, themes
from openlives.coding.exchange import qdc
from openlives.coding.journal import do
from openlives.coding.project import Project
from openlives.coding.sqlite import writing
from openlives.coding.taxonomy import read_taxonomy
from openlives.errors import InputError

SHOWN = (("definition", ""), ("include", "Include: "), ("exclude", "Exclude: "), ("examples", "Examples: "))


def markdown(project: Project) -> str:
    """Write the codebook as Markdown: a heading a code, by its place in the tree."""
    names = {theme["theme"]: theme["name"] for theme in themes.board(project)}
    parts = [f"# Codebook of {_plain(project.name)}\n"]
    for code in codebook.codes(project):
        parts.append(f"{'#' * min(6, code['depth'] + 2)} {_plain(code['name'])}\n")
        parts += [f"{label}{_plain(code[field])}\n" for field, label in SHOWN if code[field]]
        parts += [f"Theme: {_plain(names[code['theme']])}\n"] if code["theme"] in names and code["theme"] else []
    return "\n".join(parts)


def _plain(text: str) -> str:
    """Write text so that no sign of it is Markdown or HTML."""
    signs = {sign: f"\\{sign}" for sign in "\\`*_{}[]#!|~"} | {"<": "&lt;", ">": "&gt;", "&": "&amp;"}
    return "".join(signs.get(sign, sign) for sign in " ".join(text.split()))


def bring_in(project: Project, coder: str, file: Path) -> int:
    """Add the codes of a table (code, sub-theme, theme; or code, parent) or a .qdc to the codebook, as one action.

    Those that are there under the same path stay as they are. Give how many are new.
    """
    if file.suffix.lower() == ".qdc":
        paths = _of_qdc(file)
    else:
        paths = [(code.path, {"definition": code.definition}) for code in read_taxonomy(file)]
    with writing(project.connection):
        keys: dict[tuple[str, ...], str] = {}
        count = 0
        for path, fields in paths:
            parent = keys.get(path[:-1])
            key, changes = codebook.added(project, path[-1], parent=parent, **fields)
            count += len(changes)
            keys[path] = key
            do(project.connection, coder, "add", f"added the code {codebook.named(path[-1])!r} from a file", changes)
        return count


def _of_qdc(file: Path) -> list[tuple[tuple[str, ...], dict[str, str]]]:
    try:
        bundle = qdc.read(file.read_bytes(), where=file.name)
    except OSError as error:
        raise InputError(f"The codebook cannot be read: {error.strerror}", where=str(file), todo="Check it.") from error
    paths: dict[str | None, tuple[str, ...]] = {None: ()}
    told = []
    for code in bundle.codes:
        paths[code.guid] = (*paths[code.parent], code.name)
        told.append(
            (paths[code.guid], {"definition": code.definition, **({"colour": code.colour} if code.colour else {})})
        )
    return told
