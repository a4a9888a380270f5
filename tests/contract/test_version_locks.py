"""A version is what its first answer was given to: the hash of its file is stored with that answer, or before it."""

from __future__ import annotations

from functools import partial

import pytest

from boucle.core.ports import Doubt, LockedVersion, PutOutcome
from boucle.core.versions.lock import OtherVersionLocked
from support.bench_ports import ClosableResponseStore
from support.submissions import SERIES, make_stored_key, new_response, new_text
from support.together import run_at_once

ASKED, EDITED = "a" * 64, "b" * 64
LOCK = LockedVersion("parcours", "candidats", "1.0.0", ASKED)


def test_nothing_is_locked_before_anybody_answers(store: ClosableResponseStore) -> None:
    assert store.read_locked_versions() == []
    assert store.read_standing("parcours", "candidats", make_stored_key("one")) is None
    assert store.read_locked_versions() == []


def test_the_first_answer_locks_its_version_and_others_go_on(store: ClosableResponseStore) -> None:
    assert store.put(new_response("one", file_hash=ASKED), [new_text()]) is PutOutcome.STORED
    assert list(store.read_locked_versions()) == [LOCK]
    assert store.put(new_response("two", file_hash=ASKED), []) is PutOutcome.STORED
    assert store.put(new_response("one", file_hash=ASKED), []) is PutOutcome.REPLAYED
    assert store.put(new_response("one", body="other", file_hash=ASKED), []) is PutOutcome.CONFLICT
    assert list(store.read_locked_versions()) == [LOCK]


def test_an_answer_to_an_edited_file_is_not_stored(store: ClosableResponseStore) -> None:
    store.put(new_response("one", file_hash=ASKED), [])
    for _ in range(2):
        with pytest.raises(OtherVersionLocked, match=r"parcours/candidats/1\.0\.0\.json"):
            store.put(new_response("two", file_hash=EDITED), [new_text("two")])
    assert store.read_standing("parcours", "candidats", make_stored_key("two")) is None
    assert sum(store.count_pending_by_day(SERIES).values()) == 1
    assert list(store.read_locked_versions()) == [LOCK]
    assert store.put(new_response("two", file_hash=ASKED), []) is PutOutcome.STORED


def test_each_version_has_a_lock_of_its_own(store: ClosableResponseStore) -> None:
    store.put(new_response("one", file_hash=ASKED), [])
    store.put(new_response("two", version="1.0.1", file_hash=EDITED), [])
    assert list(store.read_locked_versions()) == [LOCK, LOCK._replace(version="1.0.1", file_hash=EDITED)]


def test_an_answer_that_is_held_back_locks_too_and_a_withdrawal_unlocks_nothing(store: ClosableResponseStore) -> None:
    store.put(new_response("one", doubt=Doubt.CROWD, file_hash=ASKED), [])
    store.withdraw("parcours", "candidats", make_stored_key("one"), [])
    assert list(store.read_locked_versions()) == [LOCK]


def test_what_comes_from_no_file_locks_nothing(store: ClosableResponseStore) -> None:
    store.put(new_response("one"), [])
    assert store.read_locked_versions() == []


@pytest.mark.race
def test_of_two_files_that_are_answered_at_once_one_is_locked(store: ClosableResponseStore) -> None:
    hashes = [ASKED, EDITED]

    def answer(number: int) -> bool:
        try:
            store.put(new_response(number, file_hash=hashes[number % 2]), [])
        except OtherVersionLocked:
            return False
        return True

    stored = [
        number for number, taken in enumerate(run_at_once(*(partial(answer, number) for number in range(8)))) if taken
    ]
    [lock] = store.read_locked_versions()
    assert stored == [number for number in range(8) if hashes[number % 2] == lock.file_hash]
