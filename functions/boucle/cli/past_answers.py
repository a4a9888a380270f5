"""`boucle import answers`: a study that another tool collected."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import click

from boucle.authoring.lint.run import read_sound
from boucle.bootstrap.local import open_installation
from boucle.config.settings import Settings
from boucle.imports.answers.bringing import find_target, import_rows
from boucle.imports.answers.mapping import parse_mapping
from boucle.imports.answers.soundness import refuse_unsound
from boucle.imports.answers.table import read_table

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command("answers", epilog="Example: boucle import answers limesurvey.csv --mapping mapping.json")
@click.argument("file", type=FILE)
@click.option("--mapping", "mapping_file", type=FILE, required=True, help="Which column answers which question: JSON.")
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
