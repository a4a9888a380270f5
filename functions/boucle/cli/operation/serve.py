"""`boucle serve`: the site, and the server that shows it and takes answers."""

from __future__ import annotations

from collections.abc import Set

import click

from boucle.bootstrap.accepting import refuse_misplaced
from boucle.bootstrap.local import clock_of, describe_text_protection, read_refused_studies
from boucle.cli.options import DEFAULT_PORT, PORT
from boucle.config.settings import Settings
from boucle.core.errors import BoucleError
from boucle.core.versions.lock import EditedAfterPublication
from boucle.entrypoints.server.run import serve as serve_installation
from boucle.site_build.build import build_site


@click.command(epilog="Example: boucle serve --port 8123")
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", default=DEFAULT_PORT, show_default=True, type=PORT)
@click.pass_obj
def serve(settings: Settings, host: str, port: int) -> None:
    """Serve the site and the API on one port, and run the job on its schedule.

    A saved change shows at once. A version is locked by its first answer (or by `boucle freeze`): from then on a change
    is a new version. A study whose files are not what people have answered is left out until it is mended.
    """
    refused = read_refused_studies(settings)
    for why in refused.values():
        click.echo(f"WRONG: {why}", err=True)
    _refuse_if_nothing_is_left(settings, refused.keys())
    try:
        build_site(settings, clock_of(settings).now().date(), without=refused.keys(), refuse=refuse_misplaced)
    except BoucleError as error:
        if not settings.accepted_folder.exists():
            raise
        click.echo(f"WRONG: {error}\nThe site is served as it was last built.", err=True)
    click.echo(describe_text_protection(settings))
    serve_installation(settings, host, port, ready=lambda: click.echo(f"Serving http://{host}:{port}/ (Ctrl-C stops)"))


def _refuse_if_nothing_is_left(settings: Settings, refused: Set[str]) -> None:
    """Raises EditedAfterPublication where every study is refused."""
    studies = {file.parent.name for file in settings.surveys.glob("*/study.json")}
    if refused and studies <= refused:
        raise EditedAfterPublication("there is no study that can be served: mend what is said above, and serve again.")


COMMAND = serve
