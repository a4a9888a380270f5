"""How groups of commands behave: errors are told in one message, and a file alone means everything."""

from __future__ import annotations

from typing import Any

import click

from boucle.core.errors import BoucleError

EVERYTHING = "everything"


class BoucleGroup(click.Group):
    """A group whose refusals are one clear message and exit status 1."""

    def invoke(self, ctx: click.Context) -> Any:
        """What the command returns. Raises ClickException for a refusal, and for a file that cannot be used."""
        try:
            return super().invoke(ctx)
        except BoucleError as refusal:
            raise click.ClickException(str(refusal)) from refusal
        except OSError as error:
            remedy = "check that it exists, that you may read and write it, and that the disk is not full"
            raise click.ClickException(f"{error.filename}: {error.strerror}; {remedy}") from error


class EverythingByDefaultGroup(click.Group):
    """`boucle export FILE` means everything; other things to move are named commands."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """The arguments that are left, once EVERYTHING stands where no command is named."""
        named = bool(args) and (args[0] in self.commands or args[0] in ctx.help_option_names)
        return super().parse_args(ctx, args if named or not args else [EVERYTHING, *args])
