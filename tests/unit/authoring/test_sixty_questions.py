"""Sixty questions of every type, three levels of conditions, in three languages: linted, and routed soundly."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from boucle.authoring.lint.reach import Reach
from boucle.authoring.lint.run import lint
from boucle.authoring.writing import as_file
from boucle.core.questionnaire.conditions import Truth
from boucle.core.questionnaire.model import Grid, Note, Question
from boucle.core.questionnaire.parse import QUESTION_PARSERS, parse_questionnaire
from boucle.core.questionnaire.routing import applies, path
from boucle.core.questionnaire.values import Answer
from support.sixty import LANGUAGES, make_sixty_questions

ASKED = parse_questionnaire(make_sixty_questions())
REACH = Reach(ASKED)


def write(folder: Path) -> Path:
    file = folder / "soixante" / "1.0.0.json"
    file.parent.mkdir()
    file.write_text(as_file(make_sixty_questions()), encoding="utf-8")
    return file


def test_it_has_sixty_questions_of_every_type_in_three_languages() -> None:
    assert len(ASKED.questions) == 60
    blocks = [block for section in ASKED.sections for block in section.blocks]
    assert {block.type for block in blocks if isinstance(block, Question)} == set(QUESTION_PARSERS)
    assert {type(block) for block in blocks} >= {Grid, Note}
    assert ASKED.languages == LANGUAGES


def test_its_conditions_are_three_levels_deep_and_more() -> None:
    def depth(id: str) -> int:
        return 1 + max((depth(ancestor) for ancestor in REACH.walker.ancestors[id]), default=-1)

    assert max(depth(question.id) for question in ASKED.questions) >= 3


def test_lint_has_nothing_to_say(tmp_path: Path) -> None:
    assert lint([write(tmp_path)]).issues == ()


@settings(max_examples=60, deadline=None)
@given(st.fixed_dictionaries({id: st.sampled_from(kinds) for id, kinds in REACH.kinds.items()}))
def test_what_lint_deems_possible_is_what_paths_admit(chosen: dict[str, Answer | None]) -> None:
    answers = {id: answer for id, answer in chosen.items() if answer is not None}
    taken = path(ASKED, answers).answers
    for section in ASKED.sections:
        for block in section.blocks:
            if block.relevant is not None and applies(section.relevant, taken):
                impossible = Truth.of(not applies(block.relevant, taken))
                assert REACH.truth(block.relevant, section.relevant) is not impossible
