"""Comparing one question with its successor."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from boucle.core.questionnaire.conditions import And, Condition, Not, Or
from boucle.core.questionnaire.model import (
    Choice,
    Closed,
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
from boucle.core.questionnaire.routing import conditions_on
from boucle.core.questionnaire.values import Text
from boucle.core.versions.causes import Cause
from boucle.core.versions.wording import is_typo

FoundCause = tuple[Cause, str]
"""A cause, and what changed."""

Scale = tuple[object, ...]


def find_question_changes(
    before: Questionnaire, old: Question, after: Questionnaire, new: Question
) -> Iterator[FoundCause]:
    """Every difference between a question and the one that has its id in another version."""
    original = before.languages[0]
    yield from _find_text_changes(old.label, new.label, original, Cause.REWORDED, "label")
    if type(old) is not type(new):
        yield Cause.TYPE, f"{old.type} -> {new.type}"
    else:
        yield from _find_scale_changes(old, new, original)
        yield from _find_choice_changes(old, new, original)
    if _routing(before, old) != _routing(after, new):
        yield Cause.BASE, ""
    if old.required != new.required:
        yield (Cause.OBLIGATION_ADDED if new.required else Cause.OBLIGATION_DROPPED), ""
    if old.concept != new.concept:
        yield Cause.CONCEPT, f"{old.concept} -> {new.concept}"
    yield from _find_text_changes(old.hint, new.hint, original, Cause.INSTRUCTIONS, "hint")
    yield from _find_text_changes(old.help, new.help, original, Cause.INSTRUCTIONS, "help")
    if _labels_of(old) != _labels_of(new):
        yield Cause.LABELLING, ""


def _find_text_changes(
    old: Text | None, new: Text | None, original: str, reworded: Cause, what: str
) -> Iterator[FoundCause]:
    before, after = (old or {}).get(original, ""), (new or {}).get(original, "")
    if before != after:
        yield (Cause.TYPO if is_typo(before, after) else reworded), f"{what}: {_quote(before)} -> {_quote(after)}"
    elif (old or {}) != (new or {}):
        yield Cause.TRANSLATION, what


def _quote(sentence: str) -> str:
    return f'"{sentence}"' if sentence else "none"


def _find_scale_changes(old: Question, new: Question, original: str) -> Iterator[FoundCause]:
    if _scale(old) != _scale(new):
        yield Cause.SCALE, f"{_format_scale(_scale(old))} -> {_format_scale(_scale(new))}"
    if _selection(old) != _selection(new):
        yield Cause.SELECTION, f"{_format_scale(_selection(old))} -> {_format_scale(_selection(new))}"
    for name, before, after in _scale_texts(old, new):
        yield from _find_text_changes(before, after, original, Cause.SCALE, name)


def _scale(question: Question) -> Scale:
    """What an answer is measured with."""
    match question:
        case Rating():
            return (question.minimum, question.maximum)
        case Number():
            return (question.minimum, question.maximum, question.decimals, *question.bins)
        case Date():
            return (question.minimum, question.maximum, *question.bins)
        case Ranking():
            return (question.top, *sorted(question.values))
        case _:
            return ()


def _selection(question: Question) -> Scale:
    """How many choices go together."""
    match question:
        case Multiple():
            # A limit that is only the number of choices grows with them, and says nothing.
            most = None if question.max_choices == len(question.choices) else question.max_choices
            return (question.min_choices, most)
        case FreeText():
            return (question.min_length, question.max_length)
        case _:
            return ()


def _format_scale(scale: Scale) -> str:
    return ", ".join("all" if point is None else str(point) for point in scale)


def _scale_texts(old: Question, new: Question) -> Iterator[tuple[str, Text | None, Text | None]]:
    if isinstance(old, Rating) and isinstance(new, Rating):
        before, after = old.anchors, new.anchors
        yield "lowest point", before.minimum if before else None, after.minimum if after else None
        yield "highest point", before.maximum if before else None, after.maximum if after else None
    elif isinstance(old, Number) and isinstance(new, Number):
        yield "unit", old.unit, new.unit


def _find_choice_changes(old: Question, new: Question, original: str) -> Iterator[FoundCause]:
    if isinstance(old, (YesNo, Rating)) and isinstance(new, (YesNo, Rating)) and old.dont_know != new.dont_know:
        yield (Cause.CHOICE_ADDED if new.dont_know else Cause.CHOICE_REMOVED), "dont_know"
    before, after = _choices(old), _choices(new)
    for value in sorted(before.keys() - after.keys()):
        yield Cause.CHOICE_REMOVED, value
    for value in sorted(after.keys() - before.keys()):
        yield Cause.CHOICE_ADDED, value
    for value in sorted(before.keys() & after.keys()):
        yield from _find_text_changes(before[value].label, after[value].label, original, Cause.REWORDED, value)
        yield from _find_text_changes(before[value].hint, after[value].hint, original, Cause.INSTRUCTIONS, value)
        if before[value].exclusive != after[value].exclusive:
            yield Cause.SELECTION, f"{value} is exclusive, or was"
    shared: Sequence[str] = [value for value in after if value in before]
    if shared != [value for value in before if value in after]:
        yield Cause.LAYOUT, "choices stand in another order"


def _choices(question: Question) -> dict[str, Choice]:
    match question:
        case Single(choices=choices) | Multiple(choices=choices) | Ranking(choices=choices):
            return {choice.value: choice for choice in choices}
        case _:
            return {}


def _routing(questionnaire: Questionnaire, question: Question) -> frozenset[Condition]:
    """The conditions on a question, whatever their order and however they are nested."""
    return frozenset(
        part for condition in conditions_on(questionnaire, question) for part in _parts(_normalise(condition))
    )


def _parts(condition: Condition) -> tuple[Condition, ...]:
    return condition.conditions if isinstance(condition, And) else (condition,)


def _normalise(condition: Condition) -> Condition:
    match condition:
        case And(conditions):
            return And(_sort(conditions, And))
        case Or(conditions):
            return Or(_sort(conditions, Or))
        case Not(Not(inner)):
            return _normalise(inner)
        case Not(inner):
            return Not(_normalise(inner))
        case _:
            return condition


def _sort(conditions: Sequence[Condition], flattened: type[And] | type[Or]) -> tuple[Condition, ...]:
    inner = [_normalise(condition) for condition in conditions]
    flat = [
        part
        for condition in inner
        for part in (condition.conditions if isinstance(condition, flattened) else (condition,))
    ]
    return tuple(sorted(dict.fromkeys(flat), key=repr))


def _labels_of(question: Question) -> tuple[object, ...]:
    estimates = question.estimates if isinstance(question, Closed) else ()
    long = isinstance(question, FreeText) and question.long
    return (question.theme, question.profile, question.quasi_identifier, question.media, estimates, long)
