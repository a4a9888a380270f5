"""`boucle backup`: all that an installation on this machine needs to go on, in one file."""

from __future__ import annotations

from pathlib import Path

import click

from boucle.cli.options import NEW_FILE
from boucle.config.settings import Settings
from boucle.operations.backup import back_up


@click.command(epilog="Example: boucle backup 2026-11-23.tar")
@click.argument("file", type=NEW_FILE)
@click.pass_obj
def backup(settings: Settings, file: Path) -> None:
    """Copy all that this machine's installation needs to go on, its keys included, into FILE; others may go on.

    Two backups, compared, tell what came between them: while people answer by invitation, keep the last one only.
    """
    click.echo(f"{file}: {back_up(settings, file)} files. It holds answers and keys: lock it away.")


COMMAND = backup
