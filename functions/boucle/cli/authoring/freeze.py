"""`boucle freeze`: what is published never changes from then on."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from boucle.authoring.freeze import freeze
from boucle.cli.options import EXISTING_FOLDER, find_settings


@click.command("freeze", epilog="Example: boucle freeze")
@click.argument("folder", metavar="[SURVEYS]", type=EXISTING_FOLDER, required=False)
def freeze_command(folder: Path | None) -> None:
    """Publish: write the hash of every version that a wave opens to published.lock.

    From then on lint, the tests and the build refuse an edited file: a change is a new version.
    """
    surveys = folder or find_settings().surveys
    frozen = freeze(surveys, datetime.now(UTC).date())
    for path in frozen.added:
        click.echo(f"Frozen: {path}")
    click.echo(f"{frozen.total} published versions in {surveys / 'published.lock'}, {len(frozen.added)} of them new.")


COMMAND = freeze_command
