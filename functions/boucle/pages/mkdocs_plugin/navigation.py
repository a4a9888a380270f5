"""What stands around each page of a MkDocs site, in its own language: navigation, languages, footer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from mkdocs.structure.files import Files, InclusionLevel
from mkdocs.structure.pages import Page

from boucle.core.study.model import Study
from boucle.languages.catalogues import in_language, translator_for
from boucle.pages.common import addresses, markup, shells
from boucle.pages.common.frame import Frame, Link, make_footer, make_language_links
from boucle.pages.study.site_pages import SitePage

HOME = "index.md"
IN_NAVIGATION = (InclusionLevel.UNDEFINED, InclusionLevel.INCLUDED)


def languages_of(studies: Iterable[Study]) -> tuple[str, ...]:
    """Every language of a site; the first has no prefix."""
    return tuple(dict.fromkeys(language for study in studies for language in study.languages))


def language_of(studies: Iterable[Study], source: str) -> str:
    """The language of a page that people wrote: that of its folder."""
    first, *others = languages_of(studies)
    folder = source.partition("/")[0]
    return folder if "/" in source and folder in others else first


@dataclass(frozen=True)
class SiteNavigation:
    """A site's pages, seen from any one of them."""

    studies: Sequence[Study]
    generated: Mapping[str, SitePage]
    """By source file."""
    files: Files
    names: Mapping[str, str]
    """The site's name by language."""
    demonstration: bool

    @property
    def languages(self) -> tuple[str, ...]:
        """Every language of the site; the first has no prefix."""
        return languages_of(self.studies)

    def language_of(self, source: str) -> str:
        """The language of a page, from its address."""
        if source in self.generated:
            return self.generated[source].language
        return language_of(self.studies, source)

    def build_frame(self, page: Page) -> Frame:
        """What the theme shows around this page."""
        source = page.file.src_uri
        language = self.language_of(source)
        study = self._study_of(source)
        return Frame(
            translate=translator_for(language),
            site=self.names.get(language) or next(iter(self.names.values())),
            home=self._address_of(self._folder_of(language) + HOME),
            at_home=source == self._folder_of(language) + HOME,
            navigation=self._link_pages(language, source),
            languages=self.languages_of(source),
            footer=make_footer(study, language) if language in study.languages else (),
            demonstration=self.demonstration,
        )

    def languages_of(self, source: str) -> tuple[Link, ...]:
        """The same page in each language, else that language's home."""
        return make_language_links(
            {language: self._find_counterpart(source, language) for language in self.languages},
            self.language_of(source),
        )

    def _find_counterpart(self, source: str, language: str) -> str:
        if source in self.generated:
            here = self.generated[source]
            if here.is_shell:
                return shells.language_mark(language)
            same = self._listed_by_topic.get((here.topic, language))
            return same or self._address_of(self._folder_of(language) + HOME)
        bare = source.removeprefix(self._folder_of(self.language_of(source)))
        there = self._folder_of(language) + bare
        return self._address_of(there if there in self.files.src_uris else self._folder_of(language) + HOME)

    def _link_pages(self, language: str, source: str) -> tuple[Link, ...]:
        here = self._address_of(source)
        return tuple(Link(url=url, label=label, current=here == url) for url, label in self._menus[language])

    # Each page asks: without these two, a site of many studies would take the square of its pages to build.

    @cached_property
    def _menus(self) -> Mapping[str, tuple[tuple[str, str], ...]]:
        """Address and label of all that the navigation leads to, by language."""
        return {
            language: (
                *self._list_results(language),
                *self._list_themes(language),
                *self._list_actions(language),
                *self._list_written_pages(language),
            )
            for language in self.languages
        }

    @cached_property
    def _listed_by_topic(self) -> Mapping[tuple[str, str], str]:
        """The address of the first page about a topic in a language."""
        listed = [page for page in self.generated.values() if page.is_listed]
        return {(page.topic, page.language): page.address for page in reversed(listed)}

    def _list_results(self, language: str) -> list[tuple[str, str]]:
        spoken = [study for study in self.studies if language in study.languages]
        alone = translator_for(language)("Results") if len(spoken) == 1 else None
        return [
            (addresses.results(listed_study, language), alone or in_language(listed_study.title, language))
            for listed_study in spoken
        ]

    def _list_themes(self, language: str) -> list[tuple[str, str]]:
        grouped = [study for study in self.studies if language in study.languages and study.themes]
        return [(addresses.themes(study, language), translator_for(language)("Themes")) for study in grouped[:1]]

    def _list_actions(self, language: str) -> list[tuple[str, str]]:
        acting = [study for study in self.studies if language in study.languages and study.actions.listed]
        return [
            (addresses.actions(study, language), translator_for(language)("You said, we did")) for study in acting[:1]
        ]

    def _list_written_pages(self, language: str) -> list[tuple[str, str]]:
        """The pages that people wrote, at the top of the language's folder, home apart."""
        folder = self._folder_of(language)
        return [
            (self._address_of(file.src_uri), markup.text_of(file.page.title or ""))
            for file in self.files.documentation_pages()
            if file.src_uri not in self.generated
            and file.page is not None
            and file.src_uri.startswith(folder)
            and "/" not in file.src_uri.removeprefix(folder)
            and file.src_uri != folder + HOME
            and file.inclusion in IN_NAVIGATION
        ]

    def _study_of(self, source: str) -> Study:
        return self.generated[source].study if source in self.generated else self.studies[0]

    def _folder_of(self, language: str) -> str:
        return "" if language == self.languages[0] else f"{language}/"

    def _address_of(self, source: str) -> str:
        """From the root of the site."""
        file = self.files.src_uris.get(source)
        url = file.url if file else source.removesuffix(HOME)
        return "/" if url in (".", "./", "") else f"/{url}"
