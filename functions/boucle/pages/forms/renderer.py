"""Whole pages for the API: fragments in the built site's shell, without MkDocs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from jinja2 import Environment, PackageLoader, StrictUndefined

from boucle.core.ports import Standing
from boucle.core.questionnaire.model import Questionnaire
from boucle.core.questionnaire.routing import Path
from boucle.core.questionnaire.validation import Problem
from boucle.core.study.model import Study
from boucle.languages.catalogues import in_language, words
from boucle.pages.common import addresses, shells, styles
from boucle.pages.common.fields import Typed
from boucle.pages.common.frame import Frame, footer, language_links
from boucle.pages.common.shells import CONTENT, TITLE, Shells, fill, none_built
from boucle.pages.forms import fragments
from boucle.pages.forms.fragments import Fragment

At = Callable[[str], str]
"""The address of a page in a language."""

Draw = Callable[[str], Fragment]
"""The content of a page in a language."""


@dataclass(frozen=True)
class Renderer:
    """Every page that the API answers with. Languages are those of the study; `words` raises NoCatalogue for others."""

    shells: Shells = none_built
    demonstration: bool = False
    """Said by the plain page that stands in for a shell; a built shell says it by itself."""

    def form(
        self,
        study: Study,
        questionnaire: Questionnaire,
        language: str,
        *,
        typed: Typed,
        problems: Sequence[Problem],
        mode: str,
        by_invitation: bool = False,
    ) -> str:
        """The form again: what was typed, and everything that is wrong with it (422), or a change (200)."""
        content = fragments.form(
            study,
            questionnaire,
            language,
            typed=typed,
            problems=problems,
            mode=mode,
            by_invitation=by_invitation,
        )
        return self.page(study, language, content)

    def check(
        self,
        study: Study,
        questionnaire: Questionnaire,
        language: str,
        *,
        taken: Path,
        typed: Typed,
        token: str,
        mode: str,
    ) -> str:
        """The answers read back: the confirmation is the first form, with one submit button."""
        content = fragments.check(study, questionnaire, language, taken=taken, typed=typed, token=token, mode=mode)
        return self.page(study, language, content)

    def receipt(self, study: Study, questionnaire: Questionnaire, language: str, code: str) -> str:
        """The code, once stored."""
        return self.page(study, language, fragments.receipt(study, questionnaire, language, code))

    def standing(self, study: Study, questionnaire: str, language: str, code: str, standing: Standing | None) -> str:
        """What became of the answers under a code; None says that there are none, and asks again."""
        return self.page(study, language, fragments.standing(study, questionnaire, language, code, standing))

    def notice(self, study: Study | None, language: str, kind: str) -> str:
        """A short page; `kind` is a key of `notices.NOTICES`."""
        return self.page(study, language, fragments.notice(study, language, kind))

    def page(self, study: Study | None, language: str, fragment: Fragment, at: At | None = None) -> str:
        """Any fragment as a whole page of the site; `at` tells its address in each language, for those who change."""
        shell = self.shells(study.id, language) if study else None
        if shell is None:
            shell = own_shell(study, language, self.demonstration)
        return fill(
            shell,
            title=fragment.title,
            content=fragment.content,
            head=fragment.head,
            languages=_by_language(study, at),
        )

    def pages(self, study: Study, languages: Iterable[str], at: At, draw: Draw) -> Mapping[str, bytes]:
        """One page in these languages, by address in the site."""
        return {
            f"{at(language).lstrip('/')}index.html": self.page(study, language, draw(language), at).encode()
            for language in languages
        }

    @staticmethod
    def framed_csp() -> str:
        """The same for figures alone, which any site may frame."""
        return styles.framed(styles.policy())

    @staticmethod
    def csp() -> str:
        """The Content-Security-Policy to send with every page, the built site's included."""
        return styles.policy()


def _by_language(study: Study | None, at: At | None) -> Mapping[str, str]:
    if study is None:
        return {}
    return {each: at(each) if at else addresses.home(study, each) for each in study.languages}


@dataclass(frozen=True, slots=True)
class _Marked:
    """The page that a theme's template is shown: marks instead of a title and a content."""

    title: str = TITLE
    content: str = CONTENT


def own_shell(study: Study | None, language: str, demonstration: bool) -> str:
    """A plain page of our own theme, for when no site was built around a study."""
    said = words(language)
    others = {each: shells.elsewhere(each) for each in study.languages} if study else {}
    frame = Frame(
        words=said,
        site=in_language(study.title, language) if study else "Boucle",
        home=addresses.home(study, language) if study else "/",
        languages=language_links(others, language),
        footer=footer(study, language) if study else (),
        demonstration=demonstration,
    )
    return _theme().get_template("main.html").render(boucle=frame, page=_Marked())


@lru_cache(maxsize=1)
def _theme() -> Environment:
    return Environment(
        loader=PackageLoader("boucle.pages.mkdocs_plugin", "theme"), autoescape=True, undefined=StrictUndefined
    )
