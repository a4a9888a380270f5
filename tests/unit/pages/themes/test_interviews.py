"""Interviews follow a guide: their notes are kept with consent, read and coded, and never counted."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from uuid import uuid4

import pytest

from boucle.content.surveys import read_study
from boucle.core.ports import NewResponse, NewText
from boucle.core.privacy.plan import NeverCounted, plan
from boucle.core.study.actions import Interviews, parse_actions
from boucle.core.study.coding import is_coded, make_coding_study
from boucle.core.study.model import Series, Study
from boucle.jobs.quotes import QuotePublisher
from boucle.jobs.scheduled import Job
from boucle.moderation.desk import ModerationDesk, ModeratorChoice
from boucle.moderation.ports import ModerationVerdict
from boucle.pages.actions.page import render_actions
from boucle.pages.forms.renderer import PageRenderer
from boucle.pages.results.free_texts import INTERVIEWS, NO_FREE_TEXTS, VERBATIMS, FreeTextDocuments
from boucle.pages.results.page import render_results
from boucle.pages.themes.page import render_theme_fragments
from boucle.storage.memory import MemoryLedger, MemoryResponseStore, MemorySink, MemoryVault
from boucle.storage.sqlite_store.moderation_book import SqliteBook
from support import builders
from support.api import ApiInstallation as Api
from support.builders import DEMONSTRATION, SURVEYS
from support.cohorts import DayClock, make_seeded_bits
from support.free_texts import KEY, MemoryTextSource, ModerationClock, make_stored_text

GUIDE = "entretiens-prescripteurs"
SERIES = Series(DEMONSTRATION, GUIDE, 1, "2026")
ADDRESS = f"/api/responses/{DEMONSTRATION}/{GUIDE}/1.0.0"
FOLDER = f"{DEMONSTRATION}/data/{GUIDE}/v1/2026/"


@pytest.fixture(scope="module")
def study() -> Study:
    return read_study(SURVEYS / DEMONSTRATION)


def notes(mode: str = "interview", accord: str = "yes", **answers: str) -> dict[str, object]:
    return {"id": str(uuid4()), "language": "fr", "mode": mode, "answers": {"accord": accord, **answers}}


@pytest.mark.parametrize("mode", ["self", "assisted", "paper"])
def test_a_guide_is_answered_in_interviews_only(study: Study, mode: str) -> None:
    api = Api(study)
    assert api.client.post(ADDRESS, json=notes()).status_code == 201
    refused = api.client.post(ADDRESS, json=notes(mode))
    assert refused.status_code == 422
    assert "not_a_choice" in refused.text


def test_other_questionnaires_are_never_answered_in_interviews(study: Study) -> None:
    address = f"/api/responses/{DEMONSTRATION}/candidats/1.0.0"
    assert "not_a_choice" in Api(study).client.post(address, json=notes()).text


def test_notes_of_somebody_who_did_not_agree_are_not_stored(study: Study) -> None:
    api = Api(study)
    assert api.client.post(ADDRESS, json=notes(accord="no", usages="Elle appelle.")).status_code == 201
    assert api.store.texts == {}
    assert api.client.post(ADDRESS, json=notes(usages="Elle appelle.")).status_code == 201
    assert len(api.store.texts) == 1


def test_the_form_is_written_as_an_interview_on_one_page_and_asks_in_the_third_person(study: Study) -> None:
    api = Api(study)
    page = api.client.post(ADDRESS, data={"_language": "fr", "_step": "check", "accord": ""}).text
    assert '<input type="hidden" name="_mode" value="interview">' in page
    assert "Comment répondez-vous" not in page
    assert "La personne accepte que cette note soit citée" in page
    check = api.client.post(ADDRESS, data={"_language": "fr", "_step": "check", "accord": "yes", "usages": "Elle lit."})
    assert check.status_code == 200
    assert 'name="_mode" value="interview"' in check.text


def test_a_receipt_says_that_notes_are_never_counted(study: Study) -> None:
    api = Api(study)
    code = api.client.post(ADDRESS, json=notes()).json["receipt"]  # type: ignore[index]
    asked = {"study": DEMONSTRATION, "questionnaire": GUIDE, "receipt": code, "_language": "fr"}
    assert "jamais comptées" in api.client.post("/api/receipts", data=asked).text
    assert api.client.post("/api/withdrawals", data=asked).status_code in (200, 204)
    assert "retirées" in api.client.post("/api/receipts", data=asked).text


def test_a_guide_has_no_series_no_plan_and_no_themes_of_its_own(study: Study) -> None:
    assert SERIES in study.interviews
    assert SERIES not in study.series
    with pytest.raises(NeverCounted):
        plan(study.interviews[SERIES])
    assert not is_coded(study, SERIES, "usages")
    counted = make_coding_study(study, builders.make_text("Thèmes"))
    assert counted is not None
    assert GUIDE not in {series.questionnaire.removesuffix("-themes") for series in counted.series}


@dataclass
class Rounds:
    """A job over stores in memory, and interviews that are written down."""

    study: Study
    store: MemoryResponseStore
    ledger: MemoryLedger
    sink: MemorySink
    clock: DayClock
    held: int = 0

    def interview(self, count: int, accord: str = "yes") -> None:
        for _ in range(count):
            self.held += 1
            self.store.put(
                NewResponse(
                    series=SERIES,
                    version="1.0.0",
                    key=f"key-{self.held}",
                    window=self.clock.today,
                    language="fr",
                    mode="interview",
                    answers={"accord": accord},
                    digest=str(self.held),
                    expires=self.study.expiry(self.study.waves_by_id["2026"]),
                ),
                [],
            )

    def run(self) -> None:
        self.clock.pass_by()
        job = Job(
            studies={self.study.id: self.study},
            store=self.store,
            ledger=self.ledger,
            vault=MemoryVault(),
            sink=self.sink,
            clock=self.clock,
            bits=make_seeded_bits(),
            renderer=PageRenderer(),
        )
        assert job.run().alarms == ()

    def read_count(self) -> int | None:
        content = self.sink.files.get(FOLDER + INTERVIEWS)
        return int(json.loads(content)["at_least"]) if content else None


@pytest.fixture
def rounds(study: Study) -> Rounds:
    return Rounds(study, MemoryResponseStore(), MemoryLedger(), MemorySink(), DayClock())


def test_nothing_is_sealed_or_released_of_interviews_however_many(rounds: Rounds) -> None:
    rounds.interview(120)
    rounds.run()
    rounds.clock.pass_by(800)
    rounds.run()
    assert rounds.ledger.read_entries(SERIES) == []
    assert [file for file in rounds.sink.files if GUIDE in file and "/data/" in file] == [FOLDER + INTERVIEWS]
    assert sum(rounds.store.count_pending_by_day(SERIES).values()) == 120


def test_how_many_were_held_is_told_from_five_on_and_in_fives_and_never_falls(rounds: Rounds) -> None:
    told = []
    rounds.interview(7, accord="no")
    for _ in range(11):
        rounds.interview(1)
        rounds.run()
        told.append(rounds.read_count())
    assert told == [None, None, None, None, 5, 5, 5, 5, 5, 10, 10]
    for number in range(8, 16):
        rounds.store.withdraw(DEMONSTRATION, GUIDE, f"key-{number}", [])
    rounds.run()
    assert rounds.read_count() == 10


def test_results_have_no_column_for_a_guide(study: Study) -> None:
    assert GUIDE not in render_results(study, "fr", {}).content


@pytest.fixture
def book(tmp_path: Path) -> Iterator[SqliteBook]:
    with closing(SqliteBook(tmp_path / "moderation.sqlite3")) as book:
        yield book


def test_notes_go_through_the_desk_and_stand_apart_on_the_page_of_their_theme(study: Study, book: SqliteBook) -> None:
    shelf = MemoryTextSource([_note(number) for number in range(20)])
    seat = ModerationDesk(
        studies={study.id: study},
        text_source=shelf,
        keys=[KEY],
        book=book,
        moderator="Ana",
        clock=ModerationClock(),
        seconds=lambda: 0.0,
    )
    while item := seat.next_item():
        seat.decide(
            item.stored.key, ModeratorChoice(verdict=ModerationVerdict.APPROVED, hide=item.proposed, themes=("reseau",))
        )
    sink = MemorySink()
    QuotePublisher(
        stored_keys=shelf.keys,
        book=book,
        quotes=book,
        sink=sink,
        clock=ModerationClock(),
        bits=make_seeded_bits(),
    ).publish(study)
    quotes = sink.files[FOLDER + VERBATIMS]
    assert "Benali" not in quotes.decode()
    said = replace(NO_FREE_TEXTS, quotes={SERIES: quotes}, interviews={SERIES: b'{"at_least": 10}'})
    page = render_theme_fragments(study, "fr", {}, said, ModerationClock().now().date())["reseau"].content
    interviews = page.partition("Dit en entretien")[2]
    assert "Au moins 10 entretiens" in interviews
    assert "la note 7" in interviews
    assert 'id="texts"' not in page


def _note(number: int) -> NewText:
    return replace(
        make_stored_text(f"Madame Benali dit la note {number}", KEY, number=number), series=SERIES, question="usages"
    )


def test_an_action_can_come_from_interviews(study: Study) -> None:
    heard = {"questionnaire": GUIDE, "wave": "2026"}
    action = {"id": "a", "said": {"fr": "Nul ne se parle."}, "heard": "2026-06-02", "finding": heard, "team": "t"}
    actions = parse_actions({"teams": {"t": {"fr": "équipe"}}, "actions": [action]})
    assert actions.listed[0].finding == Interviews(questionnaire=GUIDE, wave="2026")
    said = FreeTextDocuments(quotes={}, shares={}, agreements={}, interviews={SERIES: b'{"at_least": 15}'})
    shown = render_actions(replace(study, actions=actions), "fr", {}, ModerationClock().now().date(), said).content
    assert "Au moins 15 entretiens" in shown
    assert "jamais comptés" in shown
