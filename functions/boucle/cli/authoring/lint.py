"""`boucle lint`: every mistake in questionnaires, before a respondent meets it."""

from __future__ import annotations

from pathlib import Path

import click

from boucle.authoring.lint.issues import Severity
from boucle.authoring.lint.reports import FORMATS
from boucle.authoring.lint.run import NothingToLint, lint
from boucle.cli.options import find_settings
from boucle.content.surveys import keep_origins


@click.command("lint", epilog="Example: boucle lint surveys/parcours-de-qualite --format github")
@click.argument("paths", metavar="[PATH]...", nargs=-1, type=click.Path(exists=True, path_type=Path))
@click.option("--format", "form", type=click.Choice(list(FORMATS)), default="text", show_default=True)
@click.pass_context
def lint_command(context: click.Context, paths: tuple[Path, ...], form: str) -> None:
    """Find every mistake in questionnaires before a respondent does.

    PATH is a folder of studies, the folder of one, or a file; ./surveys when absent. Exits 1 when there are errors.
    """
    try:
        report = lint(paths or (find_settings().surveys,))
    except NothingToLint as nothing:
        remedy = "Name a folder of surveys, or start one with: boucle new study my-study"
        raise click.UsageError(f"{nothing} {remedy}") from None
    for folder in report.sound:
        keep_origins(folder)
    click.echo(FORMATS[form](report))
    context.exit(1 if report.of(Severity.ERROR) else 0)


COMMAND = lint_command
