"""How long a coder waits on 100,000 comments: medians of 20, over the application itself."""

import random
import re
import statistics
import tempfile
import time
from pathlib import Path

from starlette.testclient import TestClient

from openlives.coding import codebook, sample
from openlives.coding import project as projects
from openlives.coding.journal import writing
from openlives.web.app import app

THREADS, EACH, CODINGS, TIMES = 20_000, 5, 30_000, 20
WORDS = ("licence", "memory", "quantise", "prompt", "template", "thanks", "error", "load", "model", "weights", "use")


def fill(hub):
    """Make a project of 100,000 comments and 30,000 codings, 5,000 of them by one code; give two codes."""
    made, drawn = projects.create(hub, "talk"), random.Random(1)  # noqa: S311  # made-up words, not secrets
    ann = made.coder("ann")
    codes = [codebook.add(made, ann, f"code {n}") for n in range(60)]
    with writing(made.connection):
        for t in range(THREADS):
            row = [f"owner/model#{t}", "owner/model", t, f"title {t}", 0, 0, t, "{}"]
            made.connection.execute("INSERT INTO threads VALUES (?, ?, ?, ?, ?, ?, ?, ?)", row)
            for k in range(EACH):
                text = f"{' '.join(drawn.choices(WORDS, k=40))} {t}x{k}"
                unit = [f"u{t}-{k}", row[0], k, "", 0, 3, "user", k, text, sample.hashed(text), "", "present"]
                made.connection.execute("INSERT INTO units VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", unit)
                made.connection.execute("INSERT INTO words (text, title, unit) VALUES (?, '', ?)", [text, unit[0]])
        for n in range(CODINGS):
            unit, code = f"u{n % THREADS}-{n % EACH}", codes[0] if n < 5000 else codes[2 + n % 58]
            row = [f"c{n}", unit, ann, code, None, None, 0, "", None, "coding", n]
            made.connection.execute("INSERT INTO codings VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", row)
            made.connection.execute("INSERT OR IGNORE INTO seen VALUES (?, ?, 0)", [unit, ann])
    return made, ann, codes


def told(name, act, times=TIMES):
    """Print the median and the longest of some times."""
    took = []
    for number in range(times):
        start = time.perf_counter()
        act(number)
        took.append(time.perf_counter() - start)
    print(f"{name:<28} {statistics.median(took):.3f} s, at most {max(took):.3f} s")


def main():
    """Fill a project, and ask it as a browser does."""
    with tempfile.TemporaryDirectory() as folder:
        made, ann, codes = fill(Path(folder))
        client = TestClient(app(Path(folder)), base_url="http://127.0.0.1")

        def token():
            return re.search(r'data-token="([^"]+)"', client.get("/p/talk/enter").text)[1]

        client.post("/p/talk/enter", data={"token": token(), "name": "ann"})
        headers = {"x-openlives": "1", "x-csrf-token": token()}

        def get(path):
            assert client.get(f"/p/talk{path}").status_code == 200  # noqa: S101  # a page that failed is fast

        def post(path, **form):
            assert client.post(f"/p/talk{path}", data=form, headers=headers).status_code == 200  # noqa: S101  # as above

        told("next thread", lambda n: get(f"/read/owner/model/{n * 7}"))
        told("next unread thread", lambda _: get("/read"))
        told("code a comment", lambda n: post("/do/code", unit=f"u{n * 9}-1", code=codes[3]))
        told("undo", lambda _: post("/turn/undo", thread="owner/model#0"))
        told("search, one comment", lambda n: get(f"/search?q={WORDS[n % len(WORDS)]}+{n * 613}x1"))
        told("search, a common word", lambda n: get(f"/search?q={WORDS[n % len(WORDS)]}"))
        told("recode 5,000 codings", lambda n: codebook.recode(made, ann, codes[n % 2], codes[1 - n % 2]))
        told("all threads", lambda _: get("/"), 5)
        made.close()


if __name__ == "__main__":
    main()
