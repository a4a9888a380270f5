"""Links of the pages that people write: one to a page of a study that was renamed leads nowhere, and is told."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

from markupsafe import Markup

from boucle.core.addresses import API_PREFIX, AUDIO_PREFIX, EMBED_PREFIX
from boucle.core.study.model import Study

HREF = re.compile(r'<a\b[^>]*?\shref="([^"]*)"', re.IGNORECASE)


def find_links(html: str, url: str) -> list[str]:
    """The addresses on this site that a page at this address leads to, from the root."""
    joined = (urlsplit(urljoin(f"/{url}", Markup(href).unescape())) for href in HREF.findall(html))  # noqa: S704  plain text comes out
    return [unquote(link.path) for link in joined if not link.scheme and not link.netloc]


def find_dead_links(links: Iterable[str], site: Path, studies: Iterable[Study]) -> Iterator[str]:
    """Those that nothing was built for, nor is published by the job."""
    published = tuple(f"/{study.id}/{part}/" for study in studies for part in ("data", "actions"))
    served = (API_PREFIX, AUDIO_PREFIX, EMBED_PREFIX, *published)
    for link in dict.fromkeys(links):
        target = site / link.lstrip("/")
        if not link.startswith(served) and not target.is_file() and not (target / "index.html").is_file():
            yield link
