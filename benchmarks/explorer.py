"""How long somebody who looks around waits on a collection of the paper's size: medians of 20, each asked for anew.

1.12 million synthetic models. A question is its page and its figure, recomputed under a rule that nobody asked for
before; a model and a community are others each time. The register of openness, made once when a collection is built, is
there. Memory is the peak of the whole process.

    python benchmarks/explorer.py [FOLDER]
"""

import resource
import statistics
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import quote

from starlette.testclient import TestClient

import openlives
import synthetic
from openlives import QUESTIONS
from openlives.web.app import app

HERE, TIMES = Path(__file__).parent, 20
RULES = {  # each question's own rule, where it has one that a page changes; else another start of the draws
    "lifecycle": ("lifecycle_min_days", 80),
    "decline": ("decline_min_people", 10),
    "growth": ("growth_months", 2),
    "persistence": ("persistence_top", 5),
    "lives": ("lives_alive_weeks", 5),
    "openness": ("persistence_top", 5),
}
BUSY = """SELECT a.name FROM artifacts a JOIN (SELECT artifact, count(*) AS n FROM events WHERE kind = 'comment'
          GROUP BY artifact) USING (artifact) ORDER BY n DESC, a.name LIMIT 1000"""


def opened(hub):
    """Give a browser of the pages over a collection, opened anew."""
    return TestClient(app(hub), base_url="http://127.0.0.1")


def get(client, path):
    """Get a page; one that failed is fast."""
    reply = client.get(path)
    assert reply.status_code == 200, (path, reply.status_code)  # noqa: S101  # as above
    return reply


def told(name, act, times=TIMES):
    """Print the median and the longest of some times."""
    took = []
    for number in range(times):
        start = time.perf_counter()
        act(number)
        took.append(time.perf_counter() - start)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{name:<46} {statistics.median(took):6.3f} s, at most {max(took):6.3f} s   {peak:5,.0f} MB", flush=True)


def main():
    """Look around a collection of the paper's size."""
    hub = Path(sys.argv[1]) if len(sys.argv) > 1 else HERE / "world" / "x1"
    if not (hub / "store.duckdb").exists():
        synthetic.make(hub, 1)
    made = "import sys, openlives; openlives.open(sys.argv[1]).register()"
    subprocess.run([sys.executable, "-c", made, str(hub)], check=True)  # apart: its memory is not that of the pages
    collection = openlives.open(hub)
    names = [name for (name,) in collection.connection.execute(BUSY).fetchall()]
    rows = collection.connection.execute("SELECT count(*) FROM artifacts").fetchone()[0]
    collection.connection.close()
    print(f"{rows:,} synthetic models; medians of {TIMES}")
    told("first page, of a server that just began", lambda _: get(opened(hub), "/"))
    client = opened(hub)
    get(client, "/")
    get(client, f"/model/{names[-1]}")
    told("model page, the 50 busiest", lambda n: get(client, f"/model/{names[n * 2]}"))
    told("model page, others", lambda n: get(client, f"/model/{names[100 + n * 40]}"))
    told("search for models", lambda n: get(client, f"/models?q={quote(f'model-{n:03d}')}"))
    told("search for threads", lambda n: get(client, f"/threads?q={quote(f'word {n}')}"), 5)
    told("community page", lambda n: get(client, f"/community/tag:synthetic-tag-{n % 6}-{n:02d}"))
    told("two models side by side", lambda n: get(client, f"/compare?model={names[60 + n]}&model={names[300 + n]}"))
    for name in QUESTIONS:
        if name == "themes":  # nobody coded anything here
            continue
        rule, first = RULES.get(name, ("seed", 1))
        also = "&communities=tag:text-to-image" if name == "nomads" else ""

        def ask(n, name=name, rule=rule, first=first, also=also):
            query = f"{rule}={first + n}{also}"
            page = get(client, f"/question/{name}?{query}").text
            figure = page.partition('<img class="figure" src="')[2].partition('"')[0].replace("&amp;", "&")
            if figure:
                get(client, figure)

        ask(-1)
        told(f"question recomputed, with its figure: {name}", ask)
    told("map of openness, of another task", lambda n: get(client, f"/map?persistence_top={40 + n}"))


if __name__ == "__main__":
    main()
