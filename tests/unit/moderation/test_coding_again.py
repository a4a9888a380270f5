"""A sample is coded again by somebody who does not see the first coding, and the agreement is measured."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from boucle.cli import main
from boucle.config.settings import Settings
from boucle.moderation.agreed import measure_agreement
from boucle.moderation.desk import ModeratorChoice
from boucle.moderation.ports import ModerationVerdict
from boucle.moderation.second_coding import SecondCodingDesk, is_sampled
from boucle.storage.sqlite_store.moderation_book import SqliteBook
from support.builders import DEMONSTRATION, SURVEYS
from support.free_texts import KEY, STUDY, ManualSeconds, MemoryTextSource, ModerationClock, make_desk, make_stored_text

THEMES = {"ecoute": None, "reseau": None}


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return replace(Settings(), home=tmp_path, surveys=SURVEYS)


@pytest.fixture
def book(settings: Settings) -> Iterator[SqliteBook]:
    with closing(SqliteBook(settings.moderation_file)) as book:
        yield book


def second(book: SqliteBook, shelf: MemoryTextSource, coder: str) -> SecondCodingDesk:
    return SecondCodingDesk(
        studies={DEMONSTRATION: STUDY},
        text_source=shelf,
        keys=[KEY],
        book=book,
        moderator=coder,
        clock=ModerationClock(),
        seconds=ManualSeconds(),
    )


def code_once(book: SqliteBook, count: int) -> MemoryTextSource:
    shelf = MemoryTextSource([make_stored_text(f"texte {number}", KEY) for number in range(count)])
    seat = make_desk(book, shelf, "Ana")
    for text in shelf.held:
        seat.decide(text.key, ModeratorChoice(verdict=ModerationVerdict.CODED, themes=("ecoute",)))
    return shelf


def code_all(seat: SecondCodingDesk, *themes: str) -> list[str]:
    seen = []
    while item := seat.next_item():
        seat.decide(item.stored.key, ModeratorChoice(verdict=ModerationVerdict.CODED, themes=themes))
        seen.append(item.stored.key)
    return seen


def test_a_quarter_is_coded_again_by_somebody_else_once(book: SqliteBook) -> None:
    shelf = code_once(book, 24)
    assert second(book, shelf, "Ana").next_item() is None
    seen = code_all(second(book, shelf, "Bo"), "ecoute")
    assert sorted(seen) == sorted(text.key for text in shelf.held if is_sampled(text.key))
    assert 0 < len(seen) < 12
    assert second(book, shelf, "Cy").next_item() is None


def test_a_second_coding_changes_no_decision(book: SqliteBook) -> None:
    shelf = code_once(book, 12)
    before = book.decisions()
    code_all(second(book, shelf, "Bo"), "reseau")
    assert book.decisions() == before


def test_what_is_withdrawn_leaves_the_second_codings_too(book: SqliteBook) -> None:
    shelf = code_once(book, 12)
    seat = second(book, shelf, "Bo")
    code_all(seat, "ecoute")
    assert book.second_codings()
    shelf.held.clear()
    seat.refresh()
    assert book.second_codings() == {}


@pytest.mark.slow
def test_agreement_is_measured_from_enough_texts_and_said(book: SqliteBook, settings: Settings) -> None:
    words = ["--home", str(settings.home), "--surveys", str(settings.surveys), "agreement", DEMONSTRATION]
    assert "Fewer than 20" in CliRunner().invoke(main, words).output
    shelf = code_once(book, 120)
    seat = second(book, shelf, "Bo")
    for _ in range(10):
        item = seat.next_item()
        assert item is not None
        seat.decide(item.stored.key, ModeratorChoice(verdict=ModerationVerdict.CODED, themes=("reseau",)))
    code_all(seat, "ecoute")
    found = {agreement.theme: agreement for agreement in measure_agreement(book, THEMES)}
    assert found["ecoute"].texts >= 20
    assert found["ecoute"].kappa == pytest.approx(0)
    said = CliRunner().invoke(main, words).output
    assert "ecoute" in said
    assert "kappa 0.00" in said
