"""`boucle keys`: free texts are sealed to a public key; the private one is kept offline, twice."""

from __future__ import annotations

from pathlib import Path

import click

from boucle.bootstrap.local import read_text_key
from boucle.cli.options import NEW_FILE
from boucle.config.settings import Settings
from boucle.core.errors import BoucleError
from boucle.moderation.keys import check_copy, generate_text_key, write_pair


class SameFile(BoucleError):
    """Two copies in one place are lost together."""


class NoTextKey(BoucleError):
    """There is nothing to check a copy against."""


@click.group(epilog="Example: boucle keys new /media/stick-a/texts.key /media/stick-b/texts.key")
def keys() -> None:
    """Make and check the keys that free texts are sealed with."""


@keys.command(epilog="Example: boucle keys new /media/stick-a/texts.key /media/stick-b/texts.key")
@click.argument("first", type=NEW_FILE)
@click.argument("second", type=NEW_FILE)
@click.pass_obj
def new(settings: Settings, first: Path, second: Path) -> None:
    """Make a pair of keys, and write the private one in two files, to be kept apart and offline."""
    _refuse_one_place(first, second)
    key = generate_text_key()
    write_pair(key, settings.text_key_file, (first, second))
    click.echo(f"Free texts are sealed from now on, to the key in {settings.text_key_file}. Restart the server.")
    click.echo(f"Only {first} and {second} can open them. Take both away from this machine, to two places.")


@keys.command(epilog="Example: boucle keys check /media/stick-a/texts.key /media/stick-b/texts.key")
@click.argument("first", type=NEW_FILE)
@click.argument("second", type=NEW_FILE)
@click.pass_obj
def check(settings: Settings, first: Path, second: Path) -> None:
    """Seal a trial text and open it with each copy."""
    _refuse_one_place(first, second)
    public = read_text_key(settings)
    if public is None:
        raise NoTextKey(f"{settings.text_key_file} is not there: make the keys with `boucle keys new`")
    for copy in (first, second):
        check_copy(copy, public)
        click.echo(f"{copy} opens what this installation seals.")


def _refuse_one_place(first: Path, second: Path) -> None:
    if first.resolve() == second.resolve():
        raise SameFile(f"{first} and {second} are the same file: two copies are kept in two places")


COMMAND = keys
