"""Fragments: the content of every page about a study, the same on the built site and in the API's answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from boucle.core.ports import Counted, Standing, Waiting
from boucle.core.questionnaire.form_fields import Typed
from boucle.core.questionnaire.model import Questionnaire
from boucle.core.questionnaire.routing import Path
from boucle.core.questionnaire.validation import AnswerIssue
from boucle.core.study.model import Study, Wave
from boucle.languages.catalogues import Translator, in_language, translator_for
from boucle.pages.common import addresses, markup, scripts, styles
from boucle.pages.common.assets import list_folders
from boucle.pages.common.frame import Frame, Link, make_language_links
from boucle.pages.common.piped_answers import PIPED_ANSWER
from boucle.pages.forms.answers import read_back
from boucle.pages.forms.error_summary import make_error_line
from boucle.pages.forms.invitation import make_invitation_field
from boucle.pages.forms.layout import Layout
from boucle.pages.forms.modes import list_modes
from boucle.pages.forms.notices import NOTICES
from boucle.pages.forms.rules import build_rules

AFTER_SHEETS = ("form", "after")
"""The sheets of what comes after a form."""


@dataclass(frozen=True, slots=True)
class Fragment:
    """A page's content, its title, and the sheets and scripts that it needs."""

    title: str
    content: Markup
    sheets: tuple[str, ...] = AFTER_SHEETS
    scripts: tuple[str, ...] = ()
    """Addresses, in the order in which they run, once the page is read."""

    @property
    def head(self) -> Markup:
        """What goes in the head of the page."""
        # Scripts first: a slow phone asks for them while it still works on the rest of the page.
        asked = (Markup('<script src="{}" defer></script>').format(address) for address in self.scripts)
        return Markup("").join(asked) + styles.inline_sheets(*self.sheets)


@lru_cache(maxsize=1)
def make_environment() -> Environment:
    """Templates of the package; whatever they are given is escaped unless it says that it is HTML."""
    return Environment(
        loader=FileSystemLoader(list_folders("templates")),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )


def render_form(
    study: Study,
    questionnaire: Questionnaire,
    language: str,
    *,
    typed: Typed,
    issues: Sequence[AnswerIssue],
    mode: str,
    wave: Wave | None = None,
) -> Fragment:
    """The questionnaire to fill in, with what was typed and everything that is wrong with it.

    `wave` is where its answers go; None where they go nowhere, as in a preview.
    """
    by_invitation = wave is not None and questionnaire.id in wave.invited
    translate = translator_for(language)
    heading = markup.render_inline(in_language(questionnaire.title, language))
    intro = in_language(questionnaire.intro, language)
    title = f"{translate('Error:')} {heading.striptags()}" if issues else heading.striptags()
    page = render_fragment(
        "form.html",
        translate,
        title,
        sheets=("form",),
        heading=heading,
        intro=markup.render_blocks(intro) if intro else None,
        listed=[make_error_line(questionnaire, issue, typed, translate) for issue in issues],
        parts=Layout(
            questionnaire, translate, typed, issues, render_care(study, translate), live=True
        ).build_sections(),
        action=addresses.responses(study, questionnaire),
        controller=study.controller,
        purpose=markup.render_inline(in_language(study.description, language)),
        legal_basis=markup.render_inline(in_language(study.controller.legal_basis, language)),
        retention=study.retention_days,
        modes=list_modes(questionnaire, translate),
        mode=mode,
        wave=wave.id if wave else None,
        rules=build_rules(questionnaire, translate),
        invitation=make_invitation_field(translate, typed, issues) if by_invitation else None,
        later=" ".join(scripts.address(name) for name in scripts.LOADED_LATER),
        tools=scripts.address(scripts.TOOLS),
        work=study.proof_of_work(questionnaire),
        worker=scripts.address(scripts.PROOF),
        sending=addresses.sending(study, questionnaire.id, language),
        recorded=study.is_recorded(questionnaire, language)
        and addresses.recording_index(study, questionnaire, language),
    )
    return replace(
        page,
        scripts=scripts.list_addresses(questionnaire, by_invitation, has_piped_answers=PIPED_ANSWER in page.content),
    )


def render_sending(study: Study, questionnaire: Questionnaire, language: str) -> Markup:
    """What the form's script shows once it can send: a file of its own, since a first view does without."""
    template = make_environment().get_template("sending.html")
    content = template.render(
        _=translator_for(language),
        others=_link_other_languages(study, questionnaire, language),
        is_guide=questionnaire.is_guide,
        results=addresses.results(study, language),
        receipts=addresses.receipt(study, language),
        compare=scripts.address(scripts.OTHERS) if questionnaire.id in study.own_beside_others else "",
        compared=addresses.others(study, questionnaire.id, language),
    )
    return styles.inline_sheets("after") + Markup(content)  # noqa: S704  rendered with autoescape on


def render_others(study: Study, language: str) -> Markup:
    """What stands around one's own choices beside those of others; the script fills it, on request."""
    content = (
        make_environment()
        .get_template("others.html")
        .render(_=translator_for(language), results=addresses.results(study, language))
    )
    return styles.inline_sheets("figures", "others") + Markup(content)  # noqa: S704  rendered with autoescape on


