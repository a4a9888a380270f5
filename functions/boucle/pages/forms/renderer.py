"""Whole pages for the API: fragments in the built site's shell, without MkDocs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from jinja2 import Environment, PackageLoader, StrictUndefined

from boucle.core.ports import Standing
from boucle.core.questionnaire.form_fields import Typed
from boucle.core.questionnaire.model import Questionnaire
from boucle.core.questionnaire.routing import Path
from boucle.core.questionnaire.validation import AnswerIssue
from boucle.core.study.model import Study, Wave
from boucle.languages.catalogues import in_language, translator_for
from boucle.pages.common import addresses, shells, styles
from boucle.pages.common.frame import Frame, make_footer, make_language_links
from boucle.pages.common.shells import CONTENT, TITLE, Shells, fill, find_no_shell
from boucle.pages.forms import fragments
from boucle.pages.forms.fragments import Fragment

AddressIn = Callable[[str], str]
"""The address of a page in a language."""

RenderContent = Callable[[str], Fragment]
"""The content of a page in a language."""


@dataclass(frozen=True)
class PageRenderer:
    """Every page that the API answers with. Languages are those of the study: others raise NoCatalogue."""

    shells: Shells = find_no_shell
    demonstration: bool = False
    """Said by the plain page that stands in for a shell; a built shell says it by itself."""

    def render_form(
        self,
        study: Study,
        questionnaire: Questionnaire,
        language: str,
        *,
        typed: Typed,
        issues: Sequence[AnswerIssue],
        mode: str,
        wave: Wave | None = None,
    ) -> str:
        """The form again: what was typed, and everything that is wrong with it (422), or a change (200)."""
        content = fragments.render_form(
            study,
            questionnaire,
            language,
            typed=typed,
            issues=issues,
            mode=mode,
            wave=wave,
        )
        return self.render_page(study, language, content)

    def render_check(
        self,
        study: Study,
        questionnaire: Questionnaire,
        language: str,
        *,
        path: Path,
        typed: Typed,
        token: str,
        mode: str,
        wave: Wave,
    ) -> str:
        """The answers read back: the confirmation is the first form, with one submit button."""
        content = fragments.render_check(
            study, questionnaire, language, path=path, typed=typed, token=token, mode=mode, wave=wave
        )
        return self.render_page(study, language, content)

    def render_receipt(self, study: Study, questionnaire: Questionnaire, language: str, code: str) -> str:
        """The code, once stored."""
        return self.render_page(study, language, fragments.render_receipt(study, questionnaire, language, code))

    def render_standing(
        self, study: Study, questionnaire: str, language: str, code: str, standing: Standing | None
    ) -> str:
        """What became of the answers under a code; None says that there are none, and asks again."""
        return self.render_page(
            study, language, fragments.render_standing(study, questionnaire, language, code, standing)
        )

    def render_notice(self, study: Study | None, language: str, kind: str) -> str:
        """A short page; `kind` is a key of `notices.NOTICES`."""
        return self.render_page(study, language, fragments.render_notice(study, language, kind))

    def render_page(
        self, study: Study | None, language: str, fragment: Fragment, address_in: AddressIn | None = None
    ) -> str:
        """Any fragment as a whole page of the site; `at` tells its address in each language, for those who change."""
        shell = self.shells(study.id, language) if study else None
        if shell is None:
            shell = render_plain_shell(study, language, self.demonstration)
        return fill(
            shell,
            title=fragment.title,
            content=fragment.content,
            head=fragment.head,
            languages=_list_addresses(study, address_in),
        )

    def render_pages(
        self, study: Study, languages: Iterable[str], address_in: AddressIn, render_content: RenderContent
    ) -> Mapping[str, bytes]:
        """One page in these languages, by address in the site."""
        return {
            f"{address_in(language).lstrip('/')}index.html": self.render_page(
                study, language, render_content(language), address_in
            ).encode()
            for language in languages
        }

    @staticmethod
    def csp_of_frames() -> str:
        """The same for figures alone, which any site may frame."""
        return styles.allow_framing(styles.content_security_policy())

    @staticmethod
    def csp() -> str:
        """The Content-Security-Policy to send with every page, the built site's included."""
        return styles.content_security_policy()


def _list_addresses(study: Study | None, address_in: AddressIn | None) -> Mapping[str, str]:
    if study is None:
        return {}
    return {
        language: address_in(language) if address_in else addresses.home(study, language)
        for language in study.languages
    }


@dataclass(frozen=True, slots=True)
class _MarkedPage:
    """The page that a theme's template is shown: marks instead of a title and a content."""

    title: str = TITLE
    content: str = CONTENT


def render_plain_shell(study: Study | None, language: str, demonstration: bool) -> str:
    """A plain page of our own theme, for when no site was built around a study."""
    translate = translator_for(language)
    others = (
        {other_language: shells.language_mark(other_language) for other_language in study.languages} if study else {}
    )
    frame = Frame(
        translate=translate,
        site=in_language(study.title, language) if study else "Boucle",
        home=addresses.home(study, language) if study else "/",
        languages=make_language_links(others, language),
        footer=make_footer(study, language) if study else (),
        demonstration=demonstration,
    )
    return _make_theme_environment().get_template("main.html").render(boucle=frame, page=_MarkedPage())


@lru_cache(maxsize=1)
def _make_theme_environment() -> Environment:
    return Environment(
        loader=PackageLoader("boucle.pages.mkdocs_plugin", "theme"), autoescape=True, undefined=StrictUndefined
    )
