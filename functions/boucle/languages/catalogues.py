"""The words of the interface, by language: gettext catalogues read with the standard library.

Messages are written in English in the code and translated in `locale/`. Authors' texts are not here.
"""

from __future__ import annotations

import gettext
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from boucle.core.questionnaire.validation import Problem
from boucle.core.questionnaire.values import Text

LOCALES = Path(__file__).parent / "locale"
RIGHT_TO_LEFT = frozenset({"ar", "fa", "he", "ps", "ur"})
ISO_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)


class NoCatalogue(Exception):
    """There are no interface words in that language; the message says how to get them."""


def marked(message: str) -> str:
    """The message itself, marked for the catalogues; it is translated where it is shown."""
    return message


PROBLEMS: Mapping[str, str] = {
    "required": marked("Answer this question."),
    "unknown_question": marked("This field is not part of the questionnaire. Open the questionnaire again."),
    "wrong_type": marked("This answer cannot be read. Answer again."),
    "not_a_choice": marked("Choose among the answers shown."),
    "too_few_choices": marked("Choose at least %(minimum)s."),
    "too_many_choices": marked("Choose at most %(maximum)s."),
    "duplicate_choice": marked("Give each rank, or each choice, once only."),
    "exclusive_choice": marked("This choice goes with no other: keep it alone, or untick it."),
    "out_of_range": marked("Give a value from %(minimum)s to %(maximum)s."),
    "too_many_decimals": marked("Decimals allowed at most: %(maximum)s."),
    "too_long": marked("Shorten your text: %(maximum)s characters at most."),
    "too_short": marked("Write a little more: %(minimum)s characters at least."),
    "bad_date": marked("Give a real date: day, month and year."),
    "invitation_missing": marked("Type the code of your invitation: only people who received one can answer."),
    "invitation_unknown": marked(
        "This is not the code of an invitation to this questionnaire. Compare it with the one that you received."
    ),
    "invitation_spent": marked(
        "This code was used already: an invitation serves once. "
        "If you did not answer with it, ask whoever invited you for another one."
    ),
    "bad_characters": marked("Remove the characters that cannot be displayed."),
}
"""One message per problem code; the names are those of `Problem.limits`."""


@dataclass(frozen=True)
class Words:
    """The interface in one language."""

    language: str
    catalogue: gettext.NullTranslations

    def __call__(self, message: str, /, **values: object) -> str:
        """The message in this language, with its values filled in."""
        text = self.catalogue.gettext(message)
        return text % {name: self.value(each) for name, each in values.items()} if values else text

    def value(self, value: object) -> object:
        """A number or an ISO 8601 day as this language writes it; anything else as it is."""
        if isinstance(value, float):
            mark = self.catalogue.pgettext("decimal separator", ".")
            return str(int(value)) if value.is_integer() else repr(value).replace(".", mark)
        if isinstance(value, str) and ISO_DAY.fullmatch(value):
            year, month, day = value.split("-")
            return self.catalogue.gettext("%(day)s/%(month)s/%(year)s") % {"day": day, "month": month, "year": year}
        return value

    @property
    def direction(self) -> str:
        """`rtl` or `ltr`."""
        return direction(self.language)

    def problem(self, problem: Problem) -> str:
        """What to say of one problem; never the answer itself."""
        return self(PROBLEMS[problem.code], **problem.limits)


@lru_cache(maxsize=32)
def words(language: str) -> Words:
    """The interface in a language. Raises NoCatalogue."""
    folder = LOCALES / language / "LC_MESSAGES"
    try:
        with (folder / "boucle.mo").open("rb") as compiled:
            return Words(language, gettext.GNUTranslations(compiled))
    except FileNotFoundError:
        raise NoCatalogue(_remedy(language, folder / "boucle.po")) from None


def _remedy(language: str, source: Path) -> str:
    if source.exists():
        return f"The words of the interface in '{language}' are not compiled: run make install."
    return f"The interface does not speak '{language}': translate it in {source}, then run make install."


def direction(language: str) -> str:
    """The direction in which a language is written: `rtl` or `ltr`."""
    return "rtl" if language.partition("-")[0] in RIGHT_TO_LEFT else "ltr"


def autonym(language: str) -> str:
    """A language's name in itself; its code where the interface does not speak it."""
    try:
        return words(language).catalogue.pgettext("name of the language in itself", "English")
    except NoCatalogue:
        return language


def in_language(text: Text | None, language: str) -> str:
    """An author's text in a language, else in the first one that it has; empty when there is none."""
    if not text:
        return ""
    return text.get(language) or next(iter(text.values()))
