"""Style sheets, inlined in pages: on a slow network one more request costs more than the bytes.

Each file of a folder `styles/` is a sheet. Documents begin with `page` in our own theme, which holds the tokens of both
schemes, and with `tokens` in anybody else's. Their hashes go in the Content-Security-Policy: nothing else is let in.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Mapping
from functools import lru_cache

from markupsafe import Markup

from boucle.pages.common import reveal
from boucle.pages.common.assets import list_files


@lru_cache(maxsize=1)
def read_sheets() -> Mapping[str, str]:
    """Every sheet by name, without comments and blanks."""
    written = {path.stem: _compact(path.read_text("utf-8")) for path in list_files("styles", ".css")}
    page = written["tokens"] + written.pop("dark") + written["page"]
    return {**written, "page": page, "form": written["form"] + reveal.render_stylesheet()}


def inline_sheets(*names: str) -> Markup:
    """The style elements of these sheets."""
    return Markup("").join(Markup("<style>{}</style>").format(Markup(read_sheets()[name])) for name in names)  # noqa: S704


@lru_cache(maxsize=1)
def content_security_policy() -> str:
    """The Content-Security-Policy of every page: our own styles by hash, our own files, no third party."""
    hashes = " ".join(f"'sha256-{_digest(sheet)}'" for sheet in read_sheets().values())
    return (
        f"default-src 'none'; script-src 'self'; connect-src 'self'; worker-src 'self'; style-src {hashes}; "
        "img-src 'self' data:; media-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )


def allow_framing(page_policy: str) -> str:
    """The policy of a page that any site may frame: nothing there takes an answer."""
    return page_policy.replace("frame-ancestors 'none'", "frame-ancestors *")


def _digest(sheet: str) -> str:
    return base64.b64encode(hashlib.sha256(sheet.encode()).digest()).decode()


def _compact(css: str) -> str:
    bare = re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)
    return re.sub(r"\s*([{};,>])\s*|:\s+", lambda found: found[1] or ":", re.sub(r"\s+", " ", bare)).replace(";}", "}")
