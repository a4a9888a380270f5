"""Coded themes are a series of their own: sealed once in cohorts of texts, under noise, and never changed later."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from boucle.audit.chain import find_violations
from boucle.audit.reading import PublishedSeries
from boucle.cli import main
from boucle.content.surveys import read_study
from boucle.core.ports import Vault
from boucle.core.privacy.plan import plan
from boucle.core.privacy.tables import MODE
from boucle.core.study.actions import parse_actions
from boucle.core.study.coding import list_coded_texts, make_coding_study, series_of_codings
from boucle.core.study.model import Study
from boucle.core.study.themes import THEME
from boucle.jobs.themes import ThemePublisher
from boucle.moderation.desk import ModerationDesk, ModeratorChoice, SecondCodingDesk
from boucle.moderation.ports import ModerationVerdict
from boucle.pages.actions.page import render_actions
from boucle.pages.results.free_texts import FreeTextDocuments
from boucle.pages.themes.codings import study_of_coded_texts
from boucle.pages.themes.page import INDEX, render_theme_fragments
from boucle.storage.memory import MemoryLedger, MemorySink, MemoryVault
from boucle.storage.published.folder import FolderVault
from boucle.storage.sqlite_store.coded_texts import SqliteCodedTexts
from boucle.storage.sqlite_store.ledger import SqliteLedger
from boucle.storage.sqlite_store.moderation_book import SqliteBook
from support import free_texts as verbatims
from support.builders import DEMONSTRATION, SURVEYS, make_text
from support.free_texts import CANDIDATES, KEY, MemoryTextSource, ModerationClock, make_stored_text
from support.ledgers import no_noise

SERIES = series_of_codings(CANDIDATES)
FOLDER = f"{DEMONSTRATION}/data/candidats-themes/v1/2026/"


@dataclass
class CodingRoom:
    """Moderators' seats, their book, and the part of the job that counts what they found; without noise."""

    book: SqliteBook
    coded: SqliteCodedTexts
    study: Study
    text_source: MemoryTextSource = field(default_factory=MemoryTextSource)
    clock: ModerationClock = field(default_factory=ModerationClock)
    sink: MemorySink = field(default_factory=MemorySink)
    ledger: MemoryLedger = field(default_factory=MemoryLedger)
    vault: Vault = field(default_factory=MemoryVault)
    coded_so_far: int = 0

    def open_desk(self, name: str = "Ana", kind: type[ModerationDesk] = ModerationDesk) -> ModerationDesk:
        return kind(
            studies={self.study.id: self.study},
            text_source=self.text_source,
            keys=[KEY],
            book=self.book,
            moderator=name,
            clock=self.clock,
            seconds=lambda: 0.0,
        )

    def code(self, count: int, *themes: str, question: str = "message") -> list[str]:
        """That many new texts get these themes today; their keys."""
        numbers = range(self.coded_so_far, self.coded_so_far + count)
        added = [
            replace(make_stored_text(f"texte {number}", KEY, number=number), question=question) for number in numbers
        ]
        self.coded_so_far += count
        self.text_source.held += added
        self.recode([added_text.key for added_text in added], *themes)
        return [added_text.key for added_text in added]

    def recode(self, keys: list[str], *themes: str) -> None:
        desk = self.open_desk()
        for key in keys:
            standing = self.book.decisions().get(key)
            desk.decide(
                key,
                ModeratorChoice(verdict=ModerationVerdict.CODED, themes=themes),
                replaces=standing[0] if standing else 0,
            )

    def publish(self) -> list[str]:
        publisher = ThemePublisher(
            coded=self.coded,
            keys=self.coded.keys,
            book=self.book,
            ledger=self.ledger,
            vault=self.vault,
            sink=self.sink,
            clock=self.clock,
            bits=no_noise,
        )
        return list(publisher.publish(self.study))

    def next_day(self) -> list[str]:
        self.clock.time += timedelta(days=1)
        return self.publish()

    def latest(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.sink.files[f"{FOLDER}latest.json"])
        return found

    def counts(self) -> dict[str | None, int | None]:
        [question] = self.latest()["questions"]
        return {cell["value"]: cell.get("count") for cell in question["cells"]}


@pytest.fixture
def room(tmp_path: Path) -> Iterator[CodingRoom]:
    study = replace(read_study(SURVEYS / DEMONSTRATION), demonstration=True)
    file = tmp_path / "moderation.sqlite3"
    pillars = {study.id: {theme.id for theme in study.themes}}
    with closing(SqliteBook(file)) as book, closing(SqliteCodedTexts(file, pillars)) as coded:
        yield CodingRoom(book, coded, study)


def test_texts_are_counted_by_pillar_and_a_text_can_have_several(room: CodingRoom) -> None:
    room.code(10, "continuite", "ecoute")
    room.code(20, "continuite", "le bus")
    room.code(8)
    assert room.next_day() == []
    assert room.latest()["respondents"] == 38
    assert room.counts() == {
        "continuite": 30, "information": None, "reseau": None, "orientation": None, "ecoute": 10, None: 8,
    }  # fmt: skip
    assert room.latest()["demonstration"] is True


