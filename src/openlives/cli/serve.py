"""openlives serve: the pages over a collection, in a browser."""

from pathlib import Path

import click


@click.command()
@click.argument("hub", type=click.Path(path_type=Path, file_okay=False))
@click.option("--host", default="127.0.0.1", show_default=True, help="Where to listen; beyond this machine, passwords.")
@click.option("--port", default=8765, show_default=True, type=click.IntRange(1, 65535), help="Where to listen.")
@click.option("--project", "only", metavar="NAME", help="Serve this coding project and no other.")
def serve(hub: Path, host: str, port: int, only: str | None) -> None:
    """Serve the explorer and the coding workbench over the collection HUB, for a browser.

    A page for each model, community and question, the map of openness, and threads to read and code. It listens on this
    machine alone, and whoever codes says who they are. On another --host every coder needs a password, or it does not
    start, and whoever has none sees what is public: no title, comment or card. Put a proxy that speaks TLS before it.
    """
    from openlives.web import server  # noqa: PLC0415  # other commands need no pages

    server.check(hub, host, only)
    click.echo(f"Open http://{f'[{host}]' if ':' in host else host}:{port} in a browser. Ctrl-C ends it.")
    server.serve(hub, host, port, only)
