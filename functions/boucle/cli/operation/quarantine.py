"""`boucle quarantine`: somebody decides whether what looks like a program's counts; by day, never by answer."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import date, datetime

import click

from boucle.bootstrap.aws_operator import make_dynamo_quarantine
from boucle.bootstrap.local import open_installation
from boucle.cli.options import DYNAMODB
from boucle.config.settings import Settings
from boucle.content.surveys import read_studies
from boucle.core.errors import BoucleError
from boucle.core.ports import Doubt, HeldGroup, QuarantineStore
from boucle.core.study.model import Series
from boucle.jobs.status import map_series

DOUBT_EXPLANATIONS = {
    Doubt.TRAP.value: "a field that people do not see was filled in",
    Doubt.HASTE.value: "sent faster than anybody reads",
    Doubt.CROWD.value: "one connection had sent very many within the hour",
}


class NothingHeld(BoucleError):
    """No such series, or nothing of it is held back."""


@click.group(epilog="Example: boucle quarantine list")
def quarantine() -> None:
    """Review what is held back: stored, but counted only once somebody says so.

    A social centre whose visitors all answered the same afternoon looks like a crowd; a program does too. Whoever knows
    what happened that day decides. Answers are not shown: a choice by answer would bend the results.
    """


@quarantine.command("list", epilog="Example: boucle quarantine list")
@DYNAMODB
@click.pass_obj
def list_command(settings: Settings, dynamodb: str | None) -> None:
    """Say how many are held back, by series, day and doubt."""
    with _open_store(settings, dynamodb) as store:
        lines = [line for series in map_series(read_studies(settings)) for line in _list_held(store, series)]
    click.echo("\n".join(lines) or "Nothing is held back.")


def _list_held(store: QuarantineStore, series: Series) -> Iterator[str]:
    for which, count in sorted(store.count_held(series).items()):
        explanation = DOUBT_EXPLANATIONS.get(which.doubt, which.doubt)
        yield f"{series} {which.day} {which.doubt}: {count} held back; {explanation}"


def _add_decision_options(command: Callable[..., None]) -> Callable[..., None]:
    """The argument and the options that both decisions take."""
    day = click.option("--day", type=click.DateTime(["%Y-%m-%d"]), help="Only those of that day.")
    doubt = click.option("--doubt", type=click.Choice([kind.value for kind in Doubt]), help="Only for that doubt.")
    return click.argument("series")(day(doubt(DYNAMODB(command))))


@quarantine.command(epilog="Example: boucle quarantine release my-study/visitors/v1/2026 --day 2026-03-01")
@_add_decision_options
@click.pass_obj
def release(settings: Settings, series: str, day: datetime | None, doubt: str | None, dynamodb: str | None) -> None:
    """Let what is held back of SERIES count, like any other answer, in the next cohort."""
    with _open_store(settings, dynamodb) as store:
        found = _find_series(settings, series)
        count = sum(store.release(found, which) for which in _choose_held(store, found, day, doubt))
    click.echo(f"{series}: {count} released; they wait for the next cohort.")


@quarantine.command(epilog="Example: boucle quarantine drop my-study/visitors/v1/2026 --doubt trap --yes")
@_add_decision_options
@click.confirmation_option(prompt="Delete these answers for good?")
@click.pass_obj
def drop(settings: Settings, series: str, day: datetime | None, doubt: str | None, dynamodb: str | None) -> None:
    """Delete the closed answers held back of SERIES; their codes then say that they were withdrawn.

    Free texts carry no mark that would tie them to answers, so those of a program come to moderation like any other.
    """
    with _open_store(settings, dynamodb) as store:
        found = _find_series(settings, series)
        count = sum(store.drop(found, which) for which in _choose_held(store, found, day, doubt))
    click.echo(f"{series}: {count} dropped.")


def _find_series(settings: Settings, name: str) -> Series:
    known = {str(series): series for series in map_series(read_studies(settings))}
    if name not in known:
        raise NothingHeld(f"there is no series {name}: there are {', '.join(known)}")
    return known[name]


def _choose_held(store: QuarantineStore, series: Series, day: datetime | None, doubt: str | None) -> list[HeldGroup]:
    wanted: date | None = day.date() if day else None
    chosen = [held for held in store.count_held(series) if wanted in {None, held.day} and doubt in {None, held.doubt}]
    if not chosen:
        raise NothingHeld(f"nothing like that is held back of {series}: `boucle quarantine list` says what is")
    return sorted(chosen)


@contextmanager
def _open_store(settings: Settings, dynamodb: str | None) -> Iterator[QuarantineStore]:
    if dynamodb is not None:
        yield make_dynamo_quarantine(dynamodb)
        return
    with closing(open_installation(settings)) as installation:
        yield installation.store


COMMAND = quarantine
