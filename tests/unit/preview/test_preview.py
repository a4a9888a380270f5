"""A preview is the real thing on invented answers: the form answers, the results are released, and saving reloads."""

from __future__ import annotations

import json
import re
from datetime import UTC, date, datetime
from pathlib import Path
from random import Random

import pytest
from click.testing import CliRunner
from werkzeug.test import Client

from boucle.authoring.writing import as_file
from boucle.cli import main
from boucle.core.questionnaire.model import Multiple, Ranking
from boucle.core.questionnaire.parse import parse_questionnaire
from boucle.core.questionnaire.routing import path
from boucle.core.study.model import Mechanism
from boucle.preview.dry_run import make_dry_run, restrict_study
from boucle.preview.people import invent_answers
from boucle.preview.preview_site import PreviewSite
from support.builders import DEMONSTRATION, SURVEYS, make_study
from support.sixty import make_sixty_questions

TODAY = date(2026, 11, 23)
SIXTY = parse_questionnaire(make_sixty_questions())
CODE = re.compile(r"(?:[0-9A-Z]{4}-){3}[0-9A-Z]{4}")
CANDIDATES = SURVEYS / DEMONSTRATION / "candidats" / "1.0.0.json"


def test_invented_people_answer_what_they_are_asked_and_nothing_else() -> None:
    for answers in invent_answers(SIXTY, 50, Random(1)):
        taken = path(SIXTY, answers)
        assert taken.answers == answers
        assert all(answers.get(id) for id in taken.asked if SIXTY.by_id[id].required)


def test_invented_people_keep_to_the_limits_of_a_question() -> None:
    for answers in invent_answers(SIXTY, 200, Random(2)):
        for id, answer in answers.items():
            match SIXTY.by_id[id]:
                case Multiple(max_choices=most):
                    assert isinstance(answer, tuple)
                    assert 1 <= len(answer) <= most
                    assert answer == ("rien",) or "rien" not in answer
                case Ranking(top=top):
                    assert isinstance(answer, tuple)
                    assert len(set(answer)) == top


def test_a_dry_run_is_a_release_that_says_that_it_demonstrates() -> None:
    run = make_dry_run(restrict_study(make_study(SIXTY), SIXTY, TODAY), 100)
    document = json.loads(run.release)
    assert (document["respondents"], document["demonstration"]) == (100, True)
    assert document["cohorts"] == run.cohorts == 3


@pytest.mark.slow
def test_more_answers_show_more_with_narrower_margins() -> None:
    whole = restrict_study(make_study(SIXTY), SIXTY, TODAY)
    few, many = make_dry_run(whole, 30), make_dry_run(whole, 1000)
    assert few.shown < many.shown
    assert few.usual > many.usual
    assert set(many.not_shown) < set(few.not_shown)


def test_a_study_that_publishes_once_is_sealed_once() -> None:
    """So many are three cohorts otherwise."""
    once = make_study(SIXTY)
    closing = type(once)(**{**vars(once), "mechanism": Mechanism(mode="close_only")})
    assert make_dry_run(restrict_study(closing, SIXTY, TODAY), 100).cohorts == 1


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """The sixty questions, in a folder of their own and no study."""
    written = tmp_path / "soixante" / "1.0.0.json"
    written.parent.mkdir()
    written.write_text(as_file(make_sixty_questions()), encoding="utf-8")
    return written


def client(file: Path) -> Client:
    return Client(PreviewSite(file, now=lambda: datetime.now(UTC)))


@pytest.mark.slow
def test_the_index_leads_to_the_form_and_to_the_results_in_every_language(file: Path) -> None:
    browser = client(file)
    index = browser.get("/").text
    addresses = re.findall(r'href="([^"]+)"', index)
    assert len(addresses) == 3 + 3 * 3
    assert [browser.get(url).status_code for url in addresses] == [200] * len(addresses)
    assert "Nothing to mend." in index


def test_sixty_questions_are_answered_without_script(file: Path) -> None:
    browser = client(file)
    form = browser.get("/preview/soixante/").text
    action = re.findall(r'<form[^>]*action="([^"]+)"', form)[0]
    answers = {f"aide_{part}": "no" for part in range(1, 7)} | {"freins_1": "transport", "lieu_1": "ville"}
    refused = browser.post(action, data={"_language": "fr", "aide_1": "no"})
    assert refused.status_code == 422
    checked = browser.post(action, data={"_language": "fr", **answers})
    assert checked.status_code == 200
    assert "Vous avez répondu « Non »" in checked.text
    first_form = re.findall(r"<form.*?</form>", checked.text, re.DOTALL)[0]
    hidden = re.findall(r'<input[^>]*name="([^"]*)"[^>]*value="([^"]*)"', first_form)
    receipts = [CODE.findall(browser.post(action, data=dict(hidden)).text) for _ in range(2)]
    assert receipts[0] == receipts[1] != []


def test_a_broken_file_shows_what_is_wrong_and_heals_when_it_is_saved(file: Path) -> None:
    browser = client(file)
    sound = file.read_text(encoding="utf-8")
    before = browser.get("/_preview/stamp").text
    file.write_text("{", encoding="utf-8")
    assert browser.get("/_preview/stamp").text != before
    assert "invalid-json" in browser.get("/").text
    assert browser.get("/preview/soixante/").status_code == 404
    file.write_text(sound, encoding="utf-8")
    assert browser.get("/preview/soixante/").status_code == 200


def test_a_questionnaire_is_shown_within_its_study() -> None:
    assert client(CANDIDATES).get(f"/{DEMONSTRATION}/candidats/").status_code == 200


@pytest.mark.slow
def test_the_dry_run_can_be_printed(file: Path) -> None:
    said = CliRunner().invoke(main, ["preview", "--dry-run", str(file)])
    assert said.exit_code == 0
    assert [line.split()[0] for line in said.output.splitlines()] == ["30", "100", "1000"]
    assert "figures shown" in said.output


def test_a_broken_file_has_no_dry_run(file: Path) -> None:
    file.write_text("{", encoding="utf-8")
    said = CliRunner().invoke(main, ["preview", "--dry-run", str(file)])
    assert (said.exit_code, "mend them first" in said.output) == (1, True)
