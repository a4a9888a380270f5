"""Promises of crossed points of view: a difference is claimed only when its interval allows it."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from boucle.core.questionnaire.model import Question, ShareAtLeast
from boucle.core.release.document import read_release
from boucle.core.study.model import Study
from boucle.languages.catalogues import translator_for
from boucle.languages.number_format import NumberFormatter
from boucle.pages.results.gaps import AudienceComparison, View, compare_views
from boucle.pages.results.labels import Labels
from boucle.pages.results.page import render_results
from support.builders import make_multiple, make_questionnaire, make_rating, make_single, make_study, make_yes_no
from support.release_samples import Shares, make_release, series_of

ALIKE = (
    make_single("redite", "jamais", "souvent", concept="c"),
    make_single("redite", "jamais", "souvent", concept="c"),
)


def both(one: Question, other: Question) -> Study:
    sides = [make_questionnaire(one, id="candidats"), make_questionnaire(other, id="pros")]
    return make_study(*sides)


def compare_shares(asked: Study, first: Shares, second: Shares, respondents: int = 500) -> AudienceComparison | None:
    views = []
    for questionnaire_id, shares in zip(("candidats", "pros"), (first, second), strict=True):
        read = read_release(
            make_release(asked, questionnaire_id, respondents, {read_id(asked, questionnaire_id): shares})
        )
        labels = Labels.of(asked, read, NumberFormatter(translator_for("fr")))
        views.append(View(questionnaire_id, labels, read.questions[0]))
    return compare_views(*views)


def read_id(asked: Study, questionnaire: str) -> str:
    return next(candidate for candidate in asked.questionnaires if candidate.id == questionnaire).questions[0].id


def plain(comparison: AudienceComparison | None) -> str:
    assert comparison is not None
    return comparison.sentence.replace("\u202f", " ")


@pytest.mark.parametrize(
    ("first", "second", "said"),
    [
        (
            {"jamais": 20, "souvent": 80},
            {"jamais": 60, "souvent": 40},
            "« jamais » : 60 % des pros, 20 % des candidats. L’écart est de 40 points (de 32 à 48).",
        ),
        (
            {"jamais": 48, "souvent": 52},
            {"jamais": 50, "souvent": 50},
            "Aucun écart ne dépasse ici ce que le hasard et la protection des réponses peuvent produire.",
        ),
    ],
)
def test_a_difference_is_claimed_only_when_zero_is_outside_of_its_interval(
    first: Shares, second: Shares, said: str
) -> None:
    assert plain(compare_shares(both(*ALIKE), first, second)) == said


def test_the_same_difference_among_fewer_people_is_not_claimed() -> None:
    shares: tuple[Shares, Shares] = ({"jamais": 30, "souvent": 70}, {"jamais": 45, "souvent": 55})
    many, few = (compare_shares(both(*ALIKE), *shares, respondents=size) for size in (800, 60))
    assert many is not None
    assert few is not None
    assert [line.gap for line in few.lines] == ["trop peu pour conclure"] * 2
    assert [line.gap.replace("\u202f", " ") for line in many.lines] == ["15 points (de 8 à 22)"] * 2


def test_high_marks_are_compared_on_the_same_scale_only() -> None:
    high = ShareAtLeast(threshold=4)
    same, other = (make_rating("note", low, 5, concept="c", estimates=(high,)) for low in (0, 1))
    comparison = compare_shares(both(same, same), {4: 90, 2: 10}, {4: 20, 2: 80})
    assert comparison is not None
    assert [line.answer for line in comparison.lines] == ["4 ou plus sur 5"]
    assert compare_shares(both(same, other), {4: 90, 2: 10}, {4: 20, 2: 80}) is None


def test_an_only_answer_is_never_compared_with_one_among_several() -> None:
    asked = both(make_single("a", "x", "y", concept="c"), make_multiple("b", "x", "y"))
    assert compare_shares(asked, {"x": 80, "y": 20}, {"x": 10, "y": 20}) is None


def test_what_is_withheld_on_one_side_is_not_compared() -> None:
    comparison = compare_shares(both(*ALIKE), {"jamais": 0, "souvent": 97}, {"jamais": 40, "souvent": 60})
    assert comparison is not None
    assert [line.answer for line in comparison.lines] == ["souvent"]


def test_yes_and_no_are_the_same_everywhere() -> None:
    comparison = compare_shares(
        both(make_yes_no("a", concept="c"), make_yes_no("b", concept="c")), {"yes": 90}, {"yes": 20}
    )
    assert comparison is not None
    assert comparison.lines[0].answer == "Oui"


def test_the_page_says_the_gap_below_the_two_figures() -> None:
    asked = both(*ALIKE)
    shares: tuple[Mapping[str, Shares], ...] = ({"redite": {"jamais": 20, "souvent": 80}}, {"redite": {"jamais": 60}})
    page = render_results(
        asked, "fr", {series_of(asked, questionnaire_id): make_release(asked, questionnaire_id, 500, said)
                      for questionnaire_id, said in zip(("candidats", "pros"), shares, strict=True)},
    ).content  # fmt: skip
    assert page.index('id="pros-redite"') < page.index('class="gap"')
    assert "40\u202fpoints" in page or "40 points" in page
