"""What stands around a page's content: language, navigation and banner, for the theme's template."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from boucle.core.study.model import Study
from boucle.languages.catalogues import Translator, autonym, direction, gettext_noop, translator_for
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

    translate: Translator
    site: str
    home: str
    at_home: bool = False
    navigation: tuple[Link, ...] = ()
    languages: tuple[Link, ...] = ()
    footer: tuple[Link, ...] = ()
    demonstration: bool = False

    @property
    def style(self) -> Markup:
        return styles.inline_sheets("page")


def make_language_links(urls: dict[str, str], current: str) -> tuple[Link, ...]:
    """One link a language, in that language; none when there is only one."""
    links = tuple(
        Link(url=url, label=autonym(language), language=language, current=language == current)
        for language, url in urls.items()
    )
    return links if len(links) > 1 else ()


CONFORMITY_MENTIONS = {
    "none": gettext_noop("Accessibility: not compliant"),
    "partial": gettext_noop("Accessibility: partially compliant"),
    "full": gettext_noop("Accessibility: fully compliant"),
}


def conformity_mention(study: Study) -> str:
    """The legal mention: "not compliant" until an audit says otherwise."""
    return CONFORMITY_MENTIONS[study.audit.conformity if study.audit else "none"]


def make_footer(study: Study, language: str) -> tuple[Link, ...]:
    """The links at the end of every page of a study."""
    translate = translator_for(language)
    return (
        Link(url=addresses.receipt(study, language), label=translate("I have a code")),
        Link(url=addresses.privacy(study, language), label=translate("Your privacy")),
        Link(url=addresses.accessibility(study, language), label=translate(conformity_mention(study))),
    )
