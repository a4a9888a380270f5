"""Invented respondents: the margins of the published study, to the nearest person, and only answers that hold."""

from collections.abc import Callable, Sequence
from random import Random

import pytest

from boucle.content.surveys import read_study
from boucle.core.questionnaire.routing import path
from boucle.core.questionnaire.values import Answer
from boucle.demonstration.campaign import split_into_batches
from boucle.demonstration.population import Profile, read_profile
from boucle.demonstration.respondents import Respondent, draw_quota, invent_respondents
from support.builders import DEMONSTRATION, SURVEYS

STUDY = read_study(SURVEYS / DEMONSTRATION)


@pytest.fixture(scope="module")
def profile() -> Profile:
    found = read_profile(SURVEYS / DEMONSTRATION)
    assert found is not None
    return found


def invent(profile: Profile, name: str) -> list[Respondent]:
    audience = profile.audiences[name]
    return invent_respondents(STUDY.by_version[name, audience.version], audience, profile)


def share(people: Sequence[Respondent], question: str, holds: Callable[[Answer], bool]) -> int:
    answers = [person.answers[question] for person in people if question in person.answers]
    return round(100 * sum(map(holds, answers)) / len(answers))


def test_candidates_have_the_published_margins(profile: Profile) -> None:
    people = invent(profile, "candidats")
    assert len(people) == 669
    assert share(people, "accompagne", lambda answer: answer == "yes") == 77
    assert share(people, "entreprise_insertion", lambda answer: answer == "yes") == 73
    assert share(people, "connait_iae", lambda answer: answer == "no") == 37
    assert share(people, "note", lambda answer: isinstance(answer, int) and answer >= 8) > 50


def test_professionals_have_the_published_margins(profile: Profile) -> None:
    people = invent(profile, "professionnels")
    assert len(people) == 367
    criteria = ("communication", "informations", "reseau", "dispositifs")
    shares = [share(people, "criteres", lambda chosen, c=criterion: c in chosen) for criterion in criteria]  # type: ignore[misc]
    assert shares == [74, 62, 54, 53]


@pytest.mark.parametrize("name", ["candidats", "professionnels"])
def test_invented_answers_are_on_the_path_and_complete(profile: Profile, name: str) -> None:
    questionnaire = STUDY.by_version[name, "1.0.0"]
    required = {question.id for question in questionnaire.questions if question.required}
    for person in invent(profile, name):
        taken = path(questionnaire, person.answers)
        assert taken.answers == person.answers
        assert required & set(taken.asked) <= set(person.answers)


def test_the_same_profile_invents_the_same_people(profile: Profile) -> None:
    assert invent(profile, "candidats") == invent(profile, "candidats")


def test_a_quota_is_exact_and_the_rest_did_not_answer() -> None:
    drawn = draw_quota({"a": 50, "b": 33.4}, 10, Random(1))
    assert (drawn.count("a"), drawn.count("b"), drawn.count(None)) == (5, 3, 2)


def test_batches_are_as_equal_as_can_be() -> None:
    assert [len(batch) for batch in split_into_batches([*range(367)], 5)] == [73, 74, 73, 74, 73]
