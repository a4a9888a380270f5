"""Authors' texts: plain, or a small safe Markdown (emphasis, lists, line breaks, https links). Never HTML."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from markupsafe import Markup, escape

if TYPE_CHECKING:
    from markdown_it import MarkdownIt

RULES = ("emphasis", "escape", "link", "list", "newline")
PLAIN = re.compile(r"[^\\*_\[\n\r\t\0]*")
TAG = re.compile(r"<[^>]*>")
LIST = re.compile(r"(?:[-+]|\d+[.)])(?:\s|$)")


@lru_cache(maxsize=4096)
def render_inline(text: str) -> Markup:
    """One line of text, for labels: no paragraph around it."""
    if _is_plain(text):
        return escape(text.strip())
    return Markup(_make_markdown().renderInline(text).strip())  # noqa: S704  HTML is disabled in the converter


@lru_cache(maxsize=4096)
def render_blocks(text: str) -> Markup:
    """Paragraphs and lists."""
    if _is_plain(text):
        return Markup("<p>{}</p>").format(text.strip())
    return Markup(_make_markdown().render(text).strip())  # noqa: S704  HTML is disabled in the converter


def to_plain_text(text: str) -> str:
    """The text without its markup, for titles and attributes."""
    return text_of(render_inline(text))


def text_of(html: str) -> str:
    """What a piece of HTML says."""
    # Not `striptags`: it turns the no-break spaces of French into spaces that break.
    return Markup(TAG.sub("", html)).unescape()  # noqa: S704  what comes out is plain text


def _is_plain(text: str) -> bool:
    return bool(PLAIN.fullmatch(text)) and not LIST.match(text)


@lru_cache(maxsize=1)
def _make_markdown() -> MarkdownIt:
    # Imported when a text first needs it: 50 ms that a cold start without markup does not pay.
    from markdown_it import MarkdownIt

    class AuthorMarkdown(MarkdownIt):
        def validateLink(self, url: str) -> bool:  # noqa: N802  the library's name
            return url.startswith("https://")

    return AuthorMarkdown("zero", {"html": False, "breaks": True}).enable([*RULES])
