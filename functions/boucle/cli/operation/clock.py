"""`boucle clock`: somebody looks at a clock that may be wrong, and at what was sealed by one that was."""

from __future__ import annotations

from contextlib import closing

import click

from boucle.bootstrap.aws_operator import repair_dynamo_days
from boucle.bootstrap.local import clock_of, open_installation
from boucle.cli.options import DYNAMODB
from boucle.config.settings import Settings
from boucle.content.surveys import read_studies


@click.group(epilog="Example: boucle clock accept")
def clock() -> None:
    """Look at this machine's clock when the job refuses to go on by it.

    Nothing is sealed, published or deleted while the clock has moved by more than ten minutes since the machine was
    switched on, or while more than a week lies between the last run and the first one after a start. A virtual machine
    that was paused looks like that too: its clock goes on, and its count since it was switched on does not.
    """


@clock.command(epilog="Example: boucle clock accept")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_obj
def accept(settings: Settings, yes: bool) -> None:
    """Say that this machine's clock is right. The next run seals and publishes, and deletes nothing yet."""
    with closing(open_installation(settings)) as installation:
        doubt = installation.find_clock_doubt()
        if doubt is None:
            click.echo(f"It is {installation.clock.now():%Y-%m-%d %H:%M} (UTC), and nothing speaks against it.")
            return
        click.echo(f"{doubt[0].upper()}{doubt[1:]}.")
        if not yes:
            click.confirm(
                f"Is it {installation.clock.now():%Y-%m-%d %H:%M} (UTC) by your own watch? If it is not, answer no and "
                "set the clock: by a wrong one answers would be deleted, and cohorts dated for ever. Accept?",
                abort=True,
            )
        installation.clock_guard.accept()
        click.echo("Accepted. The next run of the job deletes nothing; the one after it deletes what has expired.")


@clock.command(epilog="Example: boucle clock repair")
@DYNAMODB
@click.pass_obj
def repair(settings: Settings, dynamodb: str | None) -> None:
    """Once the clock is right: let days count again where a clock that was ahead has sealed, or dated answers.

    A note beside the ledger says from which day; no entry and no release is rewritten. Said again, it changes nothing.
    """
    if dynamodb is not None:
        done = repair_dynamo_days(dynamodb, clock_of(settings), read_studies(settings))
    else:
        with closing(open_installation(settings)) as installation:
            done = installation.repair_days()
    lines = [str(series_repair) for series_repair in done if series_repair.note or series_repair.moved]
    click.echo("\n".join(lines) or "Nothing is dated ahead.")


COMMAND = clock