def render_check(
    study: Study,
    questionnaire: Questionnaire,
    language: str,
    *,
    path: Path,
    typed: Typed,
    token: str,
    mode: str,
    wave: Wave,
) -> Fragment:
    """The answers read back, a form that confirms them, then one that changes them; both name the wave."""
    translate = translator_for(language)
    return render_fragment(
        "check.html",
        translate,
        translate("Check your answers"),
        parts=read_back(questionnaire, path, typed, translate),
        action=addresses.responses(study, questionnaire),
        typed=typed,
        token=token,
        mode=mode,
        wave=wave.id,
    )


def render_receipt(study: Study, questionnaire: Questionnaire, language: str, code: str) -> Fragment:
    """The code, shown once, and what happens next."""
    translate = translator_for(language)
    return render_fragment(
        "receipt.html",
        translate,
        translate("Thank you: your answers are stored"),
        code=code,
        is_guide=questionnaire.is_guide,
        results=addresses.results(study, language),
        receipts=addresses.receipt(study, language),
    )


def render_codes_page(study: Study, language: str) -> Fragment:
    """The static page where a code is looked up, or its answers withdrawn."""
    translate = translator_for(language)
    named, invited = _name_questionnaires(study, language), any(map(study.invites, study.questionnaire_ids))
    return render_fragment(
        "codes_page.html", translate, translate("Your code"), study=study.id, questionnaires=named, invited=invited
    )


def render_standing(study: Study, questionnaire: str, language: str, code: str, found: Standing | None) -> Fragment:
    """What became of the answers under a code; None when there are none."""
    translate = translator_for(language)
    return render_fragment(
        "standing.html",
        translate,
        translate("What became of your answers") if found else translate("We find no answers under this code"),
        study=study.id,
        questionnaires=_name_questionnaires(study, language),
        chosen=questionnaire,
        invited=study.invites(questionnaire),
        code=code,
        standing=_name_standing(found),
        is_guide=questionnaire not in study.counted_ids,
        release=found.cohort if isinstance(found, Counted) else 0,
        results=addresses.results(study, language),
        # All of the study's, so that the page tells nobody what was answered.
        decisions=_list_decisions(study, translate),
        actions=addresses.actions(study, language),
    )


def render_notice(study: Study | None, language: str, kind: str) -> Fragment:
    """A short page about something that happened; `kind` is a key of NOTICES."""
    translate = translator_for(language)
    told = NOTICES[kind]
    sentences = [translate(sentence) for sentence in told.sentences]
    links = _link_ways_on(study, translate) if study else [Link(url="/", label=translate("Home page"))]
    return render_fragment("notice.html", translate, translate(told.title), sentences=sentences, links=links)


def render_banner(frame: Frame) -> Markup:
    """Banner and languages, for the content of a page whose theme shows neither."""
    return Markup(make_environment().get_template("above.html").render(frame=frame, _=frame.translate))  # noqa: S704  autoescaped


def render_care(study: Study, translate: Translator) -> Markup:
    """What stands beside every free text: what not to write there, and whom to call, in the language's own numbers."""
    lines = [line for line in study.help_lines if translate.language in line.label]
    template = make_environment().get_template("care.html")
    content = template.render(_=translate, language=translate.language, lines=lines)
    return Markup(content)  # noqa: S704  rendered with autoescape on


def _link_other_languages(study: Study, questionnaire: Questionnaire, language: str) -> list[Link]:
    urls = {
        other_language: addresses.form(study, questionnaire.id, other_language)
        for other_language in questionnaire.languages
    }
    return [link for link in make_language_links(urls, language) if not link.current]


def _link_ways_on(study: Study, translate: Translator) -> list[Link]:
    return [
        Link(url=addresses.home(study, translate.language), label=translate("Home page")),
        Link(url=addresses.results(study, translate.language), label=translate("Read the results")),
        Link(url=addresses.receipt(study, translate.language), label=translate("I have a code")),
    ]


def render_fragment(
    template: str, translate: Translator, title: str, *, sheets: tuple[str, ...] = AFTER_SHEETS, **context: object
) -> Fragment:
    content = (
        make_environment()
        .get_template(template)
        .render(_=translate, language=translate.language, title=title, **context)
    )
    return Fragment(title, Markup(content), sheets)  # noqa: S704  rendered with autoescape on


def _name_questionnaires(study: Study, language: str) -> list[tuple[str, str]]:
    """Each questionnaire and how its audience is called, for people who choose between them."""
    latest = {questionnaire.id: questionnaire for questionnaire in study.questionnaires}
    called = {
        questionnaire_id: in_language(study.audiences.get(questionnaire_id) or latest[questionnaire_id].title, language)
        for questionnaire_id in latest
    }
    return [(questionnaire_id, name[:1].upper() + name[1:]) for questionnaire_id, name in called.items()]


def _list_decisions(study: Study, translate: Translator) -> list[tuple[Link, Markup]]:
    """Every decision that the study led to: a link to its story, and what was decided."""
    page = addresses.actions(study, translate.language)
    return [
        (
            Link(url=f"{page}#{action.id}", label=markup.to_plain_text(in_language(action.said, translate.language))),
            markup.render_inline(in_language(action.decision.text, translate.language)),
        )
        for action in study.actions.listed
        if action.decision
    ]


def _name_standing(found: Standing | None) -> str:
    match found:
        case None:
            return "none"
        case Waiting():
            return "waiting"
        case Counted():
            return "counted"
        case _:
            return "withdrawn"
