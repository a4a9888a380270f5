"""The commands of authors: new, lint, diff, freeze, and what follows them."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from boucle.authoring.differences import as_lines, describe_dishonest_bump, read_version
from boucle.authoring.freeze import freeze
from boucle.authoring.lint.issues import Severity
from boucle.authoring.lint.reports import FORMATS
from boucle.authoring.lint.run import NothingToLint, lint
from boucle.authoring.scaffold import start_site, start_study
from boucle.config.settings import Settings
from boucle.content.surveys import read_surveys
from boucle.core.versions.compare import compare

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
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
        report = lint(paths or (_surveys_folder(),))
    except NothingToLint as nothing:
        remedy = "Name a folder of surveys, or start one with: boucle new study my-study"
        raise click.UsageError(f"{nothing} {remedy}") from None
    click.echo(FORMATS[form](report))
    context.exit(1 if report.of(Severity.ERROR) else 0)


@click.command("freeze", epilog="Example: boucle freeze")
@click.argument("folder", metavar="[SURVEYS]", type=FOLDER, required=False)
def freeze_command(folder: Path | None) -> None:
    """Publish: write the hash of every version that a wave opens to published.lock.

    From then on lint, the tests and the build refuse an edited file: a change is a new version.
    """
    surveys = folder or _surveys_folder()
    frozen = freeze(surveys)
    for path in frozen.added:
        click.echo(f"Frozen: {path}")
    click.echo(f"{frozen.total} published versions in {surveys / 'published.lock'}, {len(frozen.added)} of them new.")


@click.command("diff", epilog="Example: cd surveys/my-study/users && boucle diff 1.0.0.json 1.1.0.json")
@click.argument("old", type=FILE)
@click.argument("new", type=FILE)
def diff_command(old: Path, new: Path) -> None:
    """Say what changed between two versions, question by question, and the smallest honest bump.

    Exits 1 when the version numbers say less than what changed.
    """
    comparison = compare(read_version(old), read_version(new))
    click.echo(as_lines(comparison))
    if not comparison.is_honest:
        raise click.ClickException(describe_dishonest_bump(comparison))


@click.group("new", epilog="Example: boucle new study my-study")
def new_group() -> None:
    """Start something new."""


@new_group.command("study", epilog="Example: boucle new study accueil-2027")
@click.argument("name")
def new_study_command(name: str) -> None:
    """Write a first study called NAME: it lints, it builds, and its README.md explains every part."""
    surveys = _surveys_folder()
    written = start_study(surveys, name, datetime.now(UTC).date())
    _list_written(written)
    click.echo(f"Next: read {written[-1]}, put your own words in, and run: boucle lint {surveys / name}")


@new_group.command("site", epilog="Example: boucle new site && boucle serve")
def new_site_command() -> None:
    """Write a first site around your studies: a home page in each language that leads to forms and results."""
    settings = _find_settings()
    _list_written(start_site(settings.site, read_surveys(settings.surveys)))
    click.echo("Next: put your own words in the home pages, and run: boucle serve")


def _list_written(written: list[Path]) -> None:
    for file in written:
        click.echo(f"Written: {file}")


def _surveys_folder() -> Path:
    """The folder of studies that the command line, the environment or the default names."""
    return _find_settings().surveys


def _find_settings() -> Settings:
    return click.get_current_context().find_object(Settings) or Settings()


COMMANDS = (new_group, lint_command, diff_command, freeze_command)
