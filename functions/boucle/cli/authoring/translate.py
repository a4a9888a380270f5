"""`boucle translate`: texts to translators and back; export, import, confirm."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType

import click

from boucle.authoring.lint.shape import find_shape_issues
from boucle.authoring.lint.sources import Unreadable, read_source
from boucle.authoring.writing import as_file
from boucle.cli.options import EXISTING_FILE, NEW_FILE
from boucle.content.surveys import read_lock
from boucle.core.errors import BoucleError
from boucle.core.questionnaire.translations import Lack, find_gaps
from boucle.core.strictjson import Json
from boucle.core.versions.lock import remedy_for


@click.group("translate", epilog="Example: boucle translate export surveys/my-study/users/1.0.0.json en")
def translate_group() -> None:
    """Carry a questionnaire's texts to translators and back, as gettext .po files."""


@translate_group.command(
    "export", epilog="Example: boucle translate export surveys/my-study/users/1.0.0.json en --output en.po"
)
@click.argument("file", type=EXISTING_FILE)
@click.argument("language")
@click.option("--output", type=NEW_FILE, help="The .po file; the screen when absent.")
def export_command(file: Path, language: str, output: Path | None) -> None:
    """Write every text of FILE, and its LANGUAGE translation where there is one, as a .po file.

    Translations of sentences that changed since are marked fuzzy.
    """
    content = _import_translate().export_po(_read_json(file), language, datetime.now(UTC))
    if output is None:
        click.echo(content.decode(), nl=False)
    else:
        output.write_bytes(content)
        click.echo(f"{output}: translate it, then: boucle translate import {file} {language} {output}")


@translate_group.command("import", epilog="Example: boucle translate import surveys/my-study/users/1.0.0.json en en.po")
@click.argument("file", type=EXISTING_FILE)
@click.argument("language")
@click.argument("catalogue", type=EXISTING_FILE)
def import_command(file: Path, language: str, catalogue: Path) -> None:
    """Take the LANGUAGE translations of a .po file into FILE; the fuzzy and the outdated stay out."""
    _refuse_published(file)
    try:
        imported = _import_translate().import_po(_read_json(file), language, catalogue.read_bytes())
    except BoucleError as refusal:
        raise click.ClickException(f"{catalogue}: {refusal}") from None
    file.write_text(as_file(imported.source), encoding="utf-8")
    for outcome, names in (
        ("not translated", imported.empty),
        ("still fuzzy", imported.fuzzy),
        ("made from a sentence that has changed: export again", imported.outdated),
        ("no longer in the file", imported.unknown),
    ):
        for name in names:
            click.echo(f"  {name}: {outcome}")
    click.echo(f"{len(imported.taken)} translations taken. {_describe_standing(imported.source, language)}")


@translate_group.command("confirm", epilog="Example: boucle translate confirm surveys/my-study/users/1.0.0.json en")
@click.argument("file", type=EXISTING_FILE)
@click.argument("language")
def confirm_command(file: Path, language: str) -> None:
    """Declare that the LANGUAGE texts of FILE say what today's sentences say, as when they were written by hand."""
    _refuse_published(file)
    confirmed = _import_translate().confirm(_read_json(file), language)
    file.write_text(as_file(confirmed), encoding="utf-8")
    click.echo(_describe_standing(confirmed, language))


def _describe_standing(source: Json, language: str) -> str:
    lacking = [gap for gap in find_gaps(source) if gap.language == language]
    if not lacking:
        return f"{language} is complete."
    stale = sum(gap.lack is Lack.STALE for gap in lacking)
    return f"{language} is left out of pages: {len(lacking) - stale} texts missing, {stale} stale."


def _read_json(file: Path) -> Json:
    try:
        source: Json = read_source(file).json
    except Unreadable as unreadable:
        first = unreadable.issues[0]
        raise click.ClickException(f"{file}:{first.line}: {first.message} {first.remedy}") from None
    wrong = find_shape_issues("study" if file.name == "study.json" else "questionnaire", source, file)
    if wrong:
        raise click.ClickException(f"{file}{wrong[0].pointer}: {wrong[0].message} {wrong[0].remedy}")
    return source


def _refuse_published(file: Path) -> None:
    folder = file.absolute().parent if file.name == "study.json" else file.absolute().parent.parent
    path = str(file.absolute().relative_to(folder.parent))
    if path in read_lock(folder.parent):
        raise click.ClickException(f"{file} is published and never changes. {remedy_for(path)}")


def _import_translate() -> ModuleType:
    # Babel is needed here only: whoever lints or serves does without it.
    try:
        from boucle.authoring import translate
    except ModuleNotFoundError:
        raise click.ClickException("Translating needs Babel: pip install 'boucle[authoring]'") from None
    return translate


COMMAND = translate_group
