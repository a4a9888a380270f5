"""The command line. Each command parses its words here and calls one use case."""

import click

from boucle.cli import authoring, translating


@click.group()
def main() -> None:
    """Surveys that answer back."""


for command in (*authoring.COMMANDS, *translating.COMMANDS):
    main.add_command(command)
