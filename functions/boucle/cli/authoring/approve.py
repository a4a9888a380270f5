"""`boucle approve`: the figures that a person read in a text, kept beside it."""

from __future__ import annotations

from pathlib import Path

import click

from boucle.cli.options import EXISTING_FILE
from boucle.config.settings import Settings
from boucle.content.surveys import read_studies
from boucle.core.errors import BoucleError
from boucle.pages.articles.approval import ApprovedFigure, approval_path, build_approval_document, read_approval
from boucle.pages.articles.article import ArticleReader
from boucle.pages.articles.published import PublishedData, make_reader


class NothingToApprove(BoucleError):
    """A text of which not one figure is published."""


@click.command(epilog="Example: boucle approve site/pages/qu-est-ce-qu-un-parcours-de-qualite.md")
@click.argument("article", type=EXISTING_FILE)
@click.option("--data", metavar="FOLDER-OR-URL", help="The published files [this installation's].")
@click.pass_obj
def approve(settings: Settings, article: Path, data: str | None) -> None:
    """Record the figures of ARTICLE as they are now. A build fails when one moves beyond its margin."""
    published = PublishedData(make_reader(data or str(settings.published_folder)))
    read = ArticleReader(read_studies(settings), published).read(article, against_approval=False)
    if read.not_yet:
        raise NothingToApprove(f"{article}: nothing is published of {', '.join(read.not_yet)} yet: approve it later")
    before = read_approval(article) or {}
    figures = read.to_approved_figures()
    approval_path(article).write_bytes(build_approval_document(figures))
    for figure in figures:
        click.echo(f"{figure.figure}: {_describe_figure(figure, before.get(figure.figure))}")
    click.echo(f"Recorded {len(figures)} figures in {approval_path(article)}")


def _describe_figure(now: ApprovedFigure, before: ApprovedFigure | None) -> str:
    if now.value is None:
        return "recorded"
    margin = "" if now.margin is None else f" ± {now.margin:g}"
    was = f", was {before.value:g}" if before and before.value is not None and before.value != now.value else ""
    return f"{now.value:g}{margin}{was}"


COMMAND = approve