def test_what_is_coded_today_is_not_sealed_today(room: CodingRoom) -> None:
    room.code(40, "ecoute")
    room.publish()
    assert room.sink.files == {}
    room.next_day()
    assert room.counts()["ecoute"] == 40


def test_fewer_than_the_gate_asks_wait(room: CodingRoom) -> None:
    room.code(29, "ecoute")
    room.next_day()
    assert room.sink.files == {}
    room.code(1, "ecoute")
    room.next_day()
    assert room.latest()["respondents"] == 30


def test_recoding_never_changes_what_was_sealed(room: CodingRoom) -> None:
    keys = room.code(30, "ecoute")
    room.next_day()
    sealed = room.sink.files[f"{FOLDER}latest.json"]
    room.recode(keys, "reseau")
    for _ in range(3):
        room.next_day()
    assert room.sink.files[f"{FOLDER}latest.json"] == sealed
    assert room.coded.count_pending_by_day(SERIES) == {}


def test_recoding_before_the_seal_counts_and_undoing_takes_away(room: CodingRoom) -> None:
    keys = room.code(31, "ecoute")
    room.recode(keys[:6], "reseau")
    desk = room.open_desk()
    assert desk.undo() == keys[5]
    room.next_day()
    assert (room.latest()["respondents"], room.counts()["ecoute"], room.counts()["reseau"]) == (30, 25, 5)


def test_a_coding_that_a_seal_has_read_stands_even_if_it_is_decided_anew_meanwhile(room: CodingRoom) -> None:
    keys = room.code(30, "ecoute")
    day = room.clock.now().date()
    room.clock.time += timedelta(days=1)
    room.coded.close_days(SERIES, day)
    room.recode(keys[:10], "reseau")
    assert len(list(room.coded.read_pending(SERIES, day))) == 30
    assert room.coded.mark_sealed(SERIES, day, 1) == 30
    assert room.coded.count_pending_by_day(SERIES) == {}


def test_the_next_cohorts_need_as_many_as_any_series(room: CodingRoom) -> None:
    room.code(100, "ecoute")
    room.next_day()
    room.code(39, "ecoute")
    room.next_day()
    assert room.latest()["release"] == 1
    room.code(1, "ecoute")
    room.next_day()
    assert (room.latest()["release"], room.latest()["respondents"]) == (2, 140)
    documents = tuple(room.sink.files[f"{FOLDER}releases/{number}.json"] for number in (1, 2))
    published = PublishedSeries(folder=FOLDER, documents=documents, latest=documents[-1])
    assert find_violations(published) == []
    assert len(room.vault.read_copies(SERIES)) == 2


def test_a_withdrawn_text_leaves_the_book_and_no_alarm(room: CodingRoom) -> None:
    keys = room.code(32, "ecoute")
    room.next_day()
    room.text_source.held = [held_text for held_text in room.text_source.held if held_text.key not in keys[:2]]
    room.open_desk()
    assert keys[0] not in room.coded.keys(SERIES)
    assert room.next_day() == []
    assert room.counts()["ecoute"] == 32


def test_rejected_texts_others_and_unquoted_questionnaires_are_not_counted(room: CodingRoom) -> None:
    added = [make_stored_text("non", KEY)]
    room.text_source.held += added
    room.open_desk().decide(
        added[0].key, ModeratorChoice(verdict=ModerationVerdict.REJECTED, reason="Hors sujet", themes=("ecoute",))
    )
    room.code(40, "ecoute", question="raison.other")
    room.next_day()
    assert room.sink.files == {}
    silent = replace(
        room.study, questionnaires=tuple(_without_quotes(questionnaire) for questionnaire in room.study.questionnaires)
    )
    assert study_of_coded_texts(silent) is None


def _without_quotes(questionnaire: Any) -> Any:
    return replace(questionnaire, publication=replace(questionnaire.publication, verbatims="none"))


def test_epsilon_is_of_a_person_who_may_have_written_several_texts() -> None:
    study = verbatims.STUDY
    [form] = study.questionnaires
    several = replace(
        form,
        sections=tuple(
            replace(section, blocks=(*section.blocks, replace_id(section.blocks[0]))) for section in form.sections
        ),
    )
    themes = read_study(SURVEYS / DEMONSTRATION).themes
    made = make_coding_study(replace(study, questionnaires=(several,), themes=themes), make_text("Thèmes"))
    assert made is not None
    assert len(list_coded_texts(several)) == 2
    planned = plan(made.questionnaires)
    # Five pillars, all of which a text may have: max(min(2 x 5, 5), 5 + 2) for each of two texts.
    assert planned.sensitivity == 2 * 7
    assert planned.texts_each == 2
    assert [question.id for question in planned.questions] == [THEME]
    assert planned.tables_of(MODE) == ()


