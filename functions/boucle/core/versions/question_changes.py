"""Comparing one question with its successor."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from boucle.core.questionnaire.model import (
    Anchors,
    Choice,
    Closed,
    Date,
    FreeText,
    Grid,
    Media,
    Multiple,
    Number,
    Question,
    Questionnaire,
    Ranking,
    Rating,
    Single,
    YesNo,
)
from boucle.core.questionnaire.values import Text
from boucle.core.versions.causes import Cause
from boucle.core.versions.leaves import Edition
from boucle.core.versions.routes import normalise_conditions

FoundCause = tuple[Cause, str]
"""A cause, and what changed."""

Scale = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class QuestionComparer:
    """Finds every difference between a question and the one that has its id in another version."""

    before: Questionnaire
    after: Questionnaire
    edition: Edition

    def find_changes(self, old: Question, new: Question) -> Iterator[FoundCause]:
        """What changed, each with what it was and is."""
        if not _is_other_text(new):
            rows = _find_rows(self.before, old)
            yield from self._find_text_changes("Question.label", "label", old.label, new.label, rows)
        if type(old) is not type(new):
            yield Cause.TYPE, f"{old.type} -> {new.type}"
        else:
            yield from _find_scale_changes(old, new)
            yield from self._find_unit_changes(old, new)
            yield from self._find_choice_changes(old, new)
        if normalise_conditions(self.before, old) != normalise_conditions(self.after, new):
            yield Cause.BASE, ""
        if old.required != new.required:
            yield (Cause.OBLIGATION_ADDED if new.required else Cause.OBLIGATION_DROPPED), ""
        if old.concept != new.concept:
            yield Cause.CONCEPT, f"{old.concept} -> {new.concept}"
        yield from self._find_text_changes("Question.hint", "hint", old.hint, new.hint)
        yield from self._find_text_changes("Question.help", "help", old.help, new.help)
        yield from self._find_picture_changes("Question.media", "picture", old.media, new.media)
        yield from self._find_grid_changes(old, new)
        if _labels_of(old) != _labels_of(new):
            yield Cause.LABELLING, ""

    def _find_text_changes(
        self, leaf: str, what: str, old: Text | None, new: Text | None, beside: Sequence[Text | None] = ()
    ) -> Iterator[FoundCause]:
        """What is between two texts; one that stood `beside` it, on another choice or row, is never a typo's."""
        original = self.before.languages[0]
        before, after = (old or {}).get(original, ""), (new or {}).get(original, "")
        if before != after:
            detail = f"{what}: {_quote(before)} -> {_quote(after)}"
            others = {_simplify((text or {}).get(original, "")) for text in beside}
            is_swapped = _simplify(after) in others and not self.edition.takes_swaps_for_typos
            is_typo = self.edition.is_typo(before, after) and not is_swapped
            yield from ((Cause.TYPO if is_typo else cause, detail) for cause in self.edition.causes[leaf])
        elif (old or {}) != (new or {}) and self.edition.causes[leaf]:
            yield Cause.TRANSLATION, what

    def _find_picture_changes(self, leaf: str, what: str, old: Media | None, new: Media | None) -> Iterator[FoundCause]:
        before, after = old.src if old else "", new.src if new else ""
        if before != after:
            detail = f"{what}: {_quote(before)} -> {_quote(after)}"
            yield from ((cause, detail) for cause in self.edition.causes[leaf])
        else:
            yield from self._find_text_changes(leaf, what, old.alt if old else None, new.alt if new else None)

    def _find_unit_changes(self, old: Question, new: Question) -> Iterator[FoundCause]:
        if isinstance(old, Rating) and isinstance(new, Rating):
            (low, high), (new_low, new_high) = _read_anchors(old.anchors), _read_anchors(new.anchors)
            yield from self._find_text_changes("Rating.anchors", "lowest point", low, new_low, [high])
            yield from self._find_text_changes("Rating.anchors", "highest point", high, new_high, [low])
        elif isinstance(old, Number) and isinstance(new, Number):
            yield from self._find_text_changes("Number.unit", "unit", old.unit, new.unit)

    def _find_choice_changes(self, old: Question, new: Question) -> Iterator[FoundCause]:
        if isinstance(old, (YesNo, Rating)) and isinstance(new, (YesNo, Rating)) and old.dont_know != new.dont_know:
            yield (Cause.CHOICE_ADDED if new.dont_know else Cause.CHOICE_REMOVED), "dont_know"
        before, after = _choices(old), _choices(new)
        yield from ((Cause.CHOICE_REMOVED, value) for value in sorted(before.keys() - after.keys()))
        yield from ((Cause.CHOICE_ADDED, value) for value in sorted(after.keys() - before.keys()))
        for value in sorted(before.keys() & after.keys()):
            beside = [choice for choice in before.values() if choice.value != value]
            yield from self._compare_choices(before[value], after[value], beside)
        shared: Sequence[str] = [value for value in after if value in before]
        if shared != [value for value in before if value in after]:
            yield Cause.LAYOUT, "choices stand in another order"

    def _compare_choices(self, old: Choice, new: Choice, beside: Sequence[Choice]) -> Iterator[FoundCause]:
        labels, hints = [choice.label for choice in beside], [choice.hint for choice in beside]
        yield from self._find_text_changes("Choice.label", old.value, old.label, new.label, labels)
        yield from self._find_text_changes("Choice.hint", f"hint of {old.value}", old.hint, new.hint, hints)
        yield from self._find_picture_changes("Choice.media", f"picture of {old.value}", old.media, new.media)
        if old.exclusive != new.exclusive:
            yield Cause.SELECTION, f"{old.value} is exclusive, or was"

    def _find_grid_changes(self, old: Question, new: Question) -> Iterator[FoundCause]:
        """What is read above all the rows of a grid is read with each of them."""
        first, second = _find_grid(self.before, old), _find_grid(self.after, new)
        if first is None or second is None:
            return
        yield from self._find_text_changes("Grid.label", "grid", first.label, second.label)
        yield from self._find_text_changes("Grid.hint", "hint of the grid", first.hint, second.hint)
        yield from self._find_text_changes("Grid.help", "help of the grid", first.help, second.help)
        if first.concept != second.concept:
            detail = f"grid: {first.concept} -> {second.concept}"
            yield from ((cause, detail) for cause in self.edition.causes["Grid.concept"])


