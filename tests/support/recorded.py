"""A study that can be heard: the demonstration's, with a real recording under the name of each of its texts."""

from __future__ import annotations

from pathlib import Path
from shutil import copyfile

from click.testing import CliRunner, Result

from boucle.cli import main
from boucle.content.surveys import read_study, recording_file
from support.builders import DEMONSTRATION, REPOSITORY, copy_unpublished_surveys

OUI = REPOSITORY / "tests" / "recordings" / "oui.opus"
QUESTIONNAIRE = "candidats"


def record_surveys(folder: Path, language: str, *names: str) -> Path:
    """A copy of the demonstration's surveys in which these texts are recorded in one language."""
    surveys = copy_unpublished_surveys(folder)
    for name in names:
        record(surveys, language, name)
    accept(surveys, language)
    return surveys


def record(surveys: Path, language: str, name: str) -> Path:
    """Somebody says `oui` into a file of that name."""
    file = recording_file(surveys / DEMONSTRATION, QUESTIONNAIRE, language, name)
    file.parent.mkdir(parents=True, exist_ok=True)
    copyfile(OUI, file)
    return file


def accept(surveys: Path, language: str, *more: str) -> Result:
    return run_recordings_command("accept", surveys, language, *more)


def run_recordings_command(word: str, surveys: Path, language: str, *more: str) -> Result:
    version = surveys / DEMONSTRATION / QUESTIONNAIRE / "1.0.0.json"
    return CliRunner().invoke(main, ["recordings", word, str(version), language, *more])


def names_of_recordings(surveys: Path, language: str) -> set[str]:
    return set(read_study(surveys / DEMONSTRATION).recordings[QUESTIONNAIRE][language])
