"""Promises of headlines: what a table says, in three languages, and never more than its margins allow."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

import pytest

from boucle.content.surveys import read_study
from boucle.core.questionnaire.model import Question, Ranking, ShareAtLeast
from boucle.core.release.document import read_release
from boucle.languages.catalogues import translator_for
from boucle.languages.number_format import NumberFormatter
from boucle.pages.results.labels import Labels
from boucle.pages.results.sentences import HeadlineWriter, nearest_fraction
from support.builders import (
    DEMONSTRATION,
    SURVEYS,
    make_choices,
    make_multiple,
    make_questionnaire,
    make_rating,
    make_single,
    make_study,
    make_text,
    make_yes_no,
)
from support.release_samples import Shares, make_release


def write_headline(question: Question, shares: Shares, respondents: int = 600) -> str:
    """The French headline of a question with these shares, without its markup."""
    asked = make_study(make_questionnaire(question))
    labels = Labels.of(
        asked,
        read_release(make_release(asked, "candidats", respondents, {question.id: shares})),
        NumberFormatter(translator_for("fr")),
    )
    table = labels.release.by_question[question.id]
    return (
        HeadlineWriter(labels, "candidats")
        .write_headline(table)
        .sentence.striptags()
        .replace("\u202f", " ")
        .replace("\u00a0", " ")
    )


@pytest.mark.parametrize(
    ("share", "fraction"),
    [(77, "3/4"), (73, "3/4"), (37, "2/5"), (62, "3/5"), (33, "1/3"), (50, "1/2"), (90, "9/10"), (54, None), (2, None)],
)
def test_a_share_is_about_a_simple_fraction_only_within_three_points(share: int, fraction: str | None) -> None:
    assert nearest_fraction(share) == (Fraction(fraction) if fraction else None)


def test_a_yes_or_no_question_says_the_share_of_yes() -> None:
    assert (
        write_headline(make_yes_no("aide"), {"yes": 77, "no": 23})
        == "77 % des candidats répondent « Oui », soit environ 3 sur 4."
    )


def test_a_clear_leader_is_called_the_most_frequent_answer() -> None:
    heard = write_headline(make_single("age", "jeune", "adulte", "aine"), {"jeune": 54, "adulte": 30, "aine": 16})
    assert heard == "« jeune » est la réponse la plus fréquente : 54 % des candidats."


def test_two_answers_whose_margins_overlap_are_not_ranked() -> None:
    heard = write_headline(make_single("age", "jeune", "adulte", "aine"), {"jeune": 42, "adulte": 40, "aine": 18})
    assert heard == "« jeune » (42 %) et « adulte » (40 %) arrivent en tête, sans écart net entre les deux."


def test_no_answer_is_said_to_lead_when_three_are_within_their_margins() -> None:
    heard = write_headline(make_single("age", "jeune", "adulte", "aine"), {"jeune": 34, "adulte": 33, "aine": 33})
    assert heard == "Aucune réponse ne se détache nettement."


def test_silence_is_never_the_most_frequent_answer() -> None:
    heard = write_headline(make_single("age", "jeune", "adulte"), {"jeune": 30, "adulte": 10, None: 60})
    assert heard.startswith("« jeune » est la réponse la plus fréquente")


def test_a_rating_says_the_share_at_or_above_its_threshold() -> None:
    asked = make_rating("note", estimates=(ShareAtLeast(threshold=8),))
    assert write_headline(asked, {5: 45, 8: 30, 10: 25}) == "55 % des candidats donnent 8 ou plus sur 10."


def test_criteria_are_said_from_the_most_chosen() -> None:
    heard = write_headline(make_multiple("criteres", "a", "b", "c", "d"), {"a": 54, "b": 74, "c": 53, "d": 62})
    assert heard == (
        "74 % des candidats choisissent « b », soit environ 3 sur 4. Viennent ensuite : « d » (62 %), « a » (54 %)."
    )


def test_a_ranking_says_what_comes_first() -> None:
    asked = Ranking(id="ordre", label=make_text("ordre"), choices=make_choices("a", "b"), top=2)
    assert (
        write_headline(asked, {"a": 30, "b": 70})
        == "70 % des candidats classent « b » en premier, soit environ 7 sur 10."
    )


def test_a_base_that_is_too_small_is_said_and_no_figure_is_given() -> None:
    assert (
        write_headline(make_yes_no("aide"), {"yes": 77, "no": 23}, respondents=12)
        == "Trop peu de réponses pour être montré"
    )


LANGUAGES: Mapping[str, str] = {
    "fr": "77 % des candidats et candidates répondent « Oui », soit environ 3 sur 4.",
    "en": "77% of candidates answer “Yes”, about 3 in 4.",
    "ar": "الباحثون والباحثات عن عمل: أجاب 77 % منهم «نعم»، أي نحو 3 من كل 4.",
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_same_figure_is_said_in_three_languages(language: str) -> None:
    demonstration = read_study(SURVEYS / DEMONSTRATION)
    document = read_release(make_release(demonstration, "candidats"))
    labels = Labels.of(demonstration, document, NumberFormatter(translator_for(language)))
    grammar = HeadlineWriter(labels, demonstration.audiences["candidats"][language])
    sentence = grammar.write_headline(document.by_question["accompagne"]).sentence
    assert sentence.striptags().replace("\u202f", " ").replace("\u00a0", " ") == LANGUAGES[language]


def test_a_question_that_not_everybody_was_asked_says_so() -> None:
    demonstration = read_study(SURVEYS / DEMONSTRATION)
    document = read_release(make_release(demonstration, "candidats"))
    labels = Labels.of(demonstration, document, NumberFormatter(translator_for("en")))
    sentence = HeadlineWriter(labels, "candidates").write_headline(document.by_question["note"]).sentence
    assert sentence.striptags() == "55% of candidates who were asked this question give 8 or more out of 10."
