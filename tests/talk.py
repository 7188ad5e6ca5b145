"""A small collection with talk in it, and a coding project over it, for tests of the workbench."""

import re

import duckdb

from given import built, comment, model, thread, told
from openlives.coding import project as projects
from openlives.coding import sample
from openlives.web.app import app

HOSTILE = (
    "<script>document.title = 'owned'</script><img src=x onerror=\"document.title='owned'\">",
    "![beacon](http://beacon.invalid/pixel.png) <img src='http://beacon.invalid/raw.png'>",
    "[click](javascript:document.title='owned') [data](data:text/html,<script>1</script>) <javascript:alert(1)>",
    '[a](http://beacon.invalid/" onmouseover="alert(1)) `</code><script>alert(1)</script>`',
    "broken \u202e\ufeff\ufffd\u0007 and 👩‍👩‍👧 and \u0000 nothing",
    "</div></article></main><style>body{display:none}</style><link rel=stylesheet href=http://beacon.invalid/x.css>",
    "x" * 20 + " <b>long</b> " * 80_000,  # 1 MB
)
LOG = "\n".join(f"line {n} of a log" for n in range(40))


def collection(folder):
    """Make a collection of three models with 36 plain comments, and one thread of hostile ones."""
    plain = [
        thread(
            f"owner/model-{m}",
            n,
            *(
                comment(
                    f"person-{k}", f"2024-0{m}-{n + k:02}T00:00:00.000Z", f"Is *this* the licence of {m}, {n}, {k}?"
                )
                for k in range(1, 5)
            ),
            title=f"Question {m}.{n}",
        )
        for m in (1, 2, 3)
        for n in (1, 2, 3)
    ]
    hostile = [comment("foe", f"2024-05-{n:02}T00:00:00.000Z", text) for n, text in enumerate([*HOSTILE, LOG], 1)]
    bad = thread("owner/model-1", 9, *hostile, title="<script>document.title='owned'</script>")
    hub = told(folder, *(model(f"owner/model-{m}", cardData={"license": "mit"}) for m in (1, 2, 3)), *plain, bad)
    return built(hub)


def project(hub, name="talk"):
    """Make a project with all threads of the collection; give it opened."""
    made = projects.create(hub, name)
    with duckdb.connect(str(hub / "store.duckdb"), read_only=True) as store:
        sample.draw(made, store, "persistent:10")
    return made


class Browser:
    """A browser without eyes: it goes to pages, and sends forms with the token that it was given."""

    def __init__(self, client, name="talk"):
        self.client, self.base, self.token = client, f"/p/{name}", ""

    def get(self, path, **more):
        """Go to a page."""
        reply = self.client.get(self.base + path, **more)
        found = re.search(r'data-token="([^"]+)"', reply.text)
        self.token = found[1] if found else self.token
        return reply

    def post(self, path, follow=False, **fields):
        """Send a form."""
        return self.client.post(self.base + path, data={"token": self.token, **fields}, follow_redirects=follow)

    def enter(self, name, **more):
        """Say who one is."""
        self.get("/enter")
        reply = self.post("/enter", name=name, **more)
        self.get("/")
        return reply


def browser(hub, who=None, **more):
    """Open a browser on a collection, as somebody."""
    from starlette.testclient import TestClient  # noqa: PLC0415  # most tests need none

    made = Browser(TestClient(app(hub, **more), base_url="http://127.0.0.1"))
    if who:
        made.enter(who)
    return made
