"""Approved verbatims are published in batches, in random places, and leave when they are withdrawn."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from boucle.content.surveys import read_study
from boucle.core.study.model import Study
from boucle.jobs.quotes import MIN_BATCH, QuotePublisher
from boucle.moderation.desk import ModerationDesk, ModeratorChoice
from boucle.moderation.ports import ModerationVerdict
from boucle.storage.memory import MemorySink
from boucle.storage.sqlite_store.moderation_book import SqliteBook
from support import free_texts as verbatims
from support.builders import DEMONSTRATION, SURVEYS
from support.free_texts import KEY, MemoryTextSource, ModerationClock, make_stored_text

ADDRESS = f"{DEMONSTRATION}/data/candidats/v1/2026/verbatims.json"


class Newsroom:
    """A desk, its book, and the part of the job that publishes."""

    def __init__(self, book: SqliteBook, study: Study) -> None:
        self.study = study
        self.shelf = MemoryTextSource()
        self.clock = ModerationClock()
        self.sink = MemorySink()
        self.book = book
        self.publisher = QuotePublisher(
            stored_keys=self.shelf.keys,
            book=book,
            quotes=book,
            sink=self.sink,
            clock=self.clock,
            bits=secrets.randbits,
        )

    def open_desk(self) -> ModerationDesk:
        return ModerationDesk(
            studies={self.study.id: self.study},
            text_source=self.shelf,
            keys=[KEY],
            book=self.book,
            moderator="Ana",
            clock=self.clock,
            seconds=lambda: 0.0,
        )

    def approve(self, *texts: str) -> None:
        added = [make_stored_text(text, KEY) for text in texts]
        self.shelf.held += added
        desk = self.open_desk()
        for added_text in added:
            desk.decide(added_text.key, ModeratorChoice(verdict=ModerationVerdict.APPROVED, themes=("ecoute",)))

    def publish(self) -> list[str]:
        self.publisher.publish(self.study)
        content = self.sink.read(ADDRESS)
        document: dict[str, Any] = json.loads(content) if content else {"verbatims": []}
        return [quote["text"] for quote in document["verbatims"]]


@pytest.fixture
def newsroom(tmp_path: Path) -> Iterator[Newsroom]:
    with closing(SqliteBook(tmp_path / "moderation.sqlite3")) as book:
        yield Newsroom(book, read_study(SURVEYS / DEMONSTRATION))


def number_texts(first: int, count: int) -> list[str]:
    return [f"texte {number}" for number in range(first, first + count)]


def test_fewer_than_a_batch_wait(newsroom: Newsroom) -> None:
    newsroom.approve(*number_texts(0, MIN_BATCH - 1))
    assert newsroom.publish() == []
    assert newsroom.sink.files == {}
    newsroom.approve("le vingtième")
    assert sorted(newsroom.publish()) == sorted([*number_texts(0, MIN_BATCH - 1), "le vingtième"])


def test_the_next_texts_wait_for_a_batch_of_their_own(newsroom: Newsroom) -> None:
    newsroom.approve(*number_texts(0, MIN_BATCH))
    first = newsroom.publish()
    newsroom.approve(*number_texts(100, MIN_BATCH - 1))
    assert newsroom.publish() == first
    newsroom.approve("le dernier")
    assert len(newsroom.publish()) == 2 * MIN_BATCH


def test_places_are_random_and_stay(newsroom: Newsroom) -> None:
    texts = number_texts(0, 40)
    newsroom.approve(*texts)
    shown = newsroom.publish()
    assert shown != texts
    assert shown != sorted(texts)
    assert shown != [
        shown_text for key, shown_text in sorted((make_stored_text(text, KEY).key, text) for text in texts)
    ]
    assert newsroom.publish() == shown


def test_a_published_text_carries_nothing_but_words_language_and_themes(newsroom: Newsroom) -> None:
    newsroom.approve(*number_texts(0, MIN_BATCH))
    newsroom.publish()
    document = json.loads(newsroom.sink.files[ADDRESS])
    assert {key for quote in document["verbatims"] for key in quote} == {"question", "language", "text", "themes"}
    assert set(document) == {
        "format", "study", "questionnaire", "major", "wave", "demonstration", "verbatims",
    }  # fmt: skip
    held = newsroom.sink.files[ADDRESS].decode()
    assert not any(stored_text.key in held for stored_text in newsroom.shelf.held)


def test_withdrawal_removes_a_text_at_the_next_run_down_to_the_last(newsroom: Newsroom) -> None:
    newsroom.approve(*number_texts(0, MIN_BATCH))
    newsroom.publish()
    gone = newsroom.shelf.held.pop(3)
    shown = newsroom.publish()
    assert len(shown) == MIN_BATCH - 1
    assert gone.key not in {decision.key for _, decision in newsroom.book.log()}
    newsroom.shelf.held.clear()
    assert newsroom.publish() == []
    assert json.loads(newsroom.sink.files[ADDRESS])["verbatims"] == []


def test_a_text_that_expires_stays_quoted_for_nobody_took_it_back(newsroom: Newsroom) -> None:
    newsroom.approve(*number_texts(0, MIN_BATCH))
    shown = newsroom.publish()
    newsroom.clock.time = datetime(2028, 1, 1, 3, tzinfo=UTC)
    newsroom.shelf.held.clear()
    assert newsroom.publish() == shown


def test_an_approval_taken_back_leaves_the_published_file(newsroom: Newsroom) -> None:
    newsroom.approve(*number_texts(0, MIN_BATCH))
    newsroom.publish()
    newsroom.open_desk().undo()
    assert len(newsroom.publish()) == MIN_BATCH - 1


def test_a_questionnaire_that_publishes_no_verbatims_publishes_none(newsroom: Newsroom) -> None:
    newsroom.approve(*number_texts(0, MIN_BATCH))
    silent = [
        replace(questionnaire, publication=replace(questionnaire.publication, verbatims="none"))
        for questionnaire in newsroom.study.questionnaires
    ]
    newsroom.study = replace(newsroom.study, questionnaires=tuple(silent))
    assert newsroom.publish() == []


@pytest.mark.slow
def test_planted_data_is_in_no_published_file(newsroom: Newsroom) -> None:
    planted = verbatims.invent_texts(60)
    newsroom.shelf.held += [
        make_stored_text(planted_text.text, KEY, number=number) for number, planted_text in enumerate(planted)
    ]
    desk = newsroom.open_desk()
    while item := desk.next_item():
        desk.decide(item.stored.key, ModeratorChoice(verdict=ModerationVerdict.APPROVED, hide=item.proposed))
    shown = " ".join(newsroom.publish())
    assert len(newsroom.publish()) == 60
    assert [planted_part for text in planted for planted_part in text.planted if planted_part in shown] == []
