"""One question to the Hub, asked until it is answered: politely, patiently, and never round a limit.

Every reply is kept in the archive before anybody looks into it. What comes back from `ask` is an answer: what was asked
for, or a refusal that means something (discussions switched off, a model that is gone). Whatever else happens (busy,
broken, cut short, a wall of HTML) is tried again, ever more slowly, and at last given up with the reason.
"""

import asyncio
import random
import re
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from importlib.metadata import version
from typing import Any, NamedTuple
from urllib.parse import unquote, urlencode, urlsplit

import httpx2
import orjson

from openlives.collector.pace import Pace
from openlives.errors import HubError
from openlives.quotas import TIERS, bucket
from openlives.sources.hub_api import loads
from openlives.store.archive import Archive, Reply

AGENT = (
    f"openlives/{version('openlives')} (research on open-model communities; https://doi.org/10.1145/3715275.3732206)"
)
ATTEMPTS = 12
LONGEST = 60.0  # seconds: no request takes longer, and no pause between two grows beyond
HOPS = 5  # redirects in a row
PATIENCE = 3600.0  # seconds that we wait at most, whatever we are told
LANES = 8  # requests in the air
WALLS, WATCHED = 10, 20  # so many HTML refusals among so many replies, and we stop
KEPT = ("date", "ratelimit", "x-error-code", "x-error-message", "x-request-id", "location", "retry-after",
        "content-type", "etag", "link")  # fmt: skip
GONE = (404, 410)
AGAIN = (408, 425, 429, 500, 502, 503, 504)
HOSTS = ("huggingface.co", "hf.co", "localhost", "127.0.0.1", "::1")  # who may see a token: the Hub, and this machine


class Question(NamedTuple):
    """What is asked: `kind` is models, model, listing, thread or card; `about` is a model's name."""

    kind: str
    path: str
    query: tuple[tuple[str, Any], ...] = ()
    about: str | None = None
    num: int | None = None
    page: int | None = None
    model: int | None = None  # its key in the archive


class Answer(NamedTuple):
    """A reply that says something: its number in the archive, its content, and where the next page is."""

    reply: int
    status: int
    time: float
    content: Any
    next: str | None = None
    moved: str | None = None
    text: str = ""


class GaveUpError(Exception):
    """A question that was asked often enough, and why it was not answered."""

    def __init__(self, reason: str, status: int | None) -> None:
        super().__init__(reason)
        self.reason, self.status = reason, status


class StopError(Exception):
    """The allowance of this run is spent: nothing more is to be asked."""


