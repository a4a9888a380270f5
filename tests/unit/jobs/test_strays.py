"""What is stored and belongs to nothing that the surveys know is said by the job, in the words of an author."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from boucle.core.study.model import Series, Study
from boucle.jobs.strays import find_cut_off, find_strays
from support.cohorts import SealingInstallation


def find(installation: SealingInstallation, *studies: Study) -> list[str]:
    known = {study.id: study for study in studies}
    return [str(stray) for stray in find_strays(known, installation.store, installation.ledger)]


def fill() -> SealingInstallation:
    """Forty that are sealed, and seven that wait."""
    installation = SealingInstallation()
    installation.run_day(40)
    installation.receive_some(7)
    return installation


def rename_wave(study: Study, id: str) -> Study:
    return replace(study, waves=tuple(replace(wave, id=id) for wave in study.waves))


def test_where_the_surveys_know_every_series_nothing_is_said() -> None:
    installation = fill()
    assert find(installation, installation.study) == []


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda study: (), 'no study is called "etude"'),
        (lambda study: (replace(study, id="autre"),), 'no study is called "etude"'),
        (lambda study: (rename_wave(study, "2026-automne"),), 'has no wave "'),
        (lambda study: (_ask_nothing(study),), "does not ask"),
        (lambda study: (_next_major(study),), "opens no version 1"),
    ],
)
def test_answers_and_cohorts_that_nothing_knows_are_counted_and_why_is_said(change: object, reason: str) -> None:
    installation = fill()
    assert callable(change)
    answers, cohorts = find(installation, *change(installation.study))
    wave = installation.series.wave
    assert answers.startswith(f"47 answers of wave {wave} belong to nothing that study.json knows")
    assert cohorts.startswith(f"1 sealed cohorts of wave {wave} belong to nothing that study.json knows")
    assert reason in answers
    assert reason in cohorts
    assert "as it was" in answers


def _ask_nothing(study: Study) -> Study:
    return replace(study, waves=tuple(replace(wave, openings={}) for wave in study.waves))


def _next_major(study: Study) -> Study:
    questionnaires = tuple(replace(questionnaire, version="2.0.0") for questionnaire in study.questionnaires)
    waves = tuple(
        replace(
            wave,
            openings={
                name: tuple(replace(opening, version="2.0.0") for opening in openings[:1])
                for name, openings in wave.openings.items()
            },
        )
        for wave in study.waves
    )
    return replace(study, questionnaires=questionnaires, waves=waves)


def test_a_questionnaire_that_becomes_a_guide_leaves_its_answers_uncounted() -> None:
    installation = fill()
    guides = tuple(replace(questionnaire, is_guide=True) for questionnaire in installation.study.questionnaires)
    said = find(installation, replace(installation.study, questionnaires=guides))
    assert any("is a guide of interviews now" in line for line in said)


def test_answers_from_before_the_wave_opens_are_said() -> None:
    installation = fill()
    later = tuple(replace(wave, opens=date(2026, 8, 1)) for wave in installation.study.waves)
    cohort, said = find(installation, replace(installation.study, waves=later))
    assert cohort.startswith(f"the first cohort of wave {installation.series.wave} began on ")
    assert said.startswith(f"7 answers of wave {installation.series.wave} came before the day on which it opens now")


def test_another_series_that_is_known_is_no_stray() -> None:
    installation = fill()
    other = Series("etude", "candidats", 1, "1999")
    assert installation.store.count_strays({installation.series, other}) == {}


def find_changed(installation: SealingInstallation, before: Study, after: Study) -> list[str]:
    found = find_cut_off({before.id: before}, {after.id: after}, installation.store, installation.ledger)
    return [str(stray) for stray in found]


def split_wave(study: Study, ids: tuple[str, str]) -> Study:
    """The study's wave, and one a year before, with the same versions; called so, the earlier first."""
    [wave] = study.waves
    past, year = wave.opens - timedelta(days=300), timedelta(days=299)
    openings = {name: (replace(listed[0], opens=past),) for name, listed in wave.openings.items()}
    earlier = replace(wave, id=ids[0], opens=past, closes=past + year, grace_days=60, openings=openings)
    return replace(study, waves=(earlier, replace(wave, id=ids[1])))


def test_two_waves_that_change_names_are_said_though_every_day_fits_both() -> None:
    installation = fill()
    was = split_wave(installation.study, (installation.series.wave, "next"))
    became = split_wave(installation.study, ("next", installation.series.wave))
    [said] = find_changed(installation, was, became)
    opens = [wave.opens for wave in was.waves]
    assert said.startswith(
        f"wave {installation.series.wave} has answers and opened on {opens[0]}, and would open on {opens[1]} now"
    )
    assert find_changed(installation, became, became) == []
    assert find_changed(installation, became, was) == []  # it opens earlier: its answers are where they were


def change_opening(study: Study, version: str | None, later: int = 0) -> Study:
    """Where the wave opens its version that many days later, or another one in its place, or both."""
    [wave] = study.waves
    [first] = wave.openings["candidats"]
    opening = replace(first, version=version or first.version, opens=first.opens + timedelta(days=later))
    added = tuple(replace(old, version=opening.version) for old in study.questionnaires)
    waves = (replace(wave, openings={"candidats": (opening,)}),)
    return replace(study, waves=waves, questionnaires=(*study.questionnaires, *added))


def test_a_version_that_would_have_opened_after_answers_to_it_is_said() -> None:
    installation = fill()
    study = installation.study
    first = study.waves[0].openings["candidats"][0]
    for changed in (change_opening(study, None, 1), change_opening(study, "1.1.0")):
        [said] = find_changed(installation, study, changed)
        assert said.startswith(f"version {first.version} opened in wave {installation.series.wave} on {first.opens}")
        assert f'Put {{"version": "{first.version}", "from": "{first.opens}"}} back.' in said
    assert find_changed(installation, study, change_opening(study, None)) == []


def test_where_nobody_has_answered_all_of_it_may_change() -> None:
    installation = SealingInstallation()
    study = installation.study
    assert find_changed(installation, study, change_opening(study, "1.1.0", 3)) == []


def test_what_is_held_back_counts_as_answered() -> None:
    installation = SealingInstallation()
    key = installation.receive_some(1)[0]
    assert key
    installation.store.hold_back(installation.series, date.max, lambda _: False)
    assert len(find_changed(installation, installation.study, change_opening(installation.study, "1.1.0"))) == 1
