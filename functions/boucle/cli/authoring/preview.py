"""`boucle preview`: a questionnaire shown before anybody answers it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from boucle.authoring.lint.issues import Severity
from boucle.authoring.lint.reports import as_text
from boucle.cli.options import EXISTING_FILE, PORT
from boucle.core.study.model import Study
from boucle.desks.serving import LOOPBACK, make_local_server
from boucle.preview.dry_run import DryRun, make_dry_run, sizes_of
from boucle.preview.preview_site import PreviewSite
from boucle.preview.reading import read_preview


@click.command("preview", epilog="Example: boucle preview surveys/my-study/users/1.0.0.json")
@click.argument("file", metavar="PATH", type=EXISTING_FILE)
@click.option("--port", default=8001, show_default=True, type=PORT)
@click.option("--dry-run", is_flag=True, help="Print what could be published with 30, 100 and 1,000 answers, and end.")
def preview_command(file: Path, port: int, dry_run: bool) -> None:
    """Serve one questionnaire while it is written: its form, and its results on invented answers.

    The pages reload when the file is saved.
    """
    if dry_run:
        _print_dry_run(file)
        return
    server = make_local_server(PreviewSite(file), port, is_silent=False)
    click.echo(f"Previewing {file} at http://{LOOPBACK}:{port}/ (Ctrl-C stops)")
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        click.echo("Stopped.")


def _print_dry_run(file: Path) -> None:
    previewed = read_preview(file, datetime.now(UTC).date())
    if previewed.study is None:
        click.echo(as_text(previewed.report))
        errors = len(previewed.report.of(Severity.ERROR))
        raise click.ClickException(f"{file} has {errors} errors: mend them first.")
    for line in _dry_run_lines(previewed.study):
        click.echo(line)


def _dry_run_lines(study: Study) -> list[str]:
    return [_dry_run_line(make_dry_run(study, size)) for size in sizes_of(study.questionnaires[0])]


def _dry_run_line(run: DryRun) -> str:
    hidden = f"; not shown: {', '.join(run.not_shown)}" if run.not_shown else ""
    return (
        f"{run.people:>5} answers in {run.cohorts} cohorts: {run.shown} figures shown, {run.below_threshold} too small "
        f"to tell, margins of {run.usual} points, {run.widest} at most{hidden}"
    )


COMMAND = preview_command
