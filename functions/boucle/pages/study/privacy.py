"""The anonymity sheet of a study: what is stored, for how long, who reads it, and what each question may reveal.

It is made from the list of stored attributes, the plan of tables and the mechanism: from the code itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from boucle.core.privacy.guarantee import best_guess
from boucle.core.privacy.plan import plan
from boucle.core.privacy.tables import MODE, Plan, Planned
from boucle.core.questionnaire.model import FreeText, Question, Questionnaire
from boucle.core.release.cells import epsilon, whole
from boucle.core.study.model import Study
from boucle.languages.catalogues import Words, in_language, marked, words
from boucle.languages.number_format import Figures
from boucle.pages.common import markup
from boucle.pages.forms.fragments import Fragment, rendered
from boucle.pages.study.stored import KINDS, STORED
from boucle.pages.themes.codings import codings

SHEETS = ("form", "privacy")

READERS = (
    marked("The page where you answer can write your answers. It cannot read, search or list those of anybody."),
    marked("The program that counts reads closed answers once, when a group is complete. It never sees a free text."),
    marked("What publishes reads the noisy tables of groups, never an answer."),
    marked("Those in charge of the study read free texts on their own machine, to choose what may be quoted."),
)

WHEN = {
    "live": marked(
        "Groups are counted while answers come in: 30 people at least the first time, 20 at least afterwards."
    ),
    "close_only": marked("All answers are counted once, when the collection is over."),
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
class Guaranteed:
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
class SheetPart:
    """One series: the versions of a questionnaire that are counted together."""

    id: str
    title: str
    questions: tuple[Guaranteed, ...]
    texts: tuple[str, ...]
    verbatims: bool
    sensitivity: int
    epsilon: object


def privacy_sheet(study: Study, language: str) -> Fragment:
    """The page `/{study}/privacy/` in a language."""
    said = words(language)
    return rendered(
        "privacy.html",
        said,
        said("What we know about you, and what we publish"),
        sheets=SHEETS,
        controller=study.controller,
        legal_basis=markup.inline(in_language(study.controller.legal_basis, language)),
        retention=study.retention_days,
        erasures=[(wave.id, study.expiry(wave).isoformat()) for wave in study.waves],
        kinds=_kinds(said),
        readers=[said(each) for each in READERS],
        when=said(WHEN[study.mechanism.mode]),
        scale=study.mechanism.scale,
        parts=list(_parts(study, said)),
    )


def _kinds(said: Words) -> list[StoredKind]:
    return [
        StoredKind(
            title=said(KINDS[kind]),
            rows=tuple(
                StoredRow(attribute=f"{kind}.{name}", what=said(each.what), until=said(each.until.value))
                for name, each in attributes.items()
            ),
        )
        for kind, attributes in STORED.items()
    ]


def _parts(study: Study, said: Words) -> Iterator[SheetPart]:
    several: dict[tuple[str, int], list[Questionnaire]] = {}
    for each in study.questionnaires:
        several.setdefault((each.id, each.major), []).append(each)
    coded = codings(study)
    for versions in (*several.values(), *([each] for each in (coded.questionnaires if coded else ()))):
        yield _part(study, versions, said)


def _part(study: Study, versions: Sequence[Questionnaire], said: Words) -> SheetPart:
    newest, scale = versions[-1], study.mechanism.scale
    planned = NO_TABLES if newest.is_guide else plan(versions)
    texts = [each for each in newest.questions if isinstance(each, FreeText)]
    return SheetPart(
        id=f"{newest.id}-v{newest.major}",
        title=f"{markup.plain(in_language(newest.title, said.language))} ({newest.id}, v{newest.major})",
        questions=tuple(_guaranteed(planned, each, versions, scale, said) for each in planned.questions),
        texts=tuple(_label(each, said) for each in texts),
        verbatims=newest.publication.verbatims != "none",
        sensitivity=planned.sensitivity,
        epsilon=epsilon(planned.sensitivity, scale),
    )


def _asked(versions: Sequence[Questionnaire], id: str) -> Question | None:
    return next((each.by_id[id] for each in reversed(versions) if id in each.by_id), None)


def _label(question: Question, said: Words) -> str:
    return markup.plain(in_language(question.label, said.language))


def _guaranteed(
    planned: Plan, question: Planned, versions: Sequence[Questionnaire], scale: int, said: Words
) -> Guaranteed:
    asked = _asked(versions, question.id)
    return Guaranteed(
        label=said("How the questionnaire was answered") if asked is None else _label(asked, said),
        published=_published(planned, question, said),
        sensitivity=question.sensitivity,
        epsilon=epsilon(question.sensitivity, scale),
        success=Figures(said).percent(whole(100 * best_guess(question.sensitivity, scale))),
    )


def _published(planned: Plan, question: Planned, said: Words) -> str:
    tables = planned.tables_of(question.id)
    if not tables:
        return said("nothing of its own; it decides who is asked other questions")
    crossed = [each for each in tables[0].questions if each != question.id]
    if crossed:
        return said("counts under noise, crossed with “%(question)s”", question=crossed[0])
    if question.id == MODE or question.type != "ranking":
        return said("a count for each answer, under noise")
    return said("a count for each item at each rank, under noise")
