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
from boucle.moderation.desk import ModeratorChoice, SecondCodingDesk, is_sampled
from boucle.moderation.ports import ModerationVerdict
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


def second(book: SqliteBook, text_source: MemoryTextSource, coder: str) -> SecondCodingDesk:
    return SecondCodingDesk(
        studies={DEMONSTRATION: STUDY},
        text_source=text_source,
        keys=[KEY],
        book=book,
        moderator=coder,
        clock=ModerationClock(),
        seconds=ManualSeconds(),
    )


def code_once(book: SqliteBook, count: int) -> MemoryTextSource:
    text_source = MemoryTextSource([make_stored_text(f"texte {number}", KEY) for number in range(count)])
    desk = make_desk(book, text_source, "Ana")
    for text in text_source.held:
        desk.decide(text.key, ModeratorChoice(verdict=ModerationVerdict.CODED, themes=("ecoute",)))
    return text_source


def code_all(desk: SecondCodingDesk, *themes: str) -> list[str]:
    seen = []
    while item := desk.next_item():
        desk.decide(item.stored.key, ModeratorChoice(verdict=ModerationVerdict.CODED, themes=themes))
        seen.append(item.stored.key)
    return seen


def test_a_quarter_is_coded_again_by_somebody_else_once(book: SqliteBook) -> None:
    text_source = code_once(book, 24)
    assert second(book, text_source, "Ana").next_item() is None
    seen = code_all(second(book, text_source, "Bo"), "ecoute")
    assert sorted(seen) == sorted(text.key for text in text_source.held if is_sampled(text.key))
    assert 0 < len(seen) < 12
    assert second(book, text_source, "Cy").next_item() is None


def test_a_second_coding_changes_no_decision(book: SqliteBook) -> None:
    text_source = code_once(book, 12)
    before = book.decisions()
    code_all(second(book, text_source, "Bo"), "reseau")
    assert book.decisions() == before


def test_what_is_withdrawn_leaves_the_second_codings_too(book: SqliteBook) -> None:
    text_source = code_once(book, 12)
    desk = second(book, text_source, "Bo")
    code_all(desk, "ecoute")
    assert book.second_codings()
    text_source.held.clear()
    desk.refresh()
    assert book.second_codings() == {}


@pytest.mark.slow
def test_agreement_is_measured_from_enough_texts_and_said(book: SqliteBook, settings: Settings) -> None:
    words = ["--home", str(settings.home), "--surveys", str(settings.surveys), "agreement", DEMONSTRATION]
    assert "Fewer than 20" in CliRunner().invoke(main, words).output
    text_source = code_once(book, 120)
    desk = second(book, text_source, "Bo")
    for _ in range(10):
        item = desk.next_item()
        assert item is not None
        desk.decide(item.stored.key, ModeratorChoice(verdict=ModerationVerdict.CODED, themes=("reseau",)))
    code_all(desk, "ecoute")
    found = {agreement.theme: agreement for agreement in measure_agreement(book, THEMES)}
    assert found["ecoute"].texts >= 20
    assert found["ecoute"].kappa == pytest.approx(0)
    said = CliRunner().invoke(main, words).output
    assert "ecoute" in said
    assert "kappa 0.00" in said
