"""`boucle package`, `deploy` and `destroy`: the way to AWS, and back."""

from __future__ import annotations

from pathlib import Path

import click

from boucle.bootstrap.local import read_text_key
from boucle.config.settings import Settings
from boucle.deployment.deploy import Deployment, DeploymentRequest, fetch_status, run_zappa
from boucle.deployment.package import build_package

FILE = click.Path(dir_okay=False, path_type=Path)
REQUIREMENTS = Path("requirements/lambda.txt")
TEMPLATE = Path("infra/template.yml")


@click.command(epilog="Example: boucle package --output build/boucle.zip")
@click.option("--output", required=True, type=FILE, help="The zip file to write.")
@click.option("--requirements", default=REQUIREMENTS, show_default=True, type=FILE)
@click.pass_obj
def package(settings: Settings, output: Path, requirements: Path) -> None:
    """Make the Lambda package: the same bytes every time, for both functions. Needs a built site."""
    made = build_package(
        requirements=requirements, surveys=settings.surveys, built_site=settings.built_folder.resolve(), output=output
    )
    click.echo(f"{made.file}: {made.size / 1e6:.2f} MB, {made.unpacked / 1e6:.1f} MB unpacked")


def _make_deployment(
    settings: Settings, name: str, email: str, account: str | None, domain: str, cert: str
) -> Deployment:
    import boto3  # a quarter of a second, which no other command should pay

    wish = DeploymentRequest(
        name=name,
        email=email,
        account=account,
        domain=domain,
        certificate=cert,
        template=TEMPLATE,
        requirements=REQUIREMENTS,
        surveys=settings.surveys,
        built_site=settings.built_folder.resolve(),
        text_key=read_text_key(settings) or "",
    )
    return Deployment(request=wish, session=boto3.Session(), say=click.echo, zappa=run_zappa, fetch=fetch_status)


@click.command(epilog="Example: boucle deploy --stage enquete --email ops@example.org --dry-run")
@click.option("--stage", "name", required=True, help="The installation's name: the prefix of all that is made.")
@click.option("--email", required=True, help="Who is told when something is wrong.")
@click.option("--account", help="Refuse any other account than this one.")
@click.option("--domain", default="", help="The site's own domain name.")
@click.option("--certificate", default="", help="The ARN of its certificate, in us-east-1.")
@click.option("--dry-run", is_flag=True, help="Check, print the plan, and touch nothing.")
@click.pass_obj
def deploy(
    settings: Settings, name: str, email: str, account: str | None, domain: str, certificate: str, dry_run: bool
) -> None:
    """Put the installation on AWS, or bring it up to date. After a failure, say the same again."""
    deployment = _make_deployment(settings, name, email, account, domain, certificate)
    if dry_run:
        for number, step in enumerate(deployment.plan(), 1):
            click.echo(f"{number}. {step}")
        click.echo("Nothing was touched.")
    else:
        click.echo(f"Deployed: {deployment.run()}")


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
    deployment = _make_deployment(settings, name, "nobody@example.org", account, "", "")
    kept = deployment.destroy(data_too=delete_data)
    click.echo("\n".join(["Gone. Still there:", *(f"  {line}" for line in kept)]))


COMMANDS = (deploy, destroy, package)
