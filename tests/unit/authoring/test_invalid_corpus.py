"""One broken file a message: `tests/invalid/<rule>[--variant]/`, with what lint says of it in `expected.json`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from boucle.authoring.lint.drafts import Draft, StudyDraft
from boucle.authoring.lint.issues import Rule
from boucle.authoring.lint.rules import QUESTIONNAIRE_RULES, STUDY_RULES
from boucle.authoring.lint.run import FROZEN_RULE, lint
from boucle.authoring.lint.shape import SHAPE_RULES
from boucle.authoring.lint.sources import READING_RULES
from support.builders import REPOSITORY

CORPUS = REPOSITORY / "tests" / "invalid"
RULES: tuple[Rule[Draft] | Rule[StudyDraft], ...] = (*QUESTIONNAIRE_RULES, *STUDY_RULES)
CASES = sorted(path.parent for path in CORPUS.glob("*/expected.json"))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_lint_says_what_is_wrong_with_a_broken_file_and_nothing_else(
    case: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(case)
    found = lint([Path("surveys/etude")]).issues
    said = [
        {
            "rule": issue.rule,
            "severity": issue.severity.value,
            "file": str(issue.file),
            "place": issue.place,
            "pointer": issue.pointer,
            "line": issue.line,
            "message": issue.message,
            "remedy": issue.remedy,
        }
        for issue in found
    ]
    assert said == json.loads((case / "expected.json").read_text(encoding="utf-8"))


def test_a_broken_file_breaks_the_rule_that_it_is_named_after() -> None:
    for case in CASES:
        rules = [
            expected_issue["rule"]
            for expected_issue in json.loads((case / "expected.json").read_text(encoding="utf-8"))
        ]
        assert case.name.partition("--")[0] in rules


def test_every_rule_has_its_broken_file() -> None:
    rules = {FROZEN_RULE, *READING_RULES, *SHAPE_RULES, *(rule.name for rule in RULES)}
    assert rules == {case.name.partition("--")[0] for case in CASES}


def test_every_rule_says_in_a_line_what_it_promises() -> None:
    for rule in RULES:
        assert rule.promise.endswith((".", ":")), rule.name
