"""`boucle new study`, `boucle new version` and `boucle new site`: files to begin with."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from boucle.authoring.scaffold import start_site, start_study, start_version
from boucle.cli.options import EXISTING_FILE, find_settings
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
    click.echo(
        "Before it goes out: boucle freeze. That, or the first answer, locks a version: a change is a new version."
    )


@new_group.command("version", epilog="Example: boucle new version surveys/my-study/users/1.0.0.json --bump minor")
@click.argument("file", type=EXISTING_FILE)
@click.option(
    "--bump", type=click.Choice(["patch", "minor", "major"]), default="minor", show_default=True, help="How far."
)
def new_version_command(file: Path, bump: str) -> None:
    """Copy FILE under its next version, to change that: a version that was answered or frozen never changes."""
    new = start_version(file, bump)
    _list_written([new])
    click.echo(
        f'Next: make your change in it, open it in study.json ({{"version": "{new.stem}", "from": "..."}}), and run: '
        f"boucle diff {file} {new}"
    )


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
