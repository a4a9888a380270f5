"""`boucle demo`: the demonstration study, filled, published and served."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click

from boucle.bootstrap.local import describe_text_protection
from boucle.cli.options import DEFAULT_PORT, PORT
from boucle.config.settings import Settings
from boucle.demonstration.run import advance_days, run_demonstration

HOST = "127.0.0.1"


class DayCount(click.ParamType[int]):
    """A number of days, written `2d`."""

    name = "days"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """The number in `2d`; a wrong call ends with what to write instead."""
        written = re.fullmatch(r"([1-9][0-9]{0,2})d", str(value))
        if written is None:
            self.fail(f"{value!r} is not a number of days: write 2d for two days", param, ctx)
        return int(written[1])


@click.command(epilog="Example: boucle demo --port 8123")
@click.option("--port", default=DEFAULT_PORT, show_default=True, type=PORT)
@click.option("--advance", "days", type=DayCount(), metavar="2d", help="Let simulated days pass, run the job, and end.")
@click.pass_obj
def demo(settings: Settings, port: int, days: int | None) -> None:
    """Fill the demonstration with invented answers, publish its results, and serve it.

    The days it needs are simulated: five of them, which end today. Started again, it finds its data.
    """
    if days is None:
        click.echo(describe_text_protection(settings))
        run_demonstration(settings, HOST, port, _show_progress, click.echo)
    else:
        click.echo(f"The simulated day is now {advance_days(settings, days)}.")


@contextmanager
def _show_progress(label: str, length: int) -> Iterator[Callable[[int], None]]:
    with click.progressbar(length=length, label=label) as bar:
        yield bar.update


COMMAND = demo
