"""`boucle lint`: every mistake in questionnaires, before a respondent meets it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import click

from boucle.authoring.lint.issues import LintIssue, Severity
from boucle.authoring.lint.reports import FORMATS
from boucle.authoring.lint.run import NothingToLint, lint
from boucle.bootstrap.accepting import find_stored_issues
from boucle.bootstrap.local import read_locked_versions
from boucle.cli.options import find_settings
from boucle.config.settings import Settings
from boucle.content.surveys import keep_origins
from boucle.core.errors import BoucleError
from boucle.core.ports import LockedVersion


@click.command("lint", epilog="Example: boucle lint surveys/parcours-de-qualite --format github")
@click.argument("paths", metavar="[PATH]...", nargs=-1, type=click.Path(exists=True, path_type=Path))
@click.option("--format", "form", type=click.Choice(list(FORMATS)), default="text", show_default=True)
@click.pass_context
def lint_command(context: click.Context, paths: tuple[Path, ...], form: str) -> None:
    """Find every mistake in questionnaires before a respondent does.

    PATH is a folder of studies, the folder of one, or a file; ./surveys when absent. Exits 1 when there are errors.
    """
    settings = find_settings()
    try:
        report = lint(paths or (settings.surveys,), _read_locked_versions(settings, paths))
    except NothingToLint as nothing:
        remedy = "Name a folder of surveys, or start one with: boucle new study my-study"
        raise click.UsageError(f"{nothing} {remedy}") from None
    for folder in report.sound:
        keep_origins(folder)
    if not report.of(Severity.ERROR):
        report = replace(report, issues=(*report.issues, *_find_stored_issues(paths)))
    click.echo(FORMATS[form](report))
    context.exit(1 if report.of(Severity.ERROR) else 0)


def _find_stored_issues(paths: tuple[Path, ...]) -> list[LintIssue]:
    """What the home of these studies says of them, where it holds answers and can be read."""
    settings = find_settings()
    surveys = settings.surveys.absolute()
    inside = [path for path in paths or (surveys,) if surveys in (path.absolute(), *path.absolute().parents)]
    try:
        return find_stored_issues(settings) if inside else []
    except BoucleError:
        return []


def _read_locked_versions(settings: Settings, paths: Sequence[Path]) -> Sequence[LockedVersion]:
    """Those of the home, for the surveys that it serves, where it can be read: files can be checked without it."""
    surveys = settings.surveys.resolve()
    if not all(path.resolve().is_relative_to(surveys) for path in paths):
        return ()
    try:
        return read_locked_versions(settings)
    except BoucleError:
        return ()


COMMAND = lint_command
