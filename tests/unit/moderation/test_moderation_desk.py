"""The desk: nobody's words are published without a person, two moderators never collide, and withdrawal reaches it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from boucle.moderation.desk import Choice, NoConsent, ReasonMissing, UnknownText
from boucle.moderation.keys import new_text_key
from boucle.moderation.ports import AlreadyDecided, Verdict
from boucle.storage.sqlite_store.moderation_book import CLAIM_SECONDS, SqliteBook
from support.free_texts import KEY, Seconds, Shelf, desk, quoted, stored

APPROVE = Choice(verdict=Verdict.APPROVED)


@pytest.fixture
def book(tmp_path: Path) -> Iterator[SqliteBook]:
    with closing(SqliteBook(tmp_path / "moderation.sqlite3")) as book:
        yield book


def test_an_approved_text_is_kept_with_what_was_chosen_hidden(book: SqliteBook) -> None:
    shelf = Shelf([stored("Karim du guichet m'a aidé", KEY)])
    seat = desk(book, shelf)
    item = seat.next()
    assert item is not None
    seat.decide(
        item.stored.key, Choice(verdict=Verdict.APPROVED, hide=item.proposed, also=("guichet",), themes=("ecoute",))
    )
    assert quoted(book) == ["[nom] du […] m'a aidé"]
    [(_, decision)] = book.log()
    assert (decision.verdict, decision.hidden, decision.themes) == (Verdict.REDACTED, ("name", "other"), ("ecoute",))


def test_a_proposal_that_was_unticked_is_left_as_it_is(book: SqliteBook) -> None:
    shelf = Shelf([stored("La Marine m'a tout appris", KEY)])
    seat = desk(book, shelf)
    item = seat.next()
    assert item is not None
    assert item.proposed
    seat.decide(item.stored.key, APPROVE)
    assert quoted(book) == ["La Marine m'a tout appris"]


def test_nothing_is_quoted_that_nobody_approved(book: SqliteBook) -> None:
    shelf = Shelf([stored(f"texte {number}", KEY) for number in range(3)])
    seat = desk(book, shelf)
    for choice in (Choice(verdict=Verdict.CODED), Choice(verdict=Verdict.REJECTED, reason="Hors sujet")):
        item = seat.next()
        assert item is not None
        seat.decide(item.stored.key, choice)
    assert quoted(book) == []


def test_a_rejection_says_why(book: SqliteBook) -> None:
    shelf = Shelf([stored("texte", KEY)])
    with pytest.raises(ReasonMissing):
        desk(book, shelf).decide(shelf.held[0].key, Choice(verdict=Verdict.REJECTED))
    assert book.log() == []


def test_without_consent_a_text_is_coded_and_never_quoted(book: SqliteBook) -> None:
    shelf = Shelf([stored("entre nous", KEY, consent=False)])
    seat = desk(book, shelf)
    with pytest.raises(NoConsent):
        seat.decide(shelf.held[0].key, APPROVE)
    seat.decide(shelf.held[0].key, Choice(verdict=Verdict.CODED, themes=("ecoute",)))
    assert quoted(book) == []


def test_two_moderators_never_read_the_same_text(book: SqliteBook) -> None:
    shelf = Shelf([stored(f"texte {number}", KEY) for number in range(2)])
    seconds = Seconds()
    ana, bo, cy = (desk(book, shelf, name, seconds) for name in ("Ana", "Bo", "Cy"))
    first, second = ana.next(), bo.next()
    assert first is not None
    assert second is not None
    assert first.stored.key != second.stored.key
    assert cy.next() is None
    seconds.now += CLAIM_SECONDS + 1
    assert cy.next() is not None


def test_of_two_decisions_about_one_text_the_second_is_refused(book: SqliteBook) -> None:
    shelf = Shelf([stored("texte", KEY)])
    key = shelf.held[0].key
    desk(book, shelf, "Ana").decide(key, APPROVE)
    with pytest.raises(AlreadyDecided, match="nothing was changed"):
        desk(book, shelf, "Bo").decide(key, Choice(verdict=Verdict.REJECTED, reason="Autre"))
    assert quoted(book) == ["texte"]


def test_undo_takes_back_ones_own_last_decision_and_the_log_keeps_both(book: SqliteBook) -> None:
    shelf = Shelf([stored(f"texte {number}", KEY) for number in range(2)])
    ana, bo = desk(book, shelf, "Ana"), desk(book, shelf, "Bo")
    mine, theirs = shelf.held[0].key, shelf.held[1].key
    ana.decide(mine, APPROVE)
    bo.decide(theirs, APPROVE)
    assert ana.undo() == mine
    assert quoted(book) == ["texte 1"]
    assert [each.verdict for _, each in book.log()] == [Verdict.APPROVED, Verdict.APPROVED, Verdict.UNDONE]
    assert ana.undo() is None
    ana.decide(mine, Choice(verdict=Verdict.REJECTED, reason="Autre"))
    assert ana.progress().decided == 2


def test_the_desk_is_found_again_as_it_was_left(tmp_path: Path) -> None:
    shelf = Shelf([stored(f"texte {number}", KEY) for number in range(3)])
    with closing(SqliteBook(tmp_path / "book")) as book:
        seat = desk(book, shelf)
        seat.decide(shelf.held[0].key, APPROVE)
    with closing(SqliteBook(tmp_path / "book")) as book:
        progress = desk(book, shelf).progress()
    assert (progress.texts, progress.decided, dict(progress.verdicts)) == (3, 1, {"approved": 1})


def test_a_withdrawn_text_leaves_the_desk_its_log_and_its_file(tmp_path: Path) -> None:
    file = tmp_path / "book"
    shelf = Shelf([stored("Ce que la boulangère m'a dit", KEY)])
    with closing(SqliteBook(file)) as book:
        seat = desk(book, shelf)
        key = shelf.held[0].key
        seat.decide(key, APPROVE)
        shelf.held.clear()
        seat.refresh()
        assert (book.log(), quoted(book), seat.progress().texts) == ([], [], 0)
        with pytest.raises(UnknownText):
            seat.item(key)
    held = b"".join(each.read_bytes() for each in tmp_path.iterdir())
    assert b"boulang" not in held
    assert key.encode() not in held


def test_the_log_holds_no_word_of_any_text(book: SqliteBook) -> None:
    shelf = Shelf([stored("Karim m'a aidé", KEY)])
    seat = desk(book, shelf)
    item = seat.item(shelf.held[0].key)
    seat.decide(item.stored.key, Choice(verdict=Verdict.APPROVED, hide=item.proposed))
    assert "Karim" not in repr(book.log())


def test_a_text_that_no_key_opens_is_said_and_stops_nobody(book: SqliteBook) -> None:
    shelf = Shelf([stored("perdu", new_text_key(), number=1), stored("lisible", KEY, number=2)])
    seat = desk(book, shelf)
    item = seat.next()
    assert item is not None
    seat.decide(item.stored.key, APPROVE)
    assert seat.next() is None
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
    shelf = Shelf([stored(text, KEY, language=language)])
    assert word in desk(book, shelf).item(shelf.held[0].key).alarms


def test_an_ordinary_complaint_alarms_nobody(book: SqliteBook) -> None:
    shelf = Shelf([stored("Personne ne rappelle et c'est long", KEY)])
    assert desk(book, shelf).item(shelf.held[0].key).alarms == ()


def test_a_desk_that_stays_open_forgets_what_was_withdrawn_and_finds_what_came(book: SqliteBook) -> None:
    shelf, seconds = Shelf([stored("un", KEY)]), Seconds()
    seat = desk(book, shelf, seconds=seconds)
    shelf.held = [stored("deux", KEY, number=2)]
    seconds.now += 61
    item = seat.next()
    assert item is not None
    assert item.verbatim.text == "deux"
    assert seat.progress().texts == 1
