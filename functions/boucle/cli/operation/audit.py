"""`boucle audit`: attacks what is published, as anybody could, and reports."""

from __future__ import annotations

from pathlib import Path
from random import Random

import click

from boucle.audit.examine import Effort, examine
from boucle.audit.reading import open_public_files, read_published_series
from boucle.audit.report import AuditReport, as_json, as_text
from boucle.audit.store import JoinResult, find_explained_choices, try_joins
from boucle.cli.options import EXISTING_FILE
from boucle.config.settings import Settings
from boucle.content.surveys import read_studies


@click.command(epilog="Example: boucle audit https://enquete.example.org --format json")
@click.argument("where", metavar="[FOLDER-OR-URL]", required=False)
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option(
    "--store", "copy", type=EXISTING_FILE, help="A copy of responses.sqlite3: also try to join what it holds."
)
@click.option("--guesses", default=Effort().guesses, show_default=True, help="How often each sybil attack is played.")
@click.option("--seed", type=int, help="Play with this chance again; a fresh one when left out.")
@click.pass_context
def audit(
    context: click.Context, where: str | None, form: str, copy: Path | None, guesses: int, seed: int | None
) -> None:
    """Check the public files' chain and schema, play the attackers, and report; exit 1 when anything is wrong."""
    settings: Settings = context.obj
    place = where or str(settings.published_folder)
    chance = Random(seed)  # noqa: S311  it plays attacks; nothing is protected by it
    series = read_published_series(open_public_files(place), place)
    findings = tuple(examine(one_series, Effort(guesses=guesses), chance) for one_series in series)
    report = AuditReport(where=place, series_audits=findings, store=_try_joins(settings, copy) if copy else None)
    click.echo(as_json(report) if form == "json" else "\n".join(as_text(report)))
    context.exit(0 if report.is_sound else 1)


def _try_joins(settings: Settings, copy: Path) -> JoinResult:
    studies = read_studies(settings) if settings.surveys.exists() else {}
    return try_joins(copy, find_explained_choices(studies.values()))


COMMAND = audit
