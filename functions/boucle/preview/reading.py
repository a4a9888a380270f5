"""Reads what a preview shows: one questionnaire within its study, or everything that lint has to say first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from boucle.authoring.lint.issues import Severity
from boucle.authoring.lint.run import STUDY_FILE, LintReport, lint
from boucle.authoring.lint.sources import read_source
from boucle.authoring.origins import complete_source
from boucle.core.questionnaire.model import Questionnaire
from boucle.core.questionnaire.parse import parse_questionnaire
from boucle.core.study.model import Controller, Mechanism, Study
from boucle.core.study.parse import parse_study
from boucle.preview.dry_run import restrict_study


@dataclass(frozen=True, slots=True)
class Preview:
    """What lint says of a file, and the study to show; None while there are errors."""

    file: Path
    report: LintReport
    study: Study | None

    @property
    def questionnaire(self) -> Questionnaire | None:
        """The questionnaire to show; None while there are errors."""
        return self.study.questionnaires[0] if self.study else None


def read_preview(file: Path, today: date) -> Preview:
    """The file as it stands now."""
    report = lint([file])
    if report.of(Severity.ERROR):
        return Preview(file, report, None)
    questionnaire = parse_questionnaire(complete_source(file, read_source(file).json))
    return Preview(file, report, restrict_study(_read_study_around(file, questionnaire), questionnaire, today))


def stamp_of(file: Path) -> str:
    """What changes when the file, or its study's, is saved."""
    watched = [file, _study_file(file)]
    return "-".join(str(path.stat().st_mtime_ns) for path in watched if path.is_file())


def _study_file(file: Path) -> Path:
    return file.parent.parent / STUDY_FILE


def _read_study_around(file: Path, questionnaire: Questionnaire) -> Study:
    study_file = _study_file(file)
    if study_file.is_file() and not lint([study_file]).of(Severity.ERROR):
        return parse_study(complete_source(study_file, read_source(study_file).json), [])
    return _make_stand_in_study(questionnaire)


def _make_stand_in_study(questionnaire: Questionnaire) -> Study:
    """A study for a questionnaire that has none yet."""
    nobody = Controller(name="...", contact="...", dpo="...", legal_basis={"en": "..."})
    return Study(
        id="preview",
        languages=questionnaire.languages,
        title=questionnaire.title,
        description={},
        audiences={},
        controller=nobody,
        retention_days=365,
        mechanism=Mechanism(),
        waves=(),
        questionnaires=(),
    )
