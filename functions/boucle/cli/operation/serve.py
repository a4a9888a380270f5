"""`boucle build` and `boucle serve`: the site, and the server that shows it and takes answers."""

from __future__ import annotations

import click

from boucle.bootstrap.local import clock_of, describe_text_protection
from boucle.config.settings import Settings
from boucle.entrypoints.server.run import serve as serve_installation
from boucle.site_build.build import build_site

DEFAULT_PORT = 8000


@click.command(epilog="Example: boucle build --strict --data https://enquete.example.org")
@click.option("--strict", is_flag=True, help="Warnings are errors, such as a quoted figure that is not published yet.")
@click.option("--data", metavar="FOLDER-OR-URL", help="The published files that articles quote [this installation's].")
@click.pass_obj
def build(settings: Settings, strict: bool, data: str | None) -> None:
    """Build the static site from site/ and surveys/ into the home folder."""
    built = build_site(settings, clock_of(settings).now().date(), strict=strict, data=data)
    click.echo(f"Built {built.pages} pages in {settings.built_folder}")


@click.command(epilog="Example: boucle serve --port 8123")
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", default=DEFAULT_PORT, show_default=True, type=click.IntRange(1, 65535))
@click.pass_obj
def serve(settings: Settings, host: str, port: int) -> None:
    """Serve the site and the API on one port, and run the job on its schedule."""
    build_site(settings, clock_of(settings).now().date())
    click.echo(describe_text_protection(settings))
    serve_installation(settings, host, port, ready=lambda: click.echo(f"Serving http://{host}:{port}/ (Ctrl-C stops)"))


COMMANDS = (build, serve)
