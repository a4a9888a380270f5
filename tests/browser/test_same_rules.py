"""The script says of any answers what the server says: the same path, the same problems, in the same words."""

from __future__ import annotations

import json
from collections.abc import Iterator
from random import Random

import pytest
from playwright.sync_api import Browser

from boucle.content.surveys import read_surveys
from boucle.core.questionnaire.form_fields import Typed
from boucle.core.questionnaire.model import (
    Date,
    FreeText,
    Multiple,
    Number,
    Question,
    Questionnaire,
    Ranking,
    Rating,
    Single,
    YesNo,
)
from boucle.core.questionnaire.validation import settle
from boucle.core.questionnaire.values import Answers
from boucle.languages.catalogues import translator_for
from boucle.pages.common import scripts
from boucle.pages.forms.rules import build_rules
from boucle.submissions.envelope import EnvelopeReader
from boucle.submissions.form import decode_form, group_fields
from support.builders import DEMONSTRATION, SURVEYS
from support.every_type import QUESTIONNAIRE

pytestmark = pytest.mark.browser

CASES = 300
NUMBERS = (
    "",
    "30",
    "15",
    "100",
    "30.5",
    "30,50",
    "30,0",
    " 4 2 ",
    "trente",
    "٣٠",
    "۴۲",
    "-1",
    "+20",
    "1e3",
    "16",
    "99",
)
DAYS = ("", "2024-02-29", "2023-02-29", "2019-12-31", "31/12/2026", "1/2/2024", "32/01/2024", "hier", "٢٠٢٤-٠١-٠١")
TEXTS = ("", "  ", "oui", "x" * 501, "x" * 201, "é" * 200, "deux\nlignes", "son\u0007nerie", "😀" * 200, "😀" * 201)


def some_pairs(questionnaire: Questionnaire, chance: Random) -> list[tuple[str, str]]:
    return [pair for question in questionnaire.questions for pair in _type_answers(question, chance)]


def _type_answers(question: Question, chance: Random) -> Iterator[tuple[str, str]]:
    match question:
        case Single() | YesNo() | Rating():
            if chance.random() < 0.7:
                yield question.id, str(chance.choice(question.values))
        case Multiple():
            yield from ((question.id, value) for value in question.values if chance.random() < 0.4)
        case Ranking(top=top):
            for value in question.values:
                yield f"{question.id}.{value}", chance.choice(["", "", *map(str, range(1, top + 1))])
        case Number() | Date() | FreeText():
            pool = {Number: NUMBERS, Date: DAYS, FreeText: TEXTS}[type(question)]
            yield question.id, chance.choice(pool)


def servers_word(questionnaire: Questionnaire, typed: Typed) -> object:
    """What the API says: the path, the answers that count, and the sentence for each problem."""
    body, malformed = decode_form(questionnaire, typed)
    envelope = EnvelopeReader("study", questionnaire).read(body)
    taken, problems = settle(questionnaire, envelope.answers, (*malformed, *envelope.malformed))
    said = [[problem.question, translator_for("fr").describe_issue(problem)] for problem in problems]
    return {"asked": list(taken.asked), "answers": _plain(taken.answers), "problems": said}


def _plain(answers: Answers) -> dict[str, object]:
    return {id: sorted(answer) if isinstance(answer, tuple) else answer for id, answer in answers.items()}


@pytest.mark.parametrize("questionnaire", [QUESTIONNAIRE, *read_surveys(SURVEYS)[DEMONSTRATION].questionnaires])
def test_the_script_settles_any_answers_as_the_server_does(browser: Browser, questionnaire: Questionnaire) -> None:
    chance = Random(questionnaire.id)
    cases = [some_pairs(questionnaire, chance) for _ in range(CASES)]
    tab = browser.new_page()
    for name in ("rules.js", "kinds.js"):
        tab.add_script_tag(content=scripts.read_scripts()[f"_boucle/{name}"])
    said = tab.evaluate(
        """([form, cases]) => cases.map((typed) => {
          const { asked, answers, problems } = Rules.settle(form, typed);
          for (const id in answers) if (Array.isArray(answers[id])) answers[id].sort();
          return { asked, answers, problems: problems.map(({ id, text }) => [id, text]) };
        })""",
        [json.loads(build_rules(questionnaire, translator_for("fr"))), cases],
    )
    tab.close()
    for case, found in zip(cases, said, strict=True):
        assert found == servers_word(questionnaire, group_fields(case)), case
