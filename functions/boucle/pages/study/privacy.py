"""The anonymity sheet of a study: what is stored, for how long, who reads it, and what each question may reveal.

It is made from the list of stored attributes, the plan of tables and the mechanism: from the code itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from boucle.core.privacy.guarantee import best_guess
from boucle.core.privacy.plan import plan
from boucle.core.privacy.tables import MODE, Plan, PlannedQuestion
from boucle.core.questionnaire.model import FreeText, Question, Questionnaire
from boucle.core.release.cells import epsilon
from boucle.core.release.intervals import round_half_up
from boucle.core.study.model import Study
from boucle.languages.catalogues import Translator, gettext_noop, in_language, translator_for
from boucle.languages.number_format import NumberFormatter
from boucle.pages.common import markup
from boucle.pages.forms.fragments import Fragment, render_fragment
from boucle.pages.study.stored import KINDS, STORED
from boucle.pages.themes.codings import study_of_coded_texts

SHEETS = ("form", "privacy")

READERS = (
    gettext_noop("The page where you answer can write your answers. It cannot read, search or list those of anybody."),
    gettext_noop(
        "The program that counts reads closed answers once, when a group is complete. It never sees a free text."
    ),
    gettext_noop("What publishes reads the noisy tables of groups, never an answer."),
    gettext_noop("Those in charge of the study read free texts on their own machine, to choose what may be quoted."),
)

WHEN = {
    "live": gettext_noop(
        "Groups are counted while answers come in: 30 people at least the first time, 20 at least afterwards."
    ),
    "close_only": gettext_noop("All answers are counted once, when the collection is over."),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredRow:
    attribute: str
    what: str
    until: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredKind:
    title: str
    rows: tuple[StoredRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionGuarantee:
    """What one question publishes, and how little it tells of one person."""

    label: str
    published: str
    sensitivity: int
    epsilon: object
    success: str
    """In percents: how often somebody who knows everything else guesses right between two answers."""


NO_TABLES = Plan(versions=(), questions=(), tables=())
"""What interviews enter."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetSection:
    """One series: the versions of a questionnaire that are counted together."""

    id: str
    title: str
    questions: tuple[QuestionGuarantee, ...]
    texts: tuple[str, ...]
    verbatims: bool
    sensitivity: int
    epsilon: object


def render_privacy_sheet(study: Study, language: str) -> Fragment:
    """The page `/{study}/privacy/` in a language."""
    translate = translator_for(language)
    return render_fragment(
        "privacy.html",
        translate,
        translate("What we know about you, and what we publish"),
        sheets=SHEETS,
        controller=study.controller,
        legal_basis=markup.render_inline(in_language(study.controller.legal_basis, language)),
        retention=study.retention_days,
        erasures=[(wave.id, study.expiry(wave).isoformat()) for wave in study.waves],
        kinds=_list_stored_kinds(translate),
        readers=[translate(reader) for reader in READERS],
        when=translate(WHEN[study.mechanism.mode]),
        scale=study.mechanism.scale,
        parts=list(_build_sections(study, translate)),
    )


def _list_stored_kinds(translate: Translator) -> list[StoredKind]:
    return [
        StoredKind(
            title=translate(KINDS[kind]),
            rows=tuple(
                StoredRow(
                    attribute=f"{kind}.{name}", what=translate(attribute.what), until=translate(attribute.until.value)
                )
                for name, attribute in attributes.items()
            ),
        )
        for kind, attributes in STORED.items()
    ]


def _build_sections(study: Study, translate: Translator) -> Iterator[SheetSection]:
    several: dict[tuple[str, int], list[Questionnaire]] = {}
    for questionnaire in study.questionnaires:
        several.setdefault((questionnaire.id, questionnaire.major), []).append(questionnaire)
    coded = study_of_coded_texts(study)
    for versions in (
        *several.values(),
        *([coded_version] for coded_version in (coded.questionnaires if coded else ())),
    ):
        yield _build_section(study, versions, translate)


def _build_section(study: Study, versions: Sequence[Questionnaire], translate: Translator) -> SheetSection:
    newest, scale = versions[-1], study.mechanism.scale
    planned = NO_TABLES if newest.is_guide else plan(versions)
    texts = [question for question in newest.questions if isinstance(question, FreeText)]
    return SheetSection(
        id=f"{newest.id}-v{newest.major}",
        title=f"{markup.to_plain_text(in_language(newest.title, translate.language))} ({newest.id}, v{newest.major})",
        questions=tuple(
            _describe_guarantee(planned, planned_question, versions, scale, translate)
            for planned_question in planned.questions
        ),
        texts=tuple(_render_label(text, translate) for text in texts),
        verbatims=newest.publication.verbatims != "none",
        sensitivity=planned.sensitivity,
        epsilon=epsilon(planned.sensitivity, scale),
    )


def _find_question(versions: Sequence[Questionnaire], id: str) -> Question | None:
    return next((version.by_id[id] for version in reversed(versions) if id in version.by_id), None)


def _render_label(question: Question, translate: Translator) -> str:
    return markup.to_plain_text(in_language(question.label, translate.language))


def _describe_guarantee(
    planned: Plan, question: PlannedQuestion, versions: Sequence[Questionnaire], scale: int, translate: Translator
) -> QuestionGuarantee:
    asked = _find_question(versions, question.id)
    return QuestionGuarantee(
        label=translate("How the questionnaire was answered") if asked is None else _render_label(asked, translate),
        published=_describe_publication(planned, question, translate),
        sensitivity=question.sensitivity,
        epsilon=epsilon(question.sensitivity, scale),
        success=NumberFormatter(translate).format_percent(round_half_up(100 * best_guess(question.sensitivity, scale))),
    )


def _describe_publication(planned: Plan, question: PlannedQuestion, translate: Translator) -> str:
    tables = planned.tables_of(question.id)
    if not tables:
        return translate("nothing of its own; it decides who is asked other questions")
    crossed = [other for other in tables[0].questions if other != question.id]
    if crossed:
        return translate("counts under noise, crossed with “%(question)s”", question=crossed[0])
    if question.id == MODE or question.type != "ranking":
        return translate("a count for each answer, under noise")
    return translate("a count for each item at each rank, under noise")
