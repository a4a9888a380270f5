"""Whether the studies, as their files are now, fit what this machine has stored; and which to go on with if not."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace

from boucle.authoring.lint.issues import LintIssue, Severity
from boucle.authoring.lint.run import STUDY_FILE
from boucle.bootstrap.local import Installation, open_installation, read_refused_studies
from boucle.config.settings import Settings
from boucle.content.surveys import read_studies
from boucle.core.errors import BoucleError
from boucle.jobs.strays import Stray, find_cut_off
from boucle.site_build.build import refuse_unsound

STORED_RULE = "stored-elsewhere"
"""What is stored belongs to the studies; only a home can tell."""


class StoredElsewhere(BoucleError):
    """With these studies, something that is stored would belong to nothing."""


def find_misplaced(settings: Settings) -> list[Stray]:
    """What is stored here and would belong to nothing with the studies as they are; nothing where nothing is."""
    if not settings.responses_file.exists():
        return []
    with closing(open_installation(settings)) as installation:
        found = installation.find_strays()
        if settings.accepted_folder.exists():
            before = read_studies(get_accepted(settings))
            found += find_cut_off(before, installation.studies, installation.store, installation.ledger)
    return found


def refuse_misplaced(settings: Settings) -> None:
    """Raise StoredElsewhere where something would."""
    found = find_misplaced(settings)
    if found:
        raise StoredElsewhere(f"{settings.surveys} cannot be used: " + " ".join(map(str, found)))


def find_stored_issues(settings: Settings) -> list[LintIssue]:
    """The same, each at its study, as lint says it."""
    issues = []
    for stray in find_misplaced(settings):
        file = settings.surveys / stray.series.study / STUDY_FILE
        where = file if file.is_file() else settings.surveys
        issues.append(LintIssue(STORED_RULE, Severity.ERROR, where, "/waves", stray.message, stray.remedy))
    return issues


def get_accepted(settings: Settings) -> Settings:
    """The same installation, with the studies that its site was last built of, if one was built here."""
    return replace(settings, surveys=settings.accepted_folder) if settings.accepted_folder.exists() else settings


def choose_studies(settings: Settings) -> tuple[Settings, str | None]:
    """The installation with its studies, or with those that are served where these are refused; and why they are."""
    try:
        refuse_unsound(settings.surveys, read_refused_studies(settings).keys())
        refuse_misplaced(settings)
    except BoucleError as refused:
        if settings.accepted_folder.exists():
            return get_accepted(settings), f"{refused} What is served stays as it was."
        if isinstance(refused, StoredElsewhere):
            return settings, None
        raise
    return settings, None


def find_wrong(installation: Installation) -> list[str]:
    """All that a person must look at: what the job found, and what is so now."""
    report, doubt = installation.read_last_report(), installation.find_clock_doubt()
    now = [*([f"{doubt[0].upper()}{doubt[1:]}."] if doubt else []), *map(str, installation.find_strays())]
    now += [alarm for series_status in installation.read_status() for alarm in series_status.alarms]
    return list(dict.fromkeys([*installation.refused.values(), *(report.alarms if report else ()), *now]))
