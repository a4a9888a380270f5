"""`boucle freeze`: what is published never changes from then on."""

from __future__ import annotations

from pathlib import Path

import click

from boucle.authoring.freeze import freeze
from boucle.bootstrap.local import read_locked_versions
from boucle.cli.options import EXISTING_FOLDER, find_settings


@click.command("freeze", epilog="Example: boucle freeze")
@click.argument("folder", metavar="[SURVEYS]", type=EXISTING_FOLDER, required=False)
def freeze_command(folder: Path | None) -> None:
    """Publish: write the hash of every version that a wave opens, or that was answered, to published.lock.

    From then on lint, the tests and the build refuse an edited file: a change is a new version. The first answer locks
    a version too, in the home that holds it; the lock says so to whoever has the files alone.
    """
    settings = find_settings()
    surveys = folder or settings.surveys
    frozen = freeze(surveys, read_locked_versions(settings) if surveys.resolve() == settings.surveys.resolve() else ())
    for path in frozen.added:
        click.echo(f"Frozen: {path}")
    click.echo(f"{frozen.total} published versions in {surveys / 'published.lock'}, {len(frozen.added)} of them new.")


COMMAND = freeze_command
