"""Promises of a `ResponseStore`, whatever it is made of."""

from __future__ import annotations

import pytest

from boucle.core.ports import Counted, PutOutcome, Waiting, Withdrawn
from boucle.core.questionnaire.values import Answer
from boucle.core.study.model import Series
from support.bench_ports import ClosableResponseStore, StoreBench
from support.submissions import ANSWERS, MONDAY, SERIES, TUESDAY, make_stored_key, new_response, new_text

STUDY, QUESTIONNAIRE = SERIES.study, SERIES.questionnaire
KEY = make_stored_key("one")


def withdraw(store: ClosableResponseStore, name: object = "one", *texts: object) -> bool:
    text_keys = [new_text(text).key for text in texts]
    return store.withdraw(STUDY, QUESTIONNAIRE, make_stored_key(name), text_keys)


def test_a_first_submission_is_stored_and_waits(store: ClosableResponseStore) -> None:
    assert store.put(new_response(), []) is PutOutcome.STORED
    assert store.read_standing(STUDY, QUESTIONNAIRE, KEY) == Waiting()


def test_the_same_body_again_is_a_replay_and_is_not_stored_twice(store: ClosableResponseStore) -> None:
    store.put(new_response(), [])
    assert store.put(new_response(), []) is PutOutcome.REPLAYED
    assert store.count_pending_by_day(SERIES) == {MONDAY: 1}


def test_a_replay_on_a_later_day_leaves_the_first_day(store: ClosableResponseStore) -> None:
    store.put(new_response(), [])
    store.put(new_response(window=TUESDAY), [])
    assert store.count_pending_by_day(SERIES) == {MONDAY: 1}


def test_another_body_under_the_same_id_is_a_conflict_and_changes_nothing(store: ClosableResponseStore) -> None:
    store.put(new_response(), [])
    assert store.put(new_response(body="another", answers={"note": 1}), []) is PutOutcome.CONFLICT
    assert [response.answers for response in store.read_pending(SERIES, MONDAY)] == [ANSWERS]


def test_a_conflict_stores_none_of_its_texts(bench: StoreBench) -> None:
    bench.store.put(new_response(), [])
    bench.store.put(new_response(body="another"), [new_text()])
    assert bench.read_texts() == {}


def test_texts_are_stored_byte_for_byte(bench: StoreBench) -> None:
    payloads = [bytes(range(256)), b""]
    bench.store.put(new_response(), [new_text(payload, payload=payload) for payload in payloads])
    assert bench.read_texts() == {new_text(payload).key: payload for payload in payloads}


def test_a_replay_puts_missing_texts_again_and_leaves_those_that_are_there(bench: StoreBench) -> None:
    bench.store.put(new_response(), [new_text("there", payload=b"first encryption")])
    bench.store.put(
        new_response(), [new_text("there", payload=b"second encryption"), new_text("missing", payload=b"m")]
    )
    assert bench.read_texts() == {new_text("there").key: b"first encryption", new_text("missing").key: b"m"}


def test_the_same_key_in_another_questionnaire_is_another_response(store: ClosableResponseStore) -> None:
    store.put(new_response(), [])
    elsewhere = Series("parcours", "professionnels", 1, "2026")
    assert store.read_standing("parcours", "professionnels", KEY) is None
    assert store.put(new_response(series=elsewhere, body="another"), []) is PutOutcome.STORED
    assert withdraw(store)
    assert store.read_standing("parcours", "professionnels", KEY) == Waiting()


def test_a_key_that_was_never_stored_stands_nowhere(store: ClosableResponseStore) -> None:
    assert store.read_standing(STUDY, QUESTIONNAIRE, KEY) is None


def test_withdrawing_leaves_a_tombstone_that_refuses_every_replay(store: ClosableResponseStore) -> None:
    store.put(new_response(), [])
    assert withdraw(store)
    assert store.read_standing(STUDY, QUESTIONNAIRE, KEY) == Withdrawn()
    assert store.put(new_response(), []) is PutOutcome.WITHDRAWN
    assert store.put(new_response(body="another"), []) is PutOutcome.WITHDRAWN
    assert store.read_standing(STUDY, QUESTIONNAIRE, KEY) == Withdrawn()


def test_withdrawing_removes_the_texts_and_a_replay_does_not_bring_them_back(bench: StoreBench) -> None:
    bench.store.put(new_response(), [new_text("one"), new_text("two")])
    bench.store.put(new_response("else"), [new_text("of somebody else")])
    withdraw(bench.store, "one", "one", "two", "never written")
    bench.store.put(new_response(), [new_text("one"), new_text("two")])
    assert set(bench.read_texts()) == {new_text("of somebody else").key}


def test_withdrawing_again_is_harmless(store: ClosableResponseStore) -> None:
    store.put(new_response(), [])
    assert withdraw(store)
    assert withdraw(store)


def test_withdrawing_what_was_never_stored_says_so_and_leaves_no_tombstone(store: ClosableResponseStore) -> None:
    assert not withdraw(store)
    assert store.put(new_response(), []) is PutOutcome.STORED


def test_a_sealed_response_is_counted_under_its_cohort(store: ClosableResponseStore) -> None:
    store.put(new_response(), [])
    store.mark_sealed(SERIES, MONDAY, 3)
    assert store.read_standing(STUDY, QUESTIONNAIRE, KEY) == Counted(SERIES, 3)


def test_after_the_seal_any_repeat_of_the_id_is_a_replay_that_does_not_wait_again(store: ClosableResponseStore) -> None:
    store.put(new_response(), [])
    store.mark_sealed(SERIES, MONDAY, 1)
    assert store.put(new_response(window=TUESDAY), []) is PutOutcome.REPLAYED
    assert store.put(new_response(window=TUESDAY, body="another"), []) is PutOutcome.REPLAYED
    assert store.count_pending_by_day(SERIES) == {}


def test_a_response_withdrawn_after_the_seal_refuses_replays_too(store: ClosableResponseStore) -> None:
    store.put(new_response(), [])
    store.mark_sealed(SERIES, MONDAY, 1)
    assert withdraw(store)
    assert store.read_standing(STUDY, QUESTIONNAIRE, KEY) == Withdrawn()
    assert store.put(new_response(), []) is PutOutcome.WITHDRAWN


@pytest.mark.parametrize(
    "answer",
    [
        "yes",
        "",
        "é \u202f ي \n \x00 \ud800 \U0001f600",
        0,
        10,
        -3,
        2.0,
        0.1,
        1e-300,
        "2026-01-05",
        (),
        ("transport",),
        ("langue", "transport"),
    ],
    ids=ascii,
)
def test_an_answer_is_read_back_as_the_very_value_that_was_put(store: ClosableResponseStore, answer: Answer) -> None:
    store.put(new_response(answers={"q": answer, "grid.row": "a"}), [])
    [read] = store.read_pending(SERIES, MONDAY)
    assert read.answers == {"q": answer, "grid.row": "a"}
    assert type(read.answers["q"]) is type(answer)
    assert (read.version, read.mode) == ("1.0.0", "self")


def test_what_the_caller_does_to_the_answers_later_does_not_reach_the_store(store: ClosableResponseStore) -> None:
    answers: dict[str, Answer] = {"note": 8}
    store.put(new_response(answers=answers), [])
    answers["note"] = 0
    assert [response.answers for response in store.read_pending(SERIES, MONDAY)] == [{"note": 8}]
