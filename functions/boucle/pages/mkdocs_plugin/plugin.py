"""The MkDocs plugin: adds the pages of every study to a site, in every language, under any theme.

plugins:
  - boucle:
      surveys: ../surveys
"""

from __future__ import annotations

import json
import re
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, cast
from urllib.parse import urljoin, urlsplit

from jinja2 import Environment
from markupsafe import escape
from mkdocs.config import config_options as options
from mkdocs.config.base import Config
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.livereload import LiveReloadServer
from mkdocs.plugins import BasePlugin
from mkdocs.structure.files import File, Files, InclusionLevel
from mkdocs.structure.pages import Page
from mkdocs.utils.templates import TemplateContext

from boucle.content.surveys import read_surveys
from boucle.languages.catalogues import direction
from boucle.pages.articles import approval
from boucle.pages.articles.site_articles import SiteArticles
from boucle.pages.common import shells, styles
from boucle.pages.forms import fragments
from boucle.pages.mkdocs_plugin.navigation import SiteNavigation, language_of
from boucle.pages.study.site_pages import SitePage, find_recordings, pages_of, render_served_files

THEME = "boucle"
LINK = re.compile(r'(?<=\s)(href|src|action)="(?![a-z][a-z0-9+.-]*:|/|#|")([^"]*)"', re.IGNORECASE)
OPENING = re.compile(r"<html\b[^>]*>", re.IGNORECASE)


class BoucleConfig(Config):  # type: ignore[no-untyped-call]  # MkDocs leaves it untyped
    surveys = options.Type(str, default="../surveys")
    """The folder of the studies, from the folder of mkdocs.yml."""
    names = options.DictOfItems(options.Type(str), default={})
    """The site's name by language, where it differs from `site_name`."""
    demonstration = options.Type(bool, default=False)
    """Says on every page that the answers are made up."""
    without = options.ListOfItems(options.Type(str), default=[])
    """The folders of studies that are left out, because their files are not what people have answered."""
    today = options.Optional(options.Type(str))
    """The day (ISO 8601) that decides which forms are open; the real one when left out."""
    published = options.Type(str, default="")  # not `data`: a Config keeps its values under that name
    """The published files that articles quote: a folder (from that of mkdocs.yml) or the address of a site."""


