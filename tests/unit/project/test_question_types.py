"""A type of question is known wherever types are listed: CONTRIBUTING.md names these files."""

from __future__ import annotations

import json
from collections.abc import Iterator
from importlib.resources import files

from hypothesis import Phase, given, settings

from boucle.audit.tables import SINGLE_ANSWER_TYPES
from boucle.authoring.reference import list_kinds
from boucle.core.questionnaire.model import Closed, FreeText, Question, Questionnaire
from boucle.core.questionnaire.parse import QUESTION_PARSERS
from boucle.languages.catalogues import translator_for
from boucle.pages.common.piped_answers import fill_answers
from boucle.submissions.readers import READERS
from support.every_type import QUESTIONNAIRE
from support.random_forms import forms


def _list_types(base: type[Question]) -> Iterator[type[Question]]:
    """The types of question below one, without those that only gather others."""
    for kind in base.__subclasses__():
        if hasattr(kind, "type"):
            yield kind
        yield from _list_types(kind)


TYPES = frozenset(_list_types(Question))
NAMES = {kind.type for kind in TYPES}
COUNTED = NAMES - {FreeText.type}
"""A free text is read and coded, never counted."""


def test_lint_admits_each_type_and_the_parser_reads_it() -> None:
    assert QUESTION_PARSERS.keys() == NAMES
    assert set(list_kinds()) == NAMES | {"grid", "note"}


def test_submissions_read_an_answer_to_each_type() -> None:
    assert READERS.keys() == TYPES


def test_the_audit_takes_a_table_of_each_counted_type() -> None:
    schema = json.loads((files("boucle.audit") / "schemas" / "release.schema.json").read_text("utf-8"))
    assert set(schema["properties"]["questions"]["items"]["properties"]["type"]["enum"]) == COUNTED


def test_the_shares_of_closed_questions_are_audited_as_parts_of_a_whole() -> None:
    assert {kind.type for kind in _list_types(Closed)} == SINGLE_ANSWER_TYPES


def test_the_form_of_the_tests_asks_each_type() -> None:
    assert {type(question) for question in QUESTIONNAIRE.questions} == TYPES


def test_random_forms_ask_each_type() -> None:
    asked: set[type[Question]] = set()

    @settings(max_examples=50, derandomize=True, database=None, phases=[Phase.generate], deadline=None)
    @given(forms())
    def collect(form: Questionnaire) -> None:
        asked.update(type(question) for question in form.questions)

    collect()
    assert asked == TYPES


def test_an_answer_to_each_closed_question_can_be_said_again() -> None:
    closed = [question for question in QUESTIONNAIRE.questions if isinstance(question, Closed) and question.values]
    for question in closed:
        typed = {question.id: (str(question.values[0]),)}
        said = fill_answers(f"{{answer:{question.id}}}", QUESTIONNAIRE, typed, translator_for("en"))
        assert said not in ("", "..."), question.type