def replace_id(question: Any) -> Any:
    return replace(question, id="encore")


def test_files_of_data_come_with_the_series(room: CodingRoom) -> None:
    room.code(30, "ecoute")
    room.next_day()
    assert room.latest()["texts_each"] == 1
    assert {f"{FOLDER}cells.csv", f"{FOLDER}datapackage.json", f"{FOLDER}dcat.jsonld"} <= room.sink.files.keys()
    cells = room.sink.files[f"{FOLDER}cells.csv"].decode()
    assert "Une posture d" in cells
    assert "Aucun de ces thèmes" in cells


def test_agreement_stands_beside_and_waits_for_twenty_more(room: CodingRoom) -> None:
    room.code(100, "ecoute")
    _code_again(room, "ecoute")
    room.next_day()
    first = json.loads(room.sink.files[f"{FOLDER}agreement.json"])
    assert first["texts"] >= 20
    assert {theme_share["theme"] for theme_share in first["themes"]} == {theme.id for theme in room.study.themes}
    room.code(40, "ecoute")
    _code_again(room, "reseau")
    room.next_day()
    assert json.loads(room.sink.files[f"{FOLDER}agreement.json"]) == first
    room.code(80, "ecoute")
    _code_again(room, "reseau")
    room.next_day()
    assert json.loads(room.sink.files[f"{FOLDER}agreement.json"])["texts"] >= first["texts"] + 20


def _code_again(room: CodingRoom, theme: str) -> None:
    desk = room.open_desk("Bo", SecondCodingDesk)
    while item := desk.next_item():
        desk.decide(item.stored.key, ModeratorChoice(verdict=ModerationVerdict.CODED, themes=(theme,)))


def test_the_page_of_a_theme_shows_its_share_and_how_far_coders_agree(room: CodingRoom) -> None:
    room.code(80, "ecoute")
    room.code(20, "reseau", "ecoute")
    _code_again(room, "ecoute")
    room.next_day()
    said = FreeTextDocuments(
        quotes={},
        shares={SERIES: room.sink.files[f"{FOLDER}latest.json"]},
        agreements={SERIES: room.sink.files[f"{FOLDER}agreement.json"]},
        interviews={},
    )
    pages = render_theme_fragments(room.study, "fr", {}, said, room.clock.now().date())
    shown = pages["reseau"].content
    assert "Candidats et candidates, vague 2026" in shown
    assert re.search(r"<b>20\s%</b></td><td>±\s\d+</td><td>20</td>", shown)
    assert "kappa" in shown
    assert f"/{FOLDER}cells.csv" in shown
    assert f"/{FOLDER}cells.csv" in pages[INDEX].content  # where an audit of a site looks for series


def test_an_action_can_rely_on_the_share_of_a_theme(room: CodingRoom) -> None:
    room.code(60, "ecoute")
    room.code(40)
    room.next_day()
    heard = {"questionnaire": "candidats", "wave": "2026", "theme": "ecoute"}
    action = {"id": "a", "said": {"fr": "On ne m'écoute pas."}, "heard": "2026-06-02", "finding": heard, "team": "t"}
    actions = parse_actions({"teams": {"t": {"fr": "équipe"}}, "actions": [action]})
    study = replace(room.study, actions=actions)
    shown = render_actions(study, "fr", {SERIES: room.sink.files[f"{FOLDER}latest.json"]}, room.clock.now().date())
    assert re.search(r"textes des candidats et candidates\s: 60\s%, ±\s\d+ points, base 100", shown.content)


def boucle(home: Path, *words: str) -> str:
    done = CliRunner().invoke(main, ["--home", str(home), "--surveys", str(SURVEYS), *words])
    assert done.exit_code == 0, done.output
    return done.output


def test_boucle_status_tells_where_themes_stand(room: CodingRoom, tmp_path: Path) -> None:
    assert f"{SERIES}: 0 counted in 0 cohorts, 0 waiting" in boucle(tmp_path, "status")
    room.code(5, "continuite")
    assert f"{SERIES}: 0 counted in 0 cohorts, 5 waiting" in boucle(tmp_path, "status")
    assert f"{SERIES}" not in boucle(tmp_path / "nobody-moderated", "status")


def test_a_lost_ledger_of_themes_comes_back_from_its_copy(room: CodingRoom, tmp_path: Path) -> None:
    """With those of the answers: a publication that is ahead of its ledger is refused."""
    room.vault = FolderVault(tmp_path / "vault")
    room.code(40, "continuite")
    room.next_day()
    [entry] = room.ledger.read_entries(SERIES)
    assert f"{SERIES}: 1 entries put back; there are 1." in boucle(tmp_path, "restore", "ledger")
    with closing(SqliteLedger(tmp_path / "ledger.sqlite3")) as ledger:
        assert list(ledger.read_entries(SERIES)) == [entry]