@dataclass(slots=True)
class Asker:
    """Asks one Hub on behalf of one run."""

    archive: Archive
    run: int
    http: httpx2.AsyncClient
    share: float
    clock: Callable[[], float]
    allowance: int | None = None  # requests that this run may still make
    token: str | None = None
    asked: int = 0
    events: int = 0  # read so far
    paces: dict[str, Pace] = field(default_factory=dict)
    walls: deque[bool] = field(default_factory=lambda: deque(maxlen=WATCHED))
    air: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(LANES))
    patience: dict[int, float] = field(default_factory=dict)

    async def ask(self, question: Question, attempts: int = ATTEMPTS) -> Answer:
        """Give the answer to a question. Raises `GaveUpError`, `StopError`, or `HubError` when the Hub shuts us out."""
        status, reason = None, "never asked"
        for attempt in range(attempts):
            if attempt:
                await asyncio.sleep(random.uniform(0.5, 1) * min(LONGEST, 2 ** (attempt - 1)))  # noqa: S311  # jitter
            got = await self._follow(question)
            if isinstance(got, Answer):
                return got
            status, reason = got
        raise GaveUpError(f"{reason} ({attempts} attempts)", status)

    async def _follow(self, question: Question) -> Answer | tuple[int | None, str]:
        """Ask once, and go where redirects lead, with the same query: some lose it on the way."""
        path = question.path
        for _ in range(HOPS):
            reply = await self._send(question, path)
            if isinstance(reply, str):
                return None, reply
            number, response, body = reply
            if response.status_code not in (301, 302, 303, 307, 308):
                return self._judge(question, number, response, body)
            target = urlsplit(str(response.url.join(response.headers.get("location", ""))))
            if target.netloc and target.netloc != urlsplit(str(response.url)).netloc:
                said = f"sent to another host: {target.netloc}"
                return Answer(number, response.status_code, self.clock(), None, text=said)
            path = target.path
        return 307, f"more than {HOPS} redirects in a row"

    async def _send(self, question: Question, path: str) -> tuple[int, httpx2.Response, bytes] | str:
        """Send one request when its turn has come, and keep what comes back."""
        pace = self._pace(bucket(question.path))
        query = f"?{urlencode(question.query)}" if question.query else ""
        async with self.air:
            self._may_ask()
            await pace.turn()
            self.asked += 1
            try:
                async with asyncio.timeout(LONGEST):
                    response = await self.http.get(path + query)
                problem = ""
            except (httpx2.HTTPError, OSError) as error:  # TimeoutError is an OSError
                response, problem = None, f"{type(error).__name__}: {error}".strip(": ")
            pace.heard(response.headers if response is not None else {})
        moved = _name(path) if path != question.path else None
        about = (question.model, question.about, question.num, question.page, moved)
        if response is None:
            self._keep(question, path + query, about, None, {"problem": self._clean(problem)}, b"")
            return self._clean(problem)
        content = response.content.replace(self.token.encode(), b"[token]") if self.token else response.content
        headers = {name: self._clean(response.headers[name]) for name in KEPT if name in response.headers}
        number = self._keep(
            question, path + query, about, response.status_code, headers, self._shared(content, question)
        )
        self._slow_down(response, pace)
        return number, response, content

    def _keep(self, question: Question, path: str, about: Any, status: int | None, headers: Any, body: bytes) -> int:
        model, name, num, page, moved = about
        reply = Reply(kind=question.kind, path=path, time=self.clock(), status=status, headers=headers, body=body,
                      model=model, about=name, num=num, page=page, moved=moved)  # fmt: skip
        return self.archive.keep(reply, self.run)

    def _pace(self, kind: str) -> Pace:
        if kind not in self.paces:
            self.paces[kind] = Pace(self.share, kind, quota=getattr(TIERS["anonymous"], kind))
        return self.paces[kind]

    def _may_ask(self) -> None:
        if self.allowance is not None:
            if self.allowance <= 0:
                raise StopError("the requests of this run are spent")
            self.allowance -= 1

    def _slow_down(self, response: httpx2.Response, pace: Pace) -> None:
        """Wait as we are told to; where the Hub refuses and does not say for how long, a little longer each time."""
        if response.status_code not in (429, 503):
            self.patience.pop(id(pace), None)
            return
        limits = response.headers if response.status_code == 429 else {}  # every reply tells of its window
        told = _told_to_wait(response.headers.get("retry-after", ""), limits.get("ratelimit", ""), self.clock())
        if told is None and response.status_code == 429:
            told = self.patience[id(pace)] = min(LONGEST, 2 * self.patience.get(id(pace), 0.5))
        if told is not None:
            pace.block(min(told, PATIENCE) + 1 + random.random())  # noqa: S311  # jitter

    def _judge(
        self, question: Question, number: int, response: httpx2.Response, body: bytes
    ) -> Answer | tuple[int | None, str]:
        """Tell an answer from what must be asked again; stop where the Hub puts up a wall."""
        status, kind = response.status_code, response.headers.get("content-type", "")
        wall = status in (403, 405) and "html" in kind
        self.walls.append(wall)
        if sum(self.walls) >= WALLS:
            raise HubError(
                f"The Hub refuses: {WALLS} of the last {len(self.walls)} replies were walls of HTML ({status})",
                todo="Nothing is evaded. Wait some hours, ask with a smaller --share, or write to the Hub's staff.",
            )
        if wall or status in AGAIN:
            return status, f"HTTP {status}"
        if question.kind == "card" and status == 200 and "html" not in kind:
            return Answer(number, status, self.clock(), None)
        try:
            content = loads(body) if "json" in kind else None
        except orjson.JSONDecodeError as error:
            if status not in GONE:  # which say it all, whatever the words
                return status, f"HTTP {status} with a body that is cut short: {error}"
            content = None
        moved = _name(response.url.path) if response.url.path != question.path else None
        if status == 200 and isinstance(content, list if question.kind == "models" else dict):
            return Answer(number, status, self.clock(), content, response.links.get("next", {}).get("url"), moved)
        if status in (*GONE, 501) or (400 <= status < 500 and "html" not in kind):
            words = content.get("error") if isinstance(content, dict) else None
            if words is None and "html" not in kind:
                words = body[:200].decode(errors="replace")
            text = str(words or self._clean(response.headers.get("x-error-message", ""))).strip()
            return Answer(number, status, self.clock(), None, moved=moved, text=text)
        return status, f"HTTP {status} with a body that cannot be read"

    def _clean(self, text: str) -> str:
        """Take our token out of whatever comes back, should somebody echo it."""
        return text.replace(self.token, "[token]") if self.token else text

    def _shared(self, content: bytes, question: Question) -> bytes:
        """Leave out what only our token can see: it is nobody's business. Strangers are shown nothing private."""
        private = self.token and question.kind in ("models", "model") and re.search(rb'"private"\s*:\s*true', content)
        if not private:
            return content
        try:
            told = loads(content)
        except orjson.JSONDecodeError:
            return b""
        if isinstance(told, dict):
            return b'{"private":true}' if told.get("private") else content
        return orjson.dumps([row for row in told if not (isinstance(row, dict) and row.get("private"))])


def _told_to_wait(after: str, limit: str, now: float) -> float | None:
    """Give the seconds that a refusal tells us to wait: until its window ends, or as `Retry-After` says."""
    if window := re.search(r"t=(\d+)", limit):
        return float(window[1])
    if after.isdigit():
        return float(after)
    try:
        return max(0.0, parsedate_to_datetime(after).timestamp() - now)
    except (ValueError, TypeError):
        return None


def _name(path: str) -> str | None:
    """Give the name of the model that a path of the API speaks of."""
    found = re.match(r"/api/models/(.+?)(?:/(?:discussions|revision)(?:/.*)?)?$", path)
    return unquote(found[1]) if found else None


def may_see_token(endpoint: str) -> bool:
    """Tell whether a token may go to an endpoint: the Hub over TLS, or this machine; nobody else."""
    parts = urlsplit(endpoint)
    host = parts.hostname or ""
    here = host in HOSTS[2:]
    return here or (parts.scheme == "https" and (host in HOSTS or host.endswith(".huggingface.co")))
