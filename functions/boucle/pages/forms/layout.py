"""Laying a questionnaire out in one language: from its blocks to what templates are given."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from markupsafe import Markup, escape

from boucle.core.questionnaire.model import (
    Block,
    Choice,
    Date,
    FreeText,
    Grid,
    Media,
    Multiple,
    Note,
    Number,
    Question,
    Questionnaire,
    Ranking,
    Rating,
    Section,
    Single,
    YesNo,
)
from boucle.core.questionnaire.validation import Problem
from boucle.core.questionnaire.values import DONT_KNOW, Text, Value
from boucle.languages.catalogues import Words, in_language, marked
from boucle.pages.common import markup
from boucle.pages.common.fields import CONSENT, Field, Option, Part, Picture, Typed
from boucle.pages.common.piped_answers import FIXED, following, marking, with_answers
from boucle.pages.common.reveal import Marks, marks

AGREES = marked("I agree that this text may be quoted, without my name.")
THEY_AGREE = marked("The person agrees that this note may be quoted, without their name.")


@dataclass(frozen=True)
class Layout:
    """One form: a questionnaire, a language, what was typed and what is wrong."""

    questionnaire: Questionnaire
    words: Words
    typed: Typed
    problems: Sequence[Problem]
    care: Markup | None = None
    """What stands beside every free text."""
    live: bool = False
    """Whether a script says answers again as soon as they are given."""

    def parts(self) -> tuple[Part, ...]:
        """Every section, in order."""
        return tuple(self._part(section) for section in self.questionnaire.sections)

    @cached_property
    def _marks(self) -> Marks:
        return marks(self.questionnaire)

    @cached_property
    def _all_required(self) -> bool:
        return all(each.required for each in self.questionnaire.questions if not _is_other(each))

    def _part(self, section: Section) -> Part:
        return Part(
            title=self._line(section.title),
            intro=self._paragraphs(section.intro),
            marks=self._marks.sections[section.id],
            fields=tuple(self._block(block) for block in section.blocks),
        )

    def _block(self, block: Block) -> Field:
        match block:
            case Note():
                return Field(
                    kind="note",
                    id=block.id,
                    label=self._blocks(block.label),
                    marks=self._marks.blocks[block.id],
                    picture=self._picture(block.media),
                )
            case Grid():
                return Field(
                    kind="grid",
                    id=block.id,
                    label=self._line(block.label),
                    marks=self._marks.blocks[block.id],
                    hints=self._hint(block.hint),
                    rows=tuple(self._question(row) for row in block.rows),
                )
            case _:
                return self._question(block)

    def _question(self, question: Question) -> Field:
        common = Field(
            kind=question.type,
            id=question.id,
            label=self._line(question.label),
            marks=self._marks.blocks[question.id],
            obligation=self._obligation(question),
            # An author who gives a hint says the limits in better words.
            hints=self._hint(question.hint) or own_hints(question, self.words),
            help=self._paragraphs(question.help),
            picture=self._picture(question.media),
            errors=tuple(self.words.problem(each) for each in self.problems if each.question == question.id),
            value=next(iter(self.typed.get(question.id, ())), ""),
        )
        return self._typed_field(question, common)

    def _typed_field(self, question: Question, common: Field) -> Field:
        match question:
            case YesNo():
                return replace(common, kind="single", options=self._fixed(question, question.values))
            case Rating():
                return self._rating(question, common)
            case Single() | Multiple():
                together = [each for each in question.choices if not each.exclusive]
                ordered = [*together, *(each for each in question.choices if each.exclusive)]
                options = self._choices(question, ordered)
                return replace(common, options=options[: len(together)], apart=options[len(together) :])
            case Ranking():
                items = tuple(self._ranked(question, each, at) for at, each in enumerate(question.choices))
                return replace(common, options=items, ranks=tuple(range(1, question.top + 1)))
            case FreeText():
                return replace(
                    common,
                    kind="long" if question.long else "text",
                    care=self.care,
                    consent=self._consent(question),
                    agree=self.words(AGREES if not self.questionnaire.is_guide else THEY_AGREE),
                )
            case Number():
                unit = self._text(question.unit)
                return replace(common, unit=unit, whole=question.decimals == 0)
            case Date():
                return replace(common, minimum=question.minimum, maximum=question.maximum)
            case _:
                raise TypeError(f"No way to show a question of type {question.type!r}")

    def _rating(self, question: Rating, common: Field) -> Field:
        scale = [value for value in question.values if value != DONT_KNOW]
        options = self._fixed(question, question.values)
        ends = question.anchors
        anchors = (self._text(ends.minimum), self._text(ends.maximum)) if ends else None
        return replace(common, options=options[: len(scale)], apart=options[len(scale) :], anchors=anchors)

    def _fixed(self, question: Question, values: Sequence[Value]) -> tuple[Option, ...]:
        labels = [escape(self.words(FIXED[value]) if value in FIXED else str(value)) for value in values]
        return tuple(self._option(question, at, str(value), labels[at]) for at, value in enumerate(values))

    def _choices(self, question: Question, choices: Sequence[Choice]) -> tuple[Option, ...]:
        bare = [self._option(question, at, each.value, self._line(each.label)) for at, each in enumerate(choices)]
        return tuple(
            replace(option, hint=self._inline(choice.hint), picture=self._picture(choice.media))
            for option, choice in zip(bare, choices, strict=True)
        )

    def _option(self, question: Question, at: int, value: str, label: Markup) -> Option:
        return Option(
            id=question.id if at == 0 else f"{question.id}--{at + 1}",
            value=value,
            label=label,
            chosen=value in self.typed.get(question.id, ()),
            marks=self._marks.inputs.get((question.id, value), ()),
        )

    def _ranked(self, question: Ranking, choice: Choice, at: int) -> Option:
        name = f"{question.id}.{choice.value}"
        item = self._choices(question, [choice])[0]
        rank = next(iter(self.typed.get(name, ())), "")
        return replace(item, id=question.id if at == 0 else f"{question.id}--{at + 1}", value=name, rank=rank)

    def _consent(self, question: FreeText) -> bool | None:
        quoted = self.questionnaire.publication.verbatims != "none" and not _is_other(question)
        return bool(self.typed.get(CONSENT + question.id)) if quoted else None

    def _obligation(self, question: Question) -> str:
        if _is_other(question):
            return ""
        if not question.required:
            return self.words("(optional)")
        return self.words("(required)") if self._all_required else ""

    def _hint(self, hint: Text | None) -> tuple[Markup, ...]:
        return (self._line(hint),) if hint else ()

    def _inline(self, text: Text | None) -> Markup | None:
        return self._line(text) if text else None

    def _paragraphs(self, text: Text | None) -> Markup | None:
        return self._blocks(text) if text else None

    def _picture(self, media: Media | None) -> Picture | None:
        return Picture(src=f"/{media.src}", alt=self._text(media.alt)) if media else None

    def _line(self, text: Text) -> Markup:
        return self._html(text, markup.inline)

    def _blocks(self, text: Text) -> Markup:
        return self._html(text, markup.blocks)

    def _html(self, text: Text, shaped: Callable[[str], Markup]) -> Markup:
        if not self.live:
            return shaped(self._text(text))
        marked = marking(in_language(text, self.words.language), self.questionnaire, self.typed, self.words)
        return following(shaped(marked), self.questionnaire, self.words)

    def _text(self, text: Text | None) -> str:
        return with_answers(in_language(text, self.words.language), self.questionnaire, self.typed, self.words)


def _is_other(question: Question) -> bool:
    return isinstance(question, FreeText) and question.other_of is not None


def own_hints(question: Question, words: Words) -> tuple[str, ...]:
    """What a question's own limits tell before anybody can break them."""
    match question:
        case Multiple(min_choices=least, max_choices=most):
            return (_how_many(least, most if most < len(question.choices) else None, words),)
        case Number(minimum=low, maximum=high) | Date(minimum=low, maximum=high):
            return (words("From %(minimum)s to %(maximum)s.", minimum=low, maximum=high),)
        case FreeText(long=True, max_length=most):
            return (words("%(maximum)s characters at most.", maximum=most),)
        case Ranking(top=top) if top < len(question.choices):
            return (words("Rank from 1 (first) to %(top)s, and leave the others without a rank.", top=top),)
        case Ranking(top=top):
            return (words("Rank from 1 (first) to %(top)s.", top=top),)
        case _:
            return ()


def _how_many(least: int, most: int | None, words: Words) -> str:
    if most is None:
        return words("Choose at least %(minimum)s.", minimum=least) if least > 1 else words("Several answers possible.")
    if least > 1:
        return words("Choose from %(minimum)s to %(maximum)s.", minimum=least, maximum=most)
    return words("Choose at most %(maximum)s.", maximum=most)
