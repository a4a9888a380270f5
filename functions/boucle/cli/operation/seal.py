"""`boucle seal`: every cohort that is due, at once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import click

from boucle.authoring.lint.blocking import refuse_blocking
from boucle.authoring.lint.run import Unsound
from boucle.bootstrap.local import Installation, open_installation
from boucle.config.settings import Settings
from boucle.core.study.model import Study


@click.command(epilog="Example: boucle seal")
@click.pass_context
def seal(context: click.Context) -> None:
    """Seal every cohort that is due. `boucle publish` shows them; the server's schedule does both.

    A study with errors seals nothing until they are mended: what is sealed can never be counted anew.
    """
    settings = context.find_object(Settings) or Settings()
    with closing(open_installation(settings)) as installation:
        installation.confirm_clock()
        for why in installation.refused.values():
            click.echo(f"WRONG: {why}", err=True)
        refused = [id for id, study in installation.studies.items() if not _seal_if_sound(installation, study)]
    context.exit(1 if refused else 0)


def _seal_if_sound(installation: Installation, study: Study) -> bool:
    try:
        refuse_blocking(installation.settings.surveys, study.id)
    except Unsound as unsound:
        click.echo(f"{study.id}: nothing was sealed. {unsound}", err=True)
        return False
    for line, is_wrong in _seal_study(installation, study):
        click.echo(line, err=is_wrong)
    return True


def _seal_study(installation: Installation, study: Study) -> Iterator[tuple[str, bool]]:
    """What was done, line by line, and whether it is an alarm. Raises BoucleError."""
    for series in study.series:
        outcome = installation.job.seal(study, series)
        sealed = outcome.sealed
        yield f"{series}: " + (f"sealed cohort {sealed.cohort} of {sealed.size}" if sealed else "nothing due"), False
        yield from ((f"{series}: WRONG: {alarm}", True) for alarm in outcome.alarms)


COMMAND = seal
