"""`boucle freeze`: what is published never changes from then on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import click

from boucle.authoring.freeze import freeze
from boucle.bootstrap.accepting import refuse_misplaced
from boucle.bootstrap.aws_operator import make_dynamo_transfer
from boucle.bootstrap.local import read_locked_versions
from boucle.cli.options import DYNAMODB, EXISTING_FOLDER, find_settings
from boucle.config.settings import Settings
from boucle.core.ports import LockedVersion


@click.command("freeze", epilog="Example: boucle freeze")
@click.argument("folder", metavar="[SURVEYS]", type=EXISTING_FOLDER, required=False)
@DYNAMODB
def freeze_command(folder: Path | None, dynamodb: str | None) -> None:
    """Publish: write the hash of every version that a wave opens, or that was answered, to published.lock.

    From then on lint, the tests and the build refuse an edited file: a change is a new version. The first answer locks
    a version too, in the home that holds it; the lock says so to whoever has the files alone. What study.json says of
    waves is written to history.json: once a wave has opened, its id, days, questionnaires and versions stay.
    """
    settings = find_settings()
    surveys = folder or settings.surveys
    locked = _read_locked_versions(settings, surveys, dynamodb)
    today = datetime.now(UTC).date()
    frozen = freeze(surveys, today, locked, refuse=lambda: refuse_misplaced(replace(settings, surveys=surveys)))
    for path in frozen.added:
        click.echo(f"Frozen: {path}")
    click.echo(f"{frozen.total} published versions in {surveys / 'published.lock'}, {len(frozen.added)} of them new.")


def _read_locked_versions(settings: Settings, surveys: Path, dynamodb: str | None) -> Sequence[LockedVersion]:
    """What was answered of these surveys: there, or in the home that serves them."""
    if dynamodb is not None:
        return make_dynamo_transfer(dynamodb).read_locked_versions()
    return read_locked_versions(settings) if surveys.resolve() == settings.surveys.resolve() else ()


COMMAND = freeze_command
