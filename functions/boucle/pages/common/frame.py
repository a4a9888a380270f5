"""What stands around a page's content: language, navigation and banner, for the theme's template."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from boucle.core.study.model import Study
from boucle.languages.catalogues import Words, autonym, direction, marked, words
from boucle.pages.common import addresses, styles


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    url: str
    label: str
    current: bool = False
    language: str = ""

    @property
    def direction(self) -> str:
        return direction(self.language)


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """Everything that the theme shows beside the title and the content."""

    words: Words
    site: str
    home: str
    at_home: bool = False
    navigation: tuple[Link, ...] = ()
    languages: tuple[Link, ...] = ()
    footer: tuple[Link, ...] = ()
    demonstration: bool = False

    @property
    def style(self) -> Markup:
        return styles.inlined("page")


def language_links(urls: dict[str, str], current: str) -> tuple[Link, ...]:
    """One link a language, in that language; none when there is only one."""
    links = tuple(
        Link(url=url, label=autonym(language), language=language, current=language == current)
        for language, url in urls.items()
    )
    return links if len(links) > 1 else ()


CONFORMITY = {
    "none": marked("Accessibility: not compliant"),
    "partial": marked("Accessibility: partially compliant"),
    "full": marked("Accessibility: fully compliant"),
}


def conformity(study: Study) -> str:
    """The legal mention: "not compliant" until an audit says otherwise."""
    return CONFORMITY[study.audit.conformity if study.audit else "none"]


def footer(study: Study, language: str) -> tuple[Link, ...]:
    """The links at the end of every page of a study."""
    said = words(language)
    return (
        Link(url=addresses.receipt(study, language), label=said("I have a code")),
        Link(url=addresses.privacy(study, language), label=said("Your privacy")),
        Link(url=addresses.accessibility(study, language), label=said(conformity(study))),
    )