def _is_other_text(question: Question) -> bool:
    """Whether its label is that of a choice, where it is compared, and declared the same."""
    return isinstance(question, FreeText) and question.other_of is not None


def _find_rows(questionnaire: Questionnaire, question: Question) -> list[Text | None]:
    """The labels of the other rows, of a question that is the row of a grid."""
    grid = _find_grid(questionnaire, question)
    return [row.label for row in grid.rows if row.id != question.id] if grid else []


def _simplify(sentence: str) -> str:
    return " ".join(sentence.casefold().split())


def _quote(sentence: str) -> str:
    return f'"{sentence}"' if sentence else "none"


def _read_anchors(anchors: Anchors | None) -> tuple[Text | None, Text | None]:
    return (anchors.minimum, anchors.maximum) if anchors else (None, None)


def _find_grid(questionnaire: Questionnaire, question: Question) -> Grid | None:
    section = questionnaire.section_of[question.id]
    grids = (block for block in section.blocks if isinstance(block, Grid))
    return next((grid for grid in grids if isinstance(question, Single) and grid.id == question.grid), None)


def _find_scale_changes(old: Question, new: Question) -> Iterator[FoundCause]:
    if _scale(old) != _scale(new):
        yield Cause.SCALE, f"{_format_scale(_scale(old))} -> {_format_scale(_scale(new))}"
    if _selection(old) != _selection(new):
        yield Cause.SELECTION, f"{_format_scale(_selection(old))} -> {_format_scale(_selection(new))}"


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


def _choices(question: Question) -> dict[str, Choice]:
    match question:
        case Single(choices=choices) | Multiple(choices=choices) | Ranking(choices=choices):
            return {choice.value: choice for choice in choices}
        case _:
            return {}


def _labels_of(question: Question) -> tuple[object, ...]:
    estimates = question.estimates if isinstance(question, Closed) else ()
    long = isinstance(question, FreeText) and question.long
    return (question.theme, question.profile, question.quasi_identifier, estimates, long)
