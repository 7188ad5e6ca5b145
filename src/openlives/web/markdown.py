"""Comments as they were meant, and dead: no markup of theirs, no image, no address that can be followed."""

import html
from collections.abc import Sequence
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markupsafe import Markup

LONG = 14  # lines of code or log that are folded away
MOST = 20_000  # characters that are worth the work; what is longer is shown as it stands
SHOWN = 2_000  # of those, the characters above the fold
DEEP = 20  # how deep lists and quotes may nest


class _Dead(RendererHTML):
    """Writes what was meant, without anything that a browser would follow or fetch."""

    def image(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        alt = html.escape(self.renderInlineAsText(tokens[idx].children or [], options, env))
        return f'<span class="image">image{": " if alt else ""}{alt}</span>'

    def link_open(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        del options, env
        where = urlsplit(str(tokens[idx].attrGet("href") or ""))
        told = html.escape(f"{where.netloc}{where.path}" if where.scheme in ("http", "https") else "no web address")
        return f'<span class="link" title="{told}">'

    def link_close(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        del tokens, idx, options, env
        return "</span>"

    def fence(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        del options, env
        return folded(tokens[idx].content)

    code_block = fence

    def paragraph_open(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        """Begin a paragraph; one of many lines is a log that nobody fenced, and shut."""
        lines = tokens[idx + 1].content.count("\n") + 1
        shut = f"<details><summary>{lines} lines</summary>" if lines > LONG else ""
        return shut + self.renderToken(tokens, idx, options, env)

    def paragraph_close(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        """End a paragraph."""
        shut = "</details>" if tokens[idx - 1].content.count("\n") + 1 > LONG else ""
        return self.renderToken(tokens, idx, options, env) + shut

    def heading_open(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        del tokens, idx, options, env
        return '<p class="heading">'  # the page's own headings are its outline

    def heading_close(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        del tokens, idx, options, env
        return "</p>"


_READER = MarkdownIt("commonmark", {"html": False, "breaks": True, "maxNesting": DEEP}, renderer_cls=_Dead).enable(
    ["table", "strikethrough"]
)
_READER.validateLink = bool  # type: ignore[assignment,method-assign]  # none is followed: each is told as what it is


@lru_cache(maxsize=4096)
def dead(text: str) -> Markup:
    """Render a comment (HTML, safe to show); long code and logs are folded."""
    if len(text) > MOST:
        more = f"<summary>{len(text) - SHOWN:,} characters more</summary><pre>{_plain(text[SHOWN:])}</pre>"
        return Markup(f"<pre>{_plain(text[:SHOWN])}</pre><details>{more}</details>")  # noqa: S704  # escaped by _plain
    lines = text.splitlines()
    if len(lines) > LONG and all(line.strip() for line in lines) and "```" not in text:
        return Markup(folded(text))  # noqa: S704  # escaped by folded
    return Markup(_READER.render(text))  # noqa: S704  # HTML is off, and what is left is written by us


def folded(text: str) -> str:
    """Give code or a log, shut where it is long."""
    lines = text.rstrip("\n").count("\n") + 1
    block = f"<pre><code>{_plain(text)}</code></pre>"
    return f"<details><summary>{lines} lines</summary>{block}</details>" if lines > LONG else block


def _plain(text: str) -> str:
    return html.escape(text.replace("\0", "\N{REPLACEMENT CHARACTER}"))
