"""`boucle diff`: what changed between two versions, and the smallest honest number for it."""

from __future__ import annotations

from pathlib import Path

import click

from boucle.authoring.differences import as_lines, describe_dishonest_bump, read_version
from boucle.cli.options import EXISTING_FILE
from boucle.core.versions.compare import compare


@click.command("diff", epilog="Example: cd surveys/my-study/users && boucle diff 1.0.0.json 1.1.0.json")
@click.argument("old", type=EXISTING_FILE)
@click.argument("new", type=EXISTING_FILE)
def diff_command(old: Path, new: Path) -> None:
    """Say what changed between two versions, question by question, and the smallest honest bump.

    Exits 1 when the version numbers say less than what changed.
    """
    comparison = compare(read_version(old), read_version(new))
    click.echo(as_lines(comparison))
    if not comparison.is_honest:
        raise click.ClickException(describe_dishonest_bump(comparison))


COMMAND = diff_command
