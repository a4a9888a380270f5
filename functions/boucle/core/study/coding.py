"""Coded themes as a series of their own: texts are counted instead of people, by the themes that a person found.

A study of codings has the waves and the mechanism of the study itself, and one questionnaire for each of its own: a
multiple choice among the themes. Gate, noise, ledger and releases are then those of any other series.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from boucle.core.questionnaire.model import Choice, FreeText, Multiple, Questionnaire, Section
from boucle.core.questionnaire.values import Text
from boucle.core.study.model import Opening, Series, Study, Wave
from boucle.core.study.themes import THEME, THEMES_SUFFIX


@dataclass(frozen=True, slots=True, kw_only=True)
class Coding:
    """The themes that a person found in one text of a questionnaire; free sub-themes are among them."""

    key: str
    series: Series
    """The series of the text itself."""
    day: date
    themes: tuple[str, ...]
    expires: date


def list_coded_texts(questionnaire: Questionnaire) -> tuple[str, ...]:
    """The free texts whose themes are counted; an "other" text explains a choice that is counted itself."""
    if questionnaire.publication.verbatims != "moderated":
        return ()
    return tuple(
        question.id
        for question in questionnaire.questions
        if isinstance(question, FreeText) and question.other_of is None
    )


def is_coded(study: Study, series: Series, question: str) -> bool:
    """Whether the themes of texts that answer this question are counted in the series."""
    return any(question in list_coded_texts(version) for version in study.series.get(series, ()))


def series_of_codings(series: Series) -> Series:
    """Where the themes of a series' texts are counted."""
    return replace(series, questionnaire=series.questionnaire + THEMES_SUFFIX)


def make_coding_study(study: Study, label: Text) -> Study | None:
    """The study whose answers are codings; None where nothing is coded. `label` says what the figures are about."""
    coded = {series: versions for series, versions in study.series.items() if any(map(list_coded_texts, versions))}
    if not coded or not study.themes:
        return None
    questionnaires = {
        (questionnaire.id, questionnaire.version): questionnaire
        for questionnaire in (_make_coding_questionnaire(study, label, series) for series in coded)
    }
    return replace(
        study,
        questionnaires=tuple(questionnaires.values()),
        waves=tuple(
            _make_coding_wave(wave, [coded_series for coded_series in coded if coded_series.wave == wave.id])
            for wave in study.waves
        ),
        audiences={name + THEMES_SUFFIX: audience for name, audience in study.audiences.items()},
    )


def _make_coding_questionnaire(study: Study, label: Text, series: Series) -> Questionnaire:
    choices = tuple(Choice(value=theme.id, label=theme.label) for theme in study.themes)
    question = Multiple(id=THEME, label=label, choices=choices, max_choices=len(choices))
    return Questionnaire(
        id=series.questionnaire + THEMES_SUFFIX,
        version=_coding_version(series),
        languages=study.languages,
        title=label,
        sections=(Section(id="themes", title=label, blocks=(question,)),),
        texts_each=_max_texts(study, series),
    )


def _max_texts(study: Study, series: Series) -> int:
    """How many texts of one person are counted at most, in any wave: it stands in the plan of all of them."""
    versions = (
        version
        for version in study.questionnaires
        if (version.id, version.major) == (series.questionnaire, series.major)
    )
    return max(len(list_coded_texts(version)) for version in versions)


def _coding_version(series: Series) -> str:
    return f"{series.major}.0.0"


def _make_coding_wave(wave: Wave, coded: Sequence[Series]) -> Wave:
    openings: dict[str, tuple[Opening, ...]] = {}
    for series in coded:
        name = series.questionnaire + THEMES_SUFFIX
        openings[name] = (*openings.get(name, ()), Opening(version=_coding_version(series), opens=wave.opens))
    return replace(wave, openings=openings, population={})
