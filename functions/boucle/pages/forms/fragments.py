"""Fragments: the content of every page about a study, the same on the built site and in the API's answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from boucle.core.ports import Counted, Standing, Waiting
from boucle.core.privacy.tables import modes_of
from boucle.core.questionnaire.model import Questionnaire
from boucle.core.questionnaire.routing import Path
from boucle.core.questionnaire.validation import Problem
from boucle.core.study.model import Study
from boucle.languages.catalogues import Words, in_language, marked, words
from boucle.pages.common import addresses, markup, scripts, styles
from boucle.pages.common.assets import list_folders
from boucle.pages.common.fields import Typed
from boucle.pages.common.frame import Frame, Link, language_links
from boucle.pages.common.piped_answers import SAID_AGAIN, with_answers
from boucle.pages.forms.answers import read_back
from boucle.pages.forms.invitation import INVITATION, LABEL, invitation_field
from boucle.pages.forms.layout import Layout
from boucle.pages.forms.notices import NOTICES
from boucle.pages.forms.rules import rules

MODES = {
    "self": marked("On my own"),
    "assisted": marked("Somebody helps me"),
    "paper": marked("I copy answers that somebody gave on paper"),
}


AFTER = ("form", "after")
"""The sheets of what comes after a form."""


@dataclass(frozen=True, slots=True)
class Fragment:
    """A page's content, its title, and the sheets and scripts that it needs."""

    title: str
    content: Markup
    sheets: tuple[str, ...] = AFTER
    scripts: tuple[str, ...] = ()
    """Addresses, in the order in which they run, once the page is read."""

    @property
    def head(self) -> Markup:
        """What goes in the head of the page."""
        # Scripts first: a slow phone asks for them while it still works on the rest of the page.
        asked = (Markup('<script src="{}" defer></script>').format(each) for each in self.scripts)
        return Markup("").join(asked) + styles.inlined(*self.sheets)


@lru_cache(maxsize=1)
def environment() -> Environment:
    """Templates of the package; whatever they are given is escaped unless it says that it is HTML."""
    return Environment(
        loader=FileSystemLoader(list_folders("templates")),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )


def form(
    study: Study,
    questionnaire: Questionnaire,
    language: str,
    *,
    typed: Typed,
    problems: Sequence[Problem],
    mode: str,
    by_invitation: bool = False,
) -> Fragment:
    """The questionnaire to fill in, with what was typed and everything that is wrong with it."""
    said = words(language)
    heading = markup.inline(in_language(questionnaire.title, language))
    intro = in_language(questionnaire.intro, language)
    title = f"{said('Error:')} {heading.striptags()}" if problems else heading.striptags()
    page = rendered(
        "form.html",
        said,
        title,
        sheets=("form",),
        heading=heading,
        intro=markup.blocks(intro) if intro else None,
        listed=[_listed(questionnaire, each, typed, said) for each in problems],
        parts=Layout(questionnaire, said, typed, problems, care(study, said), live=True).parts(),
        action=addresses.responses(study, questionnaire),
        controller=study.controller,
        purpose=markup.inline(in_language(study.description, language)),
        legal_basis=markup.inline(in_language(study.controller.legal_basis, language)),
        retention=study.retention_days,
        # A guide has one mode, which goes without saying.
        modes=[(value, said(MODES[value]) if value in MODES else "") for value in modes_of(questionnaire)],
        mode=mode,
        rules=rules(questionnaire, said),
        invitation=invitation_field(said, typed, problems) if by_invitation else None,
        later=" ".join(scripts.address(each) for each in scripts.LOADED_LATER),
        tools=scripts.address(scripts.TOOLS),
        work=study.proof_of_work(questionnaire),
        worker=scripts.address(scripts.PROOF),
        sending=addresses.sending(study, questionnaire.id, language),
        recorded=study.is_recorded(questionnaire, language) and addresses.recorded(study, questionnaire, language),
    )
    return replace(page, scripts=scripts.loaded(questionnaire, by_invitation, says_again=SAID_AGAIN in page.content))


def sending(study: Study, questionnaire: Questionnaire, language: str) -> Markup:
    """What the form's script shows once it can send: a file of its own, since a first view does without."""
    template = environment().get_template("sending.html")
    content = template.render(
        _=words(language),
        others=_in_other_languages(study, questionnaire, language),
        is_guide=questionnaire.is_guide,
        results=addresses.results(study, language),
        receipts=addresses.receipt(study, language),
        compare=scripts.address(scripts.OTHERS) if questionnaire.id in study.own_beside_others else "",
        compared=addresses.others(study, questionnaire.id, language),
    )
    return styles.inlined("after") + Markup(content)  # noqa: S704  rendered with autoescape on


def others(study: Study, language: str) -> Markup:
    """What stands around one's own choices beside those of others; the script fills it, on request."""
    content = (
        environment().get_template("others.html").render(_=words(language), results=addresses.results(study, language))
    )
    return styles.inlined("figures", "others") + Markup(content)  # noqa: S704  rendered with autoescape on


