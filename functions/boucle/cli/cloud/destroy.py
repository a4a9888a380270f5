"""`boucle destroy`: an installation taken away from AWS."""

from __future__ import annotations

import click

from boucle.cli.cloud.deploy import make_deployment
from boucle.config.settings import Settings


@click.command(epilog="Example: boucle destroy --stage enquete")
@click.option("--stage", "name", required=True, help="The installation's name.")
@click.option("--account", help="Refuse any other account than this one.")
@click.option("--delete-data", is_flag=True, help="Delete the answers and the ledger too.")
@click.option("--yes-delete-data-of", "again", metavar="NAME", help="Say the name again, to mean it.")
@click.pass_obj
def destroy(settings: Settings, name: str, account: str | None, delete_data: bool, again: str | None) -> None:
    """Take the functions and the stack away. Tables and buckets are kept, unless told twice; the vault always is."""
    if delete_data and again != name:
        raise click.UsageError(
            f"to delete what people answered, say it twice: --delete-data --yes-delete-data-of {name}"
        )
    deployment = make_deployment(settings, name, "nobody@example.org", account, "", "")
    kept = deployment.destroy(data_too=delete_data)
    click.echo("\n".join(["Gone. Still there:", *(f"  {line}" for line in kept)]))


COMMAND = destroy
