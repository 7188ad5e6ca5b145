"""Collect a large made-up world over loopback: memory, requests a second, and CPU a request beside a bare client.

    python benchmarks/soak.py [MODELS]

The twin is another process. The bare loop asks the same twin for the same lists of threads with the same HTTP client,
as many at a time, and does nothing with the replies.
"""

import asyncio
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import httpx2

from openlives.collector.client import LANES
from openlives.store import archive

SELF = "import sys; from openlives.cli import main; main()"


def cpu(who=resource.RUSAGE_CHILDREN):
    used = resource.getrusage(who)
    return used.ru_utime + used.ru_stime


def collected(folder, models):
    """Serve and collect; give seconds, CPU seconds, peak memory in MB, requests, and the names of models."""
    (folder / "world.toml").write_text(f"seed = 1\nmodels = {models}\nactive = 0.0846\n")
    words = ["twin", "--world", folder / "world.toml", "--endless", "--port", "8791"]
    twin = subprocess.Popen([sys.executable, "-c", SELF, *words], stdout=subprocess.DEVNULL)
    try:
        wait("http://127.0.0.1:8791")
        before, begun = cpu(), time.perf_counter()
        words = ["collect", folder / "hub", "--all", "--share", "1", "--endpoint", "http://127.0.0.1:8791"]
        collector = subprocess.Popen([sys.executable, "-c", SELF, *words], stderr=subprocess.DEVNULL)
        peak = watched(collector)
        seconds, used = time.perf_counter() - begun, cpu() - before
        with archive.opened(folder / "hub", read_only=True) as opened:
            names = [row["name"] for row in opened.db.execute("SELECT name FROM models LIMIT 4000")]
            requests = opened.db.execute("SELECT count(*) FROM replies").fetchone()[0]
            ended = dict(
                opened.db.execute("SELECT coalesce(outcome, 'never'), count(*) FROM models GROUP BY 1").fetchall()
            )
        own, loop = cpu(resource.RUSAGE_SELF), time.perf_counter()
        asyncio.run(bare(names))
        bare_cpu, bare_seconds = cpu(resource.RUSAGE_SELF) - own, time.perf_counter() - loop
    finally:
        twin.kill()
        twin.wait()
    size = sum(file.stat().st_size for file in (folder / "hub").iterdir()) / 2**20
    print(f"a made-up world of {models:,} models: {ended}")
    print(f"collector: {requests:,} requests in {seconds:.1f} s, {requests / seconds:.0f} a second")
    print(f"  {1000 * used / requests:.2f} ms CPU a request, peak memory {peak:.0f} MB, archive {size:.0f} MB")
    print(f"bare loop: {len(names):,} requests in {bare_seconds:.1f} s, {len(names) / bare_seconds:.0f} a second")
    print(f"  {1000 * bare_cpu / len(names):.2f} ms CPU a request")
    print(f"ratio of CPU a request: {used / requests / (bare_cpu / len(names)):.2f}")
    return peak


def watched(process):
    """Wait for a process; give the most memory that it ever held, in MB."""
    peak = 0
    while process.poll() is None:
        lines = Path(f"/proc/{process.pid}/status").read_text().splitlines()
        peak = max([peak, *(int(line.split()[1]) for line in lines if line.startswith("VmHWM"))])
        time.sleep(0.2)
    return peak / 1024


def wait(address):
    for _ in range(600):
        try:
            httpx2.get(f"{address}/api/models?limit=1")
        except httpx2.HTTPError:
            time.sleep(0.1)
        else:
            return
    sys.exit("the twin does not answer")


async def bare(names):
    """Ask for lists of threads, as many at a time as the collector does."""
    waiting = iter(names)
    async with httpx2.AsyncClient(base_url="http://127.0.0.1:8791") as http:

        async def lane():
            for name in waiting:
                await http.get(f"/api/models/{name}/discussions?p=0&status=all&type=all")

        await asyncio.gather(*(lane() for _ in range(LANES)))


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        peak = collected(Path(folder), int(sys.argv[1]) if len(sys.argv) > 1 else 20_000)
        sys.exit(0 if peak < 500 else "more than 500 MB")
