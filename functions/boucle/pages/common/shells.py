"""Shells: the built site's own page around what is rendered later, by the API or by the job.

A shell is a whole page with marks: where the title goes (wherever a theme shows it), where the content goes, and where
its links to other languages lead.
The MkDocs plugin writes one a study and language; where no site was built, a plain page of ours does.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path

from markupsafe import Markup, escape

TITLE = "@@boucle-title@@"
CONTENT = Markup("@@boucle-content@@")
LANGUAGE_MARK = re.compile(r"/@@boucle-in-([a-z]{2,3})@@")
FOLDER = "_boucle/shell"

Shells = Callable[[str, str], str | None]
"""The shell of a study in a language; None when the site has none."""


def address(study: str, language: str) -> str:
    """Where the plugin writes a shell, from the root of the built site."""
    return f"{FOLDER}/{study}.{language}.html"


def language_mark(language: str) -> str:
    """The mark of a link to the same page in another language."""
    return f"/@@boucle-in-{language}@@"


def shells_of(site: Path) -> Shells:
    """The shells of a built site, read each time: the site can be built again while the API runs."""

    def read(study: str, language: str) -> str | None:
        try:
            return (site / address(study, language)).read_text("utf-8")
        except FileNotFoundError:
            return None

    return read


def find_no_shell(study: str, language: str) -> None:
    """For an API without a site."""


def fill(
    shell: str,
    *,
    title: str,
    content: Markup,
    head: Markup,
    languages: Mapping[str, str],
) -> str:
    """The page: a shell with its title, its content, what this needs in the head, and its address by language."""
    # The content goes in last: it holds what people typed, and a mark among it must stay text.
    titled = LANGUAGE_MARK.sub(lambda mark: languages.get(mark[1], f"/{mark[1]}/"), shell.replace(TITLE, escape(title)))
    return add_to_head(titled, head).replace(CONTENT, content, 1)


def add_to_head(page: str, head: Markup) -> str:
    """The page with more at the end of its head."""
    before, end, after = page.partition("</head>")
    return f"{before}{head}{end}{after}"
