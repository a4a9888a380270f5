"""Notices: short pages that say what happened, whether anything was stored, and what to do now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from boucle.languages.catalogues import marked


@dataclass(frozen=True, slots=True)
class Notice:
    title: str
    sentences: tuple[str, ...]


NOTICES: Mapping[str, Notice] = {
    "closed": Notice(
        marked("This questionnaire is closed"),
        (marked("Answers are no longer taken. Thank you to everybody who answered."),),
    ),
    "not_open": Notice(
        marked("This questionnaire is not open yet"),
        (marked("Come back in a few days: the page will be at the same address."),),
    ),
    "unknown": Notice(
        marked("There is nothing at this address"),
        (marked("The address may be incomplete, or the page has moved. The home page leads everywhere."),),
    ),
    "conflict": Notice(
        marked("These answers were already sent"),
        (
            marked("They were sent once with other content, and the first ones are kept."),
            marked("To correct them, withdraw them with your code, then answer again."),
        ),
    ),
    "conflict_invited": Notice(
        marked("These answers were already sent"),
        (
            marked("They were sent once with other content, and the first ones are kept."),
            marked("Your code withdraws them."),
            marked("Your invitation has served: to answer anew, ask whoever sent it to you for another one."),
        ),
    ),
    "withdrawn": Notice(
        marked("These answers were withdrawn"),
        (marked("They are deleted and cannot be sent again. You can answer anew from the questionnaire’s page."),),
    ),
    "withdrawn_invited": Notice(
        marked("These answers were withdrawn"),
        (
            marked("They are deleted and cannot be sent again."),
            marked("Your invitation has served: to answer anew, ask whoever sent it to you for another one."),
        ),
    ),
    "refused": Notice(
        marked("We did not accept this request"),
        (
            marked("It came from another site, and nothing was stored."),
            marked("Open the questionnaire on this site and answer there."),
        ),
    ),
    "overloaded": Notice(
        marked("Many people are answering right now"),
        (
            marked("Your answers are not stored yet, and nothing is lost."),
            marked("Wait a few seconds, then reload this page to send them again: they will be stored once only."),
        ),
    ),
    "too_many_codes": Notice(
        marked("Too many codes that are none were tried"),
        (marked("Wait a minute, read your code again, then try once more: it still works."),),
    ),
    "too_large": Notice(
        marked("Your answers are too long"),
        (marked("Nothing was stored. Go back, shorten your longest texts, and send again."),),
    ),
    "unsupported": Notice(
        marked("These answers came in an unknown format"),
        (marked("Nothing was stored. Open the questionnaire again and send your answers from there."),),
    ),
    "invalid": Notice(
        marked("These answers could not be read"),
        (marked("Nothing was stored. Open the questionnaire again and send your answers from there."),),
    ),
    "withdrawal_done": Notice(
        marked("Your answers are withdrawn"),
        (
            marked("They are deleted. Figures already published do not change: nobody can be recognised in them."),
            marked("Your code is of no more use."),
        ),
    ),
    "failed": Notice(
        marked("Something went wrong on our side"),
        (
            marked("We do not know whether your answers were stored."),
            marked("Reload this page to send them again: they will be stored once only."),
        ),
    ),
}
"""By kind; every page of the API that is neither a form nor a receipt."""
