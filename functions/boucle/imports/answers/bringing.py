"""The use case: everything is read and checked before the first row is stored, and each row is stored once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from boucle.core.errors import BoucleError
from boucle.core.ports import PutOutcome
from boucle.core.questionnaire.model import Questionnaire
from boucle.core.questionnaire.validation import AnswerIssue
from boucle.core.study.model import Study, Wave
from boucle.imports.answers.checking import check_mapping
from boucle.imports.answers.mapping import AnswerMap, BadMapping
from boucle.imports.answers.reading import CellIssue, ReadRow, make_cell_issue, read_rows
from boucle.imports.answers.table import CsvTable
from boucle.submissions.submit import SubmissionService


class RowsRefused(BoucleError):
    """Rows that cannot be stored; the message lists them all."""


@dataclass(frozen=True, slots=True)
class ImportResult:
    """What became of a table's rows."""

    stored: int
    already_stored: int
    withdrawn: int
    refused: tuple[CellIssue, ...]
    not_kept: int = 0
    """How many rows the mapping does not keep."""


@dataclass(frozen=True, slots=True)
class ImportTarget:
    """Where the rows go."""

    study: Study
    wave: Wave
    version: Questionnaire


def find_target(mapping: AnswerMap, studies: Mapping[str, Study]) -> ImportTarget:
    """The study, the wave and the version that a mapping names. Raises BadMapping."""
    study = studies.get(mapping.study)
    if study is None:
        raise BadMapping(f"there is no study {mapping.study}: there are {', '.join(studies)}")
    version = study.by_version.get((mapping.questionnaire, mapping.version))
    if version is None:
        known = ", ".join(f"{candidate.id} {candidate.version}" for candidate in study.questionnaires)
        raise BadMapping(f"{study.id} has no {mapping.questionnaire} {mapping.version}: it has {known}")
    wave = study.waves_by_id.get(mapping.wave)
    if wave is None or version.version not in {opening.version for opening in wave.openings.get(version.id, ())}:
        raise BadMapping(
            f"{study.id} has no wave {mapping.wave} that holds {version.id} {version.version}: write in study.json "
            "when it was collected, its first and its last day"
        )
    check_mapping(mapping, version)
    return ImportTarget(study, wave, version)


def import_rows(
    table: CsvTable, mapping: AnswerMap, target: ImportTarget, submissions: SubmissionService, *, skip_refused: bool
) -> ImportResult:
    """Store every row once. Raises RowsRefused, with nothing stored, when some cannot be, unless told to skip them."""
    _check_days(target, submissions)
    rows = read_rows(table, mapping, target.version, submissions.keyring)
    if not skip_refused:
        _refuse_all(rows.refused, len(table.rows))
    # What is there already can only be found equal or other: no row is new before all of those are known to be equal.
    there, new = _part_known(rows.good, target, submissions)
    counts, conflicts = _submit(there, target, submissions)
    if not skip_refused:
        _refuse_all(conflicts, len(table.rows))
    more, late_conflicts = _submit(new, target, submissions)
    counts += more
    return ImportResult(
        counts[PutOutcome.STORED],
        counts[PutOutcome.REPLAYED],
        counts[PutOutcome.WITHDRAWN],
        (*rows.refused, *conflicts, *late_conflicts),
        rows.not_kept,
    )


def _refuse_all(refused: Sequence[CellIssue], rows: int) -> None:
    if refused:
        listed = "\n".join(str(issue) for issue in refused)
        count = len({issue.row for issue in refused})
        raise RowsRefused(
            f"{listed}\n{count} of {rows} rows are refused, and nothing is stored: mend the mapping or the "
            "file, or leave these rows out with --skip-refused"
        )


def _part_known(
    rows: Iterable[ReadRow], target: ImportTarget, submissions: SubmissionService
) -> tuple[list[ReadRow], list[ReadRow]]:
    """The rows that are stored already, or were withdrawn, and the new ones."""
    parted: tuple[list[ReadRow], list[ReadRow]] = ([], [])
    for row in rows:
        receipt = submissions.keyring.make_receipt(target.study.id, target.wave.id, row.submission.id)
        is_new = submissions.read_standing(target.study, target.version.id, receipt) is None
        parted[is_new].append(row)
    return parted


def _submit(
    rows: Iterable[ReadRow], target: ImportTarget, submissions: SubmissionService
) -> tuple[Counter[PutOutcome], list[CellIssue]]:
    counts: Counter[PutOutcome] = Counter()
    conflicts: list[CellIssue] = []
    for row in rows:
        # What an operator brings is proven by that: no program is let in here.
        result = submissions.submit(target.study, target.wave, target.version, row.submission, needs_proof=False)
        outcome = result.outcome
        counts[outcome] += 1
        if outcome is PutOutcome.CONFLICT:
            conflicts.append(make_cell_issue(row.number, AnswerIssue("the row", "conflict")))
    return counts, conflicts


def _check_days(target: ImportTarget, submissions: SubmissionService) -> None:
    today, wave = submissions.clock.now().date(), target.wave
    if today < wave.opens:
        raise BadMapping(f"the wave {wave.id} opens on {wave.opens}: past answers belong to a wave that has opened")
    if target.study.expiry(wave) <= today:
        raise BadMapping(
            f"answers of the wave {wave.id} were to be deleted by {target.study.expiry(wave)}: nothing is stored. "
            'If you may keep them longer, raise "retention_days" in study.json.'
        )
