"""`boucle export`: a whole store as one file; and `export paper`, a form to print."""

from __future__ import annotations

from pathlib import Path

import click

from boucle.bootstrap.transfer import open_store_transfer
from boucle.cli.groups import EVERYTHING, EverythingByDefaultGroup
from boucle.cli.options import DYNAMODB, NEW_FILE
from boucle.config.settings import Settings
from boucle.content.surveys import read_studies
from boucle.core.questionnaire.model import Questionnaire
from boucle.core.study.model import Study
from boucle.storage.transfer_format import write_export


@click.group("export", cls=EverythingByDefaultGroup, epilog="Example: boucle export everything.jsonl")
def export_group() -> None:
    """Write everything that is stored to a file, or something else by its name.

    `boucle export FILE` is short for `boucle export everything FILE`.
    """


@export_group.command(EVERYTHING, epilog="Example: boucle export everything.jsonl")
@click.argument("file", type=NEW_FILE)
@DYNAMODB
@click.option("--restored", is_flag=True, help="NAME-responses, -days and -ledger only: restored to a point in time.")
@click.pass_obj
def export_command(settings: Settings, file: Path, dynamodb: str | None, restored: bool) -> None:
    """Write everything that is stored to FILE: answers, encrypted texts, closed days and the ledger.

    FILE holds answers: keep it as you would keep them. The master key is not in it; without it receipts lead nowhere.
    """
    if restored and dynamodb is None:
        raise click.UsageError("only tables on AWS are restored to a point in time: name them, with --dynamodb NAME")
    with open_store_transfer(settings, dynamodb, restored=restored) as store:
        count = write_export(store.export_records(), file)
    click.echo(f"{file}: {count:,} records. The master key goes its own way: boucle import says how.")


@export_group.command(
    "paper",
    epilog="Example: boucle --origin https://enquete.example.org export paper my-study users -l fr -l ar form.html",
)
@click.argument("study")
@click.argument("questionnaire")
@click.argument("file", type=NEW_FILE)
@click.option("-l", "--language", "languages", multiple=True, help="Once, or twice for two languages side by side.")
@click.option("--version", "version", help="The newest one when left out.")
@click.pass_obj
def paper_command(
    settings: Settings, study: str, questionnaire: str, file: Path, languages: tuple[str, ...], version: str | None
) -> None:
    """Write a questionnaire as a page to print, with a QR code that leads to the online form."""
    from boucle.pages.exports.paper import render_paper_form

    if settings.origin is None:
        raise click.UsageError("The paper names the site's address: boucle --origin https://... export paper ...")
    found, chosen = _find_version(settings, study, questionnaire, version)
    spoken = languages or found.languages[:1]
    unspoken = [language for language in spoken if language not in chosen.languages]
    if unspoken:
        raise click.UsageError(f"{chosen.id} {chosen.version} speaks {', '.join(chosen.languages)}, not {unspoken[0]}.")
    file.write_text(render_paper_form(found, chosen, spoken, settings.origin), "utf-8")
    click.echo(f'{file}: open it in a browser and print it. Key the answers in at the form\'s page, mode "on paper".')


def _find_version(
    settings: Settings, study: str, questionnaire: str, version: str | None
) -> tuple[Study, Questionnaire]:
    studies = read_studies(settings)
    if study not in studies:
        raise click.UsageError(f"There is no study {study} in {settings.surveys}: it has {', '.join(studies)}.")
    versions = [candidate for candidate in studies[study].questionnaires if candidate.id == questionnaire]
    wanted = [candidate for candidate in versions if version in (None, candidate.version)]
    if not wanted:
        known = ", ".join(f"{candidate.id} {candidate.version}" for candidate in studies[study].questionnaires)
        raise click.UsageError(f"{study} has no {questionnaire} {version or ''}: it has {known}.")
    return studies[study], wanted[-1]


COMMAND = export_group
