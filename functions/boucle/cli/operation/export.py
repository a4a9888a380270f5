"""`boucle export`, `import`, `backup` and `restore`: a whole store as one file, and back; a ledger from its copy."""

from __future__ import annotations

from pathlib import Path

import click

from boucle.bootstrap.transfer import open_ledger_and_vault, open_store_transfer
from boucle.cli.operation.paper import paper_command
from boucle.cli.operation.import_ import answers_command
from boucle.config.settings import Settings
from boucle.content.surveys import read_surveys
from boucle.jobs.recovery import restore_ledger
from boucle.jobs.status import map_series, map_theme_series
from boucle.operations.backup import back_up, restore_backup
from boucle.storage.transfer_format import read_export, write_export

NEW_FILE = click.Path(dir_okay=False, path_type=Path)
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
DYNAMODB = click.option(
    "--dynamodb", metavar="NAME", help="The installation on AWS of that name, rather than the files of this machine."
)


class EverythingByDefaultGroup(click.Group):
    """`boucle export FILE` means everything; other things to move are named commands."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        named = bool(args) and (args[0] in self.commands or args[0] in ctx.help_option_names)
        return super().parse_args(ctx, args if named or not args else [EVERYTHING, *args])


EVERYTHING = "everything"


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


@click.group("import", cls=EverythingByDefaultGroup, epilog="Example: boucle import everything.jsonl")
def import_group() -> None:
    """Take in what was exported, or past answers of another tool.

    `boucle import FILE` is short for `boucle import everything FILE`.
    """


@import_group.command(EVERYTHING, epilog="Example: boucle import everything.jsonl --dynamodb boucle")
@click.argument("file", type=FILE)
@DYNAMODB
@click.pass_obj
def import_command(settings: Settings, file: Path, dynamodb: str | None) -> None:
    """Put everything that FILE holds where it is not yet; said again, it changes nothing.

    Stop taking answers before you export, and start where you imported. Then put the same master key there: on AWS
    the secret NAME-master-key holds it, here the file master.key in the home.
    """
    with open_store_transfer(settings, dynamodb) as store:
        count = store.import_records(read_export(file))
    click.echo(f"{count:,} records of {file} are there.")


@click.command(epilog="Example: boucle backup 2026-11-23.tar")
@click.argument("file", type=NEW_FILE)
@click.pass_obj
def backup(settings: Settings, file: Path) -> None:
    """Copy all that this machine's installation needs to go on, its keys included, into FILE; others may go on.

    Two backups, compared, tell what came between them: while people answer by invitation, keep the last one only.
    """
    click.echo(f"{file}: {back_up(settings, file)} files. It holds answers and keys: lock it away.")


@click.group("restore", cls=EverythingByDefaultGroup, epilog="Example: boucle --home restored restore 2026-11-23.tar")
def restore_group() -> None:
    """Put a backup back, or a ledger from its write-once copy.

    `boucle restore FILE` is short for `boucle restore everything FILE`.
    """


@restore_group.command(EVERYTHING, epilog="Example: boucle --home restored restore 2026-11-23.tar")
@click.argument("file", type=FILE)
@click.pass_obj
def restore_command(settings: Settings, file: Path) -> None:
    """Put a backup back into a home that is new. `boucle publish` then refuses if more was published since."""
    click.echo(f"{settings.home}: {restore_backup(settings, file)} files. Now: boucle publish, then boucle build.")


@restore_group.command("ledger", epilog="Example: boucle restore ledger --dynamodb enquete")
@DYNAMODB
@click.option("--vault", metavar="BUCKET", help="The bucket of the copy, if it is not NAME-vault-ACCOUNT.")
@click.pass_obj
def restore_ledger_command(settings: Settings, dynamodb: str | None, vault: str | None) -> None:
    """Put back what the ledger has lost from its write-once copy, byte for byte; said again, it changes nothing.

    Nothing is put back for a series whose copy has a gap, or does not continue what its ledger still holds.
    """
    if vault and dynamodb is None:
        raise click.UsageError("a bucket is the copy of a ledger on AWS: name it too, with --dynamodb NAME")
    with open_ledger_and_vault(settings, dynamodb, vault) as (ledger, copy):
        studies = read_surveys(settings.surveys)
        for series in (*map_series(studies), *map_theme_series(studies)):
            done = restore_ledger(series, ledger=ledger, vault=copy)
            click.echo(f"{series}: {done.put_back} entries put back; there are {done.entries}.")


export_group.add_command(paper_command)
import_group.add_command(answers_command)
COMMANDS = (export_group, import_group, backup, restore_group)
