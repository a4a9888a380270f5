"""`boucle seal`: every cohort that is due, at once."""

from __future__ import annotations

from contextlib import closing

import click

from boucle.bootstrap.local import open_installation
from boucle.config.settings import Settings
from boucle.jobs.status import map_series


@click.command(epilog="Example: boucle seal")
@click.pass_obj
def seal(settings: Settings) -> None:
    """Seal every cohort that is due. `boucle publish` shows them; the server's schedule does both."""
    with closing(open_installation(settings)) as installation:
        installation.confirm_clock()
        for why in installation.refused.values():
            click.echo(f"WRONG: {why}", err=True)
        for series, study in map_series(installation.studies).items():
            outcome = installation.job.seal(study, series)
            sealed = outcome.sealed
            click.echo(f"{series}: " + (f"sealed cohort {sealed.cohort} of {sealed.size}" if sealed else "nothing due"))
            for alarm in outcome.alarms:
                click.echo(f"{series}: WRONG: {alarm}", err=True)


COMMAND = seal
