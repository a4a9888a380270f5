"""`boucle serve`: the site, and the server that shows it and takes answers."""

from __future__ import annotations

import click

from boucle.bootstrap.accepting import refuse_misplaced
from boucle.bootstrap.local import clock_of, describe_text_protection
from boucle.cli.options import DEFAULT_PORT, PORT
from boucle.config.settings import Settings
from boucle.core.errors import BoucleError
from boucle.entrypoints.server.run import serve as serve_installation
from boucle.site_build.build import build_site


@click.command(epilog="Example: boucle serve --port 8123")
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", default=DEFAULT_PORT, show_default=True, type=PORT)
@click.pass_obj
def serve(settings: Settings, host: str, port: int) -> None:
    """Serve the site and the API on one port, and run the job on its schedule."""
    try:
        build_site(settings, clock_of(settings).now().date(), refuse=refuse_misplaced)
    except BoucleError as refused:
        if not settings.accepted_folder.exists():
            raise
        click.echo(f"WRONG: {refused}\nThe site is served as it was last built.", err=True)
    click.echo(describe_text_protection(settings))
    serve_installation(settings, host, port, ready=lambda: click.echo(f"Serving http://{host}:{port}/ (Ctrl-C stops)"))


COMMAND = serve
