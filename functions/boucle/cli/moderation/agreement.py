"""`boucle agreement`: how far two people who coded the same texts agree."""

from __future__ import annotations

import click

from boucle.bootstrap.moderation import read_agreement
from boucle.config.settings import Settings
from boucle.core.study.agreement import MIN_SAMPLE_SIZE


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


COMMAND = agreement_command
