"""The articles of a site being built: which pages quote figures, what they say, and all that is wrong with them."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from markupsafe import Markup

from boucle.core.errors import BoucleError
from boucle.core.study.model import Study
from boucle.pages.articles.article import ArticleReader, BoundFigure
from boucle.pages.articles.measured import Chart, Quotation
from boucle.pages.articles.published import PublishedData, make_reader
from boucle.pages.articles.writing import ArticleWriter

# Under MkDocs' own logger: its --strict turns warnings into errors.
log = logging.getLogger("mkdocs.plugins.boucle")

SHEETS = ("figures", "article")


@dataclass
class SiteArticles:
    """Writes the articles of one build, and remembers their faults until all have been read."""

    reader: ArticleReader
    blocks: dict[str, dict[str, Markup]] = field(default_factory=dict)
    """By page and mark, what replaces the mark once Markdown has become HTML."""
    issues: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, studies: Sequence[Study], data: str) -> SiteArticles:
        """`data` is the folder or the address of the published files; empty before anything is published."""
        return cls(ArticleReader({study.id: study for study in studies}, PublishedData(make_reader(data))))

    def is_article(self, front: Mapping[str, object]) -> bool:
        """Whether the front matter of a page names a study."""
        return "study" in front

    def render_markdown(self, page: str, path: Path, language: str) -> str | None:
        """The page's Markdown with its figures; None when it has faults."""
        try:
            article = self.reader.read(path)
        except BoucleError as fault:
            self.issues.append(str(fault))
            return None
        for series in article.not_yet:
            log.warning("%s quotes %s, of which nothing is published yet", article.file, series)
        if not article.is_approved and not article.not_yet and article.figures:
            log.warning("%s: nobody has approved its figures: boucle approve %s", article.file, article.file)
        writer = ArticleWriter(article.study, language)
        blocks: dict[str, Markup] = {}

        def write(bound: BoundFigure) -> str:
            text = writer.write(bound.measured)
            if not isinstance(bound.measured, Chart | Quotation):
                return text
            # A block would not survive Markdown: a mark stands for it until there is HTML.
            mark = f"boucle-block-{len(blocks)}-"
            blocks[mark] = text
            return mark

        markdown = article.rewrite(write)
        self.blocks[page] = {**blocks, "": writer.render_sources(article.figures)}
        return markdown

    def finish_page(self, page: str, html: str) -> str:
        """The page's HTML with its charts, quotations and sources."""
        blocks = self.blocks.get(page)
        if blocks is None:
            return html
        for mark, block in blocks.items():
            if mark:
                html = html.replace(f"<p>{mark}</p>", block).replace(mark, block)
        return f'<div class="article">{html}</div>{blocks[""]}'

    def sheets_of(self, page: str) -> tuple[str, ...]:
        """The style sheets that a page needs."""
        return SHEETS if page in self.blocks else ()
