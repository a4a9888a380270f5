"""`boucle withdraw`: for somebody who asks by post or by telephone, with their code."""

from __future__ import annotations

from contextlib import closing

import click

from boucle.bootstrap.local import open_installation
from boucle.config.settings import Settings
from boucle.core.errors import BoucleError


class NothingToWithdraw(BoucleError):
    """No answers stand under this code."""


@click.command(epilog="Example: boucle withdraw parcours-de-qualite candidats")
@click.argument("study")
@click.argument("questionnaire")
@click.option("--code", prompt="Code", hide_input=True, help="Asked for when left out, so that no shell remembers it.")
@click.pass_obj
def withdraw(settings: Settings, study: str, questionnaire: str, code: str) -> None:
    """Delete the answers and texts of the person who holds a code; figures already published do not change."""
    with closing(open_installation(settings)) as installation:
        held = installation.studies.get(study)
        if held is None or questionnaire not in held.questionnaire_ids:
            known = ", ".join(
                f"{found.id} {name}" for found in installation.studies.values() for name in found.questionnaire_ids
            )
            raise NothingToWithdraw(f"there is no {study} {questionnaire}: there are {known}")
        if not installation.submissions.withdraw(held, questionnaire, code):
            raise NothingToWithdraw(
                "no answers stand under this code: check the code, and which questionnaire it is of"
            )
    click.echo("Withdrawn: the answers and texts are deleted. A published quotation goes with the next publication.")


COMMAND = withdraw
