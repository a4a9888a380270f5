"""`boucle withdraw`: the operator's way for a request by post."""

from __future__ import annotations

import shutil
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import pytest
from click.testing import CliRunner, Result

from boucle.bootstrap.local import open_installation
from boucle.cli import main
from boucle.config.settings import Settings
from boucle.core.ports import Withdrawn
from boucle.core.questionnaire.validation import settle
from boucle.submissions.submission import Submission
from support import builders

ANSWERS = {"accompagne": "no", "entreprise_insertion": "yes", "connait_iae": "no", "message": "Merci."}


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    surveys = tmp_path / "surveys"
    shutil.copytree(builders.SURVEYS / builders.DEMONSTRATION, surveys / builders.DEMONSTRATION)
    return replace(Settings(), home=tmp_path / "home", surveys=surveys)


def withdraw(settings: Settings, questionnaire: str, code: str) -> Result:
    words = ["--home", str(settings.home), "--surveys", str(settings.surveys)]
    return CliRunner().invoke(main, [*words, "withdraw", builders.DEMONSTRATION, questionnaire], input=f"{code}\n")


def test_a_code_sent_by_post_deletes_answers_and_texts(settings: Settings) -> None:
    with closing(open_installation(settings)) as installation:
        study = installation.studies[builders.DEMONSTRATION]
        version = study.by_version["candidats", "1.0.0"]
        taken, problems = settle(version, ANSWERS, ())
        assert not problems
        sent = Submission(id=str(uuid4()), language="fr", mode="paper", path=taken, consents=frozenset())
        code = installation.submissions.submit(study, study.waves[0], version, sent).receipt

    result = withdraw(settings, "candidats", code.lower())
    assert result.exit_code == 0, result.output
    assert code not in result.output
    with closing(open_installation(settings)) as installation:
        assert installation.submissions.read_standing(study, "candidats", code) == Withdrawn()


def test_a_code_of_nobody_and_an_unknown_study_are_said_clearly(settings: Settings) -> None:
    nobody = withdraw(settings, "candidats", "K7QF-2M9T-XW4C-3B8N")
    assert (nobody.exit_code, "no answers stand" in nobody.output) == (1, True)
    unknown = withdraw(settings, "personne", "K7QF-2M9T-XW4C-3B8N")
    assert (unknown.exit_code, "candidats" in unknown.output) == (1, True)
