"""`boucle invite`: single-use links for a wave by invitation, and which of them were not used yet."""

from __future__ import annotations

import csv
import os
import sys
from collections.abc import Set
from pathlib import Path

import click

from boucle.bootstrap.aws_operator import read_dynamo_master_key
from boucle.bootstrap.local import clock_of, load_master_key
from boucle.bootstrap.transfer import read_used_invitation_keys
from boucle.cli.options import EXISTING_FILE, FOLDER
from boucle.config.settings import Settings
from boucle.content.surveys import read_studies
from boucle.core.identity.receipts import Keyring
from boucle.imports.answers.table import read_table
from boucle.operations.invitations import CODE, CannotInvite, InvitationBatch, find_invitation_batch, take_numbers
from boucle.pages.exports.invitation_sheet import render_invitation_sheet

HEADER = f"number,{CODE},link"


@click.command(
    epilog="Example: boucle --origin https://enquete.example.org invite my-study users --count 200 --output letters"
)
@click.argument("study")
@click.argument("questionnaire")
@click.option("--count", type=click.IntRange(1), help="How many to make: the next ones after those made before.")
@click.option("--output", type=FOLDER, help="Where to write them: a CSV file, and a sheet of QR codes to print.")
@click.option(
    "--unspent", type=EXISTING_FILE, help="Rather print the rows of such a CSV file whose code was not used yet."
)
@click.option("--wave", help="The wave [the one that takes answers now, or next].")
@click.option("-l", "--language", help="The language of the form and of the sheet [the study's first].")
@click.option("--first", type=click.IntRange(1), help="Make again those from this number on: the very same codes.")
@click.option("--dynamodb", metavar="NAME", help="For the installation on AWS of that name.")
@click.pass_obj
def invite(
    settings: Settings,
    study: str,
    questionnaire: str,
    count: int | None,
    output: Path | None,
    unspent: Path | None,
    wave: str | None,
    language: str | None,
    first: int | None,
    dynamodb: str | None,
) -> None:
    """Make single-use links to a questionnaire that study.json asks by invitation.

    Each carries a signed code in the part of the address that browsers send to nobody. No list of codes is kept, here
    or online: what was made is told from its number. Whom you send a code to is for you alone to know; delete your list
    once the last reminder has left. `--unspent` tells whom to remind, and nothing of what anybody answered.
    """
    if (unspent is None) == (count is None):
        raise click.UsageError("Say --count N to make invitations, or --unspent FILE to see which were not used.")
    key = read_dynamo_master_key(dynamodb) if dynamodb else _local_master_key(settings, make=unspent is None)
    today = clock_of(settings).now().date()
    found = find_invitation_batch(read_studies(settings), Keyring(key), study, questionnaire, wave, today)
    if unspent is not None:
        _print_unused(found, unspent, read_used_invitation_keys(settings, dynamodb))
    elif count is not None:
        _make_invitations(settings, found, count, first, language or found.questionnaire.languages[0], output)


def _local_master_key(settings: Settings, *, make: bool) -> bytes:
    """The key that signs codes; whoever asks for unspent ones has made some with it. Raises CannotInvite."""
    if not make and not settings.master_key_file.exists():
        raise CannotInvite(
            f"{settings.home} holds no master key, so no invitation was made there: name the home where they were, "
            "with `boucle --home FOLDER invite`, or the installation on AWS, with --dynamodb NAME"
        )
    settings.home.mkdir(mode=0o700, parents=True, exist_ok=True)
    return load_master_key(settings.master_key_file)


def _make_invitations(
    settings: Settings, batch: InvitationBatch, count: int, first: int | None, language: str, output: Path | None
) -> None:
    if settings.origin is None or output is None:
        raise click.UsageError("Links name the site's address: boucle --origin https://... invite ... --output FOLDER")
    if language not in batch.questionnaire.languages:
        spoken = ", ".join(batch.questionnaire.languages)
        raise click.UsageError(f"{batch.questionnaire.id} speaks {spoken}, not {language}.")
    numbers = take_numbers(settings.invitations_file, batch.name, count, first)
    made = batch.make_invitations(numbers, language, settings.origin)
    codes = [(invitation.code, invitation.link) for invitation in made]
    sheet = render_invitation_sheet(batch.study, batch.questionnaire, language, settings.origin, codes)
    output.mkdir(mode=0o700, parents=True, exist_ok=True)
    name = f"{batch.questionnaire.id}-{batch.wave.id}-{numbers[0]:06}-{numbers[-1]:06}"
    table, page = output / f"{name}.csv", output / f"{name}.html"
    _write_private(page, sheet)
    # No cell can start a formula: a number, letters and digits, an address.
    _write_private(table, "".join(f"{line}\r\n" for line in (HEADER, *(f"{e.number},{e.code},{e.link}" for e in made))))
    click.echo(f"{count:,} invitations to {batch.name}, numbers {numbers[0]} to {numbers[-1]}: {table} and {page}.")
    click.echo("Whoever holds a code can answer once: send them, then keep no more of these files than you need.")


def _write_private(file: Path, content: str) -> None:
    """A new file that its owner alone can read. Raises CannotInvite."""
    try:
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise CannotInvite(f"{file} exists already: name another folder, or remove it first") from None
    with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as out:
        out.write(content)


def _print_unused(batch: InvitationBatch, file: Path, used_invitations: Set[str]) -> None:
    table = read_table(file, [CODE])
    left = batch.select_unused_rows(file, table, used_invitations)
    out = csv.writer(sys.stdout, lineterminator="\n")
    out.writerow(table.columns)
    for row in left:
        out.writerow((row.cells or {}).values())
    click.echo(f"{len(left):,} of {len(table.rows):,} were not used yet.", err=True)


COMMAND = invite
