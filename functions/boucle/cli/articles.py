"""`boucle approve`: the figures that a person read in a text, kept beside it."""

from __future__ import annotations

from pathlib import Path

import click

from boucle.config.settings import Settings
from boucle.content.surveys import read_surveys
from boucle.core.errors import Refusal
from boucle.pages.articles.approval import Approved, approval_document, approval_file, read_approval
from boucle.pages.articles.article import Desk
from boucle.pages.articles.published import Published, reader

ARTICLE = click.Path(exists=True, dir_okay=False, path_type=Path)


class NothingToApprove(Refusal):
    """A text of which not one figure is published."""


@click.command(epilog="Example: boucle approve site/pages/qu-est-ce-qu-un-parcours-de-qualite.md")
@click.argument("article", type=ARTICLE)
@click.option("--data", metavar="FOLDER-OR-URL", help="The published files [this installation's].")
@click.pass_obj
def approve(settings: Settings, article: Path, data: str | None) -> None:
    """Record the figures of ARTICLE as they are now. A build fails when one moves beyond its margin."""
    published = Published(reader(data or str(settings.published_folder)))
    read = Desk(read_surveys(settings.surveys), published).read(article, against_approval=False)
    if read.not_yet:
        raise NothingToApprove(f"{article}: nothing is published of {', '.join(read.not_yet)} yet: approve it later")
    before = read_approval(article) or {}
    figures = read.approved()
    approval_file(article).write_bytes(approval_document(figures))
    for each in figures:
        click.echo(f"{each.figure}: {_said(each, before.get(each.figure))}")
    click.echo(f"Recorded {len(figures)} figures in {approval_file(article)}")


def _said(now: Approved, before: Approved | None) -> str:
    if now.value is None:
        return "recorded"
    margin = "" if now.margin is None else f" ± {now.margin:g}"
    was = f", was {before.value:g}" if before and before.value is not None and before.value != now.value else ""
    return f"{now.value:g}{margin}{was}"


COMMANDS = (approve,)