class BouclePlugin(BasePlugin[BoucleConfig]):  # type: ignore[no-untyped-call]  # MkDocs leaves it untyped
    """Generates, dresses and counts the pages of the studies."""

    def __init__(self) -> None:
        self.generated: dict[str, SitePage] = {}

    def on_config(self, config: MkDocsConfig) -> MkDocsConfig:
        """Read the studies. Raises PluginError where a site could not work."""
        _check_addresses(config)
        folder = self._surveys_folder(config)
        self.studies = tuple(read_surveys(folder, frozenset(self.config.without)).values())
        if not self.studies:
            raise PluginError(
                f"boucle: there is no study in {folder}. Set `surveys`, or write {folder}/<id>/study.json."
            )
        day = date.fromisoformat(self.config.today) if self.config.today else datetime.now(UTC).date()
        self.generated = {page.source: page for page in pages_of(self.studies, day)}
        self.articles = SiteArticles.of(self.studies, self._find_published_data(config))
        return config

    def on_files(self, files: Files, config: MkDocsConfig) -> Files:
        """Add what is generated; a page that people wrote at the same place is kept instead."""
        for source, page in list(self.generated.items()):
            if source in files.src_uris:
                del self.generated[source]
            else:
                files.append(_make_file(page, config))
        for file in [candidate for candidate in files if candidate.src_uri.endswith(approval.APPROVAL_SUFFIX)]:
            files.remove(file)
        for address, content in render_served_files(self.studies).items():
            files.append(File.generated(config, address, content=content))
        for address, recording in find_recordings(self.studies, self._surveys_folder(config)).items():
            files.append(File.generated(config, address, abs_src_path=str(recording)))
        return files

    def on_page_markdown(self, markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
        """The figures of an article, from what is published."""
        source, path = page.file.src_uri, page.file.abs_src_path
        if source in self.generated or path is None or not self.articles.is_article(page.meta):
            return markdown
        return self.articles.render_markdown(source, Path(path), language_of(self.studies, source)) or markdown

    def on_env(self, env: Environment, config: MkDocsConfig, files: Files) -> Environment:
        """Every page has its title by now: the navigation can be drawn, and all wrong figures told at once."""
        if self.articles.issues:
            raise PluginError("boucle: these figures cannot stand:\n" + "\n".join(self.articles.issues))
        names = dict.fromkeys(self.studies[0].languages, config.site_name)
        demonstration = self.config.demonstration
        self.navigation = SiteNavigation(
            self.studies, self.generated, files, {**names, **self.config.names}, demonstration
        )
        return env

    def on_page_content(self, html: str, page: Page, config: MkDocsConfig, files: Files) -> str:
        """The fragment instead of the empty page. Themes that are not ours get banner and languages in the content."""
        made = self.generated.get(page.file.src_uri)
        return made.fragment.content if made else self.articles.finish_page(page.file.src_uri, html)

    def on_page_context(
        self, context: TemplateContext, page: Page, config: MkDocsConfig, nav: object
    ) -> TemplateContext:
        """What our own theme shows; for others, the same above the content."""
        frame = self.navigation.build_frame(page)
        if config.theme.name == THEME:
            cast(dict[str, object], context)["boucle"] = frame
        else:
            page.content = f"{fragments.render_banner(frame)}{page.content}"
        return context

    def on_template_context(
        self, context: TemplateContext, template_name: str, config: MkDocsConfig
    ) -> TemplateContext:
        """Keep what is not for people to find out of the sitemap."""
        hidden = {page.source for page in self.generated.values() if not page.is_listed}
        context["pages"] = [file for file in context["pages"] if file.src_uri not in hidden]
        return context

    def on_post_page(self, output: str, page: Page, config: MkDocsConfig) -> str:
        """The page's own language and styles; in a shell, links that work from every address."""
        source = page.file.src_uri
        made = self.generated.get(source)
        own = config.theme.name == THEME
        head = (
            made.fragment.head
            if made
            else styles.inline_sheets(*(("written",) if own else ()), *self.articles.sheets_of(source))
        )
        dressed = shells.add_to_head(output, head if own else styles.inline_sheets("tokens") + head)
        if not own:
            dressed = _set_language(dressed, self.navigation.language_of(source))
        return _make_links_absolute(dressed, page.file.url) if made and not made.is_listed else dressed

    def on_post_build(self, config: MkDocsConfig) -> None:
        """Check what was built."""
        self.check_built(Path(config.site_dir))

    def check_built(self, site: Path) -> None:
        """Every generated page is there, with its content. Raises PluginError.

        Whoever starts the build calls this too: a fork of MkDocs that runs no hook at all must not go unnoticed.
        """
        missing = [page.file for page in self.generated.values() if not _is_built(page, site)]
        if missing or not self.generated:
            which = ", ".join(missing) or "all"
            raise PluginError(
                f"boucle: of {len(self.generated)} generated pages these were not built: {which}. "
                "Build with MkDocs 1.6, or with a fork that runs every hook of its plugins."
            )

    def on_serve(self, server: LiveReloadServer, config: MkDocsConfig, builder: Any) -> LiveReloadServer:
        """Build again when a study changes."""
        server.watch(str(self._surveys_folder(config)))
        return server

    def _find_published_data(self, config: MkDocsConfig) -> str:
        data = self.config.published
        if not data or data.startswith(("https://", "http://")):
            return data
        return str((Path(config.config_file_path).parent / data).resolve())

    def _surveys_folder(self, config: MkDocsConfig) -> Path:
        return (Path(config.config_file_path).parent / self.config.surveys).resolve()


def _check_addresses(config: MkDocsConfig) -> None:
    if not config.use_directory_urls:
        raise PluginError("boucle: forms and results stand at addresses like /study/results/: set use_directory_urls.")
    if urlsplit(config.site_url or "").path.strip("/"):
        raise PluginError(
            f"boucle: the site shares its origin with /api/, so it stands at its root, not at {config.site_url}: "
            "take the path out of site_url."
        )


def _make_file(page: SitePage, config: MkDocsConfig) -> File:
    title = json.dumps(str(escape(page.fragment.title)), ensure_ascii=False)
    file = File.generated(
        config, page.source, content=f"---\ntitle: {title}\n---\n", inclusion=InclusionLevel.NOT_IN_NAV
    )
    file.use_directory_urls = page.is_listed
    return file


def _is_built(page: SitePage, site: Path) -> bool:
    file = site / page.file
    return file.exists() and page.fragment.content in file.read_text("utf-8")


def _set_language(page: str, language: str) -> str:
    """The page with its own language and direction, in a theme that has one for the whole site."""
    return OPENING.sub(f'<html lang="{language}" dir="{direction(language)}">', page, count=1)


def _make_links_absolute(page: str, url: str) -> str:
    """The page with relative links made absolute from the root of the site."""
    return LINK.sub(lambda link: f'{link[1]}="{urljoin(f"/{url}", link[2])}"', page)
