"""`boucle new study` and `boucle new site`: files to begin with."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from boucle.authoring.scaffold import start_site, start_study
from boucle.cli.options import find_settings
from boucle.content.surveys import read_studies


@click.group("new", epilog="Example: boucle new study my-study")
def new_group() -> None:
    """Start something new."""


@new_group.command("study", epilog="Example: boucle new study accueil-2027")
@click.argument("name")
def new_study_command(name: str) -> None:
    """Write a first study called NAME: it lints, it builds, and its README.md explains every part."""
    surveys = find_settings().surveys
    written = start_study(surveys, name, datetime.now(UTC).date())
    _list_written(written)
    click.echo(f"Next: read {written[-1]}, put your own words in, and run: boucle lint {surveys / name}")


@new_group.command("site", epilog="Example: boucle new site && boucle serve")
def new_site_command() -> None:
    """Write a first site around your studies: a home page in each language that leads to forms and results."""
    settings = find_settings()
    _list_written(start_site(settings.site, read_studies(settings)))
    click.echo("Next: put your own words in the home pages, and run: boucle serve")


def _list_written(written: list[Path]) -> None:
    for file in written:
        click.echo(f"Written: {file}")


COMMAND = new_group
