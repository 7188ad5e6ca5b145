"""The real crawl, from import to report: `python benchmarks/real.py DATA FOLDER` (make real).

DATA holds events.parquet, threads.parquet and errors.csv of the crawl; the tables of models lie in ../hub-metadata.
"""

import sys
import time
from pathlib import Path

from click.testing import CliRunner

from openlives.cli import cli

STUDY = """# The tag panels of the crawl: tags reach far enough for these.
communities = ["tag:text-to-image", "tag:stable-diffusion", "tag:art", "tag:gptq", "tag:gguf"]
"""


def run(*arguments: object) -> None:
    """Run one command of the product, print what it says and how long it took."""
    started = time.perf_counter()
    result = CliRunner().invoke(cli, [str(a) for a in arguments], catch_exceptions=False)
    print(f"$ openlives {' '.join(map(str, arguments))}\n{result.output}  [{time.perf_counter() - started:.1f} s]")
    if result.exit_code:
        sys.exit(result.exit_code)


def main(data: Path, folder: Path) -> None:
    """Import everything, build, study."""
    hub = folder / "hub"
    for kind, name in (("events", "events.parquet"), ("threads", "threads.parquet"), ("fetches", "errors.csv")):
        run("import", kind, data / name, hub, "--map", "hub-crawl")
    run("import", "models", *sorted((data.parent / "hub-metadata").glob("*.parquet")), hub, "--map", "hub-metadata")
    run("build", hub)
    (hub / "decisions").mkdir(exist_ok=True)
    (hub / "decisions" / "study.toml").write_text(STUDY, encoding="utf-8")
    run("study", hub, "--out", folder / "results")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
