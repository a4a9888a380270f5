"""The command line. Each command parses its words here and calls one use case."""

from __future__ import annotations

import logging
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from boucle import __version__
from boucle.cli.authoring import approve, new, preview, recordings, translate
from boucle.cli.cloud import deploy
from boucle.cli.moderation import keys, moderate
from boucle.cli.operation import audit, demo, export, invite, quarantine, serve, status, withdraw
from boucle.config.settings import Settings
from boucle.core.errors import BoucleError

FOLDER = click.Path(path_type=Path, file_okay=False)
COMMAND_MODULES = (
    *(approve, new, preview, recordings, translate),
    *(audit, demo, export, invite, quarantine, serve, status, withdraw),
    *(keys, moderate),
    deploy,
)


class BoucleGroup(click.Group):
    """A group whose refusals are one clear message and exit status 1."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except BoucleError as refusal:
            raise click.ClickException(str(refusal)) from refusal
        except OSError as error:
            remedy = "check that it exists, that you may read and write it, and that the disk is not full"
            raise click.ClickException(f"{error.filename}: {error.strerror}; {remedy}") from error


@click.group(
    cls=BoucleGroup,
    epilog="Example: boucle demo",
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(__version__)
@click.option("--home", type=FOLDER, envvar="BOUCLE_HOME", help="Where answers, ledger and keys are kept [.boucle].")
@click.option("--surveys", type=FOLDER, envvar="BOUCLE_SURVEYS", help="The folder of studies [surveys].")
@click.option("--site", type=FOLDER, envvar="BOUCLE_SITE", help="The folder of mkdocs.yml [site].")
@click.option("--origin", envvar="BOUCLE_ORIGIN", help="The public address: https://enquete.example.org.")
@click.option(
    "--client-header",
    envvar="BOUCLE_CLIENT_HEADER",
    help="Behind a proxy: the header in which it says who asks, such as X-Forwarded-For.",
)
@click.pass_context
def main(context: click.Context, /, **options: Any) -> None:
    """Surveys that answer back: questionnaires in JSON, accessible forms, anonymised open results."""
    logging.basicConfig(format="%(levelname)s %(name)s: %(message)s", level=logging.WARNING)
    context.obj = replace(Settings(), **{name: value for name, value in options.items() if value is not None})


for module in COMMAND_MODULES:
    for command in module.COMMANDS:
        main.add_command(command)
