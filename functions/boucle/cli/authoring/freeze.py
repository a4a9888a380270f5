"""`boucle freeze`: what is published never changes from then on."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import click

from boucle.authoring.freeze import freeze
from boucle.bootstrap.accepting import refuse_misplaced
from boucle.cli.options import EXISTING_FOLDER, find_settings


@click.command("freeze", epilog="Example: boucle freeze")
@click.argument("folder", metavar="[SURVEYS]", type=EXISTING_FOLDER, required=False)
def freeze_command(folder: Path | None) -> None:
    """Publish: write the hash of every version that a wave opens to published.lock.

    From then on lint, the tests and the build refuse an edited file: a change is a new version. What study.json says of
    waves is written to history.json: once a wave has opened, its id, days, questionnaires and versions stay.
    """
    settings = find_settings()
    surveys = folder or settings.surveys
    frozen = freeze(surveys, refuse=lambda: refuse_misplaced(replace(settings, surveys=surveys)))
    for path in frozen.added:
        click.echo(f"Frozen: {path}")
    click.echo(f"{frozen.total} published versions in {surveys / 'published.lock'}, {len(frozen.added)} of them new.")


COMMAND = freeze_command