def check(
    study: Study, questionnaire: Questionnaire, language: str, *, taken: Path, typed: Typed, token: str, mode: str
) -> Fragment:
    """The answers read back, a form that confirms them, then one that changes them."""
    said = words(language)
    return rendered(
        "check.html",
        said,
        said("Check your answers"),
        parts=read_back(questionnaire, taken, typed, said),
        action=addresses.responses(study, questionnaire),
        typed=typed,
        token=token,
        mode=mode,
    )


def receipt(study: Study, questionnaire: Questionnaire, language: str, code: str) -> Fragment:
    """The code, shown once, and what happens next."""
    said = words(language)
    return rendered(
        "receipt.html",
        said,
        said("Thank you: your answers are stored"),
        code=code,
        is_guide=questionnaire.is_guide,
        results=addresses.results(study, language),
        receipts=addresses.receipt(study, language),
    )


def codes(study: Study, language: str) -> Fragment:
    """The static page where a code is looked up, or its answers withdrawn."""
    said = words(language)
    named, invited = _named(study, language), any(map(study.invites, study.questionnaire_ids))
    return rendered("codes_page.html", said, said("Your code"), study=study.id, questionnaires=named, invited=invited)


def standing(study: Study, questionnaire: str, language: str, code: str, found: Standing | None) -> Fragment:
    """What became of the answers under a code; None when there are none."""
    said = words(language)
    return rendered(
        "standing.html",
        said,
        said("What became of your answers") if found else said("We find no answers under this code"),
        study=study.id,
        questionnaires=_named(study, language),
        chosen=questionnaire,
        invited=study.invites(questionnaire),
        code=code,
        standing=_standing_name(found),
        is_guide=questionnaire not in study.counted_ids,
        release=found.cohort if isinstance(found, Counted) else 0,
        results=addresses.results(study, language),
        # All of the study's, so that the page tells nobody what was answered.
        decisions=_decisions(study, said),
        actions=addresses.actions(study, language),
    )


def notice(study: Study | None, language: str, kind: str) -> Fragment:
    """A short page about something that happened; `kind` is a key of NOTICES."""
    said = words(language)
    told = NOTICES[kind]
    sentences = [said(each) for each in told.sentences]
    links = _ways_on(study, said) if study else [Link(url="/", label=said("Home page"))]
    return rendered("notice.html", said, said(told.title), sentences=sentences, links=links)


def above(frame: Frame) -> Markup:
    """Banner and languages, for the content of a page whose theme shows neither."""
    return Markup(environment().get_template("above.html").render(frame=frame, _=frame.words))  # noqa: S704  autoescaped


def care(study: Study, said: Words) -> Markup:
    """What stands beside every free text: what not to write there, and whom to call, in the language's own numbers."""
    lines = [each for each in study.help_lines if said.language in each.label]
    return Markup(environment().get_template("care.html").render(_=said, language=said.language, lines=lines))  # noqa: S704


def _in_other_languages(study: Study, questionnaire: Questionnaire, language: str) -> list[Link]:
    urls = {each: addresses.form(study, questionnaire.id, each) for each in questionnaire.languages}
    return [link for link in language_links(urls, language) if not link.current]


def _ways_on(study: Study, said: Words) -> list[Link]:
    return [
        Link(url=addresses.home(study, said.language), label=said("Home page")),
        Link(url=addresses.results(study, said.language), label=said("Read the results")),
        Link(url=addresses.receipt(study, said.language), label=said("I have a code")),
    ]


def rendered(template: str, said: Words, title: str, *, sheets: tuple[str, ...] = AFTER, **context: object) -> Fragment:
    content = environment().get_template(template).render(_=said, language=said.language, title=title, **context)
    return Fragment(title, Markup(content), sheets)  # noqa: S704  rendered with autoescape on


@dataclass(frozen=True, slots=True)
class _Listed:
    """One line of the error summary; no target when the question is not on the page."""

    target: str | None
    question: str
    message: str


def _listed(questionnaire: Questionnaire, problem: Problem, typed: Typed, said: Words) -> _Listed:
    if problem.question == INVITATION:
        return _Listed(INVITATION, said(LABEL), said.problem(problem))
    question = questionnaire.by_id.get(problem.question)
    if question is None:
        return _Listed(None, "", said.problem(problem))
    label = with_answers(in_language(question.label, said.language), questionnaire, typed, said)
    return _Listed(question.id, markup.plain(label), said.problem(problem))


def _named(study: Study, language: str) -> list[tuple[str, str]]:
    """Each questionnaire and how its audience is called, for people who choose between them."""
    latest = {each.id: each for each in study.questionnaires}
    called = {each: in_language(study.audiences.get(each) or latest[each].title, language) for each in latest}
    return [(each, name[:1].upper() + name[1:]) for each, name in called.items()]


def _decisions(study: Study, said: Words) -> list[tuple[Link, Markup]]:
    """Every decision that the study led to: a link to its story, and what was decided."""
    page = addresses.actions(study, said.language)
    return [
        (
            Link(url=f"{page}#{each.id}", label=markup.plain(in_language(each.said, said.language))),
            markup.inline(in_language(each.decision.text, said.language)),
        )
        for each in study.actions.listed
        if each.decision
    ]


def _standing_name(found: Standing | None) -> str:
    match found:
        case None:
            return "none"
        case Waiting():
            return "waiting"
        case Counted():
            return "counted"
        case _:
            return "withdrawn"
