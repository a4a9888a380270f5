"""`boucle publish`: what the ledger and the moderators' book hold, and the site does not show yet."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import closing

import click

from boucle.bootstrap.aws_operator import publish_free_texts_on_aws
from boucle.bootstrap.local import clock_of, open_installation
from boucle.config.settings import Settings
from boucle.content.surveys import read_studies
from boucle.core.study.model import Study


@click.command(epilog="Example: boucle publish")
@click.option(
    "--dynamodb", metavar="NAME", help="What was moderated here, to the installation on AWS of that name; only that."
)
@click.pass_obj
def publish(settings: Settings, dynamodb: str | None) -> None:
    """Publish what the ledger holds and the site does not, and what moderators approved and coded."""
    if dynamodb is not None:
        _publish_on_aws(settings, dynamodb)
        return
    with closing(open_installation(settings)) as installation:
        installation.confirm_clock()
        for why in installation.refused.values():
            click.echo(f"WRONG: {why}", err=True)
        for study in installation.studies.values():
            _print_alarms(study, installation.job.publish_free_texts(study))
            for published in installation.job.publish(study):
                click.echo(f"{published.series}: {published.new} new releases")


def _publish_on_aws(settings: Settings, name: str) -> None:
    for study in read_studies(settings).values():
        _print_alarms(study, publish_free_texts_on_aws(name, settings, clock_of(settings), study))
        click.echo(
            f"{study.id}: what was moderated here is published on {name}; its pages follow at the job's next run"
        )


def _print_alarms(study: Study, alarms: Iterable[str]) -> None:
    for alarm in alarms:
        click.echo(f"{study.id}: WRONG: {alarm}", err=True)


COMMAND = publish
