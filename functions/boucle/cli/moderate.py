"""`boucle moderate`: the desk, on this machine only."""

from __future__ import annotations

import getpass
import secrets
from pathlib import Path

import click
from werkzeug.serving import WSGIRequestHandler, make_server

from boucle.bootstrap.local import clock_of
from boucle.bootstrap.moderation import open_moderation, read_agreement
from boucle.config.settings import Settings
from boucle.core.study.agreement import MIN_SAMPLE_SIZE
from boucle.moderation.desk_app import create_desk_app
from boucle.moderation.keys import read_copy

HOST = "127.0.0.1"
KEY = click.Path(path_type=Path, dir_okay=False, exists=True)


class SilentRequestHandler(WSGIRequestHandler):
    """Logs no request: an address of the desk names a text."""

    def log(self, kind: str, message: str, *args: object) -> None:
        """Nothing."""


@click.command(epilog="Example: boucle moderate --key /media/stick-a/texts.key")
@click.option("--key", "copies", type=KEY, multiple=True, help="A copy of the private key; several after a change.")
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
        server = make_server(HOST, port, app, threaded=True, request_handler=SilentRequestHandler)
        click.echo(f"Open http://{HOST}:{server.server_port}/?token={token} (once; Ctrl-C stops)")
        server.serve_forever()


@click.command("agreement", epilog="Example: boucle agreement parcours-de-qualite")
@click.argument("study")
@click.pass_obj
def agreement_command(settings: Settings, study: str) -> None:
    """Say how far two people who coded the same texts agree: Cohen's kappa and Krippendorff's alpha, by theme."""
    found = read_agreement(settings, study)
    if not found:
        click.echo(f"Fewer than {MIN_SAMPLE_SIZE} texts are coded twice: `boucle moderate --again` codes a sample.")
    for coefficients in found:
        kappa, alpha = _format_coefficient(coefficients.kappa), _format_coefficient(coefficients.alpha)
        click.echo(f"{coefficients.theme}: {coefficients.texts} texts, kappa {kappa}, alpha {alpha}")


def _format_coefficient(coefficient: float | None) -> str:
    return "undefined (nobody differed)" if coefficient is None else f"{coefficient:.2f}"


COMMANDS = (moderate, agreement_command)
