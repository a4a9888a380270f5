"""Recordings are played for the very text that they read, and for no other."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

from boucle.content.surveys import read_study
from boucle.core.questionnaire.form_fields import CONSENT_PREFIX
from boucle.core.study.recordings import as_json, parse_recordings
from boucle.pages.common import addresses
from boucle.pages.forms import fragments, spoken
from boucle.pages.study import site_pages
from support.builders import DEMONSTRATION, SURVEYS
from support.every_type import QUESTIONNAIRE as EVERY_TYPE
from support.every_type import STUDY as STUDY_OF_EVERY_TYPE
from support.recorded import QUESTIONNAIRE, accept, names_of_recordings, record, record_surveys, run_recordings_command

PLAIN = read_study(SURVEYS / DEMONSTRATION)


def edit(surveys: Path, before: str, after: str) -> None:
    file = surveys / DEMONSTRATION / QUESTIONNAIRE / "1.0.0.json"
    text = file.read_text("utf-8")
    assert before in text
    file.write_text(text.replace(before, after), "utf-8")


def find_heard(surveys: Path, language: str) -> set[str]:
    study = read_study(surveys / DEMONSTRATION)
    return set(spoken.find_recordings(study, study.by_version[QUESTIONNAIRE, "1.0.0"], language))


def test_every_question_choice_and_note_has_a_text_to_record() -> None:
    texts = spoken.list_spoken_texts(STUDY_OF_EVERY_TYPE, EVERY_TYPE, "fr")
    asked = {question.id for question in EVERY_TYPE.questions}
    assert asked <= texts.keys()
    assert all(texts.values())


def test_a_guide_says_the_consent_that_its_page_writes_and_asks_no_mode() -> None:
    guide = PLAIN.by_version["entretiens-prescripteurs", "1.0.0"]
    texts = spoken.list_spoken_texts(PLAIN, guide, "fr")
    page = fragments.render_form(PLAIN, guide, "fr", typed={}, issues=[], mode="interview").content
    consents = {text for name, text in texts.items() if name.startswith(CONSENT_PREFIX)}
    assert consents == {"La personne accepte que cette note soit citée, sans son nom."}
    assert consents.pop() in page
    assert not [name for name in texts if name.startswith("_mode")]


def test_a_recording_is_published_under_the_name_that_the_page_looks_for(tmp_path: Path) -> None:
    surveys = record_surveys(tmp_path, "fr", "accompagne", "accompagne--yes")
    study = read_study(surveys / DEMONSTRATION)
    index = addresses.recording_index(study, study.by_version[QUESTIONNAIRE, "1.0.0"], "fr").lstrip("/")
    served = json.loads(site_pages.render_served_files([study])[index])
    files = site_pages.find_recordings([study], surveys)
    assert {address.lstrip("/") for address in served.values()} == files.keys()
    assert all(file.read_bytes().startswith(b"OggS") for file in files.values())


def test_texts_that_are_the_same_share_a_recording(tmp_path: Path) -> None:
    surveys = record_surveys(tmp_path, "fr", "accompagne--yes")
    assert {"accompagne--yes", "entreprise_insertion--yes"} <= find_heard(surveys, "fr")


def test_a_form_without_recordings_weighs_nothing_more(tmp_path: Path) -> None:
    recorded = read_study(record_surveys(tmp_path, "fr", "accompagne") / DEMONSTRATION)

    def page(study: object, language: str) -> str:
        asked = PLAIN.by_version[QUESTIONNAIRE, "1.0.0"]
        return fragments.render_form(study, asked, language, typed={}, issues=[], mode="self").content  # type: ignore[arg-type]

    assert page(recorded, "ar") == page(PLAIN, "ar")
    assert "data-recorded" in page(recorded, "fr")
    assert "data-recorded" not in page(PLAIN, "fr")


def test_a_text_that_changes_loses_its_recording_until_it_is_recorded_anew(tmp_path: Path) -> None:
    surveys = record_surveys(tmp_path, "fr", "accompagne--yes", "raconter--jamais")
    edit(surveys, '"Jamais"', '"Jamais, vraiment"')
    assert "raconter--jamais" not in find_heard(surveys, "fr")
    said = accept(surveys, "fr").output
    assert "raconter--jamais: its text has changed since" in said
    assert "raconter--jamais" not in find_heard(surveys, "fr")
    file = record(surveys, "fr", "raconter--jamais")
    file.write_bytes(file.read_bytes() + b"\0")
    accept(surveys, "fr")
    assert "raconter--jamais" in find_heard(surveys, "fr")


def test_an_old_file_that_reads_the_new_text_too_can_be_declared_right(tmp_path: Path) -> None:
    surveys = record_surveys(tmp_path, "fr", "raconter--jamais")
    edit(surveys, '"Jamais"', '"Jamais."')
    accept(surveys, "fr", "--still-right", "raconter--jamais")
    assert "raconter--jamais" in find_heard(surveys, "fr")


def test_the_list_says_what_is_still_to_be_recorded(tmp_path: Path) -> None:
    surveys = record_surveys(tmp_path, "ar", "accompagne")
    todo = dict(line.split("\t") for line in run_recordings_command("list", surveys, "ar").output.splitlines())
    everything = run_recordings_command("list", surveys, "ar", "--all").output.splitlines()
    assert "accompagne.opus" not in todo
    assert todo["accompagne--yes.opus"] == "نعم"
    assert len(everything) == len(todo) + 1


def test_what_is_no_recording_is_refused_and_what_is_called_otherwise_is_said(tmp_path: Path) -> None:
    surveys = record_surveys(tmp_path, "fr", "accompagne", "acompagne")
    assert names_of_recordings(surveys, "fr") == {"accompagne"}
    assert "acompagne: nothing is called so" in accept(surveys, "fr").output
    record(surveys, "fr", "note").write_bytes(b"RIFF....WAVE")
    refused = accept(surveys, "fr")
    assert refused.exit_code == 1
    assert "opusenc --bitrate 16 note.wav" in refused.output


def test_a_language_that_the_questionnaire_lacks_is_a_wrong_call(tmp_path: Path) -> None:
    surveys = record_surveys(tmp_path, "fr", "accompagne")
    assert run_recordings_command("list", surveys, "de").exit_code == 2


def test_what_is_written_is_what_is_read(tmp_path: Path) -> None:
    study = read_study(record_surveys(tmp_path, "fr", "accompagne", "note") / DEMONSTRATION)
    recordings = study.recordings[QUESTIONNAIRE]
    assert parse_recordings(as_json(recordings)) == recordings


def test_the_form_of_that_language_offers_them_and_no_other(tmp_path: Path) -> None:
    study = read_study(record_surveys(tmp_path, "fr", "accompagne") / DEMONSTRATION)
    pages = site_pages.pages_of([study], date(2026, 11, 1))
    offering = [site_page.address for site_page in pages if "data-recorded" in site_page.fragment.content]
    assert offering == ["/parcours-de-qualite/candidats/"]
