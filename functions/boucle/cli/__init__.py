"""The command line: one module a command, by who gives it. Each parses its arguments and calls one use case."""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import Any

import click

from boucle import __version__
from boucle.cli.authoring import approve, diff, freeze, lint, new, preview, recordings, translate
from boucle.cli.cloud import deploy, destroy, package
from boucle.cli.groups import BoucleGroup
from boucle.cli.moderation import agreement, keys, moderate
from boucle.cli.operation import (
    audit,
    backup,
    build,
    clock,
    demo,
    export,
    import_,
    invite,
    publish,
    quarantine,
    restore,
    seal,
    serve,
    status,
    withdraw,
)
from boucle.cli.options import FOLDER
from boucle.config.settings import Settings

AUTHORING = (approve, diff, freeze, lint, new, preview, recordings, translate)
OPERATION = (
    audit,
    backup,
    build,
    clock,
    demo,
    export,
    import_,
    invite,
    publish,
    quarantine,
    restore,
    seal,
    serve,
    status,
    withdraw,
)
MODERATION = (agreement, keys, moderate)
CLOUD = (deploy, destroy, package)
COMMAND_MODULES = (*AUTHORING, *OPERATION, *MODERATION, *CLOUD)
"""Each is named like its command (`import_` for import), which is the module's COMMAND."""


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
    "--trusted-proxies",
    type=click.IntRange(0),
    envvar="BOUCLE_TRUSTED_PROXIES",
    help="How many proxies in front say who asks, in X-Forwarded-For [0: nobody is in front].",
)
@click.option(
    "--client-header",
    envvar="BOUCLE_CLIENT_HEADER",
    help="Another header in which a proxy says who asks; alone, it means one proxy.",
)
@click.pass_context
def main(context: click.Context, /, **options: Any) -> None:
    """Surveys that answer back: questionnaires in JSON, accessible forms, anonymised open results."""
    logging.basicConfig(format="%(levelname)s %(name)s: %(message)s", level=logging.WARNING)
    context.obj = replace(Settings(), **{name: value for name, value in options.items() if value is not None})


for module in COMMAND_MODULES:
    main.add_command(module.COMMAND)
