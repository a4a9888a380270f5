"""What a release's ids and values are called: the labels of its questionnaire, newest version first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

from boucle.core.errors import Refusal
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
from boucle.core.study.model import KnownProfile, Study
from boucle.languages.catalogues import Words, in_language, marked
from boucle.languages.number_format import Figures
from boucle.pages.common.markup import plain
from boucle.pages.common.piped_answers import with_answers
from boucle.pages.results.document import Release

MODE = "_mode"
NOT_RANKED = "not_ranked"

NO_ANSWER = marked("No answer")
NO_THEME = marked("None of these themes")

INTERFACE: Mapping[str, str] = {YES: marked("Yes"), NO: marked("No"), DONT_KNOW: marked("I don’t know")}
MODES: Mapping[str, str] = {
    "self": marked("Alone"),
    "assisted": marked("With somebody’s help"),
    "paper": marked("On paper"),
    "interview": marked("In an interview"),
}

DEMONSTRATION = marked("Demonstration: these answers were invented by a program. Do not quote these figures.")


class UnknownLabel(Refusal):
    """A release names something that no version of its questionnaire knows."""


@dataclass(frozen=True)
class Labels:
    """The labels of one release in one language."""

    release: Release
    versions: Sequence[Questionnaire]
    """The versions that the release counts, newest first."""
    figures: Figures
    known: KnownProfile | None = None
    """What is known of the whole population from elsewhere."""

    @classmethod
    def of(cls, study: Study, release: Release, figures: Figures) -> Labels:
        """Raises UnknownLabel when the study lacks a version that the release counts."""
        found = [study.by_version.get((release.series.questionnaire, each)) for each in reversed(release.versions)]
        if not found or None in found:
            raise UnknownLabel(
                f"{release.series}: release {release.number} counts versions {', '.join(release.versions)} and not all "
                "of them are in the surveys folder. Restore the missing file."
            )
        known = study.waves_by_id[release.series.wave].known_profiles.get(release.series.questionnaire)
        return cls(release, [each for each in found if each is not None], figures, known)

    @property
    def words(self) -> Words:
        return self.figures.words

    @property
    def questionnaire(self) -> Questionnaire:
        """The newest version counted."""
        return self.versions[0]

    @cached_property
    def questions(self) -> Mapping[str, Question]:
        """Every question of any version, by id, as its newest version words it."""
        return {question.id: question for each in reversed(self.versions) for question in each.questions}

    def question(self, id: str) -> Question:
        """Raises UnknownLabel."""
        if id not in self.questions:
            raise UnknownLabel(f"{self.release.series}: release {self.release.number} has a question '{id}', the "
                               "questionnaire has none. Restore the version that asked it.")  # fmt: skip
        return self.questions[id]

    def title(self, id: str) -> str:
        """What a question is called on a page."""
        if id == MODE:
            return self.words("How people answered")
        return self.words_of(self.question(id).label)

    def words_of(self, text: Mapping[str, str] | None) -> str:
        """An author's text, without markup."""
        return plain(with_answers(in_language(text, self.words.language), self.questionnaire, {}, self.words))

    def grid_of(self, id: str) -> Grid | None:
        """The grid that a question is a row of."""
        question = self.questions.get(id)
        if not isinstance(question, Single) or question.grid is None:
            return None
        blocks = (block for each in self.versions for section in each.sections for block in section.blocks)
        return next((block for block in blocks if isinstance(block, Grid) and block.id == question.grid), None)

    def is_multiple(self, id: str) -> bool:
        """Whether a question's answer is several choices, so that its table reads by share."""
        return isinstance(self.questions.get(id), Multiple)

    def exclusive(self, id: str, value: Value | None) -> bool:
        """Whether a choice excludes all others, such as "none of these"."""
        question = self.questions.get(id)
        return isinstance(question, Multiple) and any(
            choice.exclusive and choice.value == value for choice in question.choices
        )

    def value(self, id: str, value: Value | None) -> str:
        """What one value of a question is called."""
        if value is None:
            return self.words(NO_ANSWER if self.questionnaire.texts_each is None else NO_THEME)
        if id == MODE:
            return self.words(MODES[str(value)])
        return self._value(self.question(id), value)

    def known_shares(self, id: str) -> Mapping[str, float]:
        """The percents of the population by value; none where nobody knows them."""
        return self.known.shares.get(id, {}) if self.known else {}

    def at_least(self, id: str, threshold: int) -> str:
        """A rating at or above a threshold: 8 or more out of 10."""
        question = self.question(id)
        maximum = question.maximum if isinstance(question, Rating) else threshold
        return self.words("%(mark)s or more out of %(maximum)s", mark=threshold, maximum=maximum)

    def _value(self, question: Question, value: Value) -> str:
        match question:
            case Single() | Multiple() | Ranking():
                return self._choice(question.id, value)
            case Number() if value in question.bins:
                return self._number_bin(question, question.bins.index(float(value)))
            case Date() if value in question.bins:
                return self._date_bin(question, question.bins.index(str(value)))
            case Rating() if value != DONT_KNOW:
                return self._mark(question, int(value))
            case _:
                return self.words(INTERFACE[str(value)]) if str(value) in INTERFACE else str(value)

    def _choice(self, id: str, value: Value) -> str:
        # A choice that the newest version retired keeps the label of the version that had it.
        for version in self.versions:
            question = version.by_id.get(id)
            if isinstance(question, Single | Multiple | Ranking):
                for choice in question.choices:
                    if choice.value == value:
                        return self.words_of(choice.label)
        raise UnknownLabel(f"{self.release.series}: '{id}' has no choice '{value}'. Restore the version that had it.")

    def _mark(self, question: Rating, value: int) -> str:
        anchors = question.anchors
        ends = {question.minimum: anchors.minimum, question.maximum: anchors.maximum} if anchors else {}
        mark = self.figures.number(value)
        if value not in ends:
            return mark
        return self.words("%(mark)s: %(meaning)s", mark=mark, meaning=self.words_of(ends[value]))

    def _number_bin(self, question: Number, index: int) -> str:
        write = self.figures.decimal if question.decimals else self.figures.number
        unit = self.words_of(question.unit)
        first = write(question.bins[index])
        if index + 1 == len(question.bins):
            text = self.words("%(first)s or more", first=first)
        elif question.decimals:
            text = self.words("From %(first)s to under %(next)s", first=first, next=write(question.bins[index + 1]))
        else:
            text = self.words("From %(first)s to %(last)s", first=first, last=write(question.bins[index + 1] - 1))
        return f"{text} {unit}".strip()

    def _date_bin(self, question: Date, index: int) -> str:
        first = self.figures.day(date.fromisoformat(question.bins[index]))
        if index + 1 == len(question.bins):
            return self.words("Since %(first)s", first=first)
        last = date.fromisoformat(question.bins[index + 1]) - timedelta(days=1)
        return self.words("From %(first)s through %(last)s", first=first, last=self.figures.day(last))
