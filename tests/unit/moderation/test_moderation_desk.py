"""The desk: nobody's words are published without a person, two moderators never collide, and withdrawal reaches it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from boucle.moderation.desk import ModeratorChoice, NoConsent, ReasonMissing, UnknownText
from boucle.moderation.keys import generate_text_key
from boucle.moderation.ports import AlreadyDecided, ModerationVerdict
from boucle.storage.sqlite_store.moderation_book import CLAIM_SECONDS, SqliteBook
from support.free_texts import KEY, ManualSeconds, MemoryTextSource, make_desk, make_stored_text, read_published_quotes

APPROVE = ModeratorChoice(verdict=ModerationVerdict.APPROVED)


@pytest.fixture
def book(tmp_path: Path) -> Iterator[SqliteBook]:
    with closing(SqliteBook(tmp_path / "moderation.sqlite3")) as book:
        yield book


def test_an_approved_text_is_kept_with_what_was_chosen_hidden(book: SqliteBook) -> None:
    shelf = MemoryTextSource([make_stored_text("Karim du guichet m'a aidé", KEY)])
    seat = make_desk(book, shelf)
    item = seat.next_item()
    assert item is not None
    seat.decide(
        item.stored.key,
        ModeratorChoice(verdict=ModerationVerdict.APPROVED, hide=item.proposed, also=("guichet",), themes=("ecoute",)),
    )
    assert read_published_quotes(book) == ["[nom] du […] m'a aidé"]
    [(_, decision)] = book.log()
    assert (decision.verdict, decision.hidden, decision.themes) == (
        ModerationVerdict.REDACTED,
        ("name", "other"),
        ("ecoute",),
    )


def test_a_proposal_that_was_unticked_is_left_as_it_is(book: SqliteBook) -> None:
    shelf = MemoryTextSource([make_stored_text("La Marine m'a tout appris", KEY)])
    seat = make_desk(book, shelf)
    item = seat.next_item()
    assert item is not None
    assert item.proposed
    seat.decide(item.stored.key, APPROVE)
    assert read_published_quotes(book) == ["La Marine m'a tout appris"]


def test_nothing_is_quoted_that_nobody_approved(book: SqliteBook) -> None:
    shelf = MemoryTextSource([make_stored_text(f"texte {number}", KEY) for number in range(3)])
    seat = make_desk(book, shelf)
    for choice in (
        ModeratorChoice(verdict=ModerationVerdict.CODED),
        ModeratorChoice(verdict=ModerationVerdict.REJECTED, reason="Hors sujet"),
    ):
        item = seat.next_item()
        assert item is not None
        seat.decide(item.stored.key, choice)
    assert read_published_quotes(book) == []


def test_a_rejection_says_why(book: SqliteBook) -> None:
    shelf = MemoryTextSource([make_stored_text("texte", KEY)])
    with pytest.raises(ReasonMissing):
        make_desk(book, shelf).decide(shelf.held[0].key, ModeratorChoice(verdict=ModerationVerdict.REJECTED))
    assert book.log() == []


def test_without_consent_a_text_is_coded_and_never_quoted(book: SqliteBook) -> None:
    shelf = MemoryTextSource([make_stored_text("entre nous", KEY, consent=False)])
    seat = make_desk(book, shelf)
    with pytest.raises(NoConsent):
        seat.decide(shelf.held[0].key, APPROVE)
    seat.decide(shelf.held[0].key, ModeratorChoice(verdict=ModerationVerdict.CODED, themes=("ecoute",)))
    assert read_published_quotes(book) == []


def test_two_moderators_never_read_the_same_text(book: SqliteBook) -> None:
    shelf = MemoryTextSource([make_stored_text(f"texte {number}", KEY) for number in range(2)])
    seconds = ManualSeconds()
    ana, bo, cy = (make_desk(book, shelf, name, seconds) for name in ("Ana", "Bo", "Cy"))
    first, second = ana.next_item(), bo.next_item()
    assert first is not None
    assert second is not None
    assert first.stored.key != second.stored.key
    assert cy.next_item() is None
    seconds.now += CLAIM_SECONDS + 1
    assert cy.next_item() is not None


def test_of_two_decisions_about_one_text_the_second_is_refused(book: SqliteBook) -> None:
    shelf = MemoryTextSource([make_stored_text("texte", KEY)])
    key = shelf.held[0].key
    make_desk(book, shelf, "Ana").decide(key, APPROVE)
    with pytest.raises(AlreadyDecided, match="nothing was changed"):
        make_desk(book, shelf, "Bo").decide(key, ModeratorChoice(verdict=ModerationVerdict.REJECTED, reason="Autre"))
    assert read_published_quotes(book) == ["texte"]


def test_undo_takes_back_ones_own_last_decision_and_the_log_keeps_both(book: SqliteBook) -> None:
    shelf = MemoryTextSource([make_stored_text(f"texte {number}", KEY) for number in range(2)])
    ana, bo = make_desk(book, shelf, "Ana"), make_desk(book, shelf, "Bo")
    mine, theirs = shelf.held[0].key, shelf.held[1].key
    ana.decide(mine, APPROVE)
    bo.decide(theirs, APPROVE)
    assert ana.undo() == mine
    assert read_published_quotes(book) == ["texte 1"]
    assert [decision.verdict for _, decision in book.log()] == [
        ModerationVerdict.APPROVED,
        ModerationVerdict.APPROVED,
        ModerationVerdict.UNDONE,
    ]
    assert ana.undo() is None
    ana.decide(mine, ModeratorChoice(verdict=ModerationVerdict.REJECTED, reason="Autre"))
    assert ana.progress().decided == 2


def test_the_desk_is_found_again_as_it_was_left(tmp_path: Path) -> None:
    shelf = MemoryTextSource([make_stored_text(f"texte {number}", KEY) for number in range(3)])
    with closing(SqliteBook(tmp_path / "book")) as book:
        seat = make_desk(book, shelf)
        seat.decide(shelf.held[0].key, APPROVE)
    with closing(SqliteBook(tmp_path / "book")) as book:
        progress = make_desk(book, shelf).progress()
    assert (progress.texts, progress.decided, dict(progress.verdicts)) == (3, 1, {"approved": 1})


def test_a_withdrawn_text_leaves_the_desk_its_log_and_its_file(tmp_path: Path) -> None:
    file = tmp_path / "book"
    shelf = MemoryTextSource([make_stored_text("Ce que la boulangère m'a dit", KEY)])
    with closing(SqliteBook(file)) as book:
        seat = make_desk(book, shelf)
        key = shelf.held[0].key
        seat.decide(key, APPROVE)
        shelf.held.clear()
        seat.refresh()
        assert (book.log(), read_published_quotes(book), seat.progress().texts) == ([], [], 0)
        with pytest.raises(UnknownText):
            seat.open_item(key)
    held = b"".join(stored_file.read_bytes() for stored_file in tmp_path.iterdir())
    assert b"boulang" not in held
    assert key.encode() not in held


def test_the_log_holds_no_word_of_any_text(book: SqliteBook) -> None:
    shelf = MemoryTextSource([make_stored_text("Karim m'a aidé", KEY)])
    seat = make_desk(book, shelf)
    item = seat.open_item(shelf.held[0].key)
    seat.decide(item.stored.key, ModeratorChoice(verdict=ModerationVerdict.APPROVED, hide=item.proposed))
    assert "Karim" not in repr(book.log())


def test_a_text_that_no_key_opens_is_said_and_stops_nobody(book: SqliteBook) -> None:
    shelf = MemoryTextSource(
        [make_stored_text("perdu", generate_text_key(), number=1), make_stored_text("lisible", KEY, number=2)]
    )
    seat = make_desk(book, shelf)
    item = seat.next_item()
    assert item is not None
    seat.decide(item.stored.key, APPROVE)
    assert seat.next_item() is None
    assert seat.progress().unreadable == 1


@pytest.mark.parametrize(
    ("text", "language", "word"),
    [
        ("je pense à me suicider", "fr", "suicid"),
        ("Je dors dehors depuis mars", "fr", "dors dehors"),
        ("my boss beats me", "en", "beats me"),
        ("يضربني كل يوم", "ar", "يضربني"),
    ],
)
def test_words_of_danger_are_shown_to_whoever_reads(book: SqliteBook, text: str, language: str, word: str) -> None:
    shelf = MemoryTextSource([make_stored_text(text, KEY, language=language)])
    assert word in make_desk(book, shelf).open_item(shelf.held[0].key).alarms


def test_an_ordinary_complaint_alarms_nobody(book: SqliteBook) -> None:
    shelf = MemoryTextSource([make_stored_text("Personne ne rappelle et c'est long", KEY)])
    assert make_desk(book, shelf).open_item(shelf.held[0].key).alarms == ()


def test_a_desk_that_stays_open_forgets_what_was_withdrawn_and_finds_what_came(book: SqliteBook) -> None:
    shelf, seconds = MemoryTextSource([make_stored_text("un", KEY)]), ManualSeconds()
    seat = make_desk(book, shelf, seconds=seconds)
    shelf.held = [make_stored_text("deux", KEY, number=2)]
    seconds.now += 61
    item = seat.next_item()
    assert item is not None
    assert item.verbatim.text == "deux"
    assert seat.progress().texts == 1
