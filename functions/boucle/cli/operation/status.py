"""`boucle status`: what is counted, waiting, missing and wrong in an installation."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import timedelta

import click

from boucle.bootstrap.accepting import choose_studies, find_wrong
from boucle.bootstrap.local import Installation, open_installation
from boucle.cli.options import find_settings
from boucle.core.privacy.gate import GateReason
from boucle.jobs.status import SeriesStatus

GATE_EXPLANATIONS = {
    GateReason.TOO_FEW: "the next cohort needs {missing} more",
    GateReason.ONCE_A_DAY: "one cohort a day: the next one tomorrow at the earliest",
    GateReason.UNTIL_CLOSE: "sealed once, at the close of the wave",
    GateReason.CLOSED: "the wave is over, and too few are left to be published",
}


DAYS_TO_NEXT_GATE = timedelta(days=2)
"""From the last day that is over to the day on which today is."""


@click.command(epilog="Example: boucle status --format json")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.pass_context
def status(context: click.Context, form: str) -> None:
    """Say what is counted, waiting and missing to the next gate, when the job last ran, and what is wrong.

    Exits 1 when something is.
    """
    settings, refused = choose_studies(find_settings())
    with closing(open_installation(settings)) as installation:
        wrong = [*([refused] if refused else []), *find_wrong(installation)]
        click.echo(_as_json(installation, wrong) if form == "json" else "\n".join(_as_text(installation, wrong)))
    context.exit(1 if wrong else 0)


def _as_text(installation: Installation, wrong: Sequence[str]) -> Iterator[str]:
    if installation.settings.demonstration:
        yield f"Demonstration: days are simulated, and it is {installation.clock.now().date()}."
    for series_status in installation.read_status():
        counted = f"{series_status.counted} counted in {series_status.cohorts} cohorts"
        next_cohort = _describe_next_cohort(series_status)
        yield f"{series_status.series}: {counted}, {series_status.waiting} waiting; {next_cohort}"
        if series_status.held:
            held = ", ".join(
                f"{count} {which.doubt} on {which.day}" for which, count in sorted(series_status.held.items())
            )
            yield f"  held back until somebody decides (boucle quarantine): {held}"
    report = installation.read_last_report()
    yield f"The job last ran on {report.ran} (UTC)." if report else "The job has never run."
    yield from (f"WRONG: {alarm}" for alarm in wrong)
    if report and not wrong:
        yield "Nothing is wrong."


def _describe_next_cohort(status: SeriesStatus) -> str:
    reason = status.gate.reason
    if reason is GateReason.CLOSED and status.waiting >= status.gate.needed:
        # Past answers that came today into a wave that is over: the gate counts them once the day is over.
        due = status.gate.through + DAYS_TO_NEXT_GATE
        return f"the wave is over: the job's first run after {due} 00:15 UTC seals and publishes what waits"
    return (
        GATE_EXPLANATIONS[reason].format(missing=status.gate.missing)
        if reason
        else "the next run of the job seals a cohort"
    )


def _as_json(installation: Installation, wrong: Sequence[str]) -> str:
    report = installation.read_last_report()
    document = {
        "demonstration": installation.settings.demonstration,
        "today": str(installation.clock.now().date()),
        "series": [
            {
                "series": str(series_status.series),
                "counted": series_status.counted,
                "cohorts": series_status.cohorts,
                "waiting": series_status.waiting,
                "missing": series_status.gate.missing,
                "held": [
                    {"day": str(which.day), "doubt": which.doubt, "count": count}
                    for which, count in sorted(series_status.held.items())
                ],
                "reason": series_status.gate.reason.value if series_status.gate.reason else None,
            }
            for series_status in installation.read_status()
        ],
        "last_job": report.ran if report else None,
        "wrong": list(wrong),
    }
    return json.dumps(document, ensure_ascii=False, indent=2)


COMMAND = status
