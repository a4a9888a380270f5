"""`boucle deploy`: an installation on AWS, made or brought up to date."""

from __future__ import annotations

from pathlib import Path

import click

from boucle.bootstrap.local import read_text_key
from boucle.cli.cloud.package import REQUIREMENTS
from boucle.config.settings import Settings
from boucle.deployment.deploy import Deployment, DeploymentRequest, fetch_status, run_zappa

TEMPLATE = Path("infra/template.yml")


def make_deployment(
    settings: Settings, name: str, email: str, account: str | None, domain: str, cert: str
) -> Deployment:
    """What puts this installation on AWS and takes it away, with the credentials and the region of the environment."""
    import boto3  # a quarter of a second, which no other command should pay

    request = DeploymentRequest(
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
    return Deployment(request=request, session=boto3.Session(), say=click.echo, zappa=run_zappa, fetch=fetch_status)


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
    deployment = make_deployment(settings, name, email, account, domain, certificate)
    if dry_run:
        for number, step in enumerate(deployment.plan(), 1):
            click.echo(f"{number}. {step}")
        click.echo("Nothing was touched.")
    else:
        click.echo(f"Deployed: {deployment.run()}")


COMMAND = deploy
