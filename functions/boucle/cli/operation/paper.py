"""`boucle export paper`: a form to print, for those who answer with a pen."""

from __future__ import annotations

from pathlib import Path

import click

from boucle.config.settings import Settings
from boucle.content.surveys import read_surveys
from boucle.core.questionnaire.model import Questionnaire
from boucle.core.study.model import Study


@click.command(
    "paper",
    epilog="Example: boucle --origin https://enquete.example.org export paper my-study users -l fr -l ar form.html",
)
@click.argument("study")
@click.argument("questionnaire")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
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
    found, asked = _find_version(settings, study, questionnaire, version)
    spoken = languages or found.languages[:1]
    unspoken = [language for language in spoken if language not in asked.languages]
    if unspoken:
        raise click.UsageError(f"{asked.id} {asked.version} speaks {', '.join(asked.languages)}, not {unspoken[0]}.")
    file.write_text(render_paper_form(found, asked, spoken, settings.origin), "utf-8")
    click.echo(f'{file}: open it in a browser and print it. Key the answers in at the form\'s page, mode "on paper".')


def _find_version(
    settings: Settings, study: str, questionnaire: str, version: str | None
) -> tuple[Study, Questionnaire]:
    studies = read_surveys(settings.surveys)
    if study not in studies:
        raise click.UsageError(f"There is no study {study} in {settings.surveys}: it has {', '.join(studies)}.")
    versions = [candidate for candidate in studies[study].questionnaires if candidate.id == questionnaire]
    wanted = [candidate for candidate in versions if version in (None, candidate.version)]
    if not wanted:
        known = ", ".join(f"{candidate.id} {candidate.version}" for candidate in studies[study].questionnaires)
        raise click.UsageError(f"{study} has no {questionnaire} {version or ''}: it has {known}.")
    return studies[study], wanted[-1]
