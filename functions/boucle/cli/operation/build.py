"""`boucle build`: the static site."""

from __future__ import annotations

import click

from boucle.bootstrap.accepting import refuse_misplaced
from boucle.bootstrap.local import clock_of, read_locked_versions
from boucle.config.settings import Settings
from boucle.site_build.build import build_site


@click.command(epilog="Example: boucle build --strict --data https://enquete.example.org")
@click.option("--strict", is_flag=True, help="Warnings are errors, such as a quoted figure that is not published yet.")
@click.option("--data", metavar="FOLDER-OR-URL", help="The published files that articles quote [this installation's].")
@click.pass_obj
def build(settings: Settings, strict: bool, data: str | None) -> None:
    """Build the static site from site/ and surveys/ into the home folder."""
    today, locked = clock_of(settings).now().date(), read_locked_versions(settings)
    built = build_site(settings, today, strict=strict, data=data, locked=locked, refuse=refuse_misplaced)
    click.echo(f"Built {built.pages} pages in {settings.built_folder}")


COMMAND = build
