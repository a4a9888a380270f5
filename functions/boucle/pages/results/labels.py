"""What a release's ids and values are called: the labels of its questionnaire, newest version first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

from boucle.core.errors import BoucleError
from boucle.core.questionnaire.model import (
    Date,
    Grid,
    Multiple,
    Number,
    Question,
    Questionnaire,
    Ranking,
    Rating,
    Single,
)
from boucle.core.questionnaire.values import DONT_KNOW, NO, YES, Value
from boucle.core.release.model import Release
from boucle.core.study.model import KnownProfile, Study
from boucle.languages.catalogues import Translator, gettext_noop, in_language
from boucle.languages.number_format import NumberFormatter
from boucle.pages.common.markup import to_plain_text
from boucle.pages.common.piped_answers import fill_answers

MODE = "_mode"
NOT_RANKED = "not_ranked"

NO_ANSWER = gettext_noop("No answer")
NO_THEME = gettext_noop("None of these themes")

FIXED_LABELS: Mapping[str, str] = {
    YES: gettext_noop("Yes"),
    NO: gettext_noop("No"),
    DONT_KNOW: gettext_noop("I don’t know"),
}
MODES: Mapping[str, str] = {
    "self": gettext_noop("Alone"),
    "assisted": gettext_noop("With somebody’s help"),
    "paper": gettext_noop("On paper"),
    "interview": gettext_noop("In an interview"),
}

DEMONSTRATION = gettext_noop("Demonstration: these answers were invented by a program. Do not quote these figures.")


class UnknownLabel(BoucleError):
    """A release names something that no version of its questionnaire knows."""


@dataclass(frozen=True)
class Labels:
    """The labels of one release in one language."""

    release: Release
    versions: Sequence[Questionnaire]
    """The versions that the release counts, newest first."""
    formatter: NumberFormatter
    known: KnownProfile | None = None
    """What is known of the whole population from elsewhere."""

    @classmethod
    def of(cls, study: Study, release: Release, formatter: NumberFormatter) -> Labels:
        """Raises UnknownLabel when the study lacks a version that the release counts."""
        found = [
            study.by_version.get((release.series.questionnaire, version)) for version in reversed(release.versions)
        ]
        if not found or None in found:
            raise UnknownLabel(
                f"{release.series}: release {release.number} counts versions {', '.join(release.versions)} and not all "
                "of them are in the surveys folder. Restore the missing file."
            )
        known = study.waves_by_id[release.series.wave].known_profiles.get(release.series.questionnaire)
        return cls(release, [questionnaire for questionnaire in found if questionnaire is not None], formatter, known)

    @property
    def translate(self) -> Translator:
        """Translates the words of pages."""
        return self.formatter.translate

    @property
    def questionnaire(self) -> Questionnaire:
        """The newest version counted."""
        return self.versions[0]

    @cached_property
    def questions(self) -> Mapping[str, Question]:
        """Every question of any version, by id, as its newest version words it."""
        return {question.id: question for version in reversed(self.versions) for question in version.questions}

    def question(self, id: str) -> Question:
        """Raises UnknownLabel."""
        if id not in self.questions:
            raise UnknownLabel(f"{self.release.series}: release {self.release.number} has a question '{id}', the "
                               "questionnaire has none. Restore the version that asked it.")  # fmt: skip
        return self.questions[id]

    def title(self, id: str) -> str:
        """What a question is called on a page."""
        if id == MODE:
            return self.translate("How people answered")
        return self.plain_text_of(self.question(id).label)

    def plain_text_of(self, text: Mapping[str, str] | None) -> str:
        """An author's text, without markup."""
        return to_plain_text(
            fill_answers(in_language(text, self.translate.language), self.questionnaire, {}, self.translate)
        )

    def grid_of(self, id: str) -> Grid | None:
        """The grid that a question is a row of."""
        question = self.questions.get(id)
        if not isinstance(question, Single) or question.grid is None:
            return None
        blocks = (block for version in self.versions for section in version.sections for block in section.blocks)
        return next((block for block in blocks if isinstance(block, Grid) and block.id == question.grid), None)

    def is_multiple(self, id: str) -> bool:
        """Whether a question's answer is several choices, so that its table reads by share."""
        return isinstance(self.questions.get(id), Multiple)

    def is_exclusive(self, id: str, value: Value | None) -> bool:
        """Whether a choice excludes all others, such as "none of these"."""
        question = self.questions.get(id)
        return isinstance(question, Multiple) and any(
            choice.exclusive and choice.value == value for choice in question.choices
        )

    def value(self, id: str, value: Value | None) -> str:
        """What one value of a question is called."""
        if value is None:
            return self.translate(NO_ANSWER if self.questionnaire.texts_each is None else NO_THEME)
        if id == MODE:
            return self.translate(MODES[str(value)])
        return self._name_value(self.question(id), value)

    def find_known_shares(self, id: str) -> Mapping[str, float]:
        """The percents of the population by value; none where nobody knows them."""
        return self.known.shares.get(id, {}) if self.known else {}

    def at_least(self, id: str, threshold: int) -> str:
        """A rating at or above a threshold: 8 or more out of 10."""
        question = self.question(id)
        maximum = question.maximum if isinstance(question, Rating) else threshold
        return self.translate("%(mark)s or more out of %(maximum)s", mark=threshold, maximum=maximum)

    def _name_value(self, question: Question, value: Value) -> str:
        match question:
            case Single() | Multiple() | Ranking():
                return self._name_choice(question.id, value)
            case Number() if value in question.bins:
                return self._name_number_bin(question, question.bins.index(float(value)))
            case Date() if value in question.bins:
                return self._name_date_bin(question, question.bins.index(str(value)))
            case Rating() if value != DONT_KNOW:
                return self._name_mark(question, int(value))
            case _:
                return self.translate(FIXED_LABELS[str(value)]) if str(value) in FIXED_LABELS else str(value)

    def _name_choice(self, id: str, value: Value) -> str:
        # A choice that the newest version retired keeps the label of the version that had it.
        for version in self.versions:
            question = version.by_id.get(id)
            if isinstance(question, Single | Multiple | Ranking):
                for choice in question.choices:
                    if choice.value == value:
                        return self.plain_text_of(choice.label)
        raise UnknownLabel(f"{self.release.series}: '{id}' has no choice '{value}'. Restore the version that had it.")

    def _name_mark(self, question: Rating, value: int) -> str:
        anchors = question.anchors
        ends = {question.minimum: anchors.minimum, question.maximum: anchors.maximum} if anchors else {}
        mark = self.formatter.format_number(value)
        if value not in ends:
            return mark
        return self.translate("%(mark)s: %(meaning)s", mark=mark, meaning=self.plain_text_of(ends[value]))

    def _name_number_bin(self, question: Number, index: int) -> str:
        write = self.formatter.format_decimal if question.decimals else self.formatter.format_number
        unit = self.plain_text_of(question.unit)
        first = write(question.bins[index])
        if index + 1 == len(question.bins):
            text = self.translate("%(first)s or more", first=first)
        elif question.decimals:
            text = self.translate("From %(first)s to under %(next)s", first=first, next=write(question.bins[index + 1]))
        else:
            text = self.translate("From %(first)s to %(last)s", first=first, last=write(question.bins[index + 1] - 1))
        return f"{text} {unit}".strip()

    def _name_date_bin(self, question: Date, index: int) -> str:
        first = self.formatter.format_day(date.fromisoformat(question.bins[index]))
        if index + 1 == len(question.bins):
            return self.translate("Since %(first)s", first=first)
        last = date.fromisoformat(question.bins[index + 1]) - timedelta(days=1)
        return self.translate("From %(first)s through %(last)s", first=first, last=self.formatter.format_day(last))
