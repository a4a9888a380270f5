"""`boucle import`: what was exported; and `import answers`, a study that another tool collected."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import click

from boucle.authoring.lint.run import read_sound
from boucle.bootstrap.local import open_installation
from boucle.bootstrap.transfer import open_store_transfer
from boucle.cli.groups import EVERYTHING, EverythingByDefaultGroup
from boucle.cli.options import DYNAMODB, EXISTING_FILE
from boucle.config.settings import Settings
from boucle.core.versions.lock import EditedAfterPublication
from boucle.imports.answers.bringing import find_target, import_rows
from boucle.imports.answers.mapping import parse_mapping
from boucle.imports.answers.soundness import refuse_unsound
from boucle.imports.answers.table import read_table
from boucle.storage.transfer_format import read_export


@click.group("import", cls=EverythingByDefaultGroup, epilog="Example: boucle import everything.jsonl")
def import_group() -> None:
    """Take in what was exported, or past answers of another tool.

    `boucle import FILE` is short for `boucle import everything FILE`.
    """


@import_group.command(EVERYTHING, epilog="Example: boucle import everything.jsonl --dynamodb boucle")
@click.argument("file", type=EXISTING_FILE)
@DYNAMODB
@click.pass_obj
def import_command(settings: Settings, file: Path, dynamodb: str | None) -> None:
    """Put everything that FILE holds where it is not yet; run again, it changes nothing.

    Stop taking answers before you export, and start where you imported. Then put the same master key there: on AWS
    the secret NAME-master-key holds it, here the file master.key in the home.
    """
    with open_store_transfer(settings, dynamodb) as store:
        count = store.import_records(read_export(file))
    click.echo(f"{count:,} records of {file} are there.")


@import_group.command("answers", epilog="Example: boucle import answers limesurvey.csv --mapping mapping.json")
@click.argument("file", type=EXISTING_FILE)
@click.option(
    "--mapping", "mapping_file", type=EXISTING_FILE, required=True, help="Which column answers which question: JSON."
)
@click.option("--skip-refused", is_flag=True, help="Store the other rows; without it, one refused row stores nothing.")
@click.pass_obj
def answers_command(settings: Settings, file: Path, mapping_file: Path, skip_refused: bool) -> None:
    """Store past answers from the CSV FILE of any other tool, each row once, however often it is said.

    The mapping names the study, the questionnaire, its version and the wave, which stands in study.json and may be
    closed. Rows are read as if they were sent today: the same checks, sealed after tonight. Receipts go to nobody.
    For AWS: do it here, then boucle export and boucle import --dynamodb.
    """
    mapping = parse_mapping(read_sound(mapping_file, "mapping"))
    refuse_unsound(settings.surveys, mapping.study)
    with closing(open_installation(settings)) as installation:
        if mapping.study in installation.refused:
            raise EditedAfterPublication(installation.refused[mapping.study])
        target = find_target(mapping, installation.studies)
        table = read_table(file, mapping.columns, mapping.layout)
        brought = import_rows(table, mapping, target, installation.submissions, skip_refused=skip_refused)
    click.echo(f"{file}: {len(table.rows):,} rows in {table.encoding}, with {table.delimiter} between cells.")
    if table.short:
        click.echo(f"Rows short of their last cells, which are read as empty: {table.short:,}.")
    if table.unused:
        click.echo(f"Columns left out: {', '.join(table.unused)}.")
    if mapping.keep:
        click.echo(f'Rows left out, as "keep" says: {brought.not_kept:,}.')
    for refused in brought.refused:
        click.echo(str(refused))
    count = len({cell_issue.row for cell_issue in brought.refused})
    click.echo(
        f"{brought.stored:,} stored, {brought.already_stored:,} there already, {brought.withdrawn:,} withdrawn since, "
        f"{count:,} refused."
    )


COMMAND = import_group
