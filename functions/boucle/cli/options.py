"""What several commands take alike: files, folders, ports, an installation on AWS; and the settings of this call."""

from __future__ import annotations

from pathlib import Path

import click

from boucle.config.settings import Settings

EXISTING_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
NEW_FILE = click.Path(dir_okay=False, path_type=Path)
EXISTING_FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
FOLDER = click.Path(file_okay=False, path_type=Path)
PORT = click.IntRange(1, 65535)
DEFAULT_PORT = 8000
DYNAMODB = click.option(
    "--dynamodb", metavar="NAME", help="The installation on AWS of that name, rather than the files of this machine."
)


def find_settings() -> Settings:
    """The settings that the command line and the environment name; the defaults where a command is called alone."""
    return click.get_current_context().find_object(Settings) or Settings()
