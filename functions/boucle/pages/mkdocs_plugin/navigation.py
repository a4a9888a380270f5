"""What stands around each page of a MkDocs site, in its own language: navigation, languages, footer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from mkdocs.structure.files import Files, InclusionLevel
from mkdocs.structure.pages import Page

from boucle.core.study.model import Study
from boucle.languages.catalogues import in_language, words
from boucle.pages.common import addresses, markup, shells
from boucle.pages.common.frame import Frame, Link, footer, language_links
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
class Surroundings:
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

    def frame(self, page: Page) -> Frame:
        """What the theme shows around this page."""
        source = page.file.src_uri
        language = self.language_of(source)
        study = self._study(source)
        return Frame(
            words=words(language),
            site=self.names.get(language) or next(iter(self.names.values())),
            home=self._address(self._folder(language) + HOME),
            at_home=source == self._folder(language) + HOME,
            navigation=self._navigation(language, source),
            languages=self.languages_of(source),
            footer=footer(study, language) if language in study.languages else (),
            demonstration=self.demonstration,
        )

    def languages_of(self, source: str) -> tuple[Link, ...]:
        """The same page in each language, else that language's home."""
        return language_links(
            {each: self._counterpart(source, each) for each in self.languages}, self.language_of(source)
        )

    def _counterpart(self, source: str, language: str) -> str:
        if source in self.generated:
            here = self.generated[source]
            if here.is_shell:
                return shells.elsewhere(language)
            same = self._listed_by_topic.get((here.topic, language))
            return same or self._address(self._folder(language) + HOME)
        bare = source.removeprefix(self._folder(self.language_of(source)))
        there = self._folder(language) + bare
        return self._address(there if there in self.files.src_uris else self._folder(language) + HOME)

    def _navigation(self, language: str, source: str) -> tuple[Link, ...]:
        here = self._address(source)
        return tuple(Link(url=url, label=label, current=here == url) for url, label in self._menus[language])

    # Each page asks: without these two, a site of many studies would take the square of its pages to build.

    @cached_property
    def _menus(self) -> Mapping[str, tuple[tuple[str, str], ...]]:
        """Address and label of all that the navigation leads to, by language."""
        return {
            each: (*self._results(each), *self._themes(each), *self._actions(each), *self._written(each))
            for each in self.languages
        }

    @cached_property
    def _listed_by_topic(self) -> Mapping[tuple[str, str], str]:
        """The address of the first page about a topic in a language."""
        listed = [each for each in self.generated.values() if each.is_listed]
        return {(each.topic, each.language): each.address for each in reversed(listed)}

    def _results(self, language: str) -> list[tuple[str, str]]:
        spoken = [study for study in self.studies if language in study.languages]
        alone = words(language)("Results") if len(spoken) == 1 else None
        return [(addresses.results(each, language), alone or in_language(each.title, language)) for each in spoken]

    def _themes(self, language: str) -> list[tuple[str, str]]:
        grouped = [each for each in self.studies if language in each.languages and each.themes]
        return [(addresses.themes(each, language), words(language)("Themes")) for each in grouped[:1]]

    def _actions(self, language: str) -> list[tuple[str, str]]:
        acting = [each for each in self.studies if language in each.languages and each.actions.listed]
        return [(addresses.actions(each, language), words(language)("You said, we did")) for each in acting[:1]]

    def _written(self, language: str) -> list[tuple[str, str]]:
        """The pages that people wrote, at the top of the language's folder, home apart."""
        folder = self._folder(language)
        return [
            (self._address(file.src_uri), markup.text_of(file.page.title or ""))
            for file in self.files.documentation_pages()
            if file.src_uri not in self.generated
            and file.page is not None
            and file.src_uri.startswith(folder)
            and "/" not in file.src_uri.removeprefix(folder)
            and file.src_uri != folder + HOME
            and file.inclusion in IN_NAVIGATION
        ]

    def _study(self, source: str) -> Study:
        return self.generated[source].study if source in self.generated else self.studies[0]

    def _folder(self, language: str) -> str:
        return "" if language == self.languages[0] else f"{language}/"

    def _address(self, source: str) -> str:
        """From the root of the site."""
        file = self.files.src_uris.get(source)
        url = file.url if file else source.removesuffix(HOME)
        return "/" if url in (".", "./", "") else f"/{url}"
