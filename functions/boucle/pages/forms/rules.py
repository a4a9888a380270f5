"""The rules of a form for the script in its page: the same definition, the same words as the server's.

One compact JSON document: sections in order, each with its condition and its questions. `say` holds the sentences for
what can be wrong, limits filled in: a question's own first, then those that the whole form shares.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from markupsafe import Markup

from boucle.core.questionnaire.conditions import And, Answered, Compare, Condition, Equals, In, Includes, Not, Or, Test
from boucle.core.questionnaire.model import (
    Date,
    FreeText,
    Grid,
    Multiple,
    Note,
    Number,
    Question,
    Questionnaire,
    Ranking,
    Section,
)
from boucle.core.questionnaire.validation import AnswerIssue
from boucle.core.strictjson import JsonObject
from boucle.languages.catalogues import Translator

Limits = Mapping[str, int | float | str]


def build_rules(questionnaire: Questionnaire, translate: Translator) -> Markup:
    """The rules as JSON, for an attribute between single quotes."""
    document = {
        "parts": [_build_section(section, translate) for section in questionnaire.sections],
        "say": {code: translate.describe_issue(AnswerIssue("", code)) for code in _find_shared_codes(questionnaire)},
    }
    written = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
    # JSON's own escapes: shorter than HTML's, of which every double quote would need one.
    for mark in "&<>'":
        written = written.replace(mark, f"\\u{ord(mark):04x}")
    return Markup(written)  # noqa: S704  nothing in it can end the attribute any more


def _build_section(section: Section, translate: Translator) -> JsonObject:
    shown = [block for block in section.blocks if isinstance(block, Grid | Note) and block.relevant]
    return {
        **_build_relevance(section.relevant),
        "ask": [_build_rule(question, translate) for question in section.questions],
        **({"show": [{"id": block.id, **_build_relevance(block.relevant)} for block in shown]} if shown else {}),
    }


def _build_rule(question: Question, translate: Translator) -> JsonObject:
    sentences = {
        code: translate.describe_issue(AnswerIssue("", code, limits))
        for code, limits in _list_limit_issues(question)
        if code not in _find_impossible_issues(question)
    }
    return {
        "id": question.id,
        **({} if question.type in ("single", "yes_no") else {"type": question.type}),
        **({"required": 1} if question.required else {}),
        **_build_relevance(question.relevant),
        **_limits_of(question),
        **({"say": sentences} if sentences else {}),
    }


def _build_relevance(relevant: Condition | None) -> JsonObject:
    return {"if": _build_condition(relevant)} if relevant else {}


def _build_condition(condition: Condition) -> list[Any]:
    match condition:
        case And(conditions):
            return ["and", *map(_build_condition, conditions)]
        case Or(conditions):
            return ["or", *map(_build_condition, conditions)]
        case Not(inner):
            return ["not", _build_condition(inner)]
        case _:
            return _build_test(condition)


def _build_test(test: Test) -> list[Any]:
    match test:
        case Equals(answer, value):
            return ["=", answer, value]
        case In(answer, values):
            return ["in", answer, list(values)]
        case Includes(answer, value):
            return ["has", answer, value]
        case Answered(answer):
            return ["any", answer]
        case Compare(answer, operator, value):
            return [operator, answer, value]


def _limits_of(question: Question) -> JsonObject:
    match question:
        case Multiple(min_choices=least, max_choices=most):
            alone = [choice.value for choice in question.choices if choice.exclusive]
            return {"min": least, "max": most, **({"alone": alone} if alone else {})}
        case Ranking(top=top):
            return {"items": list(question.values), "max": top}
        case Number(minimum=low, maximum=high, decimals=decimals):
            return {"min": low, "max": high, "decimals": decimals}
        case Date(minimum=low, maximum=high):
            return {"min": low, "max": high}
        case FreeText(min_length=least, max_length=most):
            return {"min": least, "max": most}
        case _:
            return {}


def _list_limit_issues(question: Question) -> Iterator[tuple[str, Limits]]:
    """The issues with limits that this question's answer can have, as intake names them."""
    match question:
        case Multiple(min_choices=least, max_choices=most):
            yield "too_few_choices", {"minimum": least}
            yield "too_many_choices", {"maximum": most}
        case Ranking(top=top):
            yield "too_few_choices", {"minimum": top}
        case Number(minimum=low, maximum=high, decimals=decimals):
            yield "out_of_range", {"minimum": low, "maximum": high}
            yield "too_many_decimals", {"maximum": decimals}
        case Date(minimum=low, maximum=high):
            yield "out_of_range", {"minimum": low, "maximum": high}
        case FreeText(min_length=least, max_length=most):
            yield "too_long", {"maximum": most}
            yield "too_short", {"minimum": least}


def _find_impossible_issues(question: Question) -> frozenset[str]:
    """What no answer from the page can break: its sentence would only weigh."""
    match question:
        case Multiple(min_choices=least, max_choices=most):
            few, many = least < 2, most >= len(question.choices)
            return frozenset({*(["too_few_choices"] if few else []), *(["too_many_choices"] if many else [])})
        case FreeText(min_length=least) if least < 2:
            return frozenset({"too_short"})
        case _:
            return frozenset()


def _find_shared_codes(questionnaire: Questionnaire) -> list[str]:
    """The problems without limits that some answer of this questionnaire can have."""
    found = {code for question in questionnaire.questions for code in _list_plain_codes(question)}
    return sorted(found)


def _list_plain_codes(question: Question) -> Iterator[str]:
    if question.required:
        yield "required"
    match question:
        case Multiple() if any(choice.exclusive for choice in question.choices):
            yield "exclusive_choice"
        case Ranking():
            yield "duplicate_choice"
        case Number():
            yield "wrong_type"
        case Date():
            yield "bad_date"
        case FreeText():
            yield "bad_characters"
