"""The layout of a questionnaire in one language: from its blocks to what templates are given."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from markupsafe import Markup, escape

from boucle.core.questionnaire.form_fields import CONSENT_PREFIX, Typed
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
from boucle.core.questionnaire.validation import AnswerIssue
from boucle.core.questionnaire.values import DONT_KNOW, Text, Value
from boucle.languages.catalogues import Translator, gettext_noop, in_language
from boucle.pages.common import markup
from boucle.pages.common.fields import Field, FormSection, Option, Picture
from boucle.pages.common.piped_answers import FIXED_LABELS, fill_answers, mark_answers, tag_answers
from boucle.pages.common.reveal import VisibilityMarks, make_marks

CONSENT_LABEL = gettext_noop("I agree that this text may be quoted, without my name.")
GUIDE_CONSENT_LABEL = gettext_noop("The person agrees that this note may be quoted, without their name.")


@dataclass(frozen=True)
class Layout:
    """One form: a questionnaire, a language, what was typed and what is wrong."""

    questionnaire: Questionnaire
    translate: Translator
    typed: Typed
    issues: Sequence[AnswerIssue]
    care: Markup | None = None
    """What stands beside every free text."""
    live: bool = False
    """Whether a script says answers again as soon as they are given."""

    def build_sections(self) -> tuple[FormSection, ...]:
        """Every section, in order."""
        return tuple(self._build_section(section) for section in self.questionnaire.sections)

    @cached_property
    def _marks(self) -> VisibilityMarks:
        return make_marks(self.questionnaire)

    @cached_property
    def _all_required(self) -> bool:
        return all(question.required for question in self.questionnaire.questions if not _is_other(question))

    def _build_section(self, section: Section) -> FormSection:
        return FormSection(
            title=self._render_line(section.title),
            intro=self._render_optional_blocks(section.intro),
            marks=self._marks.sections[section.id],
            fields=tuple(self._build_block(block) for block in section.blocks),
        )

    def _build_block(self, block: Block) -> Field:
        match block:
            case Note():
                return Field(
                    kind="note",
                    id=block.id,
                    label=self._render_blocks(block.label),
                    marks=self._marks.blocks[block.id],
                    picture=self._make_picture(block.media),
                )
            case Grid():
                return Field(
                    kind="grid",
                    id=block.id,
                    label=self._render_line(block.label),
                    marks=self._marks.blocks[block.id],
                    hints=self._render_hints(block.hint),
                    help=self._render_optional_blocks(block.help),
                    rows=tuple(self._build_question(row) for row in block.rows),
                )
            case _:
                return self._build_question(block)

    def _build_question(self, question: Question) -> Field:
        common = Field(
            kind=question.type,
            id=question.id,
            label=self._render_line(question.label),
            marks=self._marks.blocks[question.id],
            obligation=self._describe_obligation(question),
            # An author who gives a hint says the limits in better words.
            hints=self._render_hints(question.hint) or describe_limits(question, self.translate),
            help=self._render_optional_blocks(question.help),
            picture=self._make_picture(question.media),
            errors=tuple(
                self.translate.describe_issue(issue) for issue in self.issues if issue.question == question.id
            ),
            value=next(iter(self.typed.get(question.id, ())), ""),
        )
        return self._complete_field(question, common)

    def _complete_field(self, question: Question, common: Field) -> Field:
        match question:
            case YesNo():
                return replace(common, kind="single", options=self._make_fixed_options(question, question.values))
            case Rating():
                return self._complete_rating(question, common)
            case Single() | Multiple():
                together = [choice for choice in question.choices if not choice.exclusive]
                ordered = [*together, *(choice for choice in question.choices if choice.exclusive)]
                options = self._make_choice_options(question, ordered)
                return replace(common, options=options[: len(together)], apart=options[len(together) :])
            case Ranking():
                items = tuple(
                    self._make_ranking_option(question, choice, at) for at, choice in enumerate(question.choices)
                )
                return replace(common, options=items, ranks=tuple(range(1, question.top + 1)))
            case FreeText():
                return replace(
                    common,
                    kind="long" if question.long else "text",
                    care=self.care,
                    consent=self._is_consent_given(question),
                    agree=self.translate(CONSENT_LABEL if not self.questionnaire.is_guide else GUIDE_CONSENT_LABEL),
                )
            case Number():
                unit = self._fill_answers(question.unit)
                return replace(common, unit=unit, whole=question.decimals == 0)
            case Date():
                return replace(common, minimum=question.minimum, maximum=question.maximum)
            case _:
                raise TypeError(f"No way to show a question of type {question.type!r}")

    def _complete_rating(self, question: Rating, common: Field) -> Field:
        scale = [value for value in question.values if value != DONT_KNOW]
        options = self._make_fixed_options(question, question.values)
        ends = question.anchors
        anchors = (self._fill_answers(ends.minimum), self._fill_answers(ends.maximum)) if ends else None
        return replace(common, options=options[: len(scale)], apart=options[len(scale) :], anchors=anchors)

    def _make_fixed_options(self, question: Question, values: Sequence[Value]) -> tuple[Option, ...]:
        labels = [
            escape(self.translate(FIXED_LABELS[value]) if value in FIXED_LABELS else str(value)) for value in values
        ]
        return tuple(self._make_option(question, at, str(value), labels[at]) for at, value in enumerate(values))

    def _make_choice_options(self, question: Question, choices: Sequence[Choice]) -> tuple[Option, ...]:
        bare = [
            self._make_option(question, at, declared_choice.value, self._render_line(declared_choice.label))
            for at, declared_choice in enumerate(choices)
        ]
        return tuple(
            replace(option, hint=self._render_optional_line(choice.hint), picture=self._make_picture(choice.media))
            for option, choice in zip(bare, choices, strict=True)
        )

    def _make_option(self, question: Question, at: int, value: str, label: Markup) -> Option:
        return Option(
            id=question.id if at == 0 else f"{question.id}--{at + 1}",
            value=value,
            label=label,
            chosen=value in self.typed.get(question.id, ()),
            marks=self._marks.inputs.get((question.id, value), ()),
        )

    def _make_ranking_option(self, question: Ranking, choice: Choice, at: int) -> Option:
        name = f"{question.id}.{choice.value}"
        item = self._make_choice_options(question, [choice])[0]
        rank = next(iter(self.typed.get(name, ())), "")
        return replace(item, id=question.id if at == 0 else f"{question.id}--{at + 1}", value=name, rank=rank)

    def _is_consent_given(self, question: FreeText) -> bool | None:
        quoted = self.questionnaire.publication.verbatims != "none" and not _is_other(question)
        return bool(self.typed.get(CONSENT_PREFIX + question.id)) if quoted else None

    def _describe_obligation(self, question: Question) -> str:
        if _is_other(question):
            return ""
        if not question.required:
            return self.translate("(optional)")
        return self.translate("(required)") if self._all_required else ""

    def _render_hints(self, hint: Text | None) -> tuple[Markup, ...]:
        return (self._render_line(hint),) if hint else ()

    def _render_optional_line(self, text: Text | None) -> Markup | None:
        return self._render_line(text) if text else None

    def _render_optional_blocks(self, text: Text | None) -> Markup | None:
        return self._render_blocks(text) if text else None

    def _make_picture(self, media: Media | None) -> Picture | None:
        return Picture(src=f"/{media.src}", alt=self._fill_answers(media.alt)) if media else None

    def _render_line(self, text: Text) -> Markup:
        return self._render_html(text, markup.render_inline)

    def _render_blocks(self, text: Text) -> Markup:
        return self._render_html(text, markup.render_blocks)

    def _render_html(self, text: Text, render: Callable[[str], Markup]) -> Markup:
        if not self.live:
            return render(self._fill_answers(text))
        marked = mark_answers(
            in_language(text, self.translate.language), self.questionnaire, self.typed, self.translate
        )
        return tag_answers(render(marked), self.questionnaire, self.translate)

    def _fill_answers(self, text: Text | None) -> str:
        return fill_answers(in_language(text, self.translate.language), self.questionnaire, self.typed, self.translate)


def _is_other(question: Question) -> bool:
    return isinstance(question, FreeText) and question.other_of is not None


def describe_limits(question: Question, translate: Translator) -> tuple[str, ...]:
    """What a question's own limits tell before anybody can break them."""
    match question:
        case Multiple(min_choices=least, max_choices=most):
            return (_describe_choice_limits(least, most if most < len(question.choices) else None, translate),)
        case Number(minimum=low, maximum=high) | Date(minimum=low, maximum=high):
            return (translate("From %(minimum)s to %(maximum)s.", minimum=low, maximum=high),)
        case FreeText(long=True, max_length=most):
            return (translate("%(maximum)s characters at most.", maximum=most),)
        case Ranking(top=top) if top < len(question.choices):
            return (translate("Rank from 1 (first) to %(top)s, and leave the others without a rank.", top=top),)
        case Ranking(top=top):
            return (translate("Rank from 1 (first) to %(top)s.", top=top),)
        case _:
            return ()


def _describe_choice_limits(least: int, most: int | None, translate: Translator) -> str:
    if most is None:
        return (
            translate("Choose at least %(minimum)s.", minimum=least)
            if least > 1
            else translate("Several answers possible.")
        )
    if least > 1:
        return translate("Choose from %(minimum)s to %(maximum)s.", minimum=least, maximum=most)
    return translate("Choose at most %(maximum)s.", maximum=most)
