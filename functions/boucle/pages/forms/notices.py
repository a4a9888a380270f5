"""Notices: short pages that say what happened, whether anything was stored, and what to do now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from boucle.languages.catalogues import gettext_noop


@dataclass(frozen=True, slots=True)
class Notice:
    title: str
    sentences: tuple[str, ...]


NOTICES: Mapping[str, Notice] = {
    "closed": Notice(
        gettext_noop("This questionnaire is closed"),
        (gettext_noop("Answers are no longer taken. Thank you to everybody who answered."),),
    ),
    "not_open": Notice(
        gettext_noop("This questionnaire is not open yet"),
        (gettext_noop("Come back in a few days: the page will be at the same address."),),
    ),
    "unknown": Notice(
        gettext_noop("There is nothing at this address"),
        (gettext_noop("The address may be incomplete, or the page has moved. The home page leads everywhere."),),
    ),
    "conflict": Notice(
        gettext_noop("These answers were already sent"),
        (
            gettext_noop("They were sent once with other content, and the first ones are kept."),
            gettext_noop("To correct them, withdraw them with your code, then answer again."),
        ),
    ),
    "conflict_invited": Notice(
        gettext_noop("These answers were already sent"),
        (
            gettext_noop("They were sent once with other content, and the first ones are kept."),
            gettext_noop("Your code withdraws them."),
            gettext_noop("Your invitation has served: to answer anew, ask whoever sent it to you for another one."),
        ),
    ),
    "withdrawn": Notice(
        gettext_noop("These answers were withdrawn"),
        (
            gettext_noop(
                "They are deleted and cannot be sent again. You can answer anew from the questionnaire’s page."
            ),
        ),
    ),
    "withdrawn_invited": Notice(
        gettext_noop("These answers were withdrawn"),
        (
            gettext_noop("They are deleted and cannot be sent again."),
            gettext_noop("Your invitation has served: to answer anew, ask whoever sent it to you for another one."),
        ),
    ),
    "refused": Notice(
        gettext_noop("We did not accept this request"),
        (
            gettext_noop("It came from another site, and nothing was stored."),
            gettext_noop("Open the questionnaire on this site and answer there."),
        ),
    ),
    "overloaded": Notice(
        gettext_noop("Many people are answering right now"),
        (
            gettext_noop("Your answers are not stored yet, and nothing is lost."),
            gettext_noop(
                "Wait a few seconds, then reload this page to send them again: they will be stored once only."
            ),
        ),
    ),
    "too_many_codes": Notice(
        gettext_noop("Too many codes that are none were tried"),
        (gettext_noop("Wait a minute, read your code again, then try once more: it still works."),),
    ),
    "too_large": Notice(
        gettext_noop("Your answers are too long"),
        (gettext_noop("Nothing was stored. Go back, shorten your longest texts, and send again."),),
    ),
    "unsupported": Notice(
        gettext_noop("These answers came in an unknown format"),
        (gettext_noop("Nothing was stored. Open the questionnaire again and send your answers from there."),),
    ),
    "invalid": Notice(
        gettext_noop("These answers could not be read"),
        (gettext_noop("Nothing was stored. Open the questionnaire again and send your answers from there."),),
    ),
    "withdrawal_done": Notice(
        gettext_noop("Your answers are withdrawn"),
        (
            gettext_noop(
                "They are deleted. Figures already published do not change: nobody can be recognised in them."
            ),
            gettext_noop("Your code is of no more use."),
        ),
    ),
    "failed": Notice(
        gettext_noop("Something went wrong on our side"),
        (
            gettext_noop("We do not know whether your answers were stored."),
            gettext_noop("Reload this page to send them again: they will be stored once only."),
        ),
    ),
}
"""By kind; every page of the API that is neither a form nor a receipt."""
