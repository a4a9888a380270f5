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

from boucle.core.questionnaire.validation import AnswerIssue
from boucle.core.questionnaire.values import Text

LOCALES = Path(__file__).parent / "locale"
RIGHT_TO_LEFT = frozenset({"ar", "fa", "he", "ps", "ur"})
ISO_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)


class NoCatalogue(Exception):
    """There are no interface words in that language; the message says how to get them."""


def gettext_noop(message: str) -> str:
    """The message itself, marked for the catalogues; it is translated where it is shown."""
    return message


ISSUE_MESSAGES: Mapping[str, str] = {
    "required": gettext_noop("Answer this question."),
    "unknown_question": gettext_noop("This field is not part of the questionnaire. Open the questionnaire again."),
    "wrong_type": gettext_noop("This answer cannot be read. Answer again."),
    "not_a_choice": gettext_noop("Choose among the answers shown."),
    "too_few_choices": gettext_noop("Choose at least %(minimum)s."),
    "too_many_choices": gettext_noop("Choose at most %(maximum)s."),
    "duplicate_choice": gettext_noop("Give each rank, or each choice, once only."),
    "exclusive_choice": gettext_noop("This choice goes with no other: keep it alone, or untick it."),
    "out_of_range": gettext_noop("Give a value from %(minimum)s to %(maximum)s."),
    "too_many_decimals": gettext_noop("Decimals allowed at most: %(maximum)s."),
    "too_long": gettext_noop("Shorten your text: %(maximum)s characters at most."),
    "too_short": gettext_noop("Write a little more: %(minimum)s characters at least."),
    "bad_date": gettext_noop("Give a real date: day, month and year."),
    "invitation_missing": gettext_noop("Type the code of your invitation: only people who received one can answer."),
    "invitation_unknown": gettext_noop(
        "This is not the code of an invitation to this questionnaire. Compare it with the one that you received."
    ),
    "invitation_spent": gettext_noop(
        "This code was used already: an invitation serves once. "
        "If you did not answer with it, ask whoever invited you for another one."
    ),
    "wave_over": gettext_noop(
        "You began in a survey that is over. Another one is open: send your answers again to take part in it."
    ),
    "bad_characters": gettext_noop("Remove the characters that cannot be displayed."),
}
"""One message per problem code; the names are those of `AnswerIssue.limits`."""


@dataclass(frozen=True)
class Translator:
    """The interface in one language."""

    language: str
    catalogue: gettext.NullTranslations

    def __call__(self, message: str, /, **values: object) -> str:
        """The message in this language, with its values filled in."""
        text = self.catalogue.gettext(message)
        return text % {name: self.format_value(value) for name, value in values.items()} if values else text

    def format_value(self, value: object) -> object:
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

    def describe_issue(self, issue: AnswerIssue) -> str:
        """What to say of one problem; never the answer itself."""
        return self(ISSUE_MESSAGES[issue.code], **issue.limits)


@lru_cache(maxsize=32)
def translator_for(language: str) -> Translator:
    """The interface in a language. Raises NoCatalogue."""
    folder = LOCALES / language / "LC_MESSAGES"
    try:
        with (folder / "boucle.mo").open("rb") as compiled:
            return Translator(language, gettext.GNUTranslations(compiled))
    except FileNotFoundError:
        raise NoCatalogue(_describe_remedy(language, folder / "boucle.po")) from None


def _describe_remedy(language: str, source: Path) -> str:
    if source.exists():
        return f"The words of the interface in '{language}' are not compiled: run make install."
    return f"The interface does not speak '{language}': translate it in {source}, then run make install."


def direction(language: str) -> str:
    """The direction in which a language is written: `rtl` or `ltr`."""
    return "rtl" if language.partition("-")[0] in RIGHT_TO_LEFT else "ltr"


def autonym(language: str) -> str:
    """A language's name in itself; its code where the interface does not speak it."""
    try:
        return translator_for(language).catalogue.pgettext("name of the language in itself", "English")
    except NoCatalogue:
        return language


def in_language(text: Text | None, language: str) -> str:
    """An author's text in a language, else in the first one that it has; empty when there is none."""
    if not text:
        return ""
    return text.get(language) or next(iter(text.values()))
