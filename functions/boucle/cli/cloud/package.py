"""`boucle package`: the file that both functions on AWS run."""

from __future__ import annotations

from pathlib import Path

import click

from boucle.cli.options import NEW_FILE
from boucle.config.settings import Settings
from boucle.deployment.package import build_package

REQUIREMENTS = Path("requirements/lambda.txt")


@click.command(epilog="Example: boucle package --output build/boucle.zip")
@click.option("--output", required=True, type=NEW_FILE, help="The zip file to write.")
@click.option("--requirements", default=REQUIREMENTS, show_default=True, type=NEW_FILE)
@click.pass_obj
def package(settings: Settings, output: Path, requirements: Path) -> None:
    """Make the Lambda package: the same bytes every time, for both functions. Needs a built site."""
    made = build_package(
        requirements=requirements, surveys=settings.surveys, built_site=settings.built_folder.resolve(), output=output
    )
    click.echo(f"{made.file}: {made.size / 1e6:.2f} MB, {made.unpacked / 1e6:.1f} MB unpacked")


COMMAND = package
