"""Everything that a store holds of a respondent: attribute by attribute, why, and until when.

The anonymity sheet is made from it, and tests compare it with every kind of store: what is not here is not stored.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from boucle.languages.catalogues import gettext_noop


class Until(Enum):
    """When an attribute is erased."""

    DECISION = gettext_noop("until somebody has decided, or until the end of retention")
    SEAL = gettext_noop("until your answers are counted in a group")
    WITHDRAWAL = gettext_noop("until you withdraw, or until the end of retention")
    RETENTION = gettext_noop("until the end of retention")
    SERIES = gettext_noop("as long as the study is open; it tells nothing of anybody")


@dataclass(frozen=True, slots=True)
class Attribute:
    """What one attribute is for, in the words of the sheet."""

    what: str
    until: Until


FROM_INVITATION = gettext_noop("a number computed from your invitation code, from which the code cannot be found")
FROM_CODE = gettext_noop("a number computed from your code, from which the code cannot be found")
ALSO_FROM_CODE = gettext_noop("a number computed from your code, another one than for your answers")
FINGERPRINT = gettext_noop("a fingerprint that recognises the same submission sent twice")
TEXT = gettext_noop("your text, its language and your consent to be quoted, encrypted")
VERSION = gettext_noop("the version of the questionnaire")

STUDY = Attribute(gettext_noop("which study you answered"), Until.RETENTION)
QUESTIONNAIRE = Attribute(gettext_noop("which questionnaire you answered"), Until.RETENTION)
MAJOR = Attribute(gettext_noop("the main number of its version"), Until.RETENTION)
WAVE = Attribute(gettext_noop("the period of collection"), Until.RETENTION)
EXPIRES = Attribute(gettext_noop("the day of erasure, the same for the whole period of collection"), Until.RETENTION)

SERIES = {"study": STUDY, "questionnaire": QUESTIONNAIRE, "major": MAJOR, "wave": WAVE}

STORED: Mapping[str, Mapping[str, Attribute]] = {
    "responses": {
        **SERIES,
        "key": Attribute(FROM_CODE, Until.RETENTION),
        "version": Attribute(VERSION, Until.WITHDRAWAL),
        "language": Attribute(gettext_noop("the language in which you answered"), Until.WITHDRAWAL),
        "mode": Attribute(gettext_noop("how you answered: on your own, with help, on paper"), Until.WITHDRAWAL),
        "answers": Attribute(gettext_noop("your answers to closed questions"), Until.WITHDRAWAL),
        "window": Attribute(gettext_noop("the day of arrival, without the time"), Until.SEAL),
        "digest": Attribute(FINGERPRINT, Until.SEAL),
        "cohort": Attribute(gettext_noop("the number of the group that you were counted in"), Until.RETENTION),
        "held": Attribute(
            gettext_noop(
                "why somebody has to decide whether your answers count, if your form was sent as programs send them"
            ),
            Until.DECISION,
        ),
        "expires": EXPIRES,
    },
    "texts": {
        **SERIES,
        "key": Attribute(ALSO_FROM_CODE, Until.WITHDRAWAL),
        "question": Attribute(gettext_noop("the question that the text answers"), Until.WITHDRAWAL),
        "payload": Attribute(TEXT, Until.WITHDRAWAL),
        "expires": EXPIRES,
    },
    "closed_days": {
        **{name: Attribute(attribute.what, Until.SERIES) for name, attribute in SERIES.items()},
        "first_open": Attribute(gettext_noop("the first day that no group holds yet"), Until.SERIES),
    },
    "locked_versions": {
        "study": Attribute(STUDY.what, Until.SERIES),
        "questionnaire": Attribute(QUESTIONNAIRE.what, Until.SERIES),
        "version": Attribute(VERSION, Until.SERIES),
        "file_hash": Attribute(gettext_noop("a fingerprint of the questionnaire itself"), Until.SERIES),
    },
    "spent": {
        "key": Attribute(FROM_INVITATION, Until.RETENTION),
        "mark": Attribute(FINGERPRINT, Until.RETENTION),
        "expires": EXPIRES,
    },
}

KINDS: Mapping[str, str] = {
    "responses": gettext_noop("Your closed answers"),
    "texts": gettext_noop("Your free texts, kept apart"),
    "closed_days": gettext_noop("The calendar of the groups"),
    "locked_versions": gettext_noop("The questionnaires that were answered, which nobody changes any more"),
    "spent": gettext_noop("Invitations that were used, without the answers that came with them"),
}
