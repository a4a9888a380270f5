"""The commands of authors: new, lint, diff, freeze, and what follows them."""

from __future__ import annotations

from pathlib import Path

import click

from boucle.authoring.findings import Severity
from boucle.authoring.freeze import freeze
from boucle.authoring.lint import NothingToLint, lint
from boucle.authoring.reports import FORMATS
from boucle.core.errors import Refusal

SURVEYS = Path("surveys")
FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)


@click.command("lint", epilog="Example: boucle lint surveys/parcours-de-qualite --format github")
@click.argument("paths", metavar="[PATH]...", nargs=-1, type=click.Path(exists=True, path_type=Path))
@click.option("--format", "form", type=click.Choice(list(FORMATS)), default="text", show_default=True)
@click.pass_context
def lint_command(context: click.Context, paths: tuple[Path, ...], form: str) -> None:
    """Find every mistake in questionnaires before a respondent does.

    PATH is a folder of studies, the folder of one, or a file; ./surveys when absent. Exits 1 when there are errors.
    """
    try:
        report = lint(paths or (SURVEYS,))
    except NothingToLint as nothing:
        remedy = "Name a folder of surveys, or start one with: boucle new study my-study"
        raise click.UsageError(f"{nothing} {remedy}") from None
    except Refusal as refusal:
        raise click.ClickException(str(refusal)) from None
    click.echo(FORMATS[form](report))
    context.exit(1 if report.of(Severity.ERROR) else 0)


@click.command("freeze", epilog="Example: boucle freeze")
@click.argument("surveys", type=FOLDER, default=SURVEYS)
def freeze_command(surveys: Path) -> None:
    """Publish: write the hash of every version that a wave opens to published.lock.

    From then on lint, the tests and the build refuse an edited file: a change is a new version.
    """
    try:
        frozen = freeze(surveys)
    except Refusal as refusal:
        raise click.ClickException(str(refusal)) from None
    for path in frozen.added:
        click.echo(f"Frozen: {path}")
    click.echo(f"{frozen.total} published versions in {surveys / 'published.lock'}, {len(frozen.added)} of them new.")


COMMANDS = (lint_command, freeze_command)
