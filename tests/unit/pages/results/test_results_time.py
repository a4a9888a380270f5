"""Through time: what can be compared stands together, what cannot is said to break, and why."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from boucle.core.questionnaire.model import Continuity, Question, Questionnaire, YesNo
from boucle.core.study.model import Series, Study, Wave
from boucle.pages.results.page import render_results
from support.builders import make_questionnaire, make_single, make_study, make_text, make_wave, make_yes_no
from support.release_samples import Shares, make_release

ASKED = make_yes_no("accompagne", required=True)
FIRST = make_questionnaire(ASKED)


def page(versions: list[Questionnaire], shares: list[Shares], respondents: int = 600) -> str:
    """The results page when each version in turn had a wave of its own, with these shares of its question."""
    waves = tuple(one_wave(2025 + at, one_version) for at, one_version in enumerate(versions))
    whole = make_study(*{one_version.version: one_version for one_version in versions}.values(), waves=waves)
    documents = {
        Series("etude", "candidats", version.major, at.id): release(whole, version, at.id, share, respondents)
        for version, at, share in zip(versions, waves, shares, strict=True)
    }
    return render_results(whole, "fr", documents).content.replace("\u202f", " ")


def one_wave(year: int, version: Questionnaire) -> Wave:
    return make_wave(
        (version.id, version.version, f"{year}-01-05"), id=str(year), opens=f"{year}-01-05", closes=f"{year}-12-31"
    )


def release(whole: Study, version: Questionnaire, wave_id: str, shares: Shares, respondents: int) -> bytes:
    alone = replace(whole, questionnaires=(version,))
    by_question = {question.id: shares for question in version.questions}
    return make_release(alone, "candidats", respondents, by_question, wave=wave_id)


def tables(shown: str) -> list[str]:
    time = shown.partition('id="time"')[2].partition('id="reading"')[0]
    return re.findall(r"<table>.*?</table>", time, re.DOTALL)


def reword(label: str) -> YesNo:
    return replace(ASKED, label=make_text(label))


def next_major(question: Question) -> Questionnaire:
    return replace(make_questionnaire(question), version="2.0.0")


def test_a_study_with_one_wave_says_nothing_of_time() -> None:
    assert 'id="time"' not in page([FIRST], [{"yes": 77, "no": 23}])


def test_two_waves_of_one_version_stand_in_one_table_with_their_margins() -> None:
    [table] = tables(page([FIRST, FIRST], [{"yes": 70, "no": 30}, {"yes": 77, "no": 23}]))
    assert "2025, version 1" in table
    assert "2026, version 1" in table
    assert re.search(r"Oui</th><td>70 % ± \d</td><td>77 % ± \d</td>", table)


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [(60, 77, "en hausse de 17 points"), (77, 60, "en baisse de 17 points"), (75, 77, "")],
)
def test_a_change_is_named_only_where_the_interval_leaves_no_doubt(before: int, after: int, said: str) -> None:
    shares: list[Shares] = [{"yes": before, "no": 100 - before}, {"yes": after, "no": 100 - after}]
    [table] = tables(page([FIRST, FIRST], shares))
    assert table.partition("Oui</th>")[2].partition("</tr>")[0].endswith(f"<td>{said}</td>")


def test_a_major_change_breaks_the_series_and_says_why() -> None:
    narrower = next_major(reword("Une personne vous suit-elle chaque semaine ?"))
    shown = page([FIRST, narrower], [{"yes": 77, "no": 23}, {"yes": 60, "no": 40}])
    assert len(tables(shown)) == 2
    assert "Rupture de série." in shown
    assert "La question est dite autrement." in shown
    assert "en baisse" not in shown


def test_a_question_declared_the_same_goes_on_with_its_authors_reason() -> None:
    declared = Continuity(kind="same", reason=make_text("Les mots sont plus simples, la question est la même."))
    simpler = next_major(replace(reword("Avez-vous un conseiller ?"), continuity=declared))
    shown = page([FIRST, simpler], [{"yes": 77, "no": 23}, {"yes": 60, "no": 40}])
    assert len(tables(shown)) == 1
    assert "Les mots sont plus simples, la question est la même." in shown
    assert "Rupture" not in shown


def test_recoded_answers_are_followed_under_their_new_name_and_merged_ones_are_not_made_up() -> None:
    old = make_questionnaire(make_single("contact", "jamais", "rarement", "souvent", required=True))
    recode = Continuity(
        kind="recode",
        reason=make_text("Deux réponses n'en font plus qu'une."),
        recode={"jamais": "peu", "rarement": "peu", "souvent": "beaucoup"},
    )
    new = next_major(make_single("contact", "peu", "beaucoup", required=True, continuity=recode))
    shown = page([old, new], [{"jamais": 20, "rarement": 30, "souvent": 50}, {"peu": 40, "beaucoup": 60}])
    [table] = tables(shown)
    assert re.search(r"beaucoup</th><td>50 % ± \d</td><td>60 % ± \d</td>", table)
    assert re.search(r"peu</th><td>–</td><td>40 % ± \d</td>", table)


def test_a_minor_version_marks_the_series_it_goes_on_in() -> None:
    first = make_questionnaire(make_single("contact", "un", "deux", required=True))
    wider = make_single("contact", "un", "deux", "trois", required=True)
    second = replace(make_questionnaire(wider), version="1.1.0")
    whole = make_study(first, second)
    document = make_release(
        replace(whole, questionnaires=(second,)),
        "candidats",
        shares={"contact": {"un": 50, "deux": 30, "trois": 20}},
        versions=["1.0.0", "1.1.0"],
    )
    shown = render_results(whole, "fr", {Series("etude", "candidats", 1, "2026"): document}).content
    assert "Depuis la version 1.1.0\u202f: un choix a été ajouté" in shown
