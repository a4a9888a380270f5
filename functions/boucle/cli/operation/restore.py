"""`boucle restore`: a backup into a new home; and `restore ledger`, a ledger from its write-once copy."""

from __future__ import annotations

from pathlib import Path

import click

from boucle.bootstrap.transfer import open_ledger_and_vault
from boucle.cli.groups import EVERYTHING, EverythingByDefaultGroup
from boucle.cli.options import DYNAMODB, EXISTING_FILE
from boucle.config.settings import Settings
from boucle.content.surveys import read_studies
from boucle.jobs.recovery import restore_ledger
from boucle.jobs.status import map_series, map_theme_series
from boucle.operations.backup import restore_backup


@click.group("restore", cls=EverythingByDefaultGroup, epilog="Example: boucle --home restored restore 2026-11-23.tar")
def restore_group() -> None:
    """Put a backup back, or a ledger from its write-once copy.

    `boucle restore FILE` is short for `boucle restore everything FILE`.
    """


@restore_group.command(EVERYTHING, epilog="Example: boucle --home restored restore 2026-11-23.tar")
@click.argument("file", type=EXISTING_FILE)
@click.pass_obj
def restore_command(settings: Settings, file: Path) -> None:
    """Put a backup back into a home that is new. `boucle publish` then refuses if more was published since."""
    click.echo(f"{settings.home}: {restore_backup(settings, file)} files. Now: boucle publish, then boucle build.")


@restore_group.command("ledger", epilog="Example: boucle restore ledger --dynamodb enquete")
@DYNAMODB
@click.option("--vault", metavar="BUCKET", help="The bucket of the copy, if it is not NAME-vault-ACCOUNT.")
@click.pass_obj
def restore_ledger_command(settings: Settings, dynamodb: str | None, vault: str | None) -> None:
    """Put back what the ledger has lost from its write-once copy, byte for byte; run again, it changes nothing.

    Nothing is put back for a series whose copy has a gap, or does not continue what its ledger still holds.
    """
    if vault and dynamodb is None:
        raise click.UsageError("a bucket is the copy of a ledger on AWS: name it too, with --dynamodb NAME")
    with open_ledger_and_vault(settings, dynamodb, vault) as (ledger, copy):
        studies = read_studies(settings)
        for series in (*map_series(studies), *map_theme_series(studies)):
            done = restore_ledger(series, ledger=ledger, vault=copy)
            click.echo(f"{series}: {done.put_back} entries put back; there are {done.entries}.")


COMMAND = restore_group
