"""`boucle moderate`: the desk, on this machine only."""

from __future__ import annotations

import getpass
import secrets
from pathlib import Path

import click

from boucle.bootstrap.local import clock_of
from boucle.bootstrap.moderation import open_moderation
from boucle.cli.options import EXISTING_FILE
from boucle.config.settings import Settings
from boucle.desks.serving import LOOPBACK, make_local_server
from boucle.moderation.desk_app import create_desk_app
from boucle.moderation.keys import read_copy


@click.command(epilog="Example: boucle moderate --key /media/stick-a/texts.key")
@click.option(
    "--key", "copies", type=EXISTING_FILE, multiple=True, help="A copy of the private key; several after a change."
)
@click.option("--as", "moderator", default=getpass.getuser, help="Your name in the log [that of your account].")
@click.option("--port", default=0, type=click.IntRange(0, 65535), help="A port of this machine [any free one].")
@click.option("--dynamodb", metavar="NAME", help="The texts of the installation on AWS of that name.")
@click.option("--again", is_flag=True, help="Code again a quarter of what others coded, to measure agreement.")
@click.pass_obj
def moderate(
    settings: Settings, copies: tuple[Path, ...], moderator: str, port: int, dynamodb: str | None, again: bool
) -> None:
    """Read free texts one by one, and approve, redact or reject each; nothing is published without you.

    Opens a page on this machine, behind a link that works once. Several moderators can sit at the same home.
    """
    keys = [read_copy(copy) for copy in copies]
    clock = clock_of(settings)
    with open_moderation(settings, clock, keys, moderator, dynamodb=dynamodb, again=again) as moderation:
        token = secrets.token_urlsafe(24)
        app = create_desk_app(moderation.desk, moderation.guides, token)
        server = make_local_server(app, port, is_silent=True)
        click.echo(f"Open http://{LOOPBACK}:{server.server_port}/?token={token} (once; Ctrl-C stops)")
        server.serve_forever()


COMMAND = moderate
