"""`boucle lint`: every mistake in questionnaires, before a respondent meets it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import click

from boucle.authoring.lint.issues import LintIssue, Severity
from boucle.authoring.lint.reports import FORMATS
from boucle.authoring.lint.run import NothingToLint, lint
from boucle.bootstrap.accepting import find_stored_issues
from boucle.cli.options import find_settings


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
    if not report.of(Severity.ERROR):
        report = replace(report, issues=(*report.issues, *_find_stored_issues(paths)))
    click.echo(FORMATS[form](report))
    context.exit(1 if report.of(Severity.ERROR) else 0)


def _find_stored_issues(paths: tuple[Path, ...]) -> list[LintIssue]:
    """What the home of these studies says of them, where it holds answers."""
    settings = find_settings()
    surveys = settings.surveys.absolute()
    inside = [path for path in paths or (surveys,) if surveys in (path.absolute(), *path.absolute().parents)]
    return find_stored_issues(settings) if inside else []


COMMAND = lint_command
