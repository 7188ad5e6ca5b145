"""Serving the pages: on this machine, or beyond it where every coder has a password."""

import ipaddress
import socket
from pathlib import Path

import uvicorn

from openlives.coding import project as projects
from openlives.coding.passwords import lacking
from openlives.errors import CollectionError, InputError
from openlives.web.app import app


def loopback(host: str) -> bool:
    """Say whether a host is this machine, and reached from nowhere else."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def check(hub: Path, host: str, only: str | None) -> None:
    """Refuse to serve what is not there, and to serve beyond this machine while somebody has no password."""
    if not hub.is_dir():
        raise CollectionError("There is no such collection", where=str(hub), todo="Make one with: openlives import")
    files = projects.projects(hub)
    if only is not None:
        files = [projects.path_of(hub, only)]
    if loopback(host) and only is None:
        return
    for file in files:
        project = projects.open_(file)
        try:
            names = lacking(project) if not loopback(host) else []
            nobody = not loopback(host) and not any(row["kind"] == "human" for row in project.coders())
        finally:
            project.close()
        if names or nobody:
            who = ", ".join(names) if names else "nobody has one"
            raise InputError(
                f"Beyond this machine every coder needs a password: {who}",
                where=str(file),
                todo="Set it with: openlives code coder HUB NAME --password",
            )
    if not files and not (hub / "store.duckdb").exists():
        raise InputError("There is nothing to serve yet", where=str(hub), todo="Make a store with: openlives build")


def serve(hub: Path, host: str, port: int, only: str | None) -> None:
    """Serve until somebody stops it."""
    check(hub, host, only)
    try:
        with socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET):
            pass
    except OSError as error:
        raise InputError(
            f"The pages cannot be served there: {error.strerror}", where=f"{host}:{port}", todo="Give another --port."
        ) from error
    pages = app(hub, only=only, guarded=not loopback(host), host=f"[{host}]" if ":" in host else host, patient=True)
    uvicorn.run(pages, host=host, port=port, log_level="error", access_log=False, server_header=False)
